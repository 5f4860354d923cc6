"""Invitations, delegations, partners, scores, many decisions, messages and files of applications over REST."""

from typing import Any

from flask import Response, jsonify, request

from catalog.areas.models import Area
from catalog.certificates.sheets import LARGEST_FILE
from core.accounts.permissions import authorize
from core.clock import today
from core.db import db
from core.web.access import current_actor, needs
from core.web.api import Blueprint, Schema, paged
from core.web.idempotency import idempotent
from core.web.uploads import takes
from core.web.versions import expected_version, with_version
from shop.exhibitors import delegations, files, invitations, reviewing, schemas, sharing, telling
from shop.exhibitors.delegations import NewDelegation
from shop.exhibitors.desk_guests import audience_of
from shop.exhibitors.desk_review import own_fair
from shop.exhibitors.history import list_steps
from shop.exhibitors.invitations import Guest
from shop.exhibitors.models import FairInvitation
from shop.exhibitors.queries import list_criteria
from shop.exhibitors.reviewing import Criterion
from shop.exhibitors.telling import Words
from shop.fairs import views
from shop.fairs.answers import scopes
from shop.fairs.applying.applications import Decision
from shop.fairs.applying.joined import FairDelegation
from shop.fairs.queries import get_application
from shop.fairs.rules import ApplicationState
from shop.fairs.schemas import ApplicationOut, BookingOut

blp = Blueprint("api_exhibitors", __name__, description="Who comes to a fair: invitations, delegations, review")


@blp.get("/fairs/<slug>/invitations")
@needs("invitations.manage")
@blp.response(200, schemas.InvitationListOut)
def list_invitations(slug: str) -> dict[str, Any]:
    """The invitations to a fair with their links, the newest first."""
    found = invitations.list_invitations(own_fair(slug, "invitations.manage").id)
    return paged([_invitation(one) for one in found], len(found), 1, max(1, len(found)))


@blp.post("/fairs/<slug>/invitations")
@needs("invitations.manage")
@blp.arguments(schemas.InvitationIn)
@idempotent
@blp.response(201, schemas.InvitationOut)
def invite(body: dict[str, Any], slug: str) -> Response:
    """Invite a producer, somebody by e-mail or telephone, or whoever has the link."""
    one = invitations.invite(slug, Guest(**body), current_actor())
    return with_version(_answer(schemas.InvitationOut(), _invitation(one), 201), one)


@blp.delete("/invitations/<code>")
@needs("invitations.manage")
@idempotent
@blp.response(200, schemas.InvitationOut)
def revoke(code: str) -> Response:
    """Take an invitation back."""
    one = invitations.revoke(code, current_actor())
    return with_version(_answer(schemas.InvitationOut(), _invitation(one)), one)


