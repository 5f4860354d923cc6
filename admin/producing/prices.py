"""/quan-ly/san-xuat/gia: what each pack costs, will cost and has cost; a new price, at once or from a day on."""

from datetime import date
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields

from admin.producing.blueprint import producing
from admin.producing.price_chart import draw
from catalog.changes.prices import Priced, cancel_price, list_priced, set_price
from catalog.changes.queries import own_producers
from catalog.changes.refusals import PriceBig
from catalog.changes.rules import is_marked, percent
from catalog.listings.prices import PriceChange
from catalog.listings.refusals import SkuNotFound
from catalog.listings.schemas import LARGEST_PRICE
from catalog.producers.queries import scope_of
from core.accounts.permissions import authorize, is_allowed
from core.clock import local_day, today
from core.errors import EditConflict, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Day, DongField, Schema, Whole, Words
from core.web.forms import Form
from core.web.pages import flash, render, show_day


class PriceForm(Schema):
    """A new price, when it begins, and why."""

    version = Whole(required=True)
    price = DongField(least=1, most=LARGEST_PRICE, required=True)
    when = Choice("now", "day", required=True)
    starts_on = Day()
    reason = Words(least=0, most=300)
    is_confirmed = fields.Boolean(load_default=False)


@producing.get("/gia")
@needs("prices.read")
def prices() -> Response:
    """Her packs with their prices, by product."""
    own = own_producers(current_actor())
    rows = list_priced(own if own is not None else current_actor().scopes_of("producer"), today())
    return render("producing/prices.html", rows=[one for one in rows if one.sku.is_active])


@producing.get("/gia/<code>")
@needs("prices.read")
def price(code: str) -> Response:
    """One pack: its price, a form for another one, plans, history."""
    found = _own(code)
    return _page(found, Form(PriceForm(), {"when": "now", "version": found.sku.version}))


@producing.post("/gia/<code>")
@needs("prices.set")
def change_price(code: str) -> Response:
    """Set a price; more than half up or down is asked again."""
    found, form = _own(code), Form(PriceForm()).read(request.form)
    day: date | None = form.data.get("starts_on") if form.data.get("when") == "day" else None
    if form.ok and form.data["when"] == "day" and day is None:
        form.errors["starts_on"] = [_("Chọn ngày bắt đầu.")]
    if not form.ok:
        return _page(found, form, 422)
    try:
        changed = set_price(
            current_actor(), code, form.data["version"], form.data["price"], starts_on=day,
            reason=form.data.get("reason", ""), is_confirmed=form.data["is_confirmed"],
        )  # fmt: skip
    except Refusal as refusal:
        return _page(_own(code), form.refuse(refusal), refusal.status, refusal)
    flash(_said(changed))
    return redirect(url_for("producing.price", code=code), 303)  # type: ignore[return-value]


@producing.post("/gia/<code>/bo/<int:change_id>")
@needs("prices.set")
def drop_price(code: str, change_id: int) -> Response:
    """Give a planned price up."""
    found = _own(code)
    try:
        cancel_price(current_actor(), change_id)
    except Refusal as refusal:
        return _page(found, Form(PriceForm(), {"when": "now"}).refuse(refusal), refusal.status)
    flash(_("Đã bỏ giá hẹn. Giá đang bán giữ nguyên."))
    return redirect(url_for("producing.price", code=code), 303)  # type: ignore[return-value]


def _said(changed: PriceChange | None) -> str:
    if changed is None:
        return _("Giá này đã có sẵn, không có gì thay đổi.")
    if changed.applied_at is None:
        return _("Đã hẹn: giá mới từ 0 giờ ngày %(day)s.", day=show_day(changed.starts_on))
    return _("Đã đổi giá. Đơn đã đặt giữ giá cũ.")


def _own(code: str) -> Priced:
    """The pack, for somebody who may see its prices. Raises SkuNotFound, NotFound for another's."""
    found = list_priced(None, today(), code)
    if not found:
        raise SkuNotFound
    authorize(current_actor(), "prices.read", scope_of(found[0].product.producer))
    return found[0]


def _page(found: Priced, form: Form, status: int = 200, refusal: Refusal | None = None) -> Response:
    on = today()
    past, planned = _steps(found), [(one.starts_on, one.to_vnd) for one in found.planned]
    form.values["version"] = found.sku.version  # what is on the page now is what the next try edits
    return render(
        "producing/price.html", status, one=found, form=form, chart=draw(past, planned, on), refusal=refusal,
        is_big=isinstance(refusal, PriceBig), is_stale=isinstance(refusal, EditConflict),
        history=[_line(one) for one in reversed([*found.past, *found.planned])], on=on,
        sets=is_allowed(current_actor(), "prices.set", scope_of(found.product.producer)),
    )  # fmt: skip


def _steps(found: Priced) -> list[tuple[date, int]]:
    """First days and prices up to now; what it cost before its first kept change stands before it."""
    steps = [(one.starts_on, one.to_vnd) for one in found.past]
    before = found.past[0].from_vnd if found.past else found.price_vnd
    if before is not None:
        begun = found.listing.published_at
        steps.insert(0, (min([*([local_day(begun)] if begun else []), *(day for day, _price in steps)]), before))
    return steps


def _line(one: PriceChange) -> dict[str, Any]:
    change = percent(one.from_vnd, one.to_vnd) if one.from_vnd else None
    marked = one.from_vnd is not None and is_marked(one.from_vnd, one.to_vnd)
    return {"change": one, "percent": change, "is_marked": marked}
