"""A voucher for whoever holds its code, and the panel of the order's page."""

from datetime import timedelta
from typing import Any

import segno
from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from core.accounts.permissions import is_allowed
from core.clock import local_day, now
from core.errors import Refusal
from core.web.access import current_actor, public
from core.web.links import address_of
from core.web.pages import Pages, flash, render
from core.web.ratelimit import caller_address, limit
from shop.orders.models import Order
from shop.orders.panels import Viewer, panel
from shop.orders.queries import get_visible
from shop.payments.models import Payment
from shop.vouchers import service
from shop.vouchers.models import Voucher
from shop.vouchers.pdf import voucher_pdf
from shop.vouchers.queries import find_voucher, line_of, lines_of, list_of_order, scopes_of
from shop.vouchers.refusals import VoucherNotFound
from shop.vouchers.rules import State, shown_code
from shop.vouchers.words import certificate_words, place_of, standing

pages = Pages("vouchers", __name__)


@pages.get("/phieu/<code>")
@public
def show(code: str) -> Response:
    """The voucher with its QR; staff who may take it find the way to the desk."""
    voucher = _held(code)
    by, (address, phone) = current_actor(), place_of(voucher)
    answer = render(
        "vouchers/show.html", voucher=voucher, line=line_of(voucher), code=shown_code(voucher.code),
        address=address, phone=phone,
        standing=standing(voucher, local_day(now())), qr=_qr(voucher), law=certificate_words(voucher),
        may_take=by.is_known and is_allowed(by, "vouchers.redeem", *scopes_of(voucher)),
    )  # fmt: skip
    return _private(answer)


@pages.get("/phieu/<code>/in.pdf")
@public
def as_pdf(code: str) -> Response:
    """The same to print."""
    voucher = _held(code)
    answer = Response(voucher_pdf(voucher, line_of(voucher), _url(voucher)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="phieu-{voucher.order.number}-{voucher.position}.pdf"'
    return _private(answer)


@pages.post("/don-hang/<number>/phieu/<code>/tra")
@public
def take_offer(number: str, code: str) -> Response:
    """The buyer takes the money that she was offered."""
    token = request.form.get("token") or None
    get_visible(number, token, current_actor())
    try:
        service.take_offer(code, token, current_actor())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("Đã nhận lại phiếu. Tiền của phiếu sẽ được hoàn."))
    return redirect(url_for("orders.show", number=number, token=token), 303)  # type: ignore[return-value]


def build_panel(order: Order, _payment: Payment, viewer: Viewer) -> dict[str, Any] | None:
    """The vouchers of an order, with their codes for the buyer alone; None when it has none."""
    found = list_of_order(order.id)
    if not found or not (viewer.is_buyer or viewer.is_staff):
        return None
    lines, day = lines_of(found), local_day(now())
    return {"vouchers": [_row(one, lines[one.order_line_id].product_name, viewer, standing(one, day)) for one in found]}


def _row(one: Voucher, name: str, viewer: Viewer, stands: dict[str, Any]) -> dict[str, Any]:
    is_live = one.state == State.LIVE
    return {
        "name": name, "position": one.position, "price_vnd": one.price_vnd, "standing": stands,
        "code": one.code if viewer.is_buyer else None, "shown": shown_code(one.code) if viewer.is_buyer else None,
        "is_offered": viewer.is_buyer and is_live and one.offered_on is not None,
    }  # fmt: skip


def _held(code: str) -> Voucher:
    """The voucher of a code; guesses are counted by address."""
    voucher = find_voucher(code)
    if voucher is None:
        limit("voucher-guess", caller_address(), times=30, per=timedelta(minutes=10))
        raise VoucherNotFound
    return voucher


def _url(voucher: Voucher) -> str:
    return address_of("vouchers.show", code=voucher.code)


def _qr(voucher: Voucher) -> Markup:
    drawn = segno.make(_url(voucher), error="m", micro=False)
    return Markup(drawn.svg_inline(scale=5, border=2))  # noqa: S704 drawn by us from our own text


def _private(answer: Response) -> Response:
    """The address is the secret: it goes to no other page and into no cache."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


panel(50, "vouchers", build_panel, "vouchers/_panel.html")
