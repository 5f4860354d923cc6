"""Postpone a fair (case F4): every booking is judged anew on the new days in one transaction, the i-th to the i-th.

A day that a certificate covers moves as it is; one that nothing covers waits for a renewed certificate; one that a
shorter fair no longer has falls away and is paid back. Every holder is told and may leave with everything back until
the deadline; who says nothing stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of as producer_scope
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import day_end, local_day, now, today
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.events import publish
from shop.fairs import permissions, queries
from shop.fairs.booths.fees import call_off, fee_end, give_back, share_of
from shop.fairs.booths.rows import let_go, lock_booking
from shop.fairs.booths.steps import note
from shop.fairs.events import BoothReleased, FairMoved, MoveTold
from shop.fairs.life.editing import rejudge, waiting_among
from shop.fairs.life.facts import FACTS, faults_of
from shop.fairs.life.ground import Ground, Moving, coverage_of, live_days, lock_ground, rewrite, see_ground
from shop.fairs.life.models import Choice, FairMove, FairMoveChoice
from shop.fairs.models import Booking, Fair, FairApplication
from shop.fairs.refusals import ChoiceOver, FairNotOpen, MoveNotYours
from shop.fairs.rulebook import last_renewal_day, rules_of
from shop.fairs.rules import LIVE_APPLICATION, LIVE_BOOKING, LIVE_DAY, BookingState, DayState, FairState, fair_days

_PAID = (BookingState.PAID, BookingState.CHECKED_IN)
_DEADLINES = ("decide_by", "pay_by", "renew_by")


@dataclass(frozen=True)
class Move:
    """The new days, what holders are told, until when they may leave, and another end of applications if any."""

    opens_on: date
    closes_on: date
    because: str
    choose_by: date
    applications_until: date | None = None


@dataclass(frozen=True)
class Turned:
    """What becomes of one booking: days that move covered, that wait for a certificate, that fall away; đồng back."""

    booking: Booking
    booth: str
    days_kept: int
    days_waiting: int
    days_dropped: int
    back_vnd: int
    moving: tuple[Moving, ...]

    @property
    def is_lost(self) -> bool:
        """Whether no day of it is left."""
        return not self.days_kept and not self.days_waiting


@dataclass(frozen=True)
class Foreseen:
    """What a postponement would do, or did: its bookings, applications, and those of them that then wait."""

    turned: tuple[Turned, ...]
    applications: int
    applications_waiting: int


def foresee(slug: str, move: Move, by: Actor) -> Foreseen:
    """What the same postponement would do now; nothing is written. Raises as `move_fair`."""
    fair = queries.get_fair(slug)
    authorize(by, "fairs.manage", permissions.scope_of(fair))
    on = today()
    _check(fair, move, on)
    live = FairApplication.fair_id == fair.id, FairApplication.state.in_(LIVE_APPLICATION)
    found = db.session.scalars(select(FairApplication).where(*live).options(selectinload(FairApplication.products)))
    applications = found.all()
    waiting = waiting_among(fair, applications, fair_days(move.opens_on, move.closes_on))
    return Foreseen(_turn_all(see_ground(fair), move, on, keeps=False), len(applications), len(waiting))


def move_fair(slug: str, move: Move, version: int, by: Actor) -> tuple[FairMove, Foreseen]:
    """Give a fair other days, at most as many as it has, with everything that stands on it.

    Raises EditConflict, FairNotOpen for a fair that is not open or has begun, Invalid for the days, Busy.
    """
    with transaction() as session:
        ground = lock_ground(slug, by)
        fair, at = ground.fair, now()
        on = local_day(at)
        check_version(fair, version)
        _check(fair, move, on)
        turned = _turn_all(ground, move, on, keeps=True)
        kept = _write(fair, move, at, by)
        _give_back(turned, on, by)
        rewrite([one for turn in turned for one in turn.moving])
        for turn in turned:
            _settle(turn, fair, move, at, by)
            session.expire(turn.booking, ["days"])
        applications, waiting = rejudge(fair, on)
        session.flush()
        _tell(fair, kept, turned)
        record(
            "fair.moved", f"fair:{slug}", by, opens_on=move.opens_on, closes_on=move.closes_on, because=move.because,
            bookings=len(turned),
        )  # fmt: skip
        return kept, Foreseen(turned, applications, waiting)


def choose(code: str, choice: Choice, by: Actor) -> FairMoveChoice:
    """A holder stays, or leaves and gets everything back. The same said twice has the effect of once.

    Raises MoveNotYours when nothing is asked of this booking, ChoiceOver after the last day, BookingNotFound, and
    NotFound for another's booking.
    """
    with transaction():
        seen = queries.get_booking(code)
        fair = db.session.get_one(Fair, seen.fair_id)
        owner = producer_scope(db.session.get_one(Producer, seen.producer_id))
        authorize(by, "moves.choose", owner, permissions.scope_of(fair))
        booking, at = lock_booking(code), now()
        asked, move = _last_asked(booking.id)
        if asked.state == choice:
            return asked
        if asked.state not in (Choice.OPEN, Choice.STAYS) or booking.state not in LIVE_BOOKING:
            raise MoveNotYours
        if local_day(at) > move.choose_by:
            raise ChoiceOver(choose_by=move.choose_by)
        asked.state, asked.chosen_at, asked.chosen_by = choice, at, by.label[:200]
        if choice == Choice.LEAVES:
            days = queries.days_of(booking.id, *LIVE_DAY)
            give_back(booking, days, local_day(at), by)
            let_go(booking, days, "withdrawn", by)
        record(f"booking.{choice}", f"booking:{code}", by, move=move.id)
        return asked


def close_choices(on: date) -> int:
    """Who said nothing by the last day stays; answers how many."""
    with transaction() as session:
        over = select(FairMove.id).where(FairMove.choose_by < on)
        due = FairMoveChoice.state == Choice.OPEN, FairMoveChoice.move_id.in_(over)
        return int(session.execute(update(FairMoveChoice).where(*due).values(state=Choice.ENDED)).rowcount)  # type: ignore[attr-defined]


def asked_of(booking_ids: Sequence[int]) -> dict[int, tuple[FairMoveChoice, FairMove]]:
    """The last postponement that each of these bookings was asked about, in one statement."""
    query = select(FairMoveChoice, FairMove).join(FairMove, FairMove.id == FairMoveChoice.move_id)
    rows = db.session.execute(query.where(FairMoveChoice.booking_id.in_(booking_ids)).order_by(FairMove.id))
    return {choice.booking_id: (choice, move) for choice, move in rows}


def moves_of(fair_id: int) -> Sequence[FairMove]:
    """A fair's postponements, the latest first."""
    return db.session.scalars(select(FairMove).where(FairMove.fair_id == fair_id).order_by(FairMove.id.desc())).all()


