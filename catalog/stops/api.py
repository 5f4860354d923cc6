"""/api/v1/stops: orders to take products off the market."""

from typing import Any

from flask import Response, jsonify

from catalog.stops.queries import get_stop, list_stops
from catalog.stops.schemas import LiftingIn, StopIn, StopListOut, StopOut, StopsQuery, out
from catalog.stops.service import lift_stop, order_stop
from core.clock import today
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent

blp = Blueprint("api_stops", __name__, url_prefix="/stops", description="Orders to take products off the market")


@blp.get("")
@needs("stops.read")
@blp.arguments(StopsQuery, location="query")
@blp.response(200, StopListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Stops in force or to come, newest first; with is_open=false those that are over."""
    page, per_page = page_args(query)
    found, total = list_stops(today(), is_open=query["is_open"], page=page, per_page=per_page)
    return paged(found, total, page, per_page)


@blp.post("")
@needs("stops.order")
@blp.arguments(StopIn)
@idempotent
@blp.response(201, StopOut)
def create(body: dict[str, Any]) -> Response:
    """Record an order; the product stands still at every door from its first day."""
    response = jsonify(out(order_stop(current_actor(), **body)))
    response.status_code = 201
    return response


@blp.get("/<code>")
@needs("stops.read")
@blp.response(200, StopOut)
def show(code: str) -> Response:
    """One stop."""
    return jsonify(out(get_stop(code)))


@blp.post("/<code>/lifting")
@needs("stops.order")
@blp.arguments(LiftingIn)
@idempotent
@blp.response(200, StopOut)
def lifting(body: dict[str, Any], code: str) -> Response:
    """End an order from today on."""
    return jsonify(out(lift_stop(current_actor(), code, **body)))
