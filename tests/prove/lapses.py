"""P12: every last day, revocation and renewal around a fair of one to five days, against a reading of the table that
knows nothing of the rules of the house. Used by the proof (all cases) and by a test of each day (some of them).

A case: the certificate's last fair day (−1: the day before the opening), and what happens: nothing; a revocation on a
fair day; a renewal that begins on a fair day, verified in time (before the renewal deadline) or too late (on that day).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product as pairs

from catalog.certificates.models import Certificate
from core.accounts.actor import Actor
from core.clock import day_start, today, travel
from core.db import db, transaction
from shop.fairs import queries
from shop.fairs.booths import coverage
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.booths.invariants import booths_covered, booths_single
from shop.fairs.models import Booking, Fair

OFFSETS = tuple(range(-1, 7))
LENGTHS = (1, 2, 3, 4, 5)
KINDS = ("nothing", "revoked", "renewed", "renewed late")
#: Days between the booking and the opening; the renewal deadline is fifteen days before the opening.
AHEAD = 40
PRICE = 3_000_000


@dataclass(frozen=True)
class Case:
    """One booth: ``ends`` and ``happens`` are fair days counted from 0."""

    length: int
    ends: int
    kind: str
    happens: int = 0


@dataclass(frozen=True)
class Seen:
    """What is left: the fair days still held, the state, and đồng owed back."""

    days: tuple[int, ...]
    state: str
    back_vnd: int


@dataclass
class Played:
    """A case on its booth."""

    case: Case
    booking: str
    product_id: int


def all_cases(lengths: Iterable[int] = LENGTHS, offsets: Sequence[int] = OFFSETS) -> list[Case]:
    """Every pair of last day and happening, for fairs of each length."""
    made: list[Case] = []
    for length in lengths:
        made += [Case(length, ends, "nothing") for ends in offsets]
        made += [Case(length, ends, kind, day) for kind in KINDS[1:] for ends, day in pairs(offsets, offsets)]
    return made


def read_table(case: Case) -> Seen:
    """What the table says: days covered as known are kept; the rest is lost at the deadline unless it is renewed in
    time; a revocation takes every day from its own on, and what was paid for them comes back, by whole days.
    """
    days = set(range(case.length))
    held = {day for day in days if day <= case.ends}
    if case.kind == "renewed":
        held |= {day for day in days if day >= case.happens}
    paid = {day: PRICE // case.length + (day < PRICE % case.length) for day in held}
    lost = {day for day in held if case.kind == "revoked" and day >= case.happens}
    left = tuple(sorted(held - lost))
    return Seen(left, "paid" if left else "released", sum(paid[day] for day in lost))


def play(cases: Sequence[Case]) -> list[str]:
    """Play cases of one length on a fair of their own, each on a booth of its own; answers what differs."""
    from tests import make

    (length,) = {case.length for case in cases}
    fair = make.fair(booths=len(cases), opens_on=today() + timedelta(AHEAD), days=length)
    organizer = make.actor("fair_organizer", ("fair", fair.slug))
    wrong: list[str] = []
    played = [_place(fair, number, case, organizer) for number, case in enumerate(cases, 1)]
    _pay_all(played, organizer)
    for night in (-16, -14, *range(-1, length + 1)):
        with travel(day_start(fair.opens_on + timedelta(night)) + timedelta(hours=1)):
            for one in played:
                _happen(one, fair, night)
            coverage.look_at_all(today())
            _pay_all(played, organizer)
            wrong += [f"night {night}: {line}" for line in (*booths_covered(), *booths_single())]
    for one in played:
        seen, said = _see(one, fair), read_table(one.case)
        if seen != said:
            wrong.append(f"{one.case}: {seen}, and the table says {said}")
    return wrong


def _place(fair: Fair, number: int, case: Case, organizer: Actor) -> Played:
    from tests import make

    product = make.product(producer=make.producer())
    make.certificate(product, valid_until=fair.opens_on + timedelta(case.ends))
    code = make.application(fair, product=product).code
    booking, _ = book(fair.slug, f"A{number:02}", Claim(code, is_conditional=True), organizer)
    return Played(case, booking.code, product.id)


def _happen(one: Played, fair: Fair, night: int) -> None:
    from tests import make

    case, begins = one.case, fair.opens_on + timedelta(one.case.happens)
    is_today = night == case.happens
    if (case.kind == "renewed" and night == -16) or (case.kind == "renewed late" and is_today):
        with transaction():  # who verifies a successor ends what came before it
            _certificate(one.product_id).governs_until = begins - timedelta(1)
        product = queries.names_of((), [one.product_id]).products[one.product_id]
        make.certificate(product, valid_from=begins, valid_until=begins + timedelta(400))
    if case.kind == "revoked" and is_today:
        _revoke(one.product_id, begins)


def _revoke(product_id: int, on: date) -> None:
    with transaction():
        one = _certificate(product_id)
        one.revoked_on, one.revocation_number, one.revocation_ground = on, "9/QĐ-UBND", "breach"
        one.revocation_authority, one.revocation_recorded_at = "UBND thành phố", day_start(today())


def _certificate(product_id: int) -> Certificate:
    return db.session.query(Certificate).filter_by(product_id=product_id).one()


def _pay_all(played: Sequence[Played], organizer: Actor) -> None:
    """Who has days, and waits for no certificate, pays for them."""
    for one in played:
        booking = queries.get_booking(one.booking)
        if booking.state == "hold" and booking.renew_by is None:
            record_payment(one.booking, "at_store", None, organizer)


def _see(one: Played, fair: Fair) -> Seen:
    db.session.expire_all()
    booking: Booking = queries.get_booking(one.booking)
    live = queries.days_of(booking.id, "hold", "paid", "conditional")
    return Seen(tuple((row.day - fair.opens_on).days for row in live), booking.state, booking.refund_due_vnd)
