"""Stores over REST: where they are and when they are open."""

from typing import Any

from core.clock import now
from core.web.access import public
from core.web.api import Blueprint, PageQuery, page_args, paged
from shop.stores.models import Store
from shop.stores.queries import get_store, list_stores
from shop.stores.rules import doors
from shop.stores.schemas import StoreListOut, StoreOut

blp = Blueprint("api_stores", __name__, url_prefix="/stores", description="Stores")


@blp.get("")
@public
@blp.arguments(PageQuery, location="query")
@blp.response(200, StoreListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Every store that trades, by name."""
    page, per_page = page_args(query)
    stores = list_stores()
    shown = [store_out(store) for store in stores[(page - 1) * per_page : page * per_page]]
    return paged(shown, len(stores), page, per_page)


@blp.get("/<code>")
@public
@blp.response(200, StoreOut)
def show(code: str) -> dict[str, Any]:
    """One store."""
    return store_out(get_store(code))


def store_out(store: Store) -> dict[str, Any]:
    """A store as the API answers it."""
    serves = {"code": store.serves.code, "name": store.serves.name} if store.serves else None
    columns = ("code", "name", "kind", "address", "phone", "hours", "lat", "lng", "has_pickup", "has_delivery")
    return {column: getattr(store, column) for column in columns} | {
        "seller": store.seller.name,
        "area": {"code": store.area.code, "name": store.area.name},
        "serves": serves,
        "is_open_now": doors(store.hours, now()).is_open,
    }
