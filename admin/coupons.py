"""The desk of coupons: what is given out, what it has brought about, and the form of one."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin.coupon_schemas import CouponForm, StopForm
from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import GROUPS
from core.clock import today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.coupons import service
from shop.coupons.models import Coupon
from shop.coupons.queries import get_coupon, list_coupons, list_uses, uses_of
from shop.coupons.rules import new_code, normalise
from shop.coupons.service import Wish

_PLAIN = ("name", "starts_on", "ends_on", "max_uses", "max_per_customer", "percent", "amount_vnd", "most_vnd")


@desk.get("/ma-giam-gia")
@needs("coupons.read")
def coupons() -> Response:
    """Coupons, the newest first, with what they have brought about."""
    page = page_number()
    rows, total = list_coupons(page, PER_PAGE)
    return render(
        "desk/coupons.html", rows=rows, uses=uses_of([one.id for one in rows]), total=total, page=page,
        pages=pages_of(total), today=today(),
    )  # fmt: skip


@desk.get("/ma-giam-gia/moi")
@needs("coupons.edit")
def coupon_new() -> Response:
    """The form of a new coupon; a code that nobody guesses is proposed."""
    begins = {"code": new_code(), "starts_on": today(), "max_uses": 100, "max_per_customer": 1, "kind": "percent"}
    return _page(None, Form(CouponForm(), begins))


@desk.post("/ma-giam-gia/moi")
@needs("coupons.edit")
def coupon_create() -> Response:
    """Give it out."""
    form = Form(CouponForm()).read(request.form)
    if not form.ok:
        return _page(None, form, 422)
    try:
        made = service.create(form.data["code"], _wish(form.data), current_actor())
    except Refusal as refusal:
        return _page(None, form.refuse(refusal), refusal.status)
    flash(_("Đã tạo mã %(code)s.", code=made.code))
    return go("desk.coupon", code=made.code)


@desk.get("/ma-giam-gia/<code>")
@needs("coupons.read")
def coupon(code: str) -> Response:
    """One coupon: its terms and its latest uses."""
    found = get_coupon(normalise(code) or "")
    return _page(found, Form(CouponForm(), _values(found)))


@desk.post("/ma-giam-gia/<code>")
@needs("coupons.edit")
def coupon_change(code: str) -> Response:
    """Enter other terms."""
    found, form = get_coupon(code), Form(CouponForm()).read(request.form)
    if not form.ok:
        return _page(found, form, 422)
    try:
        service.change(code, _wish(form.data), form.data.get("version", 0), current_actor())
    except Refusal as refusal:
        return _page(get_coupon(code), form.refuse(refusal), refusal.status)
    flash(_("Đã lưu."))
    return go("desk.coupon", code=code)


@desk.post("/ma-giam-gia/<code>/dung")
@needs("coupons.edit")
def coupon_stop(code: str) -> Response:
    """Stop it, or let it go on."""
    form = Form(StopForm()).read(request.form)
    is_stopped = form.data.get("stopped") == "1"
    service.stop(code, current_actor(), is_stopped=is_stopped)
    flash(_("Đã dừng mã. Đơn đã đặt vẫn giữ giảm giá.") if is_stopped else _("Mã dùng được trở lại."))
    return go("desk.coupon", code=code)


def _wish(data: dict[str, Any]) -> Wish:
    is_percent = data["kind"] == "percent"
    return Wish(
        name=data["name"], starts_on=data["starts_on"], ends_on=data["ends_on"], max_uses=data["max_uses"],
        max_per_customer=data["max_per_customer"], percent=data["percent"] if is_percent else None,
        amount_vnd=None if is_percent else data["amount_vnd"],
        most_vnd=data.get("most_vnd") if is_percent else None, minimum_vnd=data.get("minimum_vnd", 0),
        products=tuple(data.get("products", "").split()), producers=tuple(data.get("producers", "").split()),
        groups=tuple(data.get("groups", ())),
    )  # fmt: skip


def _values(found: Coupon) -> dict[str, Any]:
    products = [one.product_id for one in found.targets if one.product_id]
    producers = [one.producer_id for one in found.targets if one.producer_id]
    return {
        **{name: getattr(found, name) for name in _PLAIN}, "code": found.code,
        "kind": "percent" if found.percent else "amount", "minimum_vnd": found.minimum_vnd or None,
        "groups": [one.group_code for one in found.targets if one.group_code], "version": found.version,
        "products": " ".join(sorted(_codes(Product, products))),
        "producers": " ".join(sorted(_codes(Producer, producers))),
    }  # fmt: skip


def _codes(table: type[Product] | type[Producer], ids: list[int]) -> list[str]:
    return list(db.session.scalars(db.select(table.code).where(table.id.in_(ids)))) if ids else []


def _page(found: Coupon | None, form: Form, status: int = 200) -> Response:
    groups = [(one.number, f"{one.number}. {one.name_vi}") for one in GROUPS.values()]
    return render(
        "desk/coupon.html", status, coupon=found, form=form, groups=groups, today=today(),
        uses=list_uses(found.id) if found else [], told=uses_of([found.id]).get(found.id) if found else None,
    )  # fmt: skip
