"""Verbs of badges: give one, take one back, give every paid booth some. The booking's lock keeps the number."""

from collections.abc import Sequence
from datetime import datetime

from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.ids import short_code
from shop.fairdays.models import FairBadge
from shop.fairdays.queries import PAID, badges_of, booking_for, fair_for, find_badge, holders_of, live_booking_for
from shop.fairdays.refusals import BadgeNotFound, BadgesUsedUp
from shop.fairdays.rules import MOST_BADGES, free_number
from shop.fairs.booths.rows import lock_booking
from shop.fairs.models import Booking, Fair
from shop.fairs.rulebook import rules_of


def most_badges(fair: Fair) -> int:
    """How many badges one booth of a fair gets."""
    return max(0, min(rules_of(fair).badges_per_booth, MOST_BADGES))


def issue_badge(booking_code: str, name: str, title: str, by: Actor) -> FairBadge:
    """Give a booth one more badge. Raises BadgesUsedUp, BookingNotLive, BookingNotFound, NotFound for another's."""
    with transaction():
        live_booking_for(booking_code, by, "fairdays.prepare")
        booking = lock_booking(booking_code)
        live_booking_for(booking_code, by, "fairdays.prepare")
        most = most_badges(db.session.get_one(Fair, booking.fair_id))
        number = free_number([one.number for one in badges_of([booking.id])[booking.id]], most)
        if number is None:
            raise BadgesUsedUp(most=most)
        badge = _new(booking, number, (name, title), now(), by)
        db.session.flush()
        record("badge.issued", f"badge:{badge.code}", by, booking=booking.code, number=number)
        return badge


def revoke_badge(code: str, by: Actor) -> FairBadge:
    """Take a badge back: it opens nothing any more, and its number is free. Twice has the effect of once.

    Raises BadgeNotFound, NotFound for another's.
    """
    with transaction():
        seen = find_badge(code)
        if seen is None:
            raise BadgeNotFound
        booking = db.session.get_one(Booking, seen.booking_id)
        booking_for(booking.code, by, "fairdays.prepare")
        lock_booking(booking.code)
        badge = db.session.get_one(FairBadge, seen.id, populate_existing=True)
        if badge.revoked_at is None:
            badge.revoked_at, badge.revoked_by = now(), by.label
            record("badge.revoked", f"badge:{code}", by, booking=booking.code)
        return badge


def issue_missing(slug: str, per_booth: int, by: Actor) -> int:
    """Give every paid booth so many badges, without names where nobody gave any; answers how many are new.

    Each booth in a transaction of its own. Raises FairNotFound, NotFound for another's.
    """
    fair = fair_for(slug, by, "fairdays.manage")
    wanted = min(per_booth, most_badges(fair))
    held = holders_of(fair.id, PAID)
    have = badges_of([one.booking.id for one in held])
    short = [one.booking.code for one in held if len(have[one.booking.id]) < wanted]
    return sum(_fill_up(code, wanted, by) for code in short)


def booking_code_of(badge: FairBadge) -> str:
    """The code of the booking that a badge belongs to."""
    return db.session.get_one(Booking, badge.booking_id).code


def _fill_up(booking_code: str, wanted: int, by: Actor) -> int:
    with transaction():
        booking = lock_booking(booking_code)
        if booking.state not in PAID:
            return 0
        taken = [one.number for one in badges_of([booking.id])[booking.id]]
        numbers: Sequence[int] = [one for one in range(1, wanted + 1) if one not in taken][: wanted - len(taken)]
        at = now()
        for number in numbers:
            _new(booking, number, ("", ""), at, by)
        if numbers:
            record("badge.filled_up", f"booking:{booking.code}", by, badges=len(numbers))
        return len(numbers)


def _new(booking: Booking, number: int, whose: tuple[str, str], at: datetime, by: Actor) -> FairBadge:
    badge = FairBadge(
        code=short_code("TD", 12), fair_id=booking.fair_id, booking_id=booking.id, number=number, name=whose[0],
        title=whose[1], issued_at=at, issued_by=by.label,
    )  # fmt: skip
    db.session.add(badge)
    return badge
