"""/api/v1/products of the desks: entering and changing. What shoppers read is served by the shop front."""

from typing import Any

from flask import Response, jsonify

from catalog.producers.queries import scope_of
from catalog.products.models import Product
from catalog.products.queries import get_product, list_products
from catalog.products.schemas import (
    CandidatesQuery,
    ProductDeskListOut,
    ProductDeskOut,
    ProductIn,
    ProductPatch,
)
from catalog.products.service import create_product, edit_product
from core.accounts.permissions import authorize
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version

blp = Blueprint("api_desk_products", __name__, url_prefix="", description="Products, for the desks")


@blp.get("/desk/products")
@needs("products.read")
@blp.arguments(CandidatesQuery, location="query")
@blp.response(200, ProductDeskListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List products, candidates included; a producer's people see their own."""
    page, per_page = page_args(query)
    actor = current_actor()
    own = actor.scopes_of("producer") if actor.roles <= {"producer", "shopper"} else None
    found, total = list_products(
        q=query.get("q"), producer=query.get("producer"), page=page, per_page=per_page, producers=own
    )
    return paged(found, total, page, per_page)


@blp.get("/desk/products/<key>")
@needs("products.read")
@blp.response(200, ProductDeskOut)
def show(key: str) -> Response:
    """A product with its version (ETag), by code or slug."""
    product = get_product(key)
    authorize(current_actor(), "products.read", scope_of(product.producer))
    return _answer(product)


@blp.post("/products")
@needs("products.create")
@blp.arguments(ProductIn)
@idempotent
@blp.response(201, ProductDeskOut)
def create(body: dict[str, Any]) -> Response:
    """Enter a product; without a certificate it is a candidate that no shopper sees."""
    return _answer(create_product(current_actor(), **body), 201)


@blp.patch("/products/<slug>")
@needs("products.edit")
@blp.arguments(ProductPatch)
@blp.response(200, ProductDeskOut)
def edit(body: dict[str, Any], slug: str) -> Response:
    """Change a product (If-Match), by slug or code."""
    return _answer(edit_product(current_actor(), slug, expected_version(), body))


def _answer(product: Product, status: int = 200) -> Response:
    response = jsonify(ProductDeskOut().dump(product))
    response.status_code = status
    return with_version(response, product)
