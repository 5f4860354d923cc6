"""Carts over REST: whoever knows the token may change the cart."""

from typing import Any

from flask_babel import gettext as _

from core.clock import now
from core.errors import Invalid, NotFound
from core.web.access import current_actor, public
from core.web.api import Blueprint
from shop.carts import service
from shop.carts.queries import Line, get_cart, view_cart
from shop.carts.schemas import CartIn, CartOut, CartQuery, LineIn
from shop.carts.words import tell
from shop.inventory.queries import find_sku
from shop.stores.queries import find_store, stores_by_id

blp = Blueprint("api_carts", __name__, url_prefix="/carts", description="Carts")


@blp.post("")
@public
@blp.arguments(CartIn)
@blp.arguments(CartQuery, location="query")
@blp.response(201, CartOut)
def start(body: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """Start an empty cart."""
    store = find_store(body["store"]) if "store" in body else None
    if "store" in body and store is None:
        raise Invalid({"store": [_("Không có cửa hàng này.")]})
    cart = service.start_cart(store, current_actor().user_id, is_adult="adult" in query)
    return shown(cart.token)


@blp.get("/<token>")
@public
@blp.response(200, CartOut)
def show(token: str) -> dict[str, Any]:
    """A cart with its lines as they stand now."""
    return shown(token)


@blp.put("/<token>/lines/<sku>")
@public
@blp.arguments(LineIn)
@blp.arguments(CartQuery, location="query")
@blp.response(200, CartOut)
def set_line(body: dict[str, Any], query: dict[str, Any], token: str, sku: str) -> dict[str, Any]:
    """Want exactly so much of a SKU."""
    get_cart(token)
    if "adult" in query:
        service.confirm_adult(token)
    service.set_line(token, sku, body["quantity"])
    return shown(token)


@blp.delete("/<token>/lines/<sku>")
@public
@blp.response(200, CartOut)
def remove_line(token: str, sku: str) -> dict[str, Any]:
    """Want a SKU no more."""
    known = find_sku(sku)
    if known is None:
        raise NotFound
    service.remove_line(token, known.sku_id)
    return shown(token)


@blp.delete("/<token>/charges/<int:charge_id>")
@public
@blp.response(200, CartOut)
def remove_charge(token: str, charge_id: int) -> dict[str, Any]:
    """Have a charge no more; the lines stay."""
    service.remove_charge(token, charge_id)
    return shown(token)


def shown(token: str) -> dict[str, Any]:
    """A cart as the API answers it. Raises NotFound."""
    view = view_cart(get_cart(token), now())
    store = stores_by_id().get(view.cart.store_id) if view.cart.store_id else None
    return {
        "token": view.cart.token,
        "store": store.code if store else None,
        "lines": [_shown_line(line) for line in view.lines],
        "charges": [
            {"id": c.id, "label": c.label, "quantity": c.quantity, "charged": c.whole, "amount": c.amount_vnd}
            for c in view.charges
        ],
        "total": view.total_vnd,
        "charges_total": view.charges_vnd,
        "currency": "VND",
    }


def _shown_line(line: Line) -> dict[str, Any]:
    named = line.named
    shown_line: dict[str, Any] = {
        "sku": named.code, "slug": named.slug, "name": named.name, "label": named.label, "unit": named.unit,
        "quantity": line.quantity, "unit_price": line.unit_price_vnd, "line_total": line.line_total_vnd,
    }  # fmt: skip
    if line.problem is not None:
        facts = {"available": line.problem.available, "limit": line.problem.limit}
        given = {name: value for name, value in facts.items() if value is not None}
        shown_line["problem"] = {"code": line.problem.code, "detail": tell(line.problem, line.unit), **given}
    return shown_line
