"""The database says no to a fair that cannot be, and to a booth-day that a postponement left behind."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.clock import today
from core.db import db, transaction
from shop.fairs import queries
from shop.fairs.booths import bookings, rows
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.life.moving import Move, move_fair
from shop.fairs.models import BoothDay, Fair
from shop.fairs.rules import fair_days
from tests import make
from tests.shop.fairs.conftest import Ground
from tests.support.live import Live

pytestmark = pytest.mark.daily  # what the database itself decides

ROUNDS = 6


@pytest.mark.parametrize(
    "change",
    [
        "registration_number = NULL",
        "state = 'cancelled'",
        "cancelled_at = applications_from",
        "hours_from = '08:00'",
        "hours_from = '21:00', hours_until = '08:00'",
        "pay_by = opens_on",
        "renew_by = closes_on",
    ],
)
def test_a_fair_that_cannot_be_is_refused(ground: Ground, change: str) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(f"UPDATE fair SET {change} WHERE id = :id"), {"id": ground.fair.id})
    with transaction():  # the control: what is in order passes
        said = "hours_from = '08:00', hours_until = '21:00', registered_on = applications_from"
        db.session.execute(text(f"UPDATE fair SET {said} WHERE id = :id"), {"id": ground.fair.id})


def test_a_day_outside_the_fair_is_refused(ground: Ground) -> None:
    claim = Claim(ground.application(ground.product()).code, ground.days[:2])
    booking, _new = book(ground.fair.slug, "A01", claim, ground.organizer)
    insert = text(
        "INSERT INTO booth_day (booking_id, booth_id, day, state, price_vnd, subsidy_vnd) "
        "VALUES (:booking, :booth, :day, 'conditional', 1, 0)"
    )
    facts = {"booking": booking.id, "booth": booking.booth_id}
    for day in (ground.days[0] - timedelta(1), ground.days[-1] + timedelta(1)):
        with pytest.raises(DBAPIError, match="outside its fair"), transaction():
            db.session.execute(insert, {**facts, "day": day.isoformat()})
    with transaction():  # the control: a day of the fair passes
        db.session.execute(insert, {**facts, "day": ground.days[2].isoformat()})


def build(live: Live, claims: int) -> tuple[str, list[str], object]:
    def made() -> tuple[str, list[str], object]:
        fair = make.fair(booths=claims, opens_on=today() + timedelta(days=40))
        organizer = make.actor("fair_organizer", ("fair", fair.slug))
        return fair.slug, [make.application(fair).code for _ in range(claims)], organizer

    return live.run(made)


def stray(live: Live, slug: str) -> list[date]:
    """Live booth-days that are none of the fair's days."""

    def read() -> list[date]:
        fair = db.session.scalars(select(Fair).where(Fair.slug == slug)).one()
        days = fair_days(fair.opens_on, fair.closes_on)
        return list(
            db.session.scalars(select(BoothDay.day).where(BoothDay.state != "released", BoothDay.day.not_in(days)))
        )

    return live.run(read)


@pytest.mark.long
def test_claims_and_a_postponement_at_once_leave_no_day_behind(live: Live) -> None:
    claims = 5
    for _round in range(ROUNDS):
        slug, codes, organizer = build(live, claims)

        def act(n: int, slug: str = slug, codes: list[str] = codes, organizer: object = organizer) -> str:
            if n < claims:
                return book(slug, f"A{n + 1:02}", Claim(codes[n]), organizer)[0].code
            fair = queries.get_fair(slug)
            days = fair.opens_on + timedelta(14), fair.closes_on + timedelta(14)
            return str(move_fair(slug, Move(*days, "Bão", today() + timedelta(7)), fair.version, organizer)[0].id)

        answers = live.together(claims + 1, act)
        assert [one for one in answers if not isinstance(one, str)] == []
        assert stray(live, slug) == []


@pytest.mark.long
@pytest.mark.on("postgresql")
def test_without_the_guards_a_claim_is_written_on_the_old_days(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: claims neither keep the fair nor find the trigger; a claim waits inside until the fair has moved."""
    slug, codes, organizer = build(live, 1)
    live.run(drop_guard)
    monkeypatch.setattr(rows, "keep_fair", lambda _fair_id: None)
    monkeypatch.setattr(bookings, "keep_fair", lambda _fair_id: None)
    live.run(lambda: stale(slug, codes[0], organizer, monkeypatch))
    assert stray(live, slug) != []


def drop_guard() -> None:
    with transaction():
        db.session.execute(text("DROP TRIGGER booth_day_in_fair ON booth_day"))


def stale(slug: str, code: str, organizer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Book with the fair's days as they were read before it moved."""
    fair = queries.get_fair(slug)
    version, days = fair.version, (fair.opens_on, fair.closes_on)
    later = days[0] + timedelta(14), days[1] + timedelta(14)
    move_fair(slug, Move(*later, "Bão", today() + timedelta(7)), version, organizer)
    seen = Fair(**{column.key: getattr(fair, column.key) for column in Fair.__mapper__.column_attrs})
    seen.opens_on, seen.closes_on = days
    monkeypatch.setattr(bookings, "_fair_for", lambda _slug, _by: seen)
    book(slug, "A01", Claim(code), organizer)
