"""/api/v1/fairs/{slug}/plan: the floor plan as a document and as SVG, what a new one would change, and the old ones."""

from typing import Any

from flask import Response

from core.web.access import needs, public
from core.web.api import Blueprint
from core.web.versions import with_version
from shop.fairs.answers import answer, visible
from shop.fairs.desk import own_fair
from shop.fairs.plans.files import json_of, svg_of
from shop.fairs.plans.plan import Grid, Plan, document_of, generate, plan_of
from shop.fairs.plans.planning import find_plan, judge, list_plans, present_plan
from shop.fairs.plans.schemas import GridIn, GridOut, JudgementOut, PlanIn, PlanVersionsOut
from shop.fairs.plans.words import judgement_view
from shop.fairs.refusals import PlanVersionNotFound

plans = Blueprint("api_plans", __name__, url_prefix="/fairs", description="Floor plans of trade fairs")


@plans.get("/<slug>/plan")
@public
@plans.response(200, PlanIn)
def show(slug: str) -> Response:
    """The floor plan with the fair's version (ETag): put it back with `PUT`, changed."""
    fair = visible(slug)
    return with_version(answer(PlanIn(), document_of(present_plan(fair)), 200), fair)


@plans.get("/<slug>/plan.svg")
@public
def show_svg(slug: str) -> Response:
    """The same as SVG, a centimetre a unit."""
    fair = visible(slug)
    return Response(svg_of(present_plan(fair), fair.name), mimetype="image/svg+xml")


@plans.post("/<slug>/plan/preview")
@needs("fairs.manage")
@plans.arguments(PlanIn)
@plans.response(200, JudgementOut)
def preview(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """What saving this plan would do: every fault, warning and change, and the held booths in its way."""
    return judgement_view(judge(own_fair(slug, "fairs.manage"), plan_of(body)))


@plans.post("/<slug>/plan/grid")
@needs("fairs.manage")
@plans.arguments(GridIn)
@plans.response(200, GridOut)
def grid(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Booths in pairs of rows with aisles between, and the smallest hall that holds them. Writes nothing."""
    own_fair(slug, "fairs.manage")
    zone, price = body.pop("zone", None), body.pop("price")
    body["services"] = tuple(body["services"])
    hall, booths = generate(Grid(price_vnd=price, **body))
    zoned = {"zone": zone} if zone else {}
    drawn = [one | zoned for one in document_of(Plan((hall,), booths))["booths"]]
    return {"width": hall.width, "height": hall.height, "booths": drawn}


@plans.get("/<slug>/plan/versions")
@needs("fairs.read")
@plans.response(200, PlanVersionsOut)
def versions(slug: str) -> dict[str, Any]:
    """The plans that were saved, the latest first."""
    return {"items": list_plans(own_fair(slug))}


@plans.get("/<slug>/plan/versions/<int:number>")
@needs("fairs.read")
@plans.response(200, PlanIn)
def version(slug: str, number: int) -> Response:
    """One of them as a document."""
    found = find_plan(own_fair(slug), number)
    if found is None:
        raise PlanVersionNotFound
    return Response(json_of(plan_of(found.document)), mimetype="application/json")
