"""The desk of orders to take products off the market: what stands, a new one with its consequences, lifting."""

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from admin import words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.queries import list_products
from catalog.consequences.port import foresee
from catalog.consequences.rules import Change, Happening
from catalog.consequences.words import sentence
from catalog.documents.queries import of_subject
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import get_stop, list_stops, stop_of, touched_products
from catalog.stops.schemas import LiftingIn, StopIn
from catalog.stops.service import Target, find_target, lift_stop, order_stop
from core.clock import today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render


@desk.get("/lenh-go")
@needs("stops.read")
def stops() -> Response:
    """Stops in force or to come; or, asked for, those that are over."""
    is_open, page, on = asked_text("xem") != "cu", page_number(), today()
    rows, total = list_stops(on, is_open=is_open, page=page, per_page=PER_PAGE)
    return render(
        "desk/stops.html", rows=[(one, stop_of(one)) for one in rows], total=total, page=page, pages=pages_of(total),
        is_open=is_open, kinds=words.STOP_KINDS, on=on,
    )  # fmt: skip


@desk.get("/lenh-go/moi")
@needs("stops.order")
def order_new() -> Response:
    """The form of an order."""
    return _form(Form(StopIn(), {"product": asked_text("product"), "from_on": today()}))


@desk.post("/lenh-go/moi")
@needs("stops.order")
def order_new_now() -> Response:
    """First say what will close; with ``confirm``, write it."""
    form = Form(StopIn()).read(request.form)
    if not form.ok:
        return _form(form, 422)
    try:
        target = find_target(form.data.get("product"), form.data.get("producer"))
        if "confirm" not in request.form:
            return _form(form, lines=_consequences(target, form), target=target)
        stop = order_stop(current_actor(), **form.data)
    except Refusal as refusal:
        return _form(form.refuse(refusal), refusal.status)
    flash(_("Đã ghi lệnh. Sản phẩm dừng ở mọi nơi từ ngày bắt đầu."))
    return go("desk.stop", code=stop.code)


@desk.get("/lenh-go/<code>")
@needs("stops.read")
def stop(code: str) -> Response:
    """One stop: what it holds, its papers, and lifting it."""
    return _page(get_stop(code), Form(LiftingIn()))


@desk.post("/lenh-go/<code>/bo")
@needs("stops.order")
def lift_order(code: str) -> Response:
    """End an order from today on."""
    form = Form(LiftingIn()).read(request.form)
    if not form.ok:
        return _page(get_stop(code), form, 422)
    try:
        lift_stop(current_actor(), code, **form.data)
    except Refusal as refusal:
        return _page(get_stop(code), form.refuse(refusal), refusal.status)
    flash(_("Đã bỏ lệnh từ hôm nay."))
    return go("desk.stop", code=code)


def _form(form: Form, status: int = 200, lines: list[str] | None = None, target: Target | None = None) -> Response:
    return render("desk/stop_new.html", status, form=form, products=list_products(), lines=lines, target=target)


def _page(found: ProductStop, form: Form, status: int = 200) -> Response:
    on, seen = today(), stop_of(found)
    touched = db.session.scalars(select(Product).where(Product.id.in_(touched_products(found))).order_by(Product.name))
    last = seen.last_on
    return render(
        "desk/stop.html", status, one=found, seen=seen, form=form, products=touched.all(), on=on,
        kinds=words.STOP_KINDS, documents=of_subject(f"stop:{found.code}", with_withdrawn=True),
        can_lift=found.source is None and (last is None or last >= on),
    )  # fmt: skip


def _consequences(target: Target, form: Form) -> list[str]:
    """In words and numbers, what closes: the same as of a suspension."""
    asked = ProductStop(
        product_id=target.product.id if target.product else None,
        producer_id=target.producer.id if target.producer else None,
    )
    change = Change(Happening.SUSPENSION, tuple(touched_products(asked)), form.data.get("from_on") or today())
    return [str(sentence(effect)) for effect in foresee(change)]
