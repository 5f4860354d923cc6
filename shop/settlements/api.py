"""Settlements over REST: producers read their own, the shop's office closes, approves and pays."""

from typing import Any

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.web.access import current_actor, needs
from core.web.api import Blueprint, listed, paged
from core.web.idempotency import idempotent
from core.web.versions import etag_of
from shop.settlements import mine, paying, service
from shop.settlements.models import Settlement
from shop.settlements.permissions import scopes_of
from shop.settlements.queries import get_settlement, list_settlements
from shop.settlements.schemas import (
    ClosingOut,
    PayoutOut,
    SellerIn,
    SettlementOut,
    SettlementQuery,
    StatementOut,
)
from shop.settlements.statement import of_settlement

blp = Blueprint("api_settlements", __name__, url_prefix="/settlements", description="Settlements with producers")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.get("")
@needs("settlements.read")
@blp.arguments(SettlementQuery, location="query")
@blp.response(200, listed(SettlementOut))
def index(query: dict[str, Any]) -> Any:
    """Settlements that the caller may see, the newest period first."""
    asked = mine.narrowed(current_actor(), query)
    rows, total = list_settlements(asked, query["page"], query["per_page"])
    return paged([_out(one) for one in rows], total, query["page"], query["per_page"])


@blp.get("/<code>")
@needs("settlements.read")
@blp.response(200, StatementOut)
def show(code: str) -> Answer:
    """One settlement with its lines. Somebody else's is not found."""
    row = get_visible(code, current_actor())
    return _statement(row), 200, {"ETag": etag_of(row)}


@blp.post("/<period>/closing")
@needs("settlements.close")
@blp.arguments(SellerIn)
@idempotent
@blp.response(200, ClosingOut)
def close(body: dict[str, Any], period: str) -> dict[str, Any]:
    """Close a month (`YYYY-MM`) of a seller. Once: a second call answers the same."""
    closed = service.close(body["seller"], period, current_actor())
    rows, _total = list_settlements(mine.of_period(closed.seller_id, period), per_page=10_000)
    return {
        "period": period, "seller": body["seller"], "closed_at": closed.closed_at,
        "settlements": [_out(one) for one in rows],
    }  # fmt: skip


@blp.post("/<period>/payouts")
@needs("settlements.pay")
@blp.arguments(SellerIn)
@idempotent
@blp.response(201, PayoutOut)
def pay(body: dict[str, Any], period: str) -> tuple[dict[str, Any], int]:
    """Put a month's approved settlements into a payout file for the bank; a second person approves it at the desk."""
    file = paying.collect(body["seller"], period, current_actor())
    codes = [one.source.partition(":")[2] for one in file.items]
    out = {"code": file.code, "state": file.state, "count": file.count, "total": file.total_vnd, "settlements": codes}
    return out, 201


@blp.post("/<code>/approval")
@needs("settlements.approve")
@idempotent
@blp.response(200, SettlementOut)
def approve(code: str) -> Answer:
    """A second person agrees; never the one who closed the period."""
    row = service.approve(code, current_actor())
    return _out(row), 200, {"ETag": etag_of(row)}


def get_visible(code: str, actor: Actor) -> Settlement:
    """A settlement that the caller may read. Refuses everything else as not found."""
    row = get_settlement(code)
    authorize(actor, "settlements.read", *scopes_of(row))
    return row


def _out(row: Settlement) -> dict[str, Any]:
    return {
        "code": row.code, "period": row.period.period, "seller": row.period.seller.code, "producer": row.producer.code,
        "producer_name": row.producer.name, "state": row.state, "sales": row.sales_vnd, "returns": row.returns_vnd,
        "commission": row.commission_vnd, "adjustments": row.adjustments_vnd, "carried_in": row.carried_in_vnd,
        "total": row.total_vnd, "vat_method": row.vat_method, "approved_at": row.approved_at, "paid_at": row.paid_at,
        "reference": row.bank_ref, "version": row.version,
    }  # fmt: skip


def _statement(row: Settlement) -> dict[str, Any]:
    told = of_settlement(row)
    lines = [
        {
            "source": one.source, "reference": one.source_ref, "sold_on": one.sold_on, "product": one.product_name,
            "label": one.label, "lot": one.lot_code, "quantity": one.quantity, "unit": one.unit,
            "unit_price": one.unit_price_vnd, "revenue": one.revenue_vnd, "commission_bp": one.commission_bp,
            "commission": one.commission_vnd, "due": one.due_vnd,
        }
        for one in told.rows
    ]  # fmt: skip
    beside = [{"code": one.code, "kind": one.kind, "words": one.words, "amount": one.amount_vnd} for one in told.beside]
    return _out(row) | {"lines": lines, "beside": beside}
