"""By hand on the plan: an exhibitor goes to another booth, two change places, booths are pinned.

Where somebody holds a booth already, her booking moves at once (`shop.fairs.booths.moves`). Where an answer is looked
at, the answer changes and the booth is pinned, so that the next one keeps it. Hard rules hold for hands too.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from shop.assignment import queries, service
from shop.assignment.gather import Asked, Question, question_of
from shop.assignment.models import BoothPin, FairAssignment
from shop.assignment.points import breaches
from shop.assignment.problem import Plan
from shop.assignment.refusals import AssignmentBroken, AssignmentNotReady, BoothHeld, PinNotFound
from shop.assignment.rules import RunState
from shop.fairs import permissions
from shop.fairs import queries as fairs
from shop.fairs.booths import moves
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.refusals import ApplicationNotFound, BoothNotFound
from shop.fairs.rules import LIVE_BOOKING
from shop.fairs.service import lock_fair


@dataclass(frozen=True)
class Drag:
    """An exhibitor (application) goes to a booth, or to none; ``source``: the one of her booths that she leaves.

    ``version``: of the answer as it was seen, None where none was.
    """

    application: str
    to: str | None
    source: str | None = None
    version: int | None = None


def drag(slug: str, one: Drag, by: Actor) -> str:
    """Do it in one transaction; answers ``moved``, ``swapped`` (bookings), ``placed`` or ``removed`` (the answer), or
    ``pinned`` (there is no answer to change).

    Raises BoothHeld, AssignmentBroken, AssignmentNotReady, AssignmentStale, EditConflict, BoothNotFound,
    ApplicationNotFound, and what moving a booking raises.
    """
    with transaction():
        seen = fairs.get_fair(slug)
        authorize(by, "assignment.run", permissions.scope_of(seen))
        holder = _booking_at(seen, one.source, one.application) if one.source else None
        if holder is not None:  # payments are locked before fairs: `moves` sees to it
            return _move(seen, holder, one, by)
        fair = lock_fair(slug, by, "assignment.run")
        if one.to is not None and _bookings_at(fair, one.to):
            raise BoothHeld(booth=one.to)
        run = queries.find_open(fair.id)
        if run is None or run.state != RunState.READY:
            return _pin_only(fair, one, by)
        if one.version is not None:
            check_version(run, one.version)
        return _redraw(fair, run, one, by)


def pin(slug: str, booth_code: str, application_code: str, by: Actor) -> BoothPin:
    """Keep a booth for an exhibitor; pinned for her already it stays so. Raises as `drag`."""
    with transaction():
        fair = lock_fair(slug, by, "assignment.run")
        if _bookings_at(fair, booth_code):
            raise BoothHeld(booth=booth_code)
        _check_pin(fair, application_code, booth_code)
        return _pin(fair, booth_code, application_code, by)


def unpin(slug: str, booth_code: str, by: Actor) -> None:
    """Let the next answer decide about this booth again. Raises PinNotFound."""
    with transaction() as session:
        fair = lock_fair(slug, by, "assignment.run")
        found = queries.find_pin(fair.id, booth_code)
        if found is None:
            raise PinNotFound
        session.delete(found)
        record("assignment.unpinned", f"fair:{slug}", by, booth=booth_code)


def moved(plan: Plan, one: Drag) -> dict[str, tuple[str, ...]]:
    """The plan after a drag: the holder of the target takes the place that became free, or goes without."""
    found = {code: list(stands) for code, stands in plan.items()}
    mine = found.setdefault(one.application, [])
    source = one.source if one.source in mine else (mine[0] if mine else None)
    if one.to is None:
        if source is not None:
            mine.remove(source)
    elif one.to not in mine:
        for code, stands in found.items():
            if one.to in stands and code != one.application:
                at = stands.index(one.to)
                stands[at : at + 1] = [source] if source is not None else []
        mine[:] = [one.to if stand == source else stand for stand in mine] if source is not None else [*mine, one.to]
    return {code: tuple(stands) for code, stands in sorted(found.items()) if stands}


def _redraw(fair: Fair, run: FairAssignment, one: Drag, by: Actor) -> str:
    question = service.fresh(fair, run)
    if one.application not in question.entrants:
        raise ApplicationNotFound
    before = service.plan_of(run.plan)
    after = moved(before, one)
    _check(question, before, after)
    changed = {code for code in {*before, *after} if before.get(code) != after.get(code)}
    freed = {stand for code in changed for stand in before.get(code, ())}
    _drop_pins(fair, freed | ({one.to} if one.to else set()))
    if one.to is not None:  # who had to change place stays there: the next answer does not undo what is seen
        for code in sorted(changed):
            for stand in after.get(code, ()):
                _pin(fair, stand, code, by)
    run.plan = {code: list(stands) for code, stands in after.items()}
    verb = "placed" if one.to is not None else "removed"
    record(
        f"assignment.{verb}", f"assignment:{run.code}", by, application=one.application, to=one.to, source=one.source
    )
    return verb


def _check(question: Question, before: Plan, after: Plan) -> None:
    """Raises AssignmentBroken for a rule that the plan did not break before; only bookings stand above the rules."""
    ground = question.ground
    old = set(breaches(ground, before))
    found = [one for one in breaches(ground, after) if one not in old]
    if found:
        raise AssignmentBroken(breaches=[service.told(one) for one in found])


def _pin_only(fair: Fair, one: Drag, by: Actor) -> str:
    if one.to is None:
        if one.source is None or queries.find_pin(fair.id, one.source) is None:
            raise AssignmentNotReady(state="none")
        _drop_pins(fair, {one.source})
        return "removed"
    _check_pin(fair, one.application, one.to)
    if one.source is not None:
        _drop_pins(fair, {one.source})
    _pin(fair, one.to, one.application, by)
    return "pinned"


def _check_pin(fair: Fair, application: str, booth: str) -> None:
    """Raises AssignmentBroken when the rules keep this exhibitor from this booth."""
    question = question_of(fair, now(), Asked({}, with_waiting=True))
    if application not in question.entrants:
        raise ApplicationNotFound
    if booth not in {stand.code for stand in question.problem.stands}:
        raise BoothNotFound(booth=booth)
    alone = replace(question.problem, pins=(), quota=())
    found = breaches(alone, {application: (booth,)})
    if found:
        raise AssignmentBroken(breaches=[service.told(one) for one in found])


def _pin(fair: Fair, booth_code: str, application_code: str, by: Actor) -> BoothPin:
    booth = fairs.find_booth(fair.id, booth_code)
    if booth is None:
        raise BoothNotFound(booth=booth_code)
    application = _application(fair, application_code)
    found = queries.find_pin(fair.id, booth_code)
    if found is not None and found.application_id == application.id:
        return found
    if found is None:
        found = BoothPin(fair_id=fair.id, booth_id=booth.id)
        db.session.add(found)
    found.application_id, found.pinned_by, found.pinned_at = application.id, by.label[:200], now()
    db.session.flush()
    record("assignment.pinned", f"fair:{fair.slug}", by, booth=booth_code, application=application_code)
    return found


def _drop_pins(fair: Fair, booth_codes: set[str]) -> None:
    """Deleted at once: another pin may take the booth in the same transaction."""
    rows = select(BoothPin).join(Booth, Booth.id == BoothPin.booth_id)
    for one in db.session.scalars(rows.where(BoothPin.fair_id == fair.id, Booth.code.in_(booth_codes))):
        db.session.delete(one)
    db.session.flush()


def _move(fair: Fair, booking: Booking, one: Drag, by: Actor) -> str:
    """A booking goes to a free booth, or changes places with the only booking there."""
    if one.to is None:
        raise BoothHeld(booth=one.source)
    others = _bookings_at(fair, one.to)
    if len(others) > 1:
        raise BoothHeld(booth=one.to)
    if others:
        moves.exchange(booking.code, others[0].code, by)
        return "swapped"
    moves.move(booking.code, one.to, by)
    return "moved"


def _application(fair: Fair, code: str) -> FairApplication:
    found = db.session.scalar(
        select(FairApplication).where(FairApplication.fair_id == fair.id, FairApplication.code == code)
    )
    if found is None:
        raise ApplicationNotFound
    return found


def _bookings_at(fair: Fair, booth_code: str) -> list[Booking]:
    at = Booth.fair_id == fair.id, Booth.code == booth_code, Booth.is_on_plan, Booking.state.in_(LIVE_BOOKING)
    query = select(Booking).join(Booth, Booth.id == Booking.booth_id).where(*at)
    return list(db.session.scalars(query.order_by(Booking.id)))


def _booking_at(fair: Fair, booth_code: str, application_code: str) -> Booking | None:
    application = _application(fair, application_code)
    found = [one for one in _bookings_at(fair, booth_code) if one.application_id == application.id]
    return found[0] if found else None
