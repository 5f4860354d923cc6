"""Stocktakes over REST: open, count, close, count again, approve."""

from typing import Any

from catalog.producers.queries import get_producer
from core.accounts.permissions import Scope, authorize
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import etag_of, expected_version
from shop.counts import closing, service
from shop.counts.levels import Wanted
from shop.counts.models import Stocktake
from shop.counts.queries import (
    Asked,
    get_stocktake,
    is_blind,
    list_asked,
    list_reviewed,
    list_stocktakes,
    lot_of_entry,
    progress_of,
)
from shop.counts.rules import Missing, Mode, Part
from shop.counts.schemas import (
    CountsIn,
    CountsOut,
    StocktakeApprovalIn,
    StocktakeClosingIn,
    StocktakeDropIn,
    StocktakeIn,
    StocktakeLineListOut,
    StocktakeListOut,
    StocktakeOut,
    StocktakeRecountIn,
    StocktakesQuery,
)
from shop.counts.service import Found
from shop.stores.models import Store
from shop.stores.queries import get_store

blp = Blueprint("api_counts", __name__, url_prefix="/stores", description="Stocktakes of a store")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.post("/<code>/stocktakes")
@needs("counts.count")
@blp.arguments(StocktakeIn)
@idempotent
@blp.response(201, StocktakeOut)
def create(body: dict[str, Any], code: str) -> Answer:
    """Open a stocktake of the store or a part of it."""
    store = staffed(code, "counts.count")
    return _answer(service.open_stocktake(store, wanted_of(body), current_actor(), body.get("note")), store, 201)