def _last_asked(booking_id: int) -> tuple[FairMoveChoice, FairMove]:
    found = asked_of([booking_id]).get(booking_id)
    if found is None:
        raise MoveNotYours
    return found


def _check(fair: Fair, move: Move, on: date) -> None:
    if fair.state != FairState.OPEN or fair.opens_on <= on:
        raise FairNotOpen(state=fair.state)
    errors = faults_of({**{name: getattr(fair, name) for name in FACTS}, **_values(fair, move)}, on)
    days, before = (move.closes_on - move.opens_on).days, (fair.closes_on - fair.opens_on).days
    if (move.opens_on, move.closes_on) == (fair.opens_on, fair.closes_on):
        errors["opens_on"] = [_("Ngày mới trùng với ngày đang có.")]
    elif days > before and "closes_on" not in errors:
        errors["closes_on"] = [_("Dời ngày không thêm ngày: nhiều nhất %(days)d ngày như đang có.", days=before + 1)]
    if not on <= move.choose_by < move.opens_on:
        errors["choose_by"] = [_("Hạn chọn phải từ hôm nay và trước ngày khai mạc mới.")]
    if errors:
        raise Invalid(errors)


def _values(fair: Fair, move: Move) -> dict[str, date | None]:
    """The fair's days after it: deadlines keep their distance from the opening."""
    shift = move.opens_on - fair.opens_on
    moved = {name: day + shift if (day := getattr(fair, name)) is not None else None for name in _DEADLINES}
    until = move.applications_until or fair.applications_until
    return {"opens_on": move.opens_on, "closes_on": move.closes_on, "applications_until": until, **moved}


def _turn_all(ground: Ground, move: Move, on: date, *, keeps: bool) -> tuple[Turned, ...]:
    fair = ground.fair
    new_days = fair_days(move.opens_on, move.closes_on)
    after = dict(zip(fair_days(fair.opens_on, fair.closes_on), new_days, strict=False))
    covered = coverage_of(ground, new_days, rules_of(fair).stars_min, keeps=keeps)
    found: list[Turned] = []
    for booking in ground.bookings:
        own, is_paid = covered[booking.id], booking.state in _PAID
        moving: list[Moving] = []
        for row in live_days(booking):
            day = after.get(row.day)
            term = own.get(day) if day is not None else None
            covered_state = DayState.PAID if is_paid else DayState.HOLD
            moving.append(Moving(row, day, covered_state if term else DayState.CONDITIONAL, term))
        found.append(_turned(booking, ground.booths[booking.booth_id].code, moving, is_paid=is_paid))
    return tuple(found)


