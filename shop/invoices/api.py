"""Invoices over REST, for the staff of their seller: read only; they are written at the desk."""

from typing import Any

from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.versions import etag_of
from shop.invoices.models import Invoice, InvoiceLine
from shop.invoices.queries import Asked, get_visible, list_invoices, sellers_for
from shop.invoices.schemas import InvoiceListOut, InvoiceOut, InvoiceQuery

blp = Blueprint("api_invoices", __name__, url_prefix="/invoices", description="Electronic invoices")


@blp.get("")
@needs("invoices.read")
@blp.arguments(InvoiceQuery, location="query")
@blp.response(200, InvoiceListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The invoices of my sellers, drafts first, then the newest."""
    page, per_page = page_args(query)
    sellers = sellers_for(current_actor(), "invoices.read")
    chosen = tuple(one.id for one in sellers if query.get("seller") in (None, one.code))
    asked = Asked(chosen, query.get("state"), query.get("kind"), query.get("since"), query.get("until"), query.get("q"))
    found, total = list_invoices(asked, page, per_page)
    return paged([invoice_out(one) for one in found], total, page, per_page)


@blp.get("/<code>")
@needs("invoices.read")
@blp.response(200, InvoiceOut)
def show(code: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """One invoice as printed."""
    invoice = get_visible(code, current_actor())
    return invoice_out(invoice), 200, {"ETag": etag_of(invoice)}


def invoice_out(one: Invoice) -> dict[str, Any]:
    """An invoice as the API answers it."""
    plain = ("code", "kind", "state", "series", "number", "issued_at", "issued_on", "reason", "buyer_kind",
             "total_words", "authority_code", "lookup_code", "version")  # fmt: skip
    return {name: getattr(one, name) for name in plain} | {
        "order": one.order.number if one.order else None,
        "receipt": one.sale.code if one.sale else None, "refers_to": one.refers_to.code if one.refers_to else None,
        "seller": {"name": one.seller_name, "tax_code": one.seller_tax_code, "address": one.seller_address},
        "buyer": {"name": one.buyer_name, "tax_code": one.buyer_tax_code, "address": one.buyer_address},
        "lines": [_line_out(line) for line in one.lines],
        "net": one.net_vnd, "tax": one.tax_vnd, "gross": one.gross_vnd, "cash_rounding": one.rounding_vnd,
        "received": one.received_vnd, "currency": "VND",
    }  # fmt: skip


def _line_out(line: InvoiceLine) -> dict[str, Any]:
    return {
        "name": line.name, "unit": line.unit, "quantity": line.quantity, "unit_price": line.unit_price_vnd,
        "discount": line.discount_vnd, "net": line.net_vnd, "vat_bp": line.vat_bp, "vat_kind": line.vat_kind,
        "tax": line.tax_vnd, "gross": line.gross_vnd,
    }  # fmt: skip
