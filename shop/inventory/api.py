"""Stock over REST: what a store has for shoppers, and the papers of its keepers."""

from typing import Any

from core.accounts.permissions import Scope, authorize
from core.clock import now
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from shop.inventory import service
from shop.inventory.queries import Wanted, list_ledger, list_offered
from shop.inventory.receipts import Received, get_receipt, lines_of, list_receipts
from shop.inventory.schemas import (
    LedgerOut,
    LedgerQuery,
    ReceiptIn,
    ReceiptListOut,
    ReceiptOut,
    ReceiptShownOut,
    ReceiptsQuery,
    StockListOut,
    StockQuery,
)
from shop.stores.models import Store
from shop.stores.queries import get_store

blp = Blueprint("api_inventory", __name__, url_prefix="/stores", description="Stock of a store")


@blp.get("/<code>/stock")
@public
@blp.arguments(StockQuery, location="query")
@blp.response(200, StockListOut)
def stock(query: dict[str, Any], code: str) -> dict[str, Any]:
    """What can be bought at a store now, by name: certified today, in sellable lots, not promised to others."""
    page, per_page = page_args(query)
    items = list_offered(get_store(code).id, now(), is_adult="adult" in query)
    return paged(items[(page - 1) * per_page : page * per_page], len(items), page, per_page)


@blp.post("/<code>/receipts")
@needs("stock.receive")
@blp.arguments(ReceiptIn)
@idempotent
@blp.response(201, ReceiptOut)
def receive(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Take a delivery in: a lot for each line, all or nothing."""
    store = staffed(code, "stock.receive")
    lines = [_delivered(line) for line in body.pop("lines")]
    taken = service.receive(store, lines, current_actor(), **body)
    return {
        "code": taken.paper.code,
        "store": store.code,
        "delivery_note": taken.paper.delivery_note,
        "received_at": taken.paper.received_at,
        "lines": [
            {"lot": t.lot.code, "sku": t.sku, "name": t.name, "quantity": t.quantity, "warnings": t.warnings}
            for t in taken.lines
        ],
    }


@blp.get("/<code>/receipts")
@needs("stock.read")
@blp.arguments(ReceiptsQuery, location="query")
@blp.response(200, ReceiptListOut)
def receipts(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The deliveries of a store, newest first."""
    store = staffed(code, "stock.read")
    page, per_page = page_args(query)
    rows, total = list_receipts(store.id, page, per_page, query.get("q", ""))
    return paged([_row(one) for one in rows], total, page, per_page)


@blp.get("/<code>/receipts/<receipt>")
@needs("stock.read")
@blp.response(200, ReceiptShownOut)
def show_receipt(code: str, receipt: str) -> dict[str, Any]:
    """One delivery with its lots."""
    store = staffed(code, "stock.read")
    paper = get_receipt(store.id, receipt)
    lines = lines_of(paper.code)
    row = _row(Received(paper, len(lines)))
    return row | {"store": store.code, "note": paper.note, "lines": lines}


@blp.get("/<code>/ledger")
@needs("stock.read")
@blp.arguments(LedgerQuery, location="query")
@blp.response(200, LedgerOut)
def ledger(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Every movement of a store, newest first."""
    store = staffed(code, "stock.read")
    page, per_page = page_args(query)
    wanted = Wanted(**{name: query.get(name) for name in ("lot", "sku", "reason", "first", "last")})
    moved, total = list_ledger(store.id, page, per_page, wanted)
    return paged(moved, total, page, per_page)


def staffed(code: str, action: str) -> Store:
    """A store at which the caller may do this. Raises NotFound alike for unknown and for foreign ones."""
    store = get_store(code)
    authorize(current_actor(), action, Scope("store", code))
    return store


def _row(one: Received) -> dict[str, Any]:
    names = ("code", "received_at", "delivery_note", "delivered_on", "deliverer", "actor")
    return {name: getattr(one.paper, name) for name in names} | {"lots": one.lots}


def _delivered(line: dict[str, Any]) -> service.Delivered:
    return service.Delivered(unit_cost_vnd=line.pop("unit_cost"), **line)