def _turned(booking: Booking, booth: str, moving: Sequence[Moving], *, is_paid: bool) -> Turned:
    dropped = [one for one in moving if one.day is None]
    waiting = sum(one.day is not None and one.term is None for one in moving)
    back = sum(share_of(one.row) for one in dropped) if is_paid else 0
    kept = len(moving) - len(dropped) - waiting
    return Turned(booking, booth, kept, waiting, len(dropped), back, tuple(moving))


def _write(fair: Fair, move: Move, at: datetime, by: Actor) -> FairMove:
    """The fair's new days and the record of it; what was asked about an earlier postponement is asked no more."""
    kept = FairMove(
        fair_id=fair.id, was_opens_on=fair.opens_on, was_closes_on=fair.closes_on, opens_on=move.opens_on,
        closes_on=move.closes_on, because=move.because, choose_by=move.choose_by, moved_at=at,
        moved_by=by.label[:200],
    )  # fmt: skip
    for name, value in _values(fair, move).items():
        setattr(fair, name, value)
    earlier = select(FairMove.id).where(FairMove.fair_id == fair.id)
    asked = FairMoveChoice.state == Choice.OPEN, FairMoveChoice.move_id.in_(earlier)
    db.session.execute(update(FairMoveChoice).where(*asked).values(state=Choice.REPLACED))
    db.session.add(kept)
    db.session.flush()
    return kept


def _give_back(turned: Sequence[Turned], on: date, by: Actor) -> None:
    """Money first, while the rows still say what was paid: days that fall away, and fees asked for too early."""
    for turn in turned:
        dropped = [one.row for one in turn.moving if one.day is None]
        if dropped:
            give_back(turn.booking, dropped, on, by)
        elif turn.days_waiting and turn.booking.state not in _PAID:
            call_off(turn.booking, by, "its days have changed")


def _settle(turn: Turned, fair: Fair, move: Move, at: datetime, by: Actor) -> None:
    """The booking's own deadlines: a fee that is awaited is awaited at least until the holder has chosen."""
    booking = turn.booking
    if turn.is_lost:
        booking.state, booking.expires_at, booking.renew_by = BookingState.RELEASED, None, None
        booking.ended_because = "moved"
        first, last = turn.moving[0].row.day, turn.moving[-1].row.day
        publish(BoothReleased(booking.code, fair.slug, turn.booth, "moved", first, last))
    else:
        booking.renew_by = last_renewal_day(fair, local_day(at)) if turn.days_waiting else None
        if booking.state not in _PAID:
            first = min(one.day for one in turn.moving if one.day is not None)
            ends = max(booking.expires_at or fee_end(booking, fair, at, first), day_end(move.choose_by))
            booking.expires_at = None if turn.days_waiting else min(ends, day_end(first))
    note(
        booking, "moved_days", by, kept=turn.days_kept, waiting=turn.days_waiting, dropped=turn.days_dropped,
        opens_on=move.opens_on,
    )  # fmt: skip


def _tell(fair: Fair, move: FairMove, turned: Sequence[Turned]) -> None:
    """Every holder is asked; every other live applicant is told."""
    live = FairApplication.fair_id == fair.id, FairApplication.state.in_(LIVE_APPLICATION)
    query = select(FairApplication.id, FairApplication.code).where(*live)
    codes: dict[int, str] = {row[0]: row[1] for row in db.session.execute(query)}
    for turn in turned:
        state = Choice.ENDED if turn.is_lost else Choice.OPEN
        db.session.add(FairMoveChoice(
            move_id=move.id, booking_id=turn.booking.id, state=state, days_kept=turn.days_kept,
            days_waiting=turn.days_waiting, days_dropped=turn.days_dropped,
        ))  # fmt: skip
        code = codes.pop(turn.booking.application_id, None)
        code = code or db.session.get_one(FairApplication, turn.booking.application_id).code
        publish(MoveTold(move.id, code, turn.booking.code))
    for code in codes.values():
        publish(MoveTold(move.id, code, None))
    publish(FairMoved(fair.slug, move.id))
