"""Answers and explanations as pages and the API show them."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.actor import Actor
from core.accounts.permissions import authorize, is_allowed
from core.db import db
from shop.assignment import explain, points, queries
from shop.assignment.explain import Why
from shop.assignment.models import FairAssignment
from shop.assignment.problem import Candidate, Problem, problem_of
from shop.assignment.refusals import AssignmentNotFound
from shop.assignment.rules import RunState
from shop.assignment.service import plan_of
from shop.fairs import permissions
from shop.fairs import queries as fairs
from shop.fairs.models import Fair

#: The order in which points are told.
KINDS = (
    "placed", "further", "star", "review", "home", "new", "early", "site", "kind", "near_feature", "far_feature",
    "neighbour", "rival", "group", "fair",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One exhibitor of an answer; ``points``: what her booths bring her."""

    one: Candidate
    booths: tuple[str, ...]
    standing: str
    points: int


def places_of(run: FairAssignment, pins: dict[str, str]) -> list[Place]:
    """Every exhibitor of an answer: with a booth by its number, then those without, the most stars first."""
    problem, plan = problem_of(run.question), plan_of(run.plan)
    held = {(who, stand) for who, stand in run.question["held"]}
    terms = points.terms_of(problem, plan)
    found = [
        Place(
            one, plan.get(one.code, ()), _standing(one.code, plan.get(one.code, ()), held, pins),
            sum(term.points for term in terms.get(one.code, ())),
        )
        for one in problem.candidates
    ]  # fmt: skip
    return sorted(found, key=lambda p: (not p.booths, p.booths, -p.one.stars, -p.one.score, p.one.code))


def score_now(run: FairAssignment) -> int:
    """The score of an answer with what was moved by hand."""
    return points.total(problem_of(run.question), plan_of(run.plan))


def _standing(code: str, booths: tuple[str, ...], held: set[tuple[str, str]], pins: dict[str, str]) -> str:
    if not booths:
        return "none"
    if all((code, stand) in held for stand in booths):
        return "held"
    return "pinned" if any(pins.get(stand) == code for stand in booths) else "new"


def parts_of(run: FairAssignment) -> list[dict[str, Any]]:
    """Points by kind beside first come first served; kinds that neither has are left out."""
    mine, queue = run.figures.get("parts", {}), run.figures.get("queue_parts", {})
    return [
        {"kind": kind, "points": mine.get(kind, 0), "first_come": queue.get(kind, 0)}
        for kind in KINDS
        if mine.get(kind) or queue.get(kind)
    ]


def run_view(run: FairAssignment, offers: int = 0) -> dict[str, Any]:
    """An answer for the API."""
    pins = queries.pins_of(run.fair_id)
    places = [
        {
            "application": place.one.code, "producer": place.one.name, "stars": place.one.stars,
            "area": place.one.area, "booths": list(place.booths), "standing": place.standing,
        }
        for place in (places_of(run, pins) if run.answered_at is not None else [])
    ]  # fmt: skip
    figures = run.figures
    return {
        "code": run.code, "state": run.state, "digest": run.digest, "seed": run.question["seed"],
        "score": score_now(run) if places else None, "bound": figures.get("bound"),
        "share_bp": figures.get("share_bp"), "first_come_score": figures.get("queue_score"),
        "first_come_placed": figures.get("queue_placed"), "placed": sum(bool(one["booths"]) for one in places),
        "parts": parts_of(run), "places": places, "cpu_ms": run.cpu_ms, "asked_at": run.asked_at,
        "applied_at": run.applied_at, "offers": offers, "version": run.version,
    }  # fmt: skip


def why_for(fair: Fair, application_code: str, by: Actor) -> tuple[FairAssignment, Problem, Why]:
    """The explanation for one exhibitor: an organizer reads the newest answer, the exhibitor the one applied last.

    Raises ApplicationNotFound, AssignmentNotFound; NotFound for another's application.
    """
    application = fairs.get_application(application_code)
    if application.fair_id != fair.id:
        raise AssignmentNotFound
    scope = permissions.scope_of(fair)
    producer = db.session.get_one(Producer, application.producer_id)
    authorize(by, "assignment.why", scope, scope_of(producer))
    runs_it = is_allowed(by, "assignment.read", scope)
    run = queries.find_latest(fair.id) if runs_it else queries.find_applied(fair.id)
    if run is None or run.state not in (RunState.READY, RunState.APPLIED):
        raise AssignmentNotFound
    problem = problem_of(run.question)
    if application_code not in {one.code for one in problem.candidates}:
        raise AssignmentNotFound
    return run, problem, explain.why(problem, plan_of(run.plan), application_code)


def why_url(fair: Fair, application_code: str) -> str | None:
    """Where an exhibitor reads why, once an answer that asked about her was applied."""
    run = queries.find_applied(fair.id)
    if run is None or all(one["code"] != application_code for one in run.question["candidates"]):
        return None
    return url_for("fair_assignment.own_why", slug=fair.slug, application=application_code)


def why_view(found: Why, *, tells_others: bool) -> dict[str, Any]:
    """An explanation for the API; to an exhibitor others' wishes stay untold."""
    terms = found.terms if tells_others else told_terms(found)
    return {
        "application": found.code, "booths": list(found.stands), "pinned": found.is_pinned, "points": found.points,
        "terms": [{"kind": one.kind, "points": one.points, "about": one.about} for one in terms],
        "unmet": [list(one) for one in found.unmet],
        "others": [
            {
                "booth": one.stand, "verdict": one.verdict, "missing": [f"{rule}:{what}" for rule, what in one.missing],
                "own": one.own, "loss": one.loss,
            }
            for one in found.others
        ],
    }  # fmt: skip


def told_terms(found: Why) -> list[points.Term]:
    """Terms without the names of those beside her whom she did not name herself."""
    return [
        points.Term(one.kind, one.points) if one.kind in ("group", "review") else one for one in found.terms
    ]  # fmt: skip
