"""/api/v1/candidates: for commune reporters and the certifiers' desk. Nothing of it is public."""

from typing import Any, cast

from flask import Response, jsonify

from catalog.candidates.models import Candidate
from catalog.candidates.posts import is_everywhere, posts_of
from catalog.candidates.queries import list_candidates, list_similar
from catalog.candidates.schemas import (
    AcceptanceIn,
    CandidateIn,
    CandidateListOut,
    CandidateOut,
    CandidatePatch,
    CandidatesAsked,
    DeclineIn,
    SimilarOut,
)
from catalog.candidates.service import accept, decline, edit_candidate, get_visible, merge, propose
from core.accounts.permissions import may
from core.clock import today
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version

blp = Blueprint("api_candidates", __name__, url_prefix="/candidates", description="Products that communes propose")


@blp.get("")
@needs("candidates.read")
@blp.arguments(CandidatesAsked, location="query")
@blp.response(200, CandidateListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List candidates; a reporter sees her own and her commune's."""
    page, per_page = page_args(query)
    actor = current_actor()
    among = None
    if not is_everywhere(actor, "candidates.read"):
        among = {post.area.id for post in posts_of(actor.user_id, today())}
    found, total = list_candidates(**query, among=among, proposed_by=actor.user_id, page=page, per_page=per_page)
    return paged(found, total, page, per_page)


@blp.post("")
@needs("candidates.propose")
@blp.arguments(CandidateIn)
@idempotent
@blp.response(201, CandidateOut)
def create(body: dict[str, Any]) -> Response:
    """Propose a product of a commune."""
    return _answer(propose(current_actor(), **body), 201)


@blp.get("/<code>")
@needs("candidates.read")
@blp.response(200, CandidateOut)
def show(code: str) -> Response:
    """A candidate with its version (ETag)."""
    return _answer(get_visible(current_actor(), code))


@blp.patch("/<code>")
@needs("candidates.edit")
@blp.arguments(CandidatePatch)
@blp.response(200, CandidateOut)
def edit(body: dict[str, Any], code: str) -> Response:
    """Change a proposal that waits (If-Match)."""
    return _answer(edit_candidate(current_actor(), code, expected_version(), body))


@blp.post("/<code>/acceptance")
@needs("candidates.decide")
@blp.arguments(AcceptanceIn)
@idempotent
@blp.response(200, CandidateOut)
def acceptance(body: dict[str, Any], code: str) -> Response:
    """Make a product of it, or with `product` say which it is; 409 candidate.similar until one has looked."""
    product, note = body.pop("product", None), body.pop("note", "")
    if product is not None:
        return _answer(merge(current_actor(), code, product=product, note=note))
    return _answer(accept(current_actor(), code, note=note, **body))


@blp.post("/<code>/decline")
@needs("candidates.decide")
@blp.arguments(DeclineIn)
@idempotent
@blp.response(200, CandidateOut)
def declining(body: dict[str, Any], code: str) -> Response:
    """Decline it with a reason."""
    return _answer(decline(current_actor(), code, **body))


def _answer(candidate: Candidate, status: int = 200) -> Response:
    body = cast("dict[str, Any]", CandidateOut().dump(candidate))
    if candidate.state == "proposed" and may(current_actor(), "candidates.decide"):
        body["similar"] = SimilarOut(many=True).dump(list_similar(candidate))
    response = jsonify(body)
    response.status_code = status
    return with_version(response, candidate)
