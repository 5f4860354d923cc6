"""Pages of an order: what the buyer sees, by her token, her account, or number and telephone."""

from datetime import timedelta
from typing import Any

import segno
from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from core.errors import Refusal
from core.masks import spoken
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from core.web.ratelimit import caller_address, limit
from shop.inventory.words import amount
from shop.orders import service
from shop.orders.collecting import WAITING, pickup_code, pickup_text
from shop.orders.life_schemas import CollectorForm
from shop.orders.models import Order
from shop.orders.panels import Viewer, panels_of
from shop.orders.queries import find_by_phone, get_visible, is_buyer, is_only_services, is_staff
from shop.orders.rules import Action, State, reference_of, typed_number
from shop.orders.schemas import CancelForm, LookupForm
from shop.orders.standing import view_parcels, what_next
from shop.orders.steps import allows
from shop.orders.words import (
    CHARGES,
    FAILURES,
    PAYMENTS,
    PROVIDERS,
    invoice_words,
    reason_to_buyer,
    reason_words,
    state_words,
    step_words,
)
from shop.payments.queries import get_payment

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
    order = find_by_phone(typed_number(form.data["number"]), form.data["phone"])
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
    return page_of(order, token)


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
        return page_of(order, token, str(refusal), refusal.status)
    flash(_("Đã hủy đơn %(number)s.", number=number))
    return redirect(url_for("orders.show", number=number, token=token), 303)  # type: ignore[return-value]


def page_of(
    order: Order, token: str | None, problem: str | None = None, status: int = 200, collector: Form | None = None
) -> Response:
    """The page of an order as this viewer may see it, with what went wrong."""
    payment = get_payment(reference_of(order.number))
    viewer = Viewer(current_actor(), token, is_buyer(order, token, current_actor()), is_staff(order, current_actor()))
    said, is_service = reason_to_buyer if viewer.is_buyer else reason_words, is_only_services(order)
    answer = render(
        "orders/show.html", status, order=order, payment=payment, token=token, problem=problem, viewer=viewer,
        page_path=url_for("orders.show", number=order.number, token=token),
        is_buyer=viewer.is_buyer, panels=panels_of(order, payment, viewer), amount=amount,
        state=state_words(order.state, order.decided_at is not None, is_service=is_service),
        reason=said(order.ended_because) if order.ended_because else None, invoice=invoice_words(order.invoice_wish),
        next=what_next(order, payment, is_service=is_service), parcels=view_parcels(order),
        steps=_steps(order, is_service), progress=_progress(order, is_service),
        may_cancel=viewer.is_buyer and allows(order, payment, Action.CANCEL), charge_words=CHARGES,
        provider=PROVIDERS[order.provider], payment_words=PAYMENTS[payment.status],
        phone=spoken(order.contact_phone), **_collecting(order, viewer, collector),
    )  # fmt: skip
    # The address carries the guest's key: it must not travel to any other page.
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _collecting(order: Order, viewer: Viewer, form: Form | None) -> dict[str, Any]:
    """The code and its QR for the buyer alone, and the form that names somebody else."""
    waits = order.method == "pickup" and order.state in WAITING and order.decided_at is not None
    if not (viewer.is_buyer and waits):
        return {"code": None, "code_qr": None, "collector": None}
    phone = spoken(order.collector_phone) if order.collector_phone else ""
    known = {"name": order.collector_name or "", "phone": phone, "token": viewer.token or ""}
    return {
        "code": pickup_code(order) if order.state == State.READY else None,
        "code_qr": _drawn(pickup_text(order)) if order.state == State.READY else None,
        "collector": form or Form(CollectorForm(), known),
    }


def _drawn(text: str) -> Markup:
    """A QR as SVG."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=5, border=2))  # noqa: S704 drawn by us from our own text


def _steps(order: Order, is_service: bool) -> list[dict[str, Any]]:
    """The timeline, newest last, in the buyer's words."""
    bad = {"cancel", "call_off", "lapse", "hold", "fail", "take_back", "drop"}
    steps: list[dict[str, Any]] = [
        {
            "title": step_words(one.action, is_service=is_service), "at": one.at, "text": _said(one.data),
            "state": "bad" if one.action in bad else "",
        }
        for one in order.events
    ]  # fmt: skip
    steps[-1]["state"] = steps[-1]["state"] or "now"
    return steps


def _said(data: dict[str, Any]) -> str:
    """What a step says besides its name, to the buyer: which parcel, who carries it, why it failed."""
    parts = [
        _("kiện %(n)s", n=data["parcel"]) if data.get("parcel") else None, data.get("courier"), data.get("tracking"),
        str(FAILURES[data["failure"]]) if data.get("failure") in FAILURES else None,
        _("người nhận: %(name)s", name=data["to"]) if data.get("to") else None,
    ]  # fmt: skip
    return " · ".join(str(one) for one in parts if one)


def _progress(order: Order, is_service: bool) -> tuple[list[str], int] | None:
    """The way of an order that goes well, and where it stands; None for one that does not."""
    middle = _("Sẵn sàng") if order.method == "pickup" else _("Đang giao")
    names = [_("Đã đặt"), _("Đã xác nhận"), *([_("Có phiếu dịch vụ")] if is_service else [middle, _("Đã nhận")])]
    at = {
        State.PLACED: 2 if order.decided_at else 1, State.AUTHORISED: 1, State.PAID: 2, State.PACKING: 2,
        State.READY: 3, State.SHIPPED: 3, State.DELIVERY_FAILED: 3, State.HANDED_OVER: 5, State.COMPLETED: 5,
    }  # fmt: skip
    place = at.get(State(order.state))
    return (names, place) if place else None
