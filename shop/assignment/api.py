"""/api/v1/fairs/{slug}/assignment: find an answer, look at it, change it by hand, apply it; pins; and why."""

from typing import Any

from flask import Response

from core.accounts.permissions import authorize, is_allowed
from core.web.access import current_actor, needs
from core.web.api import Blueprint
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version
from shop.assignment import dragging, queries, schemas, service, views
from shop.assignment.gather import Asked
from shop.assignment.models import FairAssignment
from shop.assignment.refusals import AssignmentNotFound, AssignmentNotReady
from shop.assignment.rules import RunState
from shop.fairs import permissions
from shop.fairs import queries as fairs
from shop.fairs.answers import answer
from shop.fairs.models import Fair

assignments = Blueprint("api_assignment", __name__, url_prefix="/fairs", description="Which exhibitor gets which booth")


@assignments.post("/<slug>/assignment")
@needs("assignment.run")
@assignments.arguments(schemas.AssignmentIn)
@assignments.response(200, schemas.AssignmentOut)
def assign(body: dict[str, Any], slug: str) -> Response:
    """Find the answer (up to ten seconds). Unless `dry_run` is true its booths are offered, all or none.

    Safe to repeat without a key: the same question has the same answer, and offers that stand stay as they are.
    """
    by = current_actor()
    asked = Asked(body["weights"], body["with_waiting"], body["seed"])
    run = service.answer(service.ask(slug, asked, by).code, by)
    if run.state == RunState.FAILED:
        raise AssignmentNotReady(state=run.state)
    offers = 0
    if not body["dry_run"]:
        run, offers = service.apply(run.code, run.version, by, waitlist_rest=body["waitlist_rest"])
    return _answer(run, offers)


@assignments.get("/<slug>/assignment")
@needs("assignment.read")
@assignments.response(200, schemas.AssignmentOut)
def show(slug: str) -> Response:
    """The newest answer with its version (ETag)."""
    run = queries.find_latest(_own(slug).id)
    if run is None:
        raise AssignmentNotFound
    return _answer(run)


@assignments.post("/<slug>/assignment/application")
@needs("assignment.run")
@idempotent
@assignments.response(200, schemas.AssignmentOut)
def apply(slug: str) -> Response:
    """Offer the booths of the newest answer as it stands, with what was moved by hand (If-Match)."""
    run = queries.find_latest(_own(slug).id)
    if run is None:
        raise AssignmentNotFound
    return _answer(*service.apply(run.code, expected_version(), current_actor()))


@assignments.post("/<slug>/assignment/places")
@needs("assignment.run")
@assignments.arguments(schemas.DragIn)
@idempotent
@assignments.response(200, schemas.DragOut)
def drag(body: dict[str, Any], slug: str) -> Response:
    """Put an exhibitor on a booth, or on none; who stands there takes the place that became free (If-Match)."""
    one = dragging.Drag(body["application"], body["booth"], body["source"], expected_version())
    done = dragging.drag(slug, one, current_actor())
    run = queries.find_open(_own(slug).id)
    response = answer(schemas.DragOut(), {"done": done, "version": run.version if run else None}, 200)
    return with_version(response, run) if run else response


@assignments.put("/<slug>/pins/<booth>")
@needs("assignment.run")
@assignments.arguments(schemas.PinIn)
@idempotent
@assignments.response(200, schemas.PinOut)
def pin(body: dict[str, Any], slug: str, booth: str) -> Response:
    """Keep a booth for an exhibitor; every answer to come respects it."""
    dragging.pin(slug, booth, body["application"], current_actor())
    return answer(schemas.PinOut(), {"booth": booth, "application": body["application"]}, 200)


@assignments.delete("/<slug>/pins/<booth>")
@needs("assignment.run")
@idempotent
@assignments.response(204)
def unpin(slug: str, booth: str) -> Response:
    """Let the next answer decide about this booth."""
    dragging.unpin(slug, booth, current_actor())
    return Response(status=204)


@assignments.get("/<slug>/assignment/why")
@needs("assignment.why")
@assignments.arguments(schemas.WhyQuery, location="query")
@assignments.response(200, schemas.WhyBoothOut)
def why(query: dict[str, Any], slug: str) -> Response:
    """Why an exhibitor has this booth, and why not each other one: to her and to the organizers."""
    fair, by = fairs.get_fair(slug), current_actor()
    _run, _problem, found = views.why_for(fair, query["application"], by)
    runs_it = is_allowed(by, "assignment.read", permissions.scope_of(fair))
    return answer(schemas.WhyBoothOut(), views.why_view(found, tells_others=runs_it), 200)


def _own(slug: str) -> Fair:
    fair = fairs.get_fair(slug)
    authorize(current_actor(), "assignment.read", permissions.scope_of(fair))
    return fair


def _answer(run: FairAssignment, offers: int = 0) -> Response:
    return with_version(answer(schemas.AssignmentOut(), views.run_view(run, offers), 200), run)
