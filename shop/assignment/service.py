"""Ask for an answer, and apply it. The solver runs outside any transaction; applying is one transaction.

An answer is applied only on the ground that it was asked on: the same applications, certificates, plan, rules and
bookings. What the organizer moved by hand since is part of it.
"""

import time
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import select, update

from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, end_reading, transaction
from core.events import publish
from core.ids import short_code
from shop.assignment import queries
from shop.assignment.events import AssignmentApplied, AssignmentAsked
from shop.assignment.gather import Asked, Question, days_for, question_of
from shop.assignment.models import BoothPin, FairAssignment
from shop.assignment.points import Breach, breaches
from shop.assignment.problem import Plan, digest_of, document_of, problem_of
from shop.assignment.refusals import AssignmentBroken, AssignmentNotReady, AssignmentStale, NothingToAssign
from shop.assignment.rules import RunState
from shop.assignment.solve import Answer, Unsound, solve
from shop.fairs.applying import applications
from shop.fairs.booths.offers import Given, offer
from shop.fairs.models import Booking, Fair
from shop.fairs.rules import ApplicationState
from shop.fairs.service import lock_fair

log = structlog.get_logger()

_OPEN = (RunState.WAITING, RunState.READY)
#: Up to so many points of a matrix an answer takes less than about two seconds, and is given at once.
QUICK = 12_000


def ask(slug: str, asked: Asked, by: Actor) -> FairAssignment:
    """Put the question of a fair as it stands now; the same question as the open one answers that one.

    An older open answer is dropped. Raises NothingToAssign, FairNotFound, Forbidden, NotFound for another's fair.
    """
    with transaction() as session:
        fair = lock_fair(slug, by, "assignment.run")
        at = now()
        question = question_of(fair, at, asked)
        if not _can_place_somebody(question):
            raise NothingToAssign(applications=len(question.problem.candidates), booths=len(question.problem.stands))
        digest = digest_of(question.problem)
        standing = queries.find_open(fair.id)
        if standing is not None and standing.digest == digest:
            return standing
        older = FairAssignment.fair_id == fair.id, FairAssignment.state.in_(_OPEN)
        session.execute(update(FairAssignment).where(*older).values(state=RunState.DROPPED))
        one = FairAssignment(
            code=short_code("XG"), fair_id=fair.id, state=RunState.WAITING, digest=digest,
            ground=digest_of(question.ground), question=_document(question, asked), solved={}, plan={}, figures={},
            asked_by=by.label[:200], asked_at=at,
        )  # fmt: skip
        session.add(one)
        session.flush()
        record("assignment.asked", f"assignment:{one.code}", by, fair=slug, digest=digest)
        publish(AssignmentAsked(one.code, slug))
        return one


def answer(code: str, by: Actor = SYSTEM) -> FairAssignment:
    """Let the solver find the answer, outside any transaction, and keep it. One that is there already stays.

    A solver that fails, or breaks a rule, leaves the question ``failed``: nothing of it can be applied.
    """
    one = queries.get_run(code)
    if one.state != RunState.WAITING:
        return one
    problem = problem_of(one.question)
    end_reading()
    began = time.process_time()
    try:
        found = solve(problem)
    except (Unsound, ArithmeticError) as fault:
        log.exception("assignment failed", assignment=code, fault=repr(fault))
        found = None
    spent = round((time.process_time() - began) * 1000)
    with transaction():
        locked = _lock(code)
        if locked.state == RunState.WAITING:
            _keep(locked, found, spent, by)
        return locked


def is_quick(one: FairAssignment) -> bool:
    """Whether an answer is found within about two seconds."""
    return len(one.question["stands"]) * len(one.question["candidates"]) <= QUICK


def apply(code: str, version: int | None, by: Actor, *, waitlist_rest: bool = False) -> tuple[FairAssignment, int]:
    """Offer every booth of an answer that nobody holds yet, all or none; answers it and how many were offered.

    With ``waitlist_rest`` accepted exhibitors without a booth go to the waiting list. Applied again it changes nothing.
    Raises AssignmentNotReady, AssignmentStale, AssignmentBroken, EditConflict, and what `offers.offer` raises.
    """
    with transaction():
        slug = queries.slug_of(queries.get_run(code))
        fair = lock_fair(slug, by, "assignment.run")
        one = _lock(code)
        if one.state == RunState.APPLIED:
            return one, 0
        if one.state != RunState.READY:
            raise AssignmentNotReady(state=one.state)
        if version is not None:
            check_version(one, version)
        question = fresh(fair, one)
        plan = plan_of(one.plan)
        check(question, plan)
        given = _given(fair, question, plan)
        made: list[Booking] = offer(slug, given, by) if given else []
        if waitlist_rest:
            _waitlist(question, plan, by)
        one.state, one.applied_by, one.applied_at = RunState.APPLIED, by.label[:200], now()
        _forget_pins(fair, question, plan)
        record("assignment.applied", f"assignment:{code}", by, fair=slug, offers=len(made))
        publish(AssignmentApplied(code, slug, len(made)))
        return one, len(made)


