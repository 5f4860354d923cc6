"""Stores over REST: where they are and when they are open; for staff their settings."""

from typing import Any, cast

from flask import Response, jsonify
from flask_babel import lazy_gettext as _l

from catalog.areas.queries import get_area
from core.accounts.actor import Scope
from core.accounts.permissions import authorize
from core.clock import local_day, now
from core.errors import Invalid
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, PageQuery, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version
from shop.stores.districts import TREE
from shop.stores.models import Store
from shop.stores.queries import get_any_store, get_seller, get_store, list_stores
from shop.stores.rules import doors
from shop.stores.schemas import SettingsOut, SettingsPatch, StoreIn, StoreListOut, StoreOut
from shop.stores.service import close_store, edit_store, open_store

_COMMUNE = _l("Hãy chọn một xã hoặc phường của hôm nay.")

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


@blp.post("")
@needs("stores.open")
@blp.arguments(StoreIn)
@idempotent
@blp.response(201, SettingsOut)
def create(body: dict[str, Any]) -> Response:
    """Open a store, with its three places for goods."""
    return _answer(open_store(current_actor(), **columns_of(body)), 201)


@blp.get("/<code>/settings")
@needs("stores.read")
@blp.response(200, SettingsOut)
def settings(code: str) -> Response:
    """A store as its staff read it, closed ones included, with its version (ETag)."""
    return _answer(_staffed(code, "stores.read"))


@blp.patch("/<code>/settings")
@needs("stores.edit")
@blp.arguments(SettingsPatch)
@blp.response(200, SettingsOut)
def edit(body: dict[str, Any], code: str) -> Response:
    """Change a store (If-Match)."""
    store = _staffed(code, "stores.edit")
    return _answer(edit_store(store, expected_version(), current_actor(), columns_of(body)))


@blp.post("/<code>/closing")
@needs("stores.open")
@idempotent
@blp.response(200, SettingsOut)
def close(code: str) -> Response:
    """Close a store for good (If-Match); 409 `store.busy` while goods, parcels or a shift are in it."""
    return _answer(close_store(_staffed(code, "stores.open").id, expected_version(), current_actor()))


def store_out(store: Store) -> dict[str, Any]:
    """A store as the API answers it."""
    serves = {"code": store.serves.code, "name": store.serves.name} if store.serves else None
    columns = (
        "code", "name", "kind", "address", "phone", "hours", "special", "opens_on", "ends_on", "lat", "lng",
        "has_pickup", "has_delivery",
    )  # fmt: skip
    return {column: getattr(store, column) for column in columns} | {
        "seller": store.seller.name,
        "area": {"code": store.area.code, "name": store.area.name},
        "serves": serves,
        "is_open_now": doors(store.calendar, now()).is_open,
    }


def columns_of(body: dict[str, Any]) -> dict[str, Any]:
    """What a program or a form said as columns of ``Store``. Raises Invalid for places and sellers unknown."""
    found, on = dict(body), local_day(now())
    if "cash_rounding" in found:
        found["cash_rounding_vnd"] = found.pop("cash_rounding")
    if "seller" in found:
        found["seller_id"] = get_seller(found.pop("seller")).id
    if "area" in found:
        area = get_area(found.pop("area"), on)
        if area.kind != "commune":
            raise Invalid({"area": [_COMMUNE]})
        found["area_id"] = area.id
    if "serves" in found:
        code = found.pop("serves")
        found["serves_area_id"] = get_area(code, TREE).id if code else None
    return found


def _staffed(code: str, action: str) -> Store:
    store = get_any_store(code)
    authorize(current_actor(), action, Scope("store", store.code))
    return store


def _answer(store: Store, status: int = 200) -> Response:
    more = ("fair", "pickup_hours", "delivery_hours", "is_active", "closed_at")
    body = store_out(store) | {name: getattr(store, name) for name in more}
    body |= {"seller_code": store.seller.code, "cash_rounding": store.cash_rounding_vnd}
    response = jsonify(cast("dict[str, Any]", SettingsOut().dump(body)))
    response.status_code = status
    return with_version(response, store)
