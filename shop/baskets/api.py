"""Gift baskets over REST: read, and put into a cart whole."""

from typing import Any

from core.clock import now
from core.web.access import public
from core.web.api import Blueprint
from shop.baskets import service
from shop.baskets.queries import Shown, get_shown, list_open
from shop.baskets.refusals import BasketClosed
from shop.baskets.schemas import BasketListOut, BasketOut, BasketsQuery, TakeIn
from shop.baskets.views import basket_view
from shop.carts.api import shown as shown_cart
from shop.carts.queries import get_cart
from shop.carts.schemas import CartOut
from shop.carts.service import confirm_adult
from shop.orders.refusals import AdultsOnly
from shop.stores.queries import get_store

blp = Blueprint("api_baskets", __name__, description="Gift baskets")


@blp.get("/baskets")
@public
@blp.arguments(BasketsQuery, location="query")
@blp.response(200, BasketListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Baskets of which every part may be sold today."""
    store_id = get_store(query["store"]).id if "store" in query else None
    found = list_open(now(), is_adult="adult" in query, store_id=store_id)
    return {"items": [basket_view(one) for one in found], "total": len(found)}


@blp.get("/baskets/<slug>")
@public
@blp.arguments(BasketsQuery(only=("adult",)), location="query")
@blp.response(200, BasketOut)
def show(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """One basket; 410 with the parts in its way when it is not on sale."""
    found = get_shown(slug, now())
    if not found.is_open:
        raise BasketClosed(parts=closed_parts(found), reason="parts" if found.closed else "season")
    if found.is_alcohol and "adult" not in query:
        raise AdultsOnly
    return basket_view(found)


@blp.post("/carts/<token>/baskets/<slug>")
@public
@blp.arguments(TakeIn)
@blp.arguments(BasketsQuery(only=("adult",)), location="query")
@blp.response(200, CartOut)
def take(body: dict[str, Any], query: dict[str, Any], token: str, slug: str) -> dict[str, Any]:
    """Put the parts of so many baskets into a cart with their wrapping: all or nothing."""
    get_cart(token)
    if "adult" in query:
        confirm_adult(token)
    changes = read_changes(body["changes"])
    service.put_into_cart(token, slug, times=body["quantity"], changes=changes, switch=body["switch"])
    return shown_cart(get_cart(token))


def read_changes(texts: list[str]) -> dict[int, str]:
    """``["3:drop"]`` as ``{3: "drop"}``; the last word on a position counts."""
    return {int(position): code for position, code in (text.split(":", 1) for text in texts)}


def closed_parts(shown: Shown) -> list[dict[str, str]]:
    """The parts in the way, with their reasons."""
    return [{"sku": one.named.code, "name": one.named.name, "detail": one.reason} for one in shown.closed]
