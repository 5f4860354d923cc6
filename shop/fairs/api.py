"""/api/v1/fairs: the public directory, and the fair itself as its organizers make it."""

from typing import Any

from flask import Response

from core.clock import now, today
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version
from shop.fairs import queries, schemas, service, views
from shop.fairs.answers import fair_answer, part, visible
from shop.fairs.directory import directory_of, for_visitors
from shop.fairs.finding import Sought, find
from shop.fairs.life import schemas as fair_schemas
from shop.fairs.plans import planning
from shop.fairs.plans import schemas as plan_schemas
from shop.fairs.plans.plan import plan_of

fairs = Blueprint("api_fairs", __name__, url_prefix="/fairs", description="Trade fairs: plan, exhibitors, booths")


@fairs.get("")
@public
@fairs.arguments(fair_schemas.FairsQuery, location="query")
@fairs.response(200, fair_schemas.FairListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List public fairs: those to come and running first."""
    page, per_page = page_args(query)
    found, total = queries.list_public(today(), page, per_page)
    return paged(views.fair_views(found), total, page, per_page)


@fairs.post("")
@needs("fairs.create")
@fairs.arguments(fair_schemas.FairIn)
@idempotent
@fairs.response(201, fair_schemas.FairOut)
def create(body: dict[str, Any]) -> Response:
    """Make a fair; with a registration number it opens at once, unless `state` is draft."""
    state = body.pop("state", None)
    new = service.NewFair(**body, is_draft=None if state is None else state == "draft")
    return fair_answer(service.create_fair(new, current_actor()), 201)


@fairs.get("/<slug>")
@public
@fairs.response(200, fair_schemas.FairOut)
def show(slug: str) -> Response:
    """A fair with its version (ETag); drafts only to their organizers."""
    return fair_answer(visible(slug))


@fairs.post("/<slug>/opening")
@needs("fairs.manage")
@fairs.response(200, fair_schemas.FairOut)
def open_fair(slug: str) -> Response:
    """Show a draft to the public."""
    return fair_answer(service.open_fair(slug, current_actor()))


@fairs.put("/<slug>/plan")
@needs("fairs.manage")
@fairs.arguments(plan_schemas.PlanIn)
@idempotent
@fairs.response(200, fair_schemas.FairOut)
def set_plan(body: dict[str, Any], slug: str) -> Response:
    """Replace the floor plan (If-Match). Refused when booths overlap or a held booth would go."""
    return fair_answer(planning.set_plan(slug, plan_of(body), expected_version(), current_actor()))


@fairs.get("/<slug>/booths")
@public
@fairs.arguments(schemas.BoothsQuery, location="query")
@fairs.response(200, schemas.BoothListOut)
def booths(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """The plan: halls, and booths with who shows there."""
    page, per_page = page_args(query)
    directory = for_visitors(directory_of(visible(slug), now()), is_adult=True)
    found = [one for one in directory.booths if query.get("hall") in (None, one.booth.hall)]
    views_of_page = [views.booth_view(one) for one in part(found, page, per_page)]
    return paged(views_of_page, len(found), page, per_page, halls=directory.fair.halls)


@fairs.get("/<slug>/exhibitors")
@public
@fairs.arguments(schemas.ExhibitorsQuery, location="query")
@fairs.response(200, schemas.ExhibitorListOut)
def exhibitors(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Who shows what, where and on which days: only products that may be sold now."""
    page, per_page = page_args(query)
    everybody = for_visitors(directory_of(visible(slug), now()), is_adult=query["adult"] == 1).exhibitors
    asked = {name: query[name] for name in ("hall", "group", "area", "stars", "day") if name in query}
    found = find(everybody, Sought(query.get("q", ""), **asked))
    return paged([views.exhibitor_view(one) for one in part(found, page, per_page)], len(found), page, per_page)
