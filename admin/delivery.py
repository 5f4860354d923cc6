"""The desk of delivery: fees by zone and weight from a day on, and packs that ask for care."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.delivery_schemas import STEPS, CareForm, TariffForm, WithdrawForm
from admin.desk import desk, go
from catalog.areas.queries import list_provinces
from catalog.listings.care import Care, list_with_care, set_care
from core.clock import today
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.delivery import service
from shop.delivery.queries import find_tariff, list_tariffs, rates_of
from shop.delivery.rules import ZONES, Fees, Rates
from shop.delivery.service import NewTariff

#: What each zone is, seen from the store that sends.
WORDS = {
    "local": _l("Trong huyện, quận cũ của cửa hàng"),
    "province": _l("Trong tỉnh, thành phố"),
    "near": _l("Tỉnh gần"),
    "far": _l("Tỉnh khác"),
}


@desk.get("/phi-giao-hang")
@needs("delivery.read")
def delivery() -> Response:
    """The fees of today, those to come, and those that were."""
    on, all_of = today(), list_tariffs()
    now = find_tariff(on)
    return render(
        "desk/delivery.html", now=now, rates=rates_of(now) if now else None, today=on, zones=WORDS,
        to_come=[one for one in all_of if one.starts_on > on],
        past=[one for one in all_of if one.starts_on <= on and one is not now], provinces=_provinces(),
    )  # fmt: skip


@desk.get("/phi-giao-hang/moi")
@needs("delivery.edit")
def tariff_new() -> Response:
    """The form of new fees, beginning with those of today."""
    now = find_tariff(today())
    return _page(Form(TariffForm(), _values(rates_of(now)) if now else {}))


@desk.post("/phi-giao-hang/moi")
@needs("delivery.edit")
def tariff_enter() -> Response:
    """Enter fees from a day to come."""
    form = Form(TariffForm()).read(request.form)
    if not form.ok:
        return _page(form, 422)
    try:
        service.enter(NewTariff(form.data["starts_on"], _rates(form.data)), current_actor())
    except Refusal as refusal:
        return _page(form.refuse(refusal), refusal.status)
    flash(_("Đã nhập biểu phí mới."))
    return go("desk.delivery")


@desk.post("/phi-giao-hang/bo")
@needs("delivery.edit")
def tariff_withdraw() -> Response:
    """Take back fees that have not begun."""
    form = Form(WithdrawForm()).read(request.form)
    if form.ok:
        service.withdraw(form.data["starts_on"], current_actor())
        flash(_("Đã bỏ biểu phí chưa bắt đầu."))
    return go("desk.delivery")


@desk.post("/phi-giao-hang/mon")
@needs("skus.care")
def set_sku_care() -> Response:
    """Say what a pack asks of its way."""
    form = Form(CareForm()).read(request.form)
    if not form.ok:
        return _care(form, 422)
    given = form.data.get("care", [])
    try:
        set_care(form.data["sku"], Care("pickup" in given, "fragile" in given, "cold" in given), current_actor())
    except Refusal as refusal:
        return _care(form.refuse(refusal), refusal.status)
    flash(_("Đã lưu cách giao của %(sku)s.", sku=form.data["sku"]))
    return go("desk.sku_care")


@desk.get("/phi-giao-hang/mon")
@needs("skus.care")
def sku_care() -> Response:
    """Packs that ask for care, and the form for one."""
    return _care(Form(CareForm(), {"sku": request.args.get("sku", "")[:40]}))


def _care(form: Form, status: int = 200) -> Response:
    return render("desk/sku_care.html", status, form=form, rows=list_with_care())


def _provinces() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in list_provinces(today())]


def _rates(data: dict[str, Any]) -> Rates:
    zones: dict[str, Fees] = {}
    for zone in ZONES:
        steps = [
            (data[f"{zone}_{n}_grams"], data[f"{zone}_{n}_fee"])
            for n in range(1, STEPS + 1)
            if data.get(f"{zone}_{n}_grams") is not None
        ]
        zones[zone] = Fees(tuple(steps), data.get(f"{zone}_extra", 0))
    return Rates(
        zones, data.get("free_from_vnd"), data.get("cold_vnd", 0), data.get("fragile_vnd", 0), data["pack_grams"],
        frozenset(data.get("near", ())),
    )  # fmt: skip


def _values(rates: Rates) -> dict[str, Any]:
    values: dict[str, Any] = {
        "free_from_vnd": rates.free_from_vnd, "cold_vnd": rates.cold_vnd, "fragile_vnd": rates.fragile_vnd,
        "pack_grams": rates.pack_grams, "near": sorted(rates.near),
    }  # fmt: skip
    for zone, fees in rates.zones.items():
        values[f"{zone}_extra"] = fees.extra_kg_vnd
        for n, (grams, fee) in enumerate(fees.steps[:STEPS], 1):
            values |= {f"{zone}_{n}_grams": grams, f"{zone}_{n}_fee": fee}
    return values


def _page(form: Form, status: int = 200) -> Response:
    return render("desk/tariff_new.html", status, form=form, zones=WORDS, steps=STEPS, provinces=_provinces())
