"""/api/v1/decisions: one decision over many products, tried, entered, confirmed by a second certifier."""

from typing import Any

from flask import Response, jsonify

from catalog.decisions.models import Decision
from catalog.decisions.queries import get_decision, list_decisions
from catalog.decisions.reading import read_items
from catalog.decisions.rules import Facts
from catalog.decisions.schemas import (
    BatchConfirmationIn,
    BatchesQuery,
    BatchIn,
    BatchListOut,
    BatchOut,
    BatchTrialOut,
    TrialQuery,
)
from catalog.decisions.service import confirm_decision, discard_decision, enter_decision, try_out
from catalog.decisions.views import in_brief, in_full, of_trial
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import with_version

blp = Blueprint("api_decisions", __name__, url_prefix="/decisions", description="One decision over many products")
_STARS = {"three": 3, "four": 4, "five": 5}


@blp.get("")
@needs("decisions.read")
@blp.arguments(BatchesQuery, location="query")
@blp.response(200, BatchListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Decisions, newest first."""
    page, per_page = page_args(query)
    found, total = list_decisions(query.get("state", ""), query.get("q", ""), page, per_page)
    return paged(in_brief(found), total, page, per_page)


@blp.post("")
@needs("decisions.enter")
@blp.arguments(TrialQuery, location="query")
@blp.arguments(BatchIn)
@idempotent
@blp.alt_response(200, schema=BatchTrialOut, description="With dry_run: what it would do. Nothing was written.")
@blp.response(201, BatchOut)
def create(query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Enter a decision, or with dry_run answer all that it would bring about. The same again answers 200."""
    items = body.pop("lines", [])
    facts = Facts(**body)
    lines = read_items(facts, items)
    if query["dry_run"]:
        return jsonify(BatchTrialOut().dump(of_trial(try_out(current_actor(), facts, lines))))
    decision, is_new = enter_decision(current_actor(), facts, lines)
    return _answer(decision, 201 if is_new else 200)


@blp.get("/<code>")
@needs("decisions.read")
@blp.response(200, BatchOut)
def show(code: str) -> Response:
    """A decision with its lines and its version (ETag)."""
    return _answer(get_decision(code))


@blp.post("/<code>/confirmation")
@needs("decisions.confirm")
@blp.arguments(BatchConfirmationIn)
@idempotent
@blp.response(200, BatchOut)
def confirmation(body: dict[str, Any], code: str) -> Response:
    """Apply it, as a second certifier: everything in one transaction, or nothing."""
    stars = {_STARS[name]: count for name, count in body.get("stars", {}).items()}
    totals = {"products": body.get("products"), "stars": stars}
    return _answer(confirm_decision(current_actor(), code, totals))


@blp.delete("/<code>")
@needs("decisions.enter")
@blp.response(204)
def remove(code: str) -> Response:
    """Take back a decision that nobody has confirmed."""
    discard_decision(current_actor(), code)
    return Response(status=204)


def _answer(decision: Decision, status: int = 200) -> Response:
    response = jsonify(BatchOut().dump(in_full(decision)))
    response.status_code = status
    return with_version(response, decision)
