"""/api/v1/complaints: from anybody; read and answered by the desks."""

from typing import Any

from flask import Response, jsonify, url_for

from catalog.complaints.queries import get_complaint, list_complaints, steps_of
from catalog.complaints.schemas import (
    ComplaintIn,
    ComplaintListOut,
    ComplaintOut,
    ComplaintReceivedOut,
    ComplaintsQuery,
    StepIn,
    StepOut,
)
from catalog.complaints.service import complain, take_step
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, page_args, paged

blp = Blueprint("api_complaints", __name__, url_prefix="/complaints", description="Complaints about products")


@blp.post("")
@public
@blp.arguments(ComplaintIn)
@blp.response(201, ComplaintReceivedOut)
def create(body: dict[str, Any]) -> Response:
    """Complain of a product; `url` shows the answer when it comes."""
    received = complain(current_actor(), **body)
    one = received.complaint
    url = url_for("complaints.show", code=one.code, token=received.token)
    told: Any = ComplaintReceivedOut(only=("code", "state", "due_on")).dump(one)
    response = jsonify(told | {"url": url})
    response.status_code = 201
    return response


@blp.get("")
@needs("complaints.read")
@blp.arguments(ComplaintsQuery, location="query")
@blp.response(200, ComplaintListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Complaints, the first due first."""
    page, per_page = page_args(query)
    found, total = list_complaints(query.get("state", ""), page, per_page)
    return paged(found, total, page, per_page)


@blp.get("/<code>")
@needs("complaints.read")
@blp.response(200, ComplaintOut)
def show(code: str) -> Response:
    """One complaint with its log."""
    return _answer(code)


@blp.post("/<code>/steps")
@needs("complaints.handle")
@blp.arguments(StepIn)
@blp.response(200, ComplaintOut)
def step(body: dict[str, Any], code: str) -> Response:
    """Write one step of its log; an answer is read by the complainer."""
    take_step(current_actor(), code, **body)
    return _answer(code)


def _answer(code: str) -> Response:
    found = get_complaint(code)
    shown: Any = ComplaintOut().dump(found)
    return jsonify(shown | {"steps": StepOut(many=True).dump(steps_of(found))})
