"""Carts over REST: whoever knows the token may change the cart."""

from typing import Any

from core.clock import now
from core.errors import NotFound
from core.web.access import current_actor, public
from core.web.api import Blueprint
from shop.carts import service
from shop.carts.models import Cart
from shop.carts.queries import CartView, CouponView, Line, get_cart, view_cart, view_lines
from shop.carts.rules import MOST
from shop.carts.schemas import CartIn, CartOut, CartQuery, LineIn
from shop.carts.tries import limit_tries
from shop.carts.words import tell, tell_coupon
from shop.coupons.schemas import CouponIn
from shop.inventory.queries import find_sku
from shop.stores.queries import find_store_by_id

blp = Blueprint("api_carts", __name__, url_prefix="/carts", description="Carts")


@blp.post("")
@public
@blp.arguments(CartIn)
@blp.arguments(CartQuery, location="query")
@blp.response(201, CartOut)
def start(body: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """Start a cart, empty or with its lines: with all of them, or not at all. A SKU named twice counts as the sum."""
    wants: dict[str, int] = {}
    for line in body["lines"]:
        wants[line["sku"]] = min(wants.get(line["sku"], 0) + line["quantity"], MOST)
    cart, offered = service.start_with(wants, body.get("store"), current_actor().user_id, is_adult="adult" in query)
    quantities = {one.sku_id: wants[one.sku_code] for one in offered.values()}
    return told(view_lines(cart, now(), quantities, offered, has_charges=False), body.get("store"))


@blp.get("/<token>")
@public
@blp.response(200, CartOut)
def show(token: str) -> dict[str, Any]:
    """A cart with its lines as they stand now."""
    return shown(get_cart(token))


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
    return shown(get_cart(token))


@blp.delete("/<token>/lines/<sku>")
@public
@blp.response(200, CartOut)
def remove_line(token: str, sku: str) -> dict[str, Any]:
    """Want a SKU no more."""
    known = find_sku(sku)
    if known is None:
        raise NotFound
    service.remove_line(token, known.sku_id)
    return shown(get_cart(token))


@blp.put("/<token>/coupon")
@public
@blp.arguments(CouponIn)
@blp.response(200, CartOut)
def set_coupon(body: dict[str, Any], token: str) -> dict[str, Any]:
    """Let a coupon work on the cart, in place of the one before. Ten tries in five minutes."""
    limit_tries(get_cart(token).token)
    service.set_coupon(token, body["code"])
    return shown(get_cart(token))


@blp.delete("/<token>/coupon")
@public
@blp.response(200, CartOut)
def remove_coupon(token: str) -> dict[str, Any]:
    """Have no coupon. Twice is once."""
    service.set_coupon(token, None)
    return shown(get_cart(token))


@blp.delete("/<token>/charges/<int:charge_id>")
@public
@blp.response(200, CartOut)
def remove_charge(token: str, charge_id: int) -> dict[str, Any]:
    """Have a charge no more; the lines stay."""
    service.remove_charge(token, charge_id)
    return shown(get_cart(token))


def shown(cart: Cart) -> dict[str, Any]:
    """A cart as the API answers it."""
    store = find_store_by_id(cart.store_id) if cart.store_id is not None else None
    return told(view_cart(cart, now()), store.code if store else None)


def told(view: CartView, store: str | None) -> dict[str, Any]:
    """A cart that was looked at, with its store's code."""
    return {
        "token": view.cart.token,
        "store": store,
        "lines": [_shown_line(line) for line in view.lines],
        "charges": [
            {"id": c.id, "label": c.label, "quantity": c.quantity, "charged": c.whole, "amount": c.amount_vnd}
            for c in view.charges
        ],
        "coupon": _shown_coupon(view.coupon) if view.coupon else None,
        "total": view.total_vnd,
        "discount_total": view.discount_vnd,
        "charges_total": view.charges_vnd,
        "currency": "VND",
    }


def _shown_coupon(coupon: CouponView) -> dict[str, Any]:
    problem = {"code": coupon.trouble.value, "detail": tell_coupon(coupon)} if coupon.trouble else None
    shown_coupon: dict[str, Any] = {"code": coupon.code, "name": coupon.name, "discount": coupon.discount_vnd}
    return shown_coupon | ({"problem": problem} if problem else {})


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
