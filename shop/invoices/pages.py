"""What a buyer sees of her invoices: a panel on the order's page, and each as a PDF. By token, account, or as staff."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from core.web.access import current_actor, public
from core.web.pages import Pages
from shop.invoices.models import Invoice
from shop.invoices.pdf import invoice_pdf, sales_note_pdf
from shop.invoices.queries import find_current_of_sale, get_invoice, list_of_order
from shop.invoices.refusals import InvoiceNotFound, OrderNotDelivered
from shop.invoices.rules import NUMBERED, is_series
from shop.invoices.words import KINDS, STATES, TONES, title
from shop.orders.models import Order
from shop.orders.panels import Viewer, panel
from shop.orders.queries import get_visible
from shop.orders.rules import State
from shop.payments.models import Payment
from shop.tills.models import TillSale
from shop.tills.papers import Paper, offer_paper
from shop.tills.receipts import find_by_token

pages = Pages("invoices", __name__)

#: The goods are with the buyer, or on their way to her.
_LEFT = frozenset({State.SHIPPED, State.HANDED_OVER, State.COMPLETED, State.PART_REFUNDED})


@pages.get("/don-hang/<number>/hoa-don/<code>.pdf")
@public
def as_pdf(number: str, code: str) -> Response:
    """The visual form of one invoice, drafts left out."""
    order = get_visible(number, request.args.get("token"), current_actor())
    invoice = get_invoice(code)
    if invoice.order_id != order.id or invoice.state not in NUMBERED:
        raise InvoiceNotFound
    return pdf_answer(invoice_pdf(invoice), f"hoa-don-{invoice.series}-{invoice.number:08d}")


@pages.get("/don-hang/<number>/phieu-ban-hang.pdf")
@public
def sales_note(number: str) -> Response:
    """The sales note of a seller who writes no electronic invoices here."""
    order = get_visible(number, request.args.get("token"), current_actor())
    if order.state not in _LEFT or is_series(order.seller.invoice_series or ""):
        raise OrderNotDelivered
    return pdf_answer(sales_note_pdf(order), f"phieu-ban-hang-{order.number}")


@pages.get("/bien-lai/<token>/hoa-don.pdf")
@public
def of_receipt(token: str) -> Response:
    """The invoice of a receipt, for whoever holds the receipt's link; drafts left out."""
    sale = find_by_token(token)
    invoice = find_current_of_sale(sale.id) if sale is not None else None
    if invoice is None or invoice.state not in NUMBERED:
        raise InvoiceNotFound
    return pdf_answer(invoice_pdf(invoice), f"hoa-don-{invoice.series}-{invoice.number:08d}")


def paper_of(sale: TillSale) -> Paper | None:
    """The link to that invoice on the receipt's page, once it has its number."""
    invoice = find_current_of_sale(sale.id)
    if invoice is None or invoice.state not in NUMBERED:
        return None
    label = _("Hóa đơn điện tử %(series)s số %(number)s", series=invoice.series, number=f"{invoice.number:08d}")
    return Paper(label, url_for("invoices.of_receipt", token=sale.token))


def pdf_answer(data: bytes, name: str) -> Response:
    """A PDF that no cache keeps."""
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def build_panel(order: Order, _payment: Payment, viewer: Viewer) -> dict[str, Any] | None:
    """The invoices of an order; a sales note; or the word that one comes. None before the goods leave."""
    if not (viewer.is_buyer or viewer.is_staff):
        return None
    found = list_of_order(order.id)
    shown = [one for one in found if one.state in NUMBERED]
    has_series = is_series(order.seller.invoice_series or "")
    if not shown and order.state not in _LEFT:
        return None
    return {
        "invoices": [_row(one) for one in shown], "is_waiting": has_series and not shown,
        "has_note": not has_series and order.state in _LEFT,
    }  # fmt: skip


def _row(one: Invoice) -> dict[str, Any]:
    return {
        "code": one.code, "title": title(one), "kind": KINDS[one.kind], "state": STATES[one.state],
        "tone": TONES[one.state], "issued_on": one.issued_on, "gross_vnd": one.gross_vnd,
        "authority_code": one.authority_code, "lookup_code": one.lookup_code,
        "refers_to": title(one.refers_to) if one.refers_to else None,
    }  # fmt: skip


panel(60, "invoices", build_panel, "invoices/_panel.html")
offer_paper("invoice", paper_of)
