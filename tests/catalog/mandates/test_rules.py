"""How long a mandate may be, and how it stands on a day."""

from datetime import UTC, date, datetime

from catalog.mandates.models import Mandate
from catalog.mandates.rules import PARTS, SEEN, State, actions_of, agents, last_day, parts_of, state_of


def test_twelve_months_and_no_day_more() -> None:
    assert last_day(date(2026, 11, 22)) == date(2027, 11, 21)
    assert last_day(date(2027, 1, 1)) == date(2027, 12, 31)
    assert last_day(date(2028, 2, 29)) == date(2029, 2, 28)
    assert last_day(date(2028, 3, 1)) == date(2029, 2, 28)


def test_how_it_stands() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    one = Mandate(from_on=date(2026, 11, 22), until_on=date(2026, 11, 24), confirmed_at=at, ended_at=None)
    assert state_of(one, date(2026, 11, 21)) == State.COMING
    assert state_of(one, date(2026, 11, 22)) == State.HOLDS
    assert state_of(one, date(2026, 11, 24)) == State.HOLDS
    assert state_of(one, date(2026, 11, 25)) == State.OVER
    one.confirmed_at = None
    assert state_of(one, date(2026, 11, 23)) == State.WAITING
    one.ended_at = at
    assert state_of(one, date(2026, 11, 23)) == State.ENDED


def test_nothing_but_pages_photos_and_prices() -> None:
    every = actions_of(PARTS)
    assert every == SEEN | {"listings.edit", "changes.propose", "photos.edit", "prices.set"}
    kinds = {action.split(".")[0] for action in every}
    assert not kinds & {"certificates", "decisions", "papers", "documents", "mandates", "users", "producers", "fairs"}
    assert "photos.edit" not in actions_of(["prices"])
    one = Mandate(is_for_listings=False, is_for_photos=True, is_for_prices=True)
    assert parts_of(one) == ["photos", "prices"]
    assert {"reporter", "certifier"} <= set(agents())
