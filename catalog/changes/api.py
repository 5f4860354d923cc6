"""/api/v1: edits of listings and packs, requests to change what is on sale, the queue, prices.

An edit of a live listing answers 202 with the request that a moderator decides; of any other 200 with the thing edited.
"""

from typing import Any

from flask import Response, jsonify

from catalog.changes import prices, queries, service
from catalog.changes.decisions import approve, publish_as, reject
from catalog.changes.models import ChangeRequest
from catalog.changes.refusals import PriceNotFound
from catalog.changes.schemas import (
    ApprovalIn,
    ChangeHistoryOut,
    ChangeHistoryQuery,
    ChangeOut,
    ListingEdit,
    PriceChangeOut,
    PriceIn,
    PricesOut,
    QueueOut,
    QueueQuery,
    RejectionIn,
    SkuEdit,
)
from catalog.changes.views import answer_change, field_view, price_view, prices_view, queued_view
from catalog.listings.api import answer, answer_sku
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import get_listing
from catalog.listings.refusals import SkuNotFound
from catalog.listings.schemas import ListingOut, SkuIn, SkuOut
from catalog.producers.queries import scope_of
from core.accounts.permissions import authorize
from core.clock import today
from core.db import db
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version

blp = Blueprint("api_changes", __name__, url_prefix="", description="Changes of listings, moderation, prices")


@blp.patch("/listings/<int:listing_id>")
@needs("listings.edit")
@blp.arguments(ListingEdit)
@blp.response(200, ListingOut)
@blp.alt_response(202, schema=ChangeOut, description="It is live: the request that a moderator decides")
def edit_listing(body: dict[str, Any], listing_id: int) -> Response:
    """Change a listing's words (If-Match of the listing): in place, or as a request while it is live."""
    changed = service.change_listing(current_actor(), listing_id, expected_version(), body)
    if isinstance(changed, ChangeRequest):
        return answer_change(changed, 202)
    return answer(changed if isinstance(changed, Listing) else get_listing(listing_id))


@blp.post("/listings/<int:listing_id>/skus")
@needs("listings.edit")
@blp.arguments(SkuIn)
@idempotent
@blp.response(201, SkuOut)
@blp.alt_response(202, schema=ChangeOut, description="The listing is live: the request that a moderator decides")
def create_sku(body: dict[str, Any], listing_id: int) -> Response:
    """Add a pack: at once, or as a request while the listing is live."""
    added = service.add_pack(current_actor(), listing_id, body)
    return answer_change(added, 202) if isinstance(added, ChangeRequest) else answer_sku(added, 201)


@blp.patch("/skus/<code>")
@needs("listings.edit")
@blp.arguments(SkuEdit)
@blp.response(200, SkuOut)
@blp.alt_response(202, schema=ChangeOut, description="The listing is live: the request that a moderator decides")
def edit_sku(body: dict[str, Any], code: str) -> Response:
    """Change a pack (If-Match of the pack): its price acts at once, the rest waits while the listing is live."""
    is_confirmed = bool(body.pop("is_price_confirmed", False))
    changed = service.change_pack(current_actor(), code, expected_version(), body, is_confirmed=is_confirmed)
    return answer_change(changed, 202) if isinstance(changed, ChangeRequest) else answer_sku(changed)


@blp.post("/listings/<int:listing_id>/publication")
@needs("listings.publish")
@blp.response(200, ListingOut)
def create_publication(listing_id: int) -> Response:
    """Let it go live; who handed it in needs somebody else for that."""
    return answer(publish_as(current_actor(), listing_id))


@blp.get("/listings/<int:listing_id>/changes")
@needs("changes.read")
@blp.arguments(ChangeHistoryQuery, location="query")
@blp.response(200, ChangeHistoryOut)
def history(query: dict[str, Any], listing_id: int) -> dict[str, Any]:
    """What was asked of a listing, or of one of its fields, and what became of it."""
    queries.authorize_listing(current_actor(), "changes.read", get_listing(listing_id))
    return {"items": [field_view(one) for one in queries.list_history(listing_id, query.get("field"))]}


@blp.get("/moderation")
@needs("changes.read")
@blp.arguments(QueueQuery, location="query")
@blp.response(200, QueueOut)
def queue(query: dict[str, Any]) -> dict[str, Any]:
    """Requests: the open ones the oldest first; a producer's people see their own."""
    page, per_page = page_args(query)
    found, total = queries.list_requests(
        today(), state=query["state"], producers=queries.own_producers(current_actor()), page=page, per_page=per_page
    )
    return paged([queued_view(one) for one in found], total, page, per_page)


@blp.get("/changes/<int:request_id>")
@needs("changes.read")
@blp.response(200, ChangeOut)
def show(request_id: int) -> Response:
    """A request beside what is on sale now (ETag)."""
    request = queries.get_request(request_id)
    queries.authorize_listing(current_actor(), "changes.read", get_listing(request.listing_id))
    return answer_change(request)


@blp.post("/changes/<int:request_id>/approval")
@needs("changes.decide")
@blp.arguments(ApprovalIn)
@blp.response(200, ChangeOut)
def create_approval(body: dict[str, Any], request_id: int) -> Response:
    """Approve all or some of it (If-Match of the request); nobody approves her own."""
    return answer_change(approve(current_actor(), request_id, expected_version(), **body))


@blp.post("/changes/<int:request_id>/rejection")
@needs("changes.decide")
@blp.arguments(RejectionIn)
@blp.response(200, ChangeOut)
def create_rejection(body: dict[str, Any], request_id: int) -> Response:
    """Reject all or some of it, with a reason (If-Match of the request)."""
    return answer_change(reject(current_actor(), request_id, expected_version(), **body))


@blp.post("/changes/<int:request_id>/withdrawal")
@needs("changes.propose")
@blp.response(200, ChangeOut)
def create_withdrawal(request_id: int) -> Response:
    """Take a request back (If-Match of the request)."""
    return answer_change(service.withdraw_request(current_actor(), request_id, expected_version()))


@blp.get("/skus/<code>/prices")
@needs("prices.read")
@blp.response(200, PricesOut)
def show_prices(code: str) -> Response:
    """What a pack costs, will cost and has cost; the ETag is the pack's."""
    found = prices.list_priced(None, today(), code)
    if not found:
        raise SkuNotFound
    authorize(current_actor(), "prices.read", scope_of(found[0].product.producer))
    return with_version(jsonify(prices_view(found[0])), found[0].sku)


@blp.post("/skus/<code>/prices")
@needs("prices.set")
@blp.arguments(PriceIn)
@idempotent
@blp.response(201, PricesOut)
def create_price(body: dict[str, Any], code: str) -> Response:
    """Set a price, at once or from a day on (If-Match of the pack); no moderator is asked."""
    prices.set_price(current_actor(), code, expected_version(), body.pop("price"), **body)
    found = prices.list_priced(None, today(), code)[0]
    response = with_version(jsonify(prices_view(found)), found.sku)
    response.status_code = 201
    return response


@blp.post("/prices/<int:change_id>/cancellation")
@needs("prices.set")
@blp.response(200, PriceChangeOut)
def create_price_cancellation(change_id: int) -> Response:
    """Give up a planned price."""
    change = prices.cancel_price(current_actor(), change_id)
    sku = db.session.get(Sku, change.sku_id)
    if sku is None:
        raise PriceNotFound
    return jsonify(price_view(change, sku))
