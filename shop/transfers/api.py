"""Transfers over REST: a draft, its dispatch, its receipt, and what a second person decides on differences."""

from collections.abc import Mapping
from typing import Any

from core.accounts.permissions import Scope, authorize, is_allowed
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import etag_of, expected_version
from shop.stores.models import Store
from shop.stores.queries import get_store, list_stores
from shop.transfers import service
from shop.transfers.models import Transfer
from shop.transfers.queries import get_transfer, list_transfers, shown_lines
from shop.transfers.refusals import TransferNotFound
from shop.transfers.rules import Outcome
from shop.transfers.schemas import (
    StockTransferIn,
    StockTransferListOut,
    StockTransferOut,
    TransferChangeIn,
    TransferClosingIn,
    TransferReceiptIn,
    TransfersQuery,
)  # fmt: skip
from shop.transfers.service import Counted, Sending, Settled

blp = Blueprint("api_transfers", __name__, url_prefix="/transfers", description="Goods between stores")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.get("")
@needs("transfers.read")
@blp.arguments(TransfersQuery, location="query")
@blp.response(200, StockTransferListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Transfers from and to the caller's stores, newest first."""
    page, per_page = page_args(query)
    mine = [store for store in my_stores("transfers.read") if query.get("store", store.code) == store.code]
    states = [query["state"]] if "state" in query else []
    rows, total = list_transfers([store.id for store in mine], states, page, per_page)
    return paged([row_out(one) for one in rows], total, page, per_page)


@blp.post("")
@needs("transfers.send")
@blp.arguments(StockTransferIn)
@idempotent
@blp.response(201, StockTransferOut)
def create(body: dict[str, Any]) -> Answer:
    """A draft; inside one store the goods change their place at once and the paper is closed."""
    sender = _staffed(body["sender"], "transfers.send")
    receiver, lines, actor = get_store(body["receiver"]), _lines(body), current_actor()
    if sender.id == receiver.id:
        return _answer(service.move(sender, lines, actor, body.get("note")), 201)
    return _answer(service.draft(sender, receiver, lines, actor, body.get("note")), 201)


@blp.get("/<code>")
@needs("transfers.read")
@blp.response(200, StockTransferOut)
def show(code: str) -> Answer:
    """One paper, for the staff of either store."""
    return _answer(get_visible(code))


@blp.put("/<code>")
@needs("transfers.send")
@blp.arguments(TransferChangeIn)
@blp.response(200, StockTransferOut)
def change(body: dict[str, Any], code: str) -> Answer:
    """Other lines for a draft."""
    version = expected_version()
    return _answer(service.change(code, _lines(body), version, current_actor(), body.get("note")))


@blp.post("/<code>/dispatch")
@needs("transfers.send")
@idempotent
@blp.response(200, StockTransferOut)
def dispatch(code: str) -> Answer:
    """The goods leave for the other store; the certificate of each product is judged today."""
    return _answer(service.dispatch(code, current_actor()))


@blp.post("/<code>/receipt")
@needs("transfers.receive")
@blp.arguments(TransferReceiptIn)
@idempotent
@blp.response(200, StockTransferOut)
def receive(body: dict[str, Any], code: str) -> Answer:
    """What came; with differences the paper waits for another person."""
    found = {one["line"]: Counted(one["received"], one["damaged"], one.get("note")) for one in body["lines"]}
    taken = service.receive(code, found, current_actor())
    return _answer(taken.transfer, 200, taken.warnings)


@blp.post("/<code>/closing")
@needs("transfers.settle")
@blp.arguments(TransferClosingIn)
@idempotent
@blp.response(200, StockTransferOut)
def settle(body: dict[str, Any], code: str) -> Answer:
    """A second person decides on what is missing; damaged goods are written off."""
    decided = {one["line"]: Settled(Outcome(one["outcome"]), one.get("note")) for one in body["lines"]}
    return _answer(service.settle(code, decided, current_actor()))


@blp.post("/<code>/cancellation")
@needs("transfers.send")
@idempotent
@blp.response(200, StockTransferOut)
def cancel(code: str) -> Answer:
    """Give a draft up, or call the van back."""
    return _answer(service.cancel(code, current_actor()))


def get_visible(code: str) -> Transfer:
    """A paper for whoever may read it at either store. Raises TransferNotFound."""
    paper = get_transfer(code)
    scopes = Scope("store", paper.sender.code), Scope("store", paper.receiver.code)
    if not is_allowed(current_actor(), "transfers.read", *scopes):
        raise TransferNotFound
    return paper


def my_stores(action: str) -> list[Store]:
    """The stores in which the caller may do this."""
    actor = current_actor()
    return [store for store in list_stores() if is_allowed(actor, action, Scope("store", store.code))]


def row_out(paper: Transfer) -> dict[str, Any]:
    """A paper without its lines."""
    names = (
        "code", "state", "differs", "note", "made_at", "made_by", "dispatched_at", "dispatched_by", "received_at",
        "received_by", "closed_at", "closed_by", "version",
    )  # fmt: skip
    plain = {name: getattr(paper, name) for name in names}
    return plain | {"sender": paper.sender.code, "receiver": paper.receiver.code}


def _staffed(code: str, action: str) -> Store:
    store = get_store(code)
    authorize(current_actor(), action, Scope("store", code))
    return store


def _lines(body: Mapping[str, Any]) -> list[Sending]:
    return [Sending(**line) for line in body["lines"]]


def _answer(paper: Transfer, status: int = 200, warnings: Mapping[int, list[str]] | None = None) -> Answer:
    fresh = get_transfer(paper.code)
    told = warnings or {}
    lines = [
        {
            "line": one.line.position, "lot": one.lot.code, "sku": one.sku, "name": one.name, "unit": one.unit,
            "from_place": one.line.from_place, "to_place": one.line.to_place, "quantity": one.line.quantity,
            "received": one.line.received, "damaged": one.line.damaged, "missing": one.line.missing,
            "note": one.line.note, "outcome": one.line.outcome, "warnings": told.get(one.line.position, []),
        }
        for one in shown_lines(fresh.id)
    ]  # fmt: skip
    return row_out(fresh) | {"lines": lines}, status, {"ETag": etag_of(fresh)}
