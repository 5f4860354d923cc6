"""/api/v1/products and /api/v1/suggest: what shoppers may find and buy today."""

from typing import Any

from flask import Response, jsonify, redirect, session, url_for

from catalog.search.service import suggest as find_suggestions
from core.clock import local_day, now, today
from core.web.access import public
from core.web.api import Blueprint, paged
from shop.front.counting import count_search
from shop.front.queries import Closed, Moved, browse, show
from shop.front.schemas import ProductCardListOut, ProductOut, ProductsQuery, SuggestionsOut, SuggestQuery
from shop.front.views import card_view, whole_view

blp = Blueprint("api_products", __name__, url_prefix="", description="Products for sale today")


@blp.get("/products")
@public
@blp.arguments(ProductsQuery, location="query")
@blp.response(200, ProductCardListOut)
def index(args: dict[str, Any]) -> dict[str, Any]:
    """Find products that may be sold today, with facets counted over exactly these."""
    at = now()
    found = browse(args, at)
    count_search(found.result.total, local_day(at), hides_alcohol=found.result.hides_alcohol)
    items = [card_view(card, in_stock=found.shelf.has(card.listing_id)) for card in found.cards]
    return paged(
        items, found.result.total, args["page"], args["per_page"],
        facets=found.facets, did_you_mean=found.result.did_you_mean,
    )  # fmt: skip


@blp.get("/products/<slug>")
@public
@blp.response(200, ProductOut)
@blp.alt_response(410, description="Once listed, not for sale now: certificate.… or listing.withdrawn")
def read(slug: str) -> Response:
    """A product whole, with the certificate under which it is sold."""
    found = show(slug, now())
    if isinstance(found, Moved):
        return redirect(url_for("api_products.read", slug=found.slug), 301)  # type: ignore[return-value]
    if isinstance(found, Closed):
        raise found.refusal(url=certificate_url(found))
    return jsonify(ProductOut().dump(whole_view(found)))


@blp.get("/suggest")
@public
@blp.arguments(SuggestQuery, location="query")
@blp.response(200, SuggestionsOut)
def suggest(args: dict[str, Any]) -> dict[str, Any]:
    """Names that continue what was typed, of products that may be sold today."""
    is_adult = bool(args.get("adult") or session.get("adult"))
    return {"items": find_suggestions(args["q"], today(), is_adult)}


def certificate_url(closed: Closed) -> str | None:
    """The public address of the certificate that the refusal speaks of."""
    code = closed.why.certificate
    return url_for("certificates.show", code=code, _external=True) if code else None
