"""Requests and prices as the API answers them."""

from typing import Any

from flask import Response, jsonify

from catalog.changes.models import ChangedField, ChangeRequest
from catalog.changes.prices import Priced
from catalog.changes.queries import Queued, compare, product_of
from catalog.changes.schemas import ChangeOut, PriceChangeOut, PricesOut
from catalog.changes.words import field_label
from catalog.listings.models import Listing, Sku
from catalog.listings.prices import PriceChange
from core.db import db
from core.web.versions import with_version

_REQUEST = (
    "id", "kind", "state", "proposed_at", "on_behalf_of", "touched_at", "decided_at", "reason", "version",
)  # fmt: skip


def answer_change(request: ChangeRequest, status: int = 200) -> Response:
    """A request whole, compared with what is on sale now, with its ETag."""
    db.session.refresh(request)
    listing = db.session.get_one(Listing, request.listing_id)
    facts: dict[str, Any] = {name: getattr(request, name) for name in _REQUEST}
    shown = facts | {
        "listing": listing.id, "product": product_of(listing).slug, "proposed_by": request.proposed_label,
        "decided_by": request.decided_label,
        "fields": [
            field_view(one.field) | {"now": one.now, "is_moved": one.is_moved, "seen": one.seen}
            for one in compare(request, listing)
        ],
    }  # fmt: skip
    response = jsonify(ChangeOut().dump(shown))
    response.status_code = status
    return with_version(response, request)


def field_view(one: ChangedField) -> dict[str, Any]:
    """One field with what became of it."""
    return {
        "field": one.field, "label": field_label(one.field), "state": one.state, "was": one.before,
        "wanted": one.after, "proposed_at": one.proposed_at, "proposed_by": one.proposed_label,
        "decided_at": one.decided_at, "decided_by": one.decided_label, "reason": one.reason,
    }  # fmt: skip


def queued_view(one: Queued) -> dict[str, Any]:
    """One line of the queue."""
    request = one.request
    return {
        "id": request.id, "kind": request.kind, "state": request.state, "listing": one.listing.id,
        "product": one.product.slug, "name": one.product.name, "producer": one.product.producer.name,
        "proposed_at": request.proposed_at, "proposed_by": request.proposed_label, "days": one.days,
        "fields": one.fields,
    }  # fmt: skip


def price_view(change: PriceChange, sku: Sku) -> dict[str, Any]:
    """One change of a price."""
    dumped: Any = PriceChangeOut().dump(change)
    return dumped | {"sku": sku.code}


def prices_view(one: Priced) -> dict[str, Any]:
    """A pack's prices."""
    shown = {
        "sku": one.sku.code, "price_vnd": one.price_vnd, "planned": one.planned, "past": one.past,
        "version": one.sku.version,
    }  # fmt: skip
    dumped: Any = PricesOut().dump(shown)
    return dumped
