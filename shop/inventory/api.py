"""Stock over REST: what a store has for shoppers, and the papers of its keepers."""

from typing import Any

from core.accounts.permissions import Scope, authorize
from core.clock import now
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from shop.inventory import service
from shop.inventory.queries import list_ledger, list_offered
from shop.inventory.rules import Reason
from shop.inventory.schemas import (
    AdjustmentIn,
    AdjustmentOut,
    LedgerOut,
    LedgerQuery,
    ReceiptIn,
    ReceiptOut,
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


@blp.post("/<code>/adjustments")
@needs("stock.adjust")
@blp.arguments(AdjustmentIn)
@idempotent
@blp.response(201, AdjustmentOut)
def adjust(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Book a count difference, damage, a tasting, goods past their day, or a return to the producer."""
    store = staffed(code, "stock.adjust")
    lot, place, quantity = body["lot"], body["place"], body["quantity"]
    reason = Reason(body["reason"])
    paper = service.adjust(store, lot, place, quantity, reason, current_actor(), body.get("note"))
    return {"code": paper, "lot": lot, "quantity": quantity, "reason": reason.value}


@blp.get("/<code>/ledger")
@needs("stock.read")
@blp.arguments(LedgerQuery, location="query")
@blp.response(200, LedgerOut)
def ledger(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Every movement of a store, newest first."""
    store = staffed(code, "stock.read")
    page, per_page = page_args(query)
    moved, total = list_ledger(store.id, page, per_page, query.get("lot"), query.get("sku"))
    return paged(moved, total, page, per_page)


def staffed(code: str, action: str) -> Store:
    """A store at which the caller may do this. Raises NotFound alike for unknown and for foreign ones."""
    store = get_store(code)
    authorize(current_actor(), action, Scope("store", code))
    return store


def _delivered(line: dict[str, Any]) -> service.Delivered:
    return service.Delivered(unit_cost_vnd=line.pop("unit_cost"), **line)
