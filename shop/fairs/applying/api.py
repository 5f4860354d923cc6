"""/api/v1/applications, and the applications of one fair: sent by producers, decided by organizers."""

from typing import Any

from flask import Response

from catalog.producers.queries import find_producer
from core.accounts.permissions import authorize, is_allowed
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version
from shop.fairs import permissions, queries, schemas, views
from shop.fairs.answers import application_answer, part, scopes, visible
from shop.fairs.api import fairs
from shop.fairs.applying import applications as verbs
from shop.fairs.rules import ApplicationState

applications = Blueprint("api_applications", __name__, url_prefix="/applications", description="Applications to fairs")


@fairs.get("/<slug>/applications")
@needs("applications.read")
@fairs.arguments(schemas.ApplicationsQuery, location="query")
@fairs.response(200, schemas.ApplicationListOut)
def list_applications(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """The applications to a fair: all of them to its organizers, her own to a producer."""
    page, per_page = page_args(query)
    fair, by = queries.get_fair(slug), current_actor()
    own = None
    if not is_allowed(by, "applications.read", permissions.scope_of(fair)):
        own = [one.id for one in map(find_producer, by.scopes_of("producer")) if one is not None]
        visible(slug)
    found = queries.list_applications(fair.id, own, query.get("state"))
    return paged(views.application_views(part(found, page, per_page)), len(found), page, per_page)


@fairs.post("/<slug>/applications")
@needs("applications.submit")
@fairs.arguments(schemas.ApplicationIn)
@idempotent
@fairs.response(201, schemas.ApplicationOut)
def apply(body: dict[str, Any], slug: str) -> Response:
    """Apply with certified products of one's own."""
    wanted = verbs.Wanted(body["products"], body.get("producer"), body["wishes"], body["conditional"])
    return application_answer(verbs.apply(slug, wanted, current_actor()), 201)


@applications.get("/<code>")
@needs("applications.read")
@applications.response(200, schemas.ApplicationOut)
def show_application(code: str) -> Response:
    """An application with its version (ETag): to its producer and to the organizers."""
    application = queries.get_application(code)
    authorize(current_actor(), "applications.read", *scopes(application))
    return application_answer(application)


@applications.post("/<code>/decision")
@needs("applications.decide")
@applications.arguments(schemas.DecisionIn)
@idempotent
@applications.response(200, schemas.ApplicationOut)
def decide(body: dict[str, Any], code: str) -> Response:
    """Accept, put on the waiting list, or reject."""
    decision = ApplicationState(body["decision"])
    done = verbs.decide(code, decision, body.get("note"), current_actor(), body.get("renew_by"))
    return application_answer(done)


@applications.put("/<code>")
@needs("applications.submit")
@applications.arguments(schemas.ApplicationEdit)
@idempotent
@applications.response(200, schemas.ApplicationOut)
def edit(body: dict[str, Any], code: str) -> Response:
    """Change products and wishes while nobody has decided (If-Match)."""
    wanted = verbs.Wanted(body["products"], None, body["wishes"], body["conditional"])
    return application_answer(verbs.edit(code, wanted, expected_version(), current_actor()))


@applications.post("/<code>/withdrawal")
@needs("applications.submit")
@idempotent
@applications.response(200, schemas.ApplicationOut)
def withdraw(code: str) -> Response:
    """The producer takes it back; not while it holds a booth."""
    return application_answer(verbs.withdraw(code, current_actor()))