def fresh(fair: Fair, one: FairAssignment) -> Question:
    """The question as it would be asked now. Raises AssignmentStale when the ground of the answer has changed."""
    question = question_of(fair, now(), asked_of(one))
    if digest_of(question.ground) != one.ground:
        raise AssignmentStale
    return question


def check(question: Question, plan: Plan) -> None:
    """Raises AssignmentBroken when a plan breaks a rule."""
    found = breaches(question.problem, plan)
    if found:
        raise AssignmentBroken(breaches=[told(one) for one in found])


def told(one: Breach) -> dict[str, str]:
    """A broken rule as the API says it."""
    return {"rule": one.rule, "application": one.candidate, "booth": one.stand}


def asked_of(one: FairAssignment) -> Asked:
    """What the organizer chose when she asked."""
    said = one.question["asked"]
    return Asked(said["weights"], said["with_waiting"], said["seed"])


def plan_of(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """A plan as it is stored."""
    return {code: tuple(stands) for code, stands in document.items()}


def _lock(code: str) -> FairAssignment:
    query = select(FairAssignment).where(FairAssignment.code == code).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _can_place_somebody(question: Question) -> bool:
    pinned = {stand for _who, stand in question.held}
    placed = {who for who, _stand in question.held}
    problem = question.problem
    return any(one.code not in pinned for one in problem.stands) and any(
        one.code not in placed for one in problem.candidates
    )


def _document(question: Question, asked: Asked) -> dict[str, Any]:
    chosen = {"weights": dict(asked.weights), "with_waiting": asked.with_waiting, "seed": asked.seed}
    held = [[who, stand] for who, stand in question.held]
    return {**document_of(question.problem), "held": held, "asked": chosen}


def _keep(one: FairAssignment, found: Answer | None, spent: int, by: Actor) -> None:
    one.answered_at, one.cpu_ms = now(), spent
    if found is None:
        one.state = RunState.FAILED
    else:
        one.state = RunState.READY
        one.solved = one.plan = {code: list(stands) for code, stands in sorted(found.plan.items())}
        one.figures = figures_document(found)
    record(f"assignment.{one.state}", f"assignment:{one.code}", by, cpu_ms=spent, **one.figures)


def figures_document(found: Answer) -> dict[str, Any]:
    """Score, bound, and first come first served, each by kind of point."""
    mine, queue = found.figures, found.queue
    return {
        "score": mine.score, "bound": found.bound, "share_bp": found.share_bp, "placed": mine.placed,
        "booths": mine.booths, "parts": mine.parts, "queue_score": queue.score, "queue_placed": queue.placed,
        "queue_parts": queue.parts,
    }  # fmt: skip


def _given(fair: Fair, question: Question, plan: Plan) -> list[Given]:
    """What is to be offered: in the order of booths, so that two hands lock in one order."""
    held, on = set(question.held), local_day(now())
    found: list[Given] = []
    for code, stands in plan.items():
        days, is_conditional = days_for(fair, question.entrants[code], on)
        found += [Given(code, stand, days, is_conditional) for stand in stands if (code, stand) not in held]
    return sorted(found, key=lambda one: one.booth)


def _waitlist(question: Question, plan: Plan, by: Actor) -> None:
    for code in sorted(question.entrants):
        if not plan.get(code):
            applications.decide(code, ApplicationState.WAITLISTED, None, by)


def _forget_pins(fair: Fair, question: Question, plan: Plan) -> None:
    """Pins have become bookings."""
    ids = {question.entrants[code].application_id for code, stands in plan.items() if stands}
    pins = select(BoothPin).where(BoothPin.fair_id == fair.id, BoothPin.application_id.in_(ids))
    for pin in db.session.scalars(pins):
        db.session.delete(pin)