@blp.post("/fairs/<slug>/application-files")
@needs("applications.enter")
@takes(LARGEST_FILE)
@blp.arguments(schemas.ImportQuery, location="query")
@blp.response(200, schemas.ImportOut)
def import_file(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Take in a file of applications (the body is the CSV or XLSX): all or nothing, errors by line."""
    data = request.get_data(cache=False)
    outcome = files.import_applications(slug, data, "api", current_actor(), dry_run=query["dry_run"])
    return {"entries": outcome.entries, "producers": list(outcome.producers), "is_repeat": outcome.is_repeat}


@blp.get("/fairs/<slug>/delegations")
@needs("delegations.manage")
@blp.response(200, schemas.DelegationListOut)
def list_delegations(slug: str) -> dict[str, Any]:
    """The delegations to a fair with their blocks."""
    found = delegations.list_delegations(own_fair(slug, "delegations.manage").id)
    return paged([_delegation(one) for one in found], len(found), 1, max(1, len(found)))


@blp.post("/fairs/<slug>/delegations")
@needs("delegations.manage")
@blp.arguments(schemas.DelegationIn)
@idempotent
@blp.response(201, schemas.DelegationOut)
def create_delegation(body: dict[str, Any], slug: str) -> Response:
    """Make a delegation."""
    return _delegation_answer(delegations.create_delegation(slug, NewDelegation(**body), current_actor()), 201)


@blp.put("/delegations/<code>/booths")
@needs("delegations.manage")
@blp.arguments(schemas.BlockIn)
@idempotent
@blp.response(200, schemas.DelegationOut)
def set_block(body: dict[str, Any], code: str) -> Response:
    """Give a delegation exactly these booths (If-Match)."""
    return _delegation_answer(delegations.set_block(code, body["booths"], expected_version(), current_actor()))


@blp.post("/delegations/<code>/bookings")
@needs("delegations.fill")
@blp.arguments(schemas.PlaceIn)
@idempotent
@blp.response(200, BookingOut)
def place(body: dict[str, Any], code: str) -> dict[str, Any]:
    """A delegation gives a booth of its block to one of its applications."""
    booking = delegations.place(code, body["application"], body["booth"], current_actor())
    return views.booking_view(booking)


@blp.get("/applications/<code>/history")
@needs("applications.read")
@blp.response(200, schemas.ApplicationHistoryOut)
def history(code: str) -> dict[str, Any]:
    """What happened to an application, oldest first."""
    application = get_application(code)
    authorize(current_actor(), "applications.read", *scopes(application))
    return {"items": list_steps(application.id)}


@blp.post("/applications/<code>/partner")
@needs("applications.submit")
@blp.arguments(schemas.PartnerIn)
@idempotent
@blp.response(200, ApplicationOut)
def ask_partner(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Ask a household to share the booth."""
    sharing.ask(code, body["producer"], body["words"], current_actor())
    return _application(code)


@blp.post("/applications/<code>/partner/answer")
@needs("applications.submit")
@blp.arguments(schemas.PartnerAnswer)
@idempotent
@blp.response(200, ApplicationOut)
def answer_partner(body: dict[str, Any], code: str) -> dict[str, Any]:
    """The household that is asked agrees with products, or declines."""
    question = sharing.get_question(code, current_actor())
    if body["agrees"]:
        sharing.agree(question, body["products"], current_actor())
    else:
        sharing.decline(question, current_actor())
    return _application(code)


@blp.delete("/applications/<code>/partner")
@needs("applications.submit")
@idempotent
@blp.response(200, ApplicationOut)
def end_partner(code: str) -> dict[str, Any]:
    """Either household goes back on sharing."""
    sharing.end(code, current_actor())
    return _application(code)


@blp.get("/fairs/<slug>/criteria")
@needs("applications.review")
@blp.response(200, schemas.CriteriaOut)
def show_criteria(slug: str) -> dict[str, Any]:
    """What the applications are judged by."""
    return {"criteria": list_criteria(own_fair(slug, "applications.review").id)}


@blp.put("/fairs/<slug>/criteria")
@needs("criteria.manage")
@blp.arguments(schemas.CriteriaIn)
@idempotent
@blp.response(200, schemas.CriteriaOut)
def set_criteria(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Set all of them, in their order; one with points cannot go."""
    wanted = [Criterion(one["name"], one["weight"], one.get("id")) for one in body["criteria"]]
    return {"criteria": reviewing.set_criteria(slug, wanted, current_actor())}


@blp.put("/applications/<code>/scores")
@needs("applications.score")
@blp.arguments(schemas.ScoresIn)
@idempotent
@blp.response(204)
def score(body: dict[str, Any], code: str) -> Response:
    """Keep what the caller thinks of an application."""
    points = {one["criterion"]: one["points"] for one in body["scores"]}
    reviewing.score(code, points, body["note"], current_actor())
    return Response(status=204)


@blp.post("/fairs/<slug>/decisions")
@needs("applications.decide")
@blp.arguments(schemas.DecisionsIn)
@idempotent
@blp.response(200, schemas.DecisionsOut)
def decide_many(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """One decision over many applications: all of them or none."""
    decision = Decision(ApplicationState(body["decision"]), body.get("note"), body.get("renew_by"))
    done = reviewing.decide_many(slug, body["applications"], decision, current_actor())
    return {"items": views.application_views(done)}


@blp.post("/fairs/<slug>/messages")
@needs("broadcasts.send")
@blp.arguments(schemas.MessageIn)
@idempotent
@blp.response(200, schemas.MessageOut)
def tell(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Tell many at once; with `dry_run` say who would get it, and the `seal` to send it to exactly those."""
    fair, by = own_fair(slug, "broadcasts.send"), current_actor()
    audience, words = audience_of(fair, body), Words(body["subject"], body["body"], body["advertising"])
    readers = telling.readers_of(fair, audience, is_advertising=words.is_advertising)
    seal, code = telling.seal_of(readers), None
    if not body["dry_run"]:
        code = telling.send(slug, words, audience, body.get("seal") or "", by).code
    items = [
        {"application": one.application.code, "producer": one.producer, "reach": one.reach, "refuses": one.refuses}
        for one in readers
    ]  # fmt: skip
    return {"code": code, "seal": seal, "readers": sum(one.gets_it for one in readers), "items": items}


def _invitation(one: FairInvitation) -> dict[str, Any]:
    block = delegations.find_by_id(one.delegation_id)
    return {
        "code": one.code, "name": one.name, "producer": invitations.invited_producer(one), "uses": one.uses,
        "delegation": block.code if block else None, "uses_allowed": one.uses_allowed, "until_on": one.until_on,
        "over": invitations.why_over(one, today()), "link": invitations.address(one), "made_at": one.made_at,
        "version": one.version,
    }  # fmt: skip


def _delegation(one: FairDelegation) -> dict[str, Any]:
    area = db.session.get(Area, one.area_id) if one.area_id else None
    return {
        "code": one.code, "name": one.name, "area": area.code if area else None, "due_on": one.due_on,
        "booths": [booth.code for booth in delegations.block_of(one.id)], "version": one.version,
    }  # fmt: skip


def _application(code: str) -> dict[str, Any]:
    return views.application_views([get_application(code)])[0]


def _delegation_answer(one: FairDelegation, status: int = 200) -> Response:
    return with_version(_answer(schemas.DelegationOut(), _delegation(one), status), one)


def _answer(schema: Schema, view: dict[str, Any], status: int = 200) -> Response:
    response = jsonify(schema.dump(view))
    response.status_code = status
    return response
