"""/api/v1/products and /api/v1/suggest: what shoppers may find and buy today."""

from typing import Any

from flask import Response, redirect, session, url_for

from catalog.search.service import suggest as find_suggestions
from core.clock import local_day, now, today
from core.web.access import public
from core.web.api import Blueprint
from shop.front.answers import list_answer, product_answer
from shop.front.queries import Closed, Moved, find_open, not_shown
from shop.front.schemas import ProductCardListOut, ProductOut, ProductsQuery, SuggestionsOut, SuggestQuery

blp = Blueprint("api_products", __name__, url_prefix="", description="Products for sale today")


@blp.get("/products")
@public
@blp.arguments(ProductsQuery(), location="query")
@blp.response(200, ProductCardListOut)
def index(args: dict[str, Any]) -> Response:
    """Find products that may be sold today, with facets counted over exactly these."""
    return _json(list_answer(args, now()))


@blp.get("/products/<slug>")
@public
@blp.response(200, ProductOut)
@blp.alt_response(410, description="Once listed, not for sale now: certificate.… or listing.withdrawn")
def read(slug: str) -> Response:
    """A product whole, with the certificate under which it is sold."""
    at = now()
    found = find_open(slug, at)
    if found:
        return _json(product_answer(*found, at))
    other = not_shown(slug, local_day(at))
    if isinstance(other, Moved):
        return redirect(url_for("api_products.read", slug=other.slug), 301)  # type: ignore[return-value]
    raise other.refusal(url=certificate_url(other))


@blp.get("/suggest")
@public
@blp.arguments(SuggestQuery(), location="query")
@blp.response(200, SuggestionsOut)
def suggest(args: dict[str, Any]) -> dict[str, Any]:
    """Names that continue what was typed, of products that may be sold today."""
    is_adult = bool(args.get("adult") or session.get("adult"))
    return {"items": find_suggestions(args["q"], today(), is_adult)}


def _json(body: bytes) -> Response:
    return Response(body, mimetype="application/json")


def certificate_url(closed: Closed) -> str | None:
    """The public address of the certificate that the refusal speaks of."""
    code = closed.why.certificate
    return url_for("certificates.show", code=code, _external=True) if code else None
