"""Pages of an order: what the buyer sees, by her token, her account, or number and telephone."""

from datetime import timedelta
from typing import Any

import segno
from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from core.errors import Refusal
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from core.web.ratelimit import caller_address, limit
from shop.carts.words import amount
from shop.orders import service
from shop.orders.models import Order
from shop.orders.panels import Viewer, panels_of
from shop.orders.queries import find_by_phone, get_visible, is_buyer, is_staff
from shop.orders.rules import Action, State, reference_of
from shop.orders.schemas import CancelForm, LookupForm
from shop.orders.steps import allows
from shop.orders.words import CHARGES, PAYMENTS, PROVIDERS, STEPS, phone_words, reason_words, state_words
from shop.payments.banks import bank_name
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.payments.rules import Status

pages = Pages("orders", __name__)


@pages.get("/don-hang")
@public
def lookup() -> Response:
    """Ask for number and telephone."""
    return render("orders/lookup.html", form=Form(LookupForm()))


@pages.post("/don-hang")
@public
def find() -> Response:
    """Lead to the order. A wrong number and a wrong telephone get the same answer; tries are limited."""
    form = Form(LookupForm()).read(request.form)
    if not form.ok:
        return render("orders/lookup.html", 422, form=form)
    limit("order-lookup-phone", form.data["phone"], times=10, per=timedelta(minutes=10))
    limit("order-lookup-address", caller_address(), times=60, per=timedelta(minutes=10))
    order = find_by_phone(form.data["number"].strip().upper(), form.data["phone"])
    if order is None:
        form.problem = _("Không có đơn nào với số đơn và số điện thoại này. Hãy xem lại cả hai.")
        return render("orders/lookup.html", 404, form=form)
    return redirect(url_for("orders.show", number=order.number, token=order.token), 303)  # type: ignore[return-value]


@pages.get("/don-hang/<number>")
@public
def show(number: str) -> Response:
    """An order, for its buyer and the staff of its store."""
    token = request.args.get("token")
    order = get_visible(number, token, current_actor())
    return _page(order, token)


@pages.post("/don-hang/<number>/huy")
@public
def cancel(number: str) -> Response:
    """Call it off."""
    form = Form(CancelForm()).read(request.form)
    token = form.data.get("token")
    order = get_visible(number, token, current_actor())
    try:
        service.cancel(number, token, current_actor(), form.data.get("reason"))
    except Refusal as refusal:
        return _page(order, token, str(refusal), refusal.status)
    flash(_("Đã hủy đơn %(number)s.", number=number))
    return redirect(url_for("orders.show", number=number, token=token), 303)  # type: ignore[return-value]


def _page(order: Order, token: str | None, problem: str | None = None, status: int = 200) -> Response:
    payment = get_payment(reference_of(order.number))
    buyer = is_buyer(order, token, current_actor())
    viewer = Viewer(current_actor(), token, buyer, is_staff(order, current_actor()))
    context: dict[str, Any] = {
        "order": order, "payment": payment, "token": token, "problem": problem,
        "state": state_words(order.state, order.decided_at is not None),
        "reason": reason_words(order.ended_because) if order.ended_because else None,
        "steps": _steps(order), "progress": _progress(order), "qr": _qr(payment) if buyer else None,
        "bank": bank_name(payment.bank_bin or ""), "may_cancel": buyer and allows(order, payment, Action.CANCEL),
        "charge_words": CHARGES, "provider": PROVIDERS[order.provider], "payment_words": PAYMENTS[payment.status],
        "amount": amount, "phone": phone_words(order.contact_phone), "is_buyer": buyer,
        "viewer": viewer, "panels": panels_of(order, payment, viewer),
    }  # fmt: skip
    answer = render("orders/show.html", status, **context)
    # The address carries the guest's key: it must not travel to any other page.
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _steps(order: Order) -> list[dict[str, Any]]:
    """The timeline, newest last, in the buyer's words."""
    bad = {"cancel", "call_off", "lapse", "hold"}
    steps: list[dict[str, Any]] = [
        {"title": str(STEPS[one.action]), "at": one.at, "data": one.data, "state": "bad" if one.action in bad else ""}
        for one in order.events
    ]
    steps[-1]["state"] = steps[-1]["state"] or "now"
    return steps


def _progress(order: Order) -> tuple[list[str], int] | None:
    """The way of an order that goes well, and where it stands; None for one that does not."""
    middle = _("Sẵn sàng") if order.method == "pickup" else _("Đang giao")
    names = [_("Đã đặt"), _("Đã xác nhận"), middle, _("Đã nhận")]
    at = {
        State.PLACED: 2 if order.decided_at else 1, State.PAID: 2, State.PACKING: 2, State.READY: 3,
        State.SHIPPED: 3, State.HANDED_OVER: 5,
    }  # fmt: skip
    place = at.get(State(order.state))
    return (names, place) if place else None


def _qr(payment: Payment) -> Markup | None:
    """The VietQR to scan, as SVG, while it can still be paid."""
    if payment.qr_text is None or payment.status != Status.PENDING:
        return None
    drawn = segno.make(payment.qr_text, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=5, border=2))  # noqa: S704 drawn by us from our own text
