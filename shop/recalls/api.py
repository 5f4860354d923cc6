"""Recalls over REST: call back, take off the shelves, who bought it, whom to call, close."""

from typing import Any

from flask import Response

from core.accounts.actor import Actor
from core.accounts.permissions import Scope, authorize, is_allowed
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import etag_of
from shop.recalls import service
from shop.recalls.models import Recall
from shop.recalls.queries import (
    Buyer,
    buyers_of,
    get_recall,
    levels_in,
    list_recalls,
    lots_of,
    promised_of,
    taken_off,
    tasks_of,
)
from shop.recalls.rules import Basis
from shop.recalls.schemas import (
    CallIn,
    RecallBuyerListOut,
    RecallIn,
    RecallListOut,
    RecallOut,
    RecallsQuery,
    TakeOffIn,
)
from shop.recalls.service import Wish
from shop.stores.queries import get_store, list_stores

blp = Blueprint("api_recalls", __name__, url_prefix="/recalls", description="Recalls")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.post("")
@needs("stock.recall")
@blp.arguments(RecallIn)
@idempotent
@blp.response(201, RecallOut)
def create(body: dict[str, Any]) -> Answer:
    """Call goods back everywhere: from the answer on, none of them is sold."""
    return _answer(service.recall(wish_of(body), current_actor()), 201)


@blp.get("")
@needs("recalls.read")
@blp.arguments(RecallsQuery, location="query")
@blp.response(200, RecallListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Recalls, open ones first."""
    page, per_page = page_args(query)
    found, total = list_recalls(page, per_page, query.get("state"))
    names = ("code", "reason", "state", "opened_at")
    shown = [
        {name: getattr(one, name) for name in names} | {"product": one.product.code, "name": one.product.name}
        for one in found
    ]
    return paged(shown, total, page, per_page)


@blp.get("/<code>")
@needs("recalls.read")
@blp.response(200, RecallOut)
def show(code: str) -> Answer:
    """One recall: its lots, what each store does, which orders it touched."""
    return _answer(get_recall(code))


@blp.delete("/<code>")
@needs("stock.recall")
@blp.response(204)
def withdraw(code: str) -> Response:
    """Refused always: a recall is not undone."""
    service.withdraw(code, current_actor())
    return Response(status=204)


@blp.post("/<code>/stores/<store>/removal")
@needs("recalls.take_off")
@blp.arguments(TakeOffIn)
@idempotent
@blp.response(200, RecallOut)
def take_off(body: dict[str, Any], code: str, store: str) -> Answer:
    """A store has taken the goods off its shelves."""
    place = get_store(store)
    authorize(current_actor(), "recalls.take_off", Scope("store", store))
    lines = body.get("lines")
    found = None if lines is None else {(one["lot"], one["place"]): one["quantity"] for one in lines}
    service.take_off(code, place, current_actor(), found, body.get("note"))
    return _answer(get_recall(code))


@blp.get("/<code>/buyers")
@needs("recalls.read")
@blp.arguments(RecallsQuery(only=("page", "per_page")), location="query")
@blp.response(200, RecallBuyerListOut)
def buyers(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Who bought it, whom nobody has reached first; of the caller's stores."""
    page, per_page = page_args(query)
    actor = current_actor()
    found = buyers_of(get_recall(code), stores_of(actor, "recalls.read"))
    shown = [_buyer(one, actor) for one in found[(page - 1) * per_page : page * per_page]]
    return paged(shown, len(found), page, per_page)


@blp.post("/<code>/buyers/<source>/<ref>/call")
@needs("recalls.call")
@blp.arguments(CallIn)
@idempotent
@blp.response(204)
def call(body: dict[str, Any], code: str, source: str, ref: str) -> Response:
    """Somebody spoke with her."""
    actor = current_actor()
    service.note_call(code, source, ref, stores_of(actor, "recalls.call"), actor, body.get("note"))
    return Response(status=204)


@blp.post("/<code>/closing")
@needs("stock.recall")
@idempotent
@blp.response(200, RecallOut)
def close(code: str) -> Answer:
    """Nothing is left to do."""
    return _answer(service.close(code, current_actor()))


def wish_of(body: dict[str, Any]) -> Wish:
    """What a body asks to call back."""
    return Wish(
        body["reason"], body.get("advice"), body.get("lot"), body.get("product"), Basis(body["basis"]),
        body.get("first"), body.get("last"),
    )  # fmt: skip


def stores_of(actor: Actor, action: str) -> list[int] | None:
    """Ids of the stores in which somebody may do this; None: in all."""
    if any(grant.scope is None and is_allowed(actor, action, Scope("store", "")) for grant in actor.grants):
        return None
    return [store.id for store in list_stores() if is_allowed(actor, action, Scope("store", store.code))]


def _buyer(one: Buyer, actor: Actor) -> dict[str, Any]:
    may_speak = is_allowed(actor, "recalls.call", Scope("store", one.store.code))
    return {
        "source": one.row.source, "ref": one.row.ref, "store": one.store.code, "sold_at": one.sold_at,
        "name": one.contact.name if may_speak else "", "phone": one.contact.phone if may_speak else None,
        "email": one.contact.email if may_speak else None, "told": one.told.value, "goods": one.goods,
    }  # fmt: skip


def _answer(called: Recall, status: int = 200) -> Answer:
    names = ("code", "basis", "lot_number", "reason", "advice", "state", "opened_by", "opened_at", "closed_at")
    lying, off = levels_in(called), taken_off(called)
    told = {name: getattr(called, name) for name in names} | {
        "product": called.product.code, "name": called.product.name, "first": called.first_on, "last": called.last_on,
        "lots": [lot.code for lot in lots_of(called)],
        "stores": [
            {
                "store": task.store.code, "confirmed_at": task.confirmed_at, "confirmed_by": task.confirmed_by,
                "left": sum(one.on_hand for one in lying if one.store_id == task.store_id),
                "promised": sum(one.on_hand - one.free for one in lying if one.store_id == task.store_id),
                "taken_off": sum(units for _lot, units, _at, _by, store in off if store == task.store_id),
            }
            for task in tasks_of(called)
        ],
        "orders": [
            {
                "order": one.number, "store": one.store.code, "lot": one.lot, "quantity": one.quantity,
                "is_moved": one.is_moved, "is_stuck": one.is_stuck,
            }
            for one in promised_of(called)
        ],
    }  # fmt: skip
    return told, status, {"ETag": etag_of(called)}
