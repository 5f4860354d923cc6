"""Who comes to a fair: one verb takes what a phone read at the gate, with and without the network.

A scan carries an id of the phone's own; sent again it gets the same answer. Locks: payment, booth, booking, and the
instant is read behind them. What was let in without the network and should not have been is a conflict, and what
was turned away and should not have been is one too: both are judged when they arrive, as of the day of the scan.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import digest
from shop.fairdays.events import ExhibitorArrived
from shop.fairdays.models import BoothVisit, FairBadge, FairScan
from shop.fairdays.queries import badges_of, day_states, fair_for, find_badge, holders_of, visits_on
from shop.fairdays.refusals import NeverTheirDay, ScanNotFound, ScanReused, ScanSettled
from shop.fairdays.rules import (
    Facts,
    Outcome,
    Settled,
    Trouble,
    is_possible,
    judge,
    judge_day,
    read_code,
)
from shop.fairdays.words import OUTCOMES, TROUBLES
from shop.fairs.booths.coverage import check_in, look_again
from shop.fairs.booths.rows import lock_booking
from shop.fairs.models import Booking, Booth, BoothDay, Fair
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, BookingState


@dataclass(frozen=True)
class Told:
    """What a phone sends: its id of the scan, what it read and when, and what it said when it had no network."""

    uuid: str
    text: str
    scanned_at: datetime
    #: Typed or chosen by the steward: only so is a booking's code taken in place of a badge.
    by_hand: bool = False
    is_offline: bool = False
    #: Without the network: whether the phone said yes.
    was_let_in: bool = True

    @property
    def body_hash(self) -> str:
        """SHA-256 of it all: another scan under the same id is told from the same one sent again."""
        whole = [self.uuid, self.text, self.scanned_at.isoformat(), self.by_hand, self.is_offline, self.was_let_in]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


@dataclass(frozen=True)
class _Seen:
    """Behind the locks: whose code it is, on which day, when she came on that day before, and what speaks against."""

    badge: FairBadge | None
    booking: Booking | None
    at: datetime
    day: date
    had_at: datetime | None
    trouble: Trouble | None


def take_scan(slug: str, told: Told, by: Actor) -> FairScan:
    """Take one scan; ``answer`` of the row is what the phone is told. The same id again answers the same.

    Raises ScanReused for another scan under a used id, FairNotFound, NotFound for another's fair, Busy.
    """
    fair = fair_for(slug, by, "fairdays.check_in")
    try:
        with transaction():
            return _find(fair, told) or _take(fair, told, by)
    except IntegrityError:
        twin = _find(fair, told)
        if twin is None:
            raise
        return twin


def settle_scan(slug: str, uuid: str, decision: Settled, note: str, by: Actor) -> FairScan:
    """Decide a conflict once: she was there, or it does not count.

    Raises ScanNotFound, ScanSettled, NeverTheirDay, FairNotFound, NotFound for another's fair.
    """
    with transaction():
        fair = fair_for(slug, by, "fairdays.manage")
        of_fair = FairScan.fair_id == fair.id, FairScan.uuid == uuid
        scan = db.session.scalar(select(FairScan).where(*of_fair).with_for_update())
        if scan is None:
            raise ScanNotFound
        if scan.outcome != Outcome.CONFLICT or scan.settled is not None:
            raise ScanSettled
        if decision == Settled.COUNTED:
            _count(scan)
        scan.settled, scan.settled_at, scan.settled_by, scan.note = decision, now(), by.label, note
        record("scan.settled", f"fair:{slug}", by, scan=uuid, decision=decision, note=note)
        return scan


def roster(slug: str, by: Actor) -> dict[str, Any]:
    """What a phone needs to judge without the network, today: who may come in, by digests of the codes.

    No badge's code leaves the house with it: whoever finds the phone can print no badge. A booking's code is taken only
    from a steward's hand.
    """
    fair, at = fair_for(slug, by, "fairdays.check_in"), now()
    day = local_day(at)
    holders = {one.booking.id: one for one in holders_of(fair.id)}
    states, came, badges = day_states(fair.id, day), visits_on(fair.id, day), badges_of(holders)
    entries: list[dict[str, Any]] = []
    for key, held in holders.items():
        reason = judge_day(held.booking.state, states.get(key)) or ""
        here = {"booth": held.booth.code, "producer": held.name, "reason": reason, "is_here": key in came}
        entries.append(
            {"key": key_of(held.booking.code), "booking": held.booking.code, "name": "", "title": "", **here}
        )
        entries += [
            {"key": key_of(one.code), "booking": "", "name": one.name, "title": one.title, **here}
            for one in badges.get(key, ())
        ]
    is_open = fair.opens_on <= day <= fair.closes_on
    return {"fair": fair.slug, "name": fair.name, "day": day, "at": at, "is_open": is_open, "entries": entries}


def key_of(code: str) -> str:
    """Under what the phone finds a code that it read: the beginning of its SHA-256."""
    return digest(code)[:32]


def _find(fair: Fair, told: Told) -> FairScan | None:
    scan = db.session.scalar(select(FairScan).where(FairScan.uuid == told.uuid))
    if scan is not None and (scan.body_hash != told.body_hash or scan.fair_id != fair.id):
        raise ScanReused
    return scan


def _take(fair: Fair, told: Told, by: Actor) -> FairScan:
    seen = _look(fair, told, by)
    outcome = _outcome(told, seen)
    reason = Trouble.TURNED_AWAY if seen.trouble is None and outcome == Outcome.CONFLICT else seen.trouble
    scan = FairScan(
        uuid=told.uuid, fair_id=fair.id, booking_id=seen.booking.id if seen.booking else None,
        badge_id=seen.badge.id if seen.badge else None, scanned=told.text, scanned_at=told.scanned_at, day=seen.day,
        received_at=seen.at, is_offline=told.is_offline, outcome=outcome, reason=reason or "", body_hash=told.body_hash,
        answer=_answer(told, seen, outcome, reason), by_id=by.user_id, by_label=by.label,
    )  # fmt: skip
    db.session.add(scan)
    db.session.flush()
    if outcome == Outcome.ACCEPTED and seen.booking is not None:
        _arrive(fair, scan, seen.booking, by)
    return scan


def _look(fair: Fair, told: Told, by: Actor) -> _Seen:
    """Find whose code it is, lock her booking, and judge by the day of the scan."""
    read = read_code(told.text)
    badge = find_badge(read.badge) if read.badge else None
    booking = (
        db.session.get_one(Booking, badge.booking_id) if badge else _booking(read.booking if told.by_hand else None)
    )
    is_ours = booking is not None and booking.fair_id == fair.id
    if booking is not None and is_ours:
        booking = lock_booking(booking.code)
    at = now()
    is_time_right = is_possible(told.scanned_at, at, is_offline=told.is_offline)
    day = local_day(told.scanned_at if told.is_offline and is_time_right else at)
    if badge is not None:
        db.session.refresh(badge)
    if booking is None or not is_ours:
        trouble = Trouble.UNKNOWN if booking is None else Trouble.OTHER_FAIR
        return _Seen(None, None, at, day, None, trouble)
    if booking.state in LIVE_BOOKING and day == local_day(at):
        look_again(booking.code, day, by)
    had_at = _came_before(badge, booking, day)
    facts = Facts(True, True, badge is None or badge.revoked_at is None, booking.state, _day_state(booking, day))
    return _Seen(badge, booking, at, day, had_at, judge(facts) if is_time_right else Trouble.CLOCK)


def _outcome(told: Told, seen: _Seen) -> Outcome:
    if told.is_offline and told.was_let_in != (seen.trouble is None):
        return Outcome.CONFLICT
    if seen.trouble is not None:
        return Outcome.REFUSED
    return Outcome.REPEATED if seen.had_at is not None else Outcome.ACCEPTED


def _booking(code: str | None) -> Booking | None:
    return db.session.scalar(select(Booking).where(Booking.code == code)) if code else None


def _day_state(booking: Booking, day: date) -> str | None:
    of_day = BoothDay.booking_id == booking.id, BoothDay.day == day, BoothDay.state.in_(LIVE_DAY)
    return db.session.scalar(select(BoothDay.state).where(*of_day))


def _came_before(badge: FairBadge | None, booking: Booking, day: date) -> datetime | None:
    if badge is None:
        return db.session.scalar(
            select(BoothVisit.came_at).where(BoothVisit.booking_id == booking.id, BoothVisit.day == day)
        )
    same = FairScan.badge_id == badge.id, FairScan.day == day, FairScan.outcome == Outcome.ACCEPTED
    return db.session.scalar(select(FairScan.scanned_at).where(*same).order_by(FairScan.id).limit(1))


def _arrive(fair: Fair, scan: FairScan, booking: Booking, by: Actor) -> None:
    """Write the day down, and let the booking be checked in by its first arrival."""
    is_new = _visit(scan, booking.id)
    if booking.state == BookingState.PAID:
        check_in(booking.code, by, scan.day)
    if is_new:
        publish(ExhibitorArrived(booking.code, fair.slug, scan.day.isoformat()))


def _visit(scan: FairScan, booking_id: int) -> bool:
    """Write that she came on the scan's day, unless it stands there; the caller holds the booking's lock."""
    of_day = BoothVisit.booking_id == booking_id, BoothVisit.day == scan.day
    if db.session.scalar(select(BoothVisit.id).where(*of_day)) is not None:
        return False
    came_at = scan.scanned_at if scan.is_offline else scan.received_at
    db.session.add(BoothVisit(booking_id=booking_id, day=scan.day, came_at=came_at, scan_id=scan.id))
    db.session.flush()
    return True


def _count(scan: FairScan) -> None:
    """A conflict counts: what really happened is written down, whatever the booking is now."""
    if scan.booking_id is None:
        raise NeverTheirDay
    booking = lock_booking(db.session.get_one(Booking, scan.booking_id).code)
    ever = select(BoothDay.id).where(BoothDay.booking_id == booking.id, BoothDay.day == scan.day).limit(1)
    if db.session.scalar(ever) is None:
        raise NeverTheirDay
    _visit(scan, booking.id)


def _answer(told: Told, seen: _Seen, outcome: Outcome, reason: Trouble | None) -> dict[str, Any]:
    """What the phone shows: plain values, kept as they were told."""
    booking = seen.booking
    producer = db.session.get_one(Producer, booking.producer_id).name if booking else ""
    booth = db.session.get_one(Booth, booking.booth_id).code if booking else ""
    return {
        "uuid": told.uuid, "outcome": outcome.value, "reason": reason.value if reason else "",
        "words": str(TROUBLES[reason]) if reason else str(OUTCOMES[outcome]), "booth": booth, "producer": producer,
        "booking": booking.code if booking else "", "name": seen.badge.name if seen.badge else "",
        "title": seen.badge.title if seen.badge else "", "day": seen.day.isoformat(),
        "came_at": seen.had_at.isoformat() if seen.had_at else None, "received_at": seen.at.isoformat(),
    }  # fmt: skip
