"""Two can never hold one booth: claims from many threads on real databases, and the control without the guard (P22)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from core.clock import today
from core.db import db, transaction
from shop.fairs.booths import bookings
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.invariants import booths_covered, booths_single
from shop.fairs.models import Booking, Booth, BoothDay
from shop.fairs.refusals import BoothTaken
from shop.fairs.rules import fair_days
from tests import make
from tests.support.live import Live

pytestmark = pytest.mark.long("sqlite")  # one writer at a time there, by construction

CLAIMS = 32


def prepare(live: Live) -> tuple[str, list[str], object]:
    """A fair of five days with one booth, and as many accepted applications as claims."""

    def build() -> tuple[str, list[str], object]:
        fair = make.fair(booths=1, opens_on=today() + timedelta(days=40), days=5)
        organizer = make.actor("fair_organizer", ("fair", fair.slug))
        return fair.slug, [make.application(fair).code for _ in range(CLAIMS)], organizer

    return live.run(build)


def holders(live: Live) -> list[tuple[date, int]]:
    """Each live (day, booking) of the one booth."""

    def read() -> list[tuple[date, int]]:
        live_rows = select(BoothDay.day, BoothDay.booking_id).where(BoothDay.state != "released")
        return [(row.day, row.booking_id) for row in db.session.execute(live_rows.order_by(BoothDay.day))]

    return live.run(read)


def found(live: Live) -> list[str]:
    def ask() -> list[str]:
        return [*booths_covered(), *booths_single()]

    return live.run(ask)


@pytest.mark.daily("postgresql")
def test_of_thirty_two_claims_exactly_one_wins(live: Live) -> None:
    slug, codes, organizer = prepare(live)
    answers = live.together(CLAIMS, lambda n: book(slug, "A01", Claim(codes[n]), organizer)[0].code)
    won = [one for one in answers if isinstance(one, str)]
    lost = [one for one in answers if not isinstance(one, str)]
    assert len(won) == 1
    assert {type(one) for one in lost} == {BoothTaken}
    assert len(holders(live)) == 5
    assert found(live) == []
    assert live.run(lambda: db.session.scalar(text("SELECT count(*) FROM booking"))) == 1  # the losers left nothing


@pytest.mark.daily("postgresql")
def test_overlapping_days_never_meet(live: Live) -> None:
    slug, codes, organizer = prepare(live)
    days = fair_days(today() + timedelta(40), today() + timedelta(44))
    ranges = [days[i:j] for i in range(5) for j in range(i + 1, 6)]

    def claim(n: int) -> str:
        return book(slug, "A01", Claim(codes[n], days=ranges[n % len(ranges)]), organizer)[0].code

    answers = live.together(CLAIMS, claim)
    assert {type(one) for one in answers if not isinstance(one, str)} <= {BoothTaken}
    rows = holders(live)
    assert len(rows) == len({day for day, _booking in rows})
    sizes = {booking: len(ranges[n % len(ranges)]) for n, booking in _bookings(live, codes)}
    assert {booking: sum(b == booking for _day, b in rows) for booking in sizes} == sizes  # all of its days, or none
    assert found(live) == []


def test_the_unique_key_decides_even_without_the_lock(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The booth's lock taken away: claims run side by side and the index alone keeps them apart."""

    def unlocked(fair, code: str) -> Booth:
        return db.session.scalars(select(Booth).where(Booth.fair_id == fair.id, Booth.code == code)).one()

    monkeypatch.setattr(bookings, "_lock_booth", unlocked)
    slug, codes, organizer = prepare(live)
    answers = live.together(12, lambda n: book(slug, "A01", Claim(codes[n]), organizer)[0].code)
    assert sum(isinstance(one, str) for one in answers) == 1
    assert found(live) == []


def test_control_without_the_index_a_naive_reader_books_twice(live: Live) -> None:
    """The negative control: look in one transaction, write in another, no unique key. The harness sees it."""
    slug, codes, organizer = prepare(live)
    first, _ = live.run(lambda: book(slug, "A01", Claim(codes[0]), organizer))
    live.run(lambda: _strip(first))
    answers = live.together(16, lambda n: naive(first.id, n, _wait(16)))
    assert sum(one is True for one in answers) > 1
    assert found(live)


_barriers: dict[int, object] = {}


def _wait(count: int) -> Callable[[], object]:
    import threading

    barrier = _barriers.setdefault(count, threading.Barrier(count))
    return lambda: barrier.wait(timeout=30)  # type: ignore[attr-defined]


def naive(booking_id: int, number: int, wait: Callable[[], object]) -> bool:
    """Read that the booth is free, then write: what a plain program does."""
    sold = text("SELECT count(*) FROM booth_day WHERE state IN ('hold', 'paid', 'conditional')")
    with transaction():
        is_free = db.session.scalar(sold) == 0
    wait()  # every reader has looked before the first one writes
    if is_free:
        with transaction():
            again = (
                "INSERT INTO booth_day"
                " (booking_id, booth_id, day, state, price_vnd, certificate_id, certificate_number,"
                " stars) SELECT booking_id, booth_id, day, 'hold', price_vnd, certificate_id, certificate_number, stars"
                " FROM booth_day WHERE booking_id = :id AND state = 'released'"
            )
            db.session.execute(text(again), {"id": booking_id})
    return is_free


def _strip(booking: Booking) -> None:
    """Free the booth and take the unique index away."""
    with transaction():
        db.session.execute(text("UPDATE booth_day SET state = 'released'"))
        db.session.execute(text("DROP INDEX uq_booth_day_live"))


def _bookings(live: Live, codes: list[str]) -> list[tuple[int, int]]:
    def read() -> list[tuple[int, int]]:
        pairs = "SELECT a.code, b.id FROM booking AS b JOIN fair_application AS a ON a.id = b.application_id"
        return [(codes.index(code), booking) for code, booking in db.session.execute(text(pairs))]

    return live.run(read)
