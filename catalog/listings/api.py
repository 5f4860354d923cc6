"""/api/v1/listings of the desks, and why a product is or is not for sale."""

from typing import Any

from flask import Response, jsonify, url_for

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import get_listing, list_listings
from catalog.listings.rules import LISTING_FIELDS
from catalog.listings.schemas import (
    ListingIn,
    ListingListOut,
    ListingOut,
    ListingsQuery,
    SkuOut,
    WhyOut,
    WhyQuery,
    WithdrawalIn,
)
from catalog.listings.service import (
    open_listing,
    submit,
    withdraw,
)
from catalog.listings.why import explain, explain_past
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from catalog.products.queries import get_product
from core.accounts.permissions import authorize
from core.clock import today
from core.db import db
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import with_version

_COLUMNS = ("id", "state", *sorted(LISTING_FIELDS), "sequence", "published_at", "version")

blp = Blueprint("api_listings", __name__, url_prefix="", description="Listings, for the desks")


@blp.get("/listings")
@needs("listings.read")
@blp.arguments(ListingsQuery, location="query")
@blp.response(200, ListingListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List listings in any state; a producer's people see their own."""
    page, per_page = page_args(query)
    actor = current_actor()
    own = actor.scopes_of("producer") if actor.roles <= {"producer", "shopper"} else None
    found, total = list_listings(state=query.get("state"), producers=own, page=page, per_page=per_page)
    return paged([_shown(one) for one in found], total, page, per_page)


@blp.get("/listings/<int:listing_id>")
@needs("listings.read")
@blp.response(200, ListingOut)
def show(listing_id: int) -> Response:
    """A listing with its packs and version (ETag)."""
    listing = get_listing(listing_id)
    authorize(current_actor(), "listings.read", scope_of(_product(listing).producer))
    return answer(listing)


@blp.post("/listings")
@needs("listings.edit")
@blp.arguments(ListingIn)
@idempotent
@blp.response(201, ListingOut)
def create(body: dict[str, Any]) -> Response:
    """Begin the listing of a product, as a draft."""
    return answer(open_listing(current_actor(), **body), 201)


@blp.post("/listings/<int:listing_id>/submission")
@needs("listings.edit")
@blp.response(200, ListingOut)
def create_submission(listing_id: int) -> Response:
    """Hand it to the moderators."""
    return answer(submit(current_actor(), listing_id))


@blp.post("/listings/<int:listing_id>/withdrawal")
@needs("listings.edit")
@blp.arguments(WithdrawalIn)
@blp.response(200, ListingOut)
def create_withdrawal(body: dict[str, Any], listing_id: int) -> Response:
    """Take it out of the shop."""
    return answer(withdraw(current_actor(), listing_id, body["reason"]))


@blp.get("/products/<slug>/why")
@needs("products.why")
@blp.arguments(WhyQuery, location="query")
@blp.response(200, WhyOut)
def why(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Why a product is or is not for sale now, or on another day, or as known at an instant: rule, date, document."""
    product, day = get_product(slug), today()
    on, known_at = query.get("on", day), query.get("known_at")
    authorize(current_actor(), "products.why", *_seen_by(product))
    is_past = known_at is not None or on < day
    found = (explain_past([product.id], on, known_at) if is_past else explain([product.id], on))[product.id]
    url = url_for("certificates.show", code=found.certificate, _external=True) if found.certificate else None
    facts = {field: getattr(found, field) for field in ("is_sellable", "rule", "since", "until", "decision_number")}
    return facts | {
        "slug": product.slug,
        "on": on,
        "known_at": known_at,
        "certificate": found.certificate,
        "standing": found.standing,
        "url": url,
    }


def _seen_by(product: Product) -> list[Any]:
    """A producer's people ask about their own products; every other role about all."""
    return [scope_of(product.producer)] if current_actor().roles <= {"producer", "shopper"} else []


def _product(listing: Listing) -> Product:
    return db.session.get_one(Product, listing.product_id)


def _shown(listing: Listing) -> dict[str, Any]:
    product = _product(listing)
    facts: dict[str, Any] = {name: getattr(listing, name) for name in _COLUMNS}
    return facts | {"product_code": product.code, "slug": product.slug, "skus": listing.skus}


def answer(listing: Listing, status: int = 200) -> Response:
    """A listing whole, with its ETag."""
    db.session.refresh(listing)
    response = jsonify(ListingOut().dump(_shown(listing)))
    response.status_code = status
    return with_version(response, listing)


def answer_sku(sku: Sku, status: int = 200) -> Response:
    """A pack with its ETag."""
    response = jsonify(SkuOut().dump(sku))
    response.status_code = status
    return with_version(response, sku)
