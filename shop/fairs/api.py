"""/api/v1/fairs, /applications and /bookings: the public directory, and the work of exhibitors and organizers."""

from typing import Any

from flask import Response, jsonify

from catalog.producers.models import Producer
from catalog.producers.queries import find_producer, scope_of
from core.accounts.permissions import authorize, is_allowed
from core.clock import now, today
from core.db import db
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, Schema, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version
from shop.fairs import bookings, coverage, fees, permissions, queries, schemas, service, views
from shop.fairs.directory import directory_of
from shop.fairs.models import Booking, Fair, FairApplication
from shop.fairs.plan import plan_of
from shop.fairs.rules import ApplicationState

fairs = Blueprint("api_fairs", __name__, url_prefix="/fairs", description="Trade fairs: plan, exhibitors, booths")
applications = Blueprint("api_applications", __name__, url_prefix="/applications", description="Applications to fairs")
bookings_api = Blueprint("api_bookings", __name__, url_prefix="/bookings", description="Bookings of booths")


@fairs.get("")
@public
@fairs.arguments(schemas.FairsQuery, location="query")
@fairs.response(200, schemas.FairListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List public fairs: those to come and running first."""
    page, per_page = page_args(query)
    found, total = queries.list_public(today(), page, per_page)
    return paged([views.fair_view(fair) for fair in found], total, page, per_page)


@fairs.post("")
@needs("fairs.create")
@fairs.arguments(schemas.FairIn)
@idempotent
@fairs.response(201, schemas.FairOut)
def create(body: dict[str, Any]) -> Response:
    """Make a fair; with a registration number it opens at once, unless `state` is draft."""
    state = body.pop("state", None)
    new = service.NewFair(**body, is_draft=None if state is None else state == "draft")
    return _fair_answer(service.create_fair(new, current_actor()), 201)


@fairs.get("/<slug>")
@public
@fairs.response(200, schemas.FairOut)
def show(slug: str) -> Response:
    """A fair with its version (ETag); drafts only to their organizers."""
    return _fair_answer(_visible(slug))


@fairs.post("/<slug>/opening")
@needs("fairs.manage")
@fairs.response(200, schemas.FairOut)
def open_fair(slug: str) -> Response:
    """Show a draft to the public."""
    return _fair_answer(service.open_fair(slug, current_actor()))


@fairs.put("/<slug>/plan")
@needs("fairs.manage")
@fairs.arguments(schemas.PlanIn)
@idempotent
@fairs.response(200, schemas.FairOut)
def set_plan(body: dict[str, Any], slug: str) -> Response:
    """Replace the floor plan (If-Match). Refused when booths overlap or a held booth would go."""
    return _fair_answer(service.set_plan(slug, plan_of(body), expected_version(), current_actor()))


@fairs.get("/<slug>/booths")
@public
@fairs.arguments(schemas.BoothsQuery, location="query")
@fairs.response(200, schemas.BoothListOut)
def booths(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """The plan: halls, and booths with who shows there."""
    page, per_page = page_args(query)
    directory = directory_of(_visible(slug), now())
    found = [one for one in directory.booths if query.get("hall") in (None, one.booth.hall)]
    part = [views.booth_view(one) for one in _part(found, page, per_page)]
    return paged(part, len(found), page, per_page, halls=directory.fair.halls)


@fairs.get("/<slug>/exhibitors")
@public
@fairs.arguments(schemas.ExhibitorsQuery, location="query")
@fairs.response(200, schemas.ExhibitorListOut)
def exhibitors(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Who shows what, where and on which days: only products that may be sold now."""
    page, per_page = page_args(query)
    hall, group = query.get("hall"), query.get("group")
    everybody = directory_of(_visible(slug), now()).exhibitors
    found = [one for one in everybody if hall in (None, one.booth.hall) and (group is None or group in one.groups)]
    return paged([views.exhibitor_view(one) for one in _part(found, page, per_page)], len(found), page, per_page)


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
        _visible(slug)
    found = queries.list_applications(fair.id, own, query.get("state"))
    return paged(views.application_views(_part(found, page, per_page)), len(found), page, per_page)


@fairs.post("/<slug>/applications")
@needs("applications.submit")
@fairs.arguments(schemas.ApplicationIn)
@idempotent
@fairs.response(201, schemas.ApplicationOut)
def apply(body: dict[str, Any], slug: str) -> Response:
    """Apply with certified products of one's own."""
    wanted = service.Wanted(body["products"], body.get("producer"), body["wishes"], body["conditional"])
    return _application_answer(service.apply(slug, wanted, current_actor()), 201)


@fairs.put("/<slug>/booths/<code>/booking")
@needs("bookings.manage")
@fairs.arguments(schemas.BookingIn)
@idempotent
@fairs.response(200, schemas.BookingOut)
@fairs.alt_response(201, schema=schemas.BookingOut)
def book(body: dict[str, Any], slug: str, code: str) -> Response:
    """Hold a booth for an exhibitor: all of the days, or 409 `booth.taken` naming those that somebody has."""
    claim = bookings.Claim(body["application"], body.get("days"), body["conditional"])
    booking, is_new = bookings.book(slug, code, claim, current_actor())
    return _booking_answer(booking, 201 if is_new else 200)


@fairs.delete("/<slug>/booths/<code>/booking")
@needs("bookings.manage")
@fairs.arguments(schemas.ReleaseQuery, location="query")
@idempotent
@fairs.response(200, schemas.BookingOut)
def release(query: dict[str, Any], slug: str, code: str) -> Response:
    """Take a booth back; answers the released booking with what is owed back."""
    return _booking_answer(bookings.release(slug, code, query.get("application"), current_actor()))


@applications.get("/<code>")
@needs("applications.read")
@applications.response(200, schemas.ApplicationOut)
def show_application(code: str) -> Response:
    """An application with its version (ETag): to its producer and to the organizers."""
    application = queries.get_application(code)
    authorize(current_actor(), "applications.read", *_scopes(application))
    return _application_answer(application)


@applications.post("/<code>/decision")
@needs("applications.decide")
@applications.arguments(schemas.DecisionIn)
@idempotent
@applications.response(200, schemas.ApplicationOut)
def decide(body: dict[str, Any], code: str) -> Response:
    """Accept, put on the waiting list, or reject."""
    decision = ApplicationState(body["decision"])
    return _application_answer(service.decide(code, decision, body.get("note"), current_actor()))


@bookings_api.get("/<code>")
@needs("bookings.read")
@bookings_api.response(200, schemas.BookingOut)
def show_booking(code: str) -> Response:
    """A booking with its version (ETag): to its exhibitor and to the organizers."""
    booking = queries.get_booking(code)
    authorize(current_actor(), "bookings.read", *_scopes(booking))
    return _booking_answer(booking)


@bookings_api.post("/<code>/payment")
@needs("bookings.manage")
@bookings_api.arguments(schemas.PaymentIn)
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def pay(body: dict[str, Any], code: str) -> Response:
    """Take the fee in cash, ask for it by VietQR, or record the transfer that paid it."""
    line = body.get("transfer")
    transfer = fees.Transfer(line["amount"], line["reference"], line["booked_at"]) if line else None
    return _booking_answer(fees.record_payment(code, body["provider"], transfer, current_actor()))


@bookings_api.post("/<code>/checkin")
@needs("bookings.manage")
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def check_in(code: str) -> Response:
    """The exhibitor has arrived: today's booth must be paid and covered."""
    return _booking_answer(coverage.check_in(code, current_actor()))


def _visible(slug: str) -> Fair:
    """A public fair, or a draft to those who run it; to others it does not exist."""
    fair = queries.get_fair(slug)
    by = current_actor()
    if by.is_known and is_allowed(by, "fairs.read", permissions.scope_of(fair)):
        return fair
    return queries.get_public(slug)


def _scopes(thing: FairApplication | Booking) -> tuple[Any, Any]:
    fair = db.session.get_one(Fair, thing.fair_id)
    return permissions.scope_of(fair), scope_of(db.session.get_one(Producer, thing.producer_id))


def _part(found: Any, page: int, per_page: int) -> Any:
    return found[(page - 1) * per_page : page * per_page]


def _answer(schema: Schema, view: dict[str, Any], status: int) -> Response:
    response = jsonify(schema.dump(view))
    response.status_code = status
    return response


def _fair_answer(fair: Fair, status: int = 200) -> Response:
    return with_version(_answer(schemas.FairOut(), views.fair_view(fair), status), fair)


def _application_answer(application: FairApplication, status: int = 200) -> Response:
    view = views.application_views([application])[0]
    return with_version(_answer(schemas.ApplicationOut(), view, status), application)


def _booking_answer(booking: Booking, status: int = 200) -> Response:
    return with_version(_answer(schemas.BookingOut(), views.booking_view(booking), status), booking)