@blp.get("/<code>/stocktakes")
@needs("counts.read")
@blp.arguments(StocktakesQuery, location="query")
@blp.response(200, StocktakeListOut)
def index(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The store's stocktakes, open ones first."""
    store = staffed(code, "counts.read")
    page, per_page = page_args(query)
    found, total = list_stocktakes(store.id, page, per_page, query.get("state"))
    far = progress_of(found)
    shown = [_out(one, store) | {"asked": far[one.id].asked, "done": far[one.id].done} for one in found]
    return paged(shown, total, page, per_page)


@blp.get("/<code>/stocktakes/<stocktake>")
@needs("counts.read")
@blp.response(200, StocktakeOut)
def show(code: str, stocktake: str) -> Answer:
    """One stocktake, with its version."""
    store = staffed(code, "counts.read")
    return _answer(get_stocktake(stocktake, store.id), store)


@blp.get("/<code>/stocktakes/<stocktake>/lines")
@needs("counts.read")
@blp.arguments(StocktakesQuery(only=("page", "per_page")), location="query")
@blp.response(200, StocktakeLineListOut)
def lines(query: dict[str, Any], code: str, stocktake: str) -> dict[str, Any]:
    """Its lines in walking order; figures only when the counting is closed."""
    store = staffed(code, "counts.read")
    found = get_stocktake(stocktake, store.id)
    page, per_page = page_args(query)
    every = list_asked(found, only_asked=False)
    shown = every[(page - 1) * per_page : page * per_page]
    figures = {} if is_blind(found) else {one.line.position: one for one in list_reviewed(found)}
    return paged([_line(one, figures.get(one.position)) for one in shown], len(every), page, per_page)


@blp.post("/<code>/stocktakes/<stocktake>/counts")
@needs("counts.count")
@blp.arguments(CountsIn)
@blp.response(200, CountsOut)
def counts(body: dict[str, Any], code: str, stocktake: str) -> dict[str, Any]:
    """Keep what was counted. Each entry stands by itself; the same ``uuid`` again is the same entry."""
    store = staffed(code, "counts.count")
    return {"items": [_enter(store, stocktake, one) for one in body["counts"]]}


@blp.post("/<code>/stocktakes/<stocktake>/closing")
@needs("counts.count")
@blp.arguments(StocktakeClosingIn)
@idempotent
@blp.response(200, StocktakeOut)
def close(body: dict[str, Any], code: str, stocktake: str) -> Answer:
    """Close a round: what differs is asked for again, or it waits to be approved."""
    store = staffed(code, "counts.count")
    return _answer(closing.close_round(store, stocktake, current_actor(), Missing(body["missing"])), store)


@blp.post("/<code>/stocktakes/<stocktake>/recounts")
@needs("counts.approve")
@blp.arguments(StocktakeRecountIn)
@idempotent
@blp.response(200, StocktakeOut)
def recount(body: dict[str, Any], code: str, stocktake: str) -> Answer:
    """Have some lines counted once more."""
    store = staffed(code, "counts.approve")
    return _answer(closing.ask_again(store, stocktake, body["lines"], current_actor()), store)


@blp.post("/<code>/stocktakes/<stocktake>/approval")
@needs("counts.approve")
@blp.arguments(StocktakeApprovalIn)
@idempotent
@blp.response(200, StocktakeOut)
def approve(body: dict[str, Any], code: str, stocktake: str) -> Answer:
    """Set the books right; ``If-Match`` names the version that was looked at."""
    store = staffed(code, "counts.approve")
    return _answer(closing.approve(store, stocktake, expected_version(), current_actor(), body["leave"]), store)


@blp.post("/<code>/stocktakes/<stocktake>/cancellation")
@needs("counts.approve")
@blp.arguments(StocktakeDropIn)
@idempotent
@blp.response(200, StocktakeOut)
def drop(body: dict[str, Any], code: str, stocktake: str) -> Answer:
    """Give it up; nothing moves."""
    store = staffed(code, "counts.approve")
    return _answer(closing.drop(store, stocktake, current_actor(), body.get("reason")), store)


def staffed(code: str, action: str) -> Store:
    """A store at which the caller may do this. Raises NotFound alike for unknown and for foreign ones."""
    store = get_store(code)
    authorize(current_actor(), action, Scope("store", code))
    return store


def wanted_of(body: dict[str, Any]) -> Wanted:
    """The part that a body asks for. Raises the catalog's refusal for an unknown producer."""
    producer = get_producer(body["producer"]).id if "producer" in body else None
    return Wanted(Part(body["part"]), body.get("place"), producer, body.get("group"), body["most"])


def found_of(one: dict[str, Any]) -> Found:
    """An entry as `CountIn` loads it."""
    return Found(one["uuid"], one["lot"], one["place"], one["quantity"], Mode(one["mode"]), one["age"])


def _enter(store: Store, stocktake: str, one: dict[str, Any]) -> dict[str, Any]:
    """One entry in a transaction of its own, so that a refused one takes no other with it."""
    found = found_of(one)
    try:
        kept = service.enter(store, stocktake, found, current_actor())
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        return {"uuid": found.uuid, "is_kept": False, "lot": None, "code": refusal.code, "detail": str(refusal)}
    return {"uuid": found.uuid, "is_kept": True, "lot": lot_of_entry(kept), "code": None, "detail": None}


def _line(one: Asked, figures: Any) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in Asked.__dataclass_fields__}
    line = figures.line if figures else None
    return told | {
        "counted": line.counted if line else None, "expected": line.expected if line else None,
        "difference": figures.difference if figures else None,
    }  # fmt: skip


def _answer(stocktake: Stocktake, store: Store, status: int = 200) -> Answer:
    far = progress_of([stocktake])[stocktake.id]
    told = _out(stocktake, store) | {"asked": far.asked, "done": far.done}
    return told, status, {"ETag": etag_of(stocktake)}


def _out(one: Stocktake, store: Store) -> dict[str, Any]:
    names = ("code", "part", "place", "round", "state", "note", "opened_by", "opened_at", "ended_by", "ended_at")
    told = {name: getattr(one, name) for name in names}
    return told | {"store": store.code, "value": one.value_vnd, "version": one.version}
