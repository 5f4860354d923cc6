"""The form of a store: what a manager keeps, what an administrator sets, hours as people write them."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from core.web.fields import Choice, Day, Phone, Schema, Whole, Words, read_day
from core.web.forms import Form
from shop.stores.models import Store
from shop.stores.opening import WEEKDAYS, Special, hours_words, keep, read_hours, specials
from shop.stores.rules import CASH_ROUNDINGS, STORE_KINDS
from shop.stores.schemas import Degrees

DAYS = {
    "mon": _l("Thứ Hai"), "tue": _l("Thứ Ba"), "wed": _l("Thứ Tư"), "thu": _l("Thứ Năm"), "fri": _l("Thứ Sáu"),
    "sat": _l("Thứ Bảy"), "sun": _l("Chủ Nhật"),
}  # fmt: skip
#: Empty rows for special days that a form offers beside those there are.
SPARE_ROWS = 3
_TICKS = ("has_pickup", "has_delivery")
_LISTS = ("special_since", "special_until", "special_hours", "special_note")


class ShopForm(Schema):
    """What the manager of a store keeps."""

    version = Whole(least=1)
    phone = Phone()
    lat = Degrees(90)
    lng = Degrees(180)
    has_pickup = fields.Boolean(truthy={"true"}, falsy={"false"})
    has_delivery = fields.Boolean(truthy={"true"}, falsy={"false"})
    pickup_hours = Whole(most=48, required=True)
    delivery_hours = Whole(most=96, required=True)
    cash_rounding = Choice(*(str(one) for one in CASH_ROUNDINGS), required=True)
    hours_mon = Words(most=80)
    hours_tue = Words(most=80)
    hours_wed = Words(most=80)
    hours_thu = Words(most=80)
    hours_fri = Words(most=80)
    hours_sat = Words(most=80)
    hours_sun = Words(most=80)
    special_since = fields.List(fields.String())
    special_until = fields.List(fields.String())
    special_hours = fields.List(fields.String())
    special_note = fields.List(fields.String())


class WholeShopForm(ShopForm):
    """What an administrator sets besides."""

    name = Words(most=200, required=True)
    address = Words(most=300, required=True)
    area = Words(most=40, required=True)
    serves = Words(most=40)
    seller = Words(most=40, required=True)
    fair = Words(most=80)
    opens_on = Day()
    ends_on = Day()


class NewShopForm(WholeShopForm):
    """A store that is to be opened."""

    code = Words(most=40, required=True, pattern=r"[a-z0-9]+(-[a-z0-9]+)*")
    kind = Choice(*STORE_KINDS, required=True)


def read(schema: Schema, typed: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """The form as typed, and what it says as the API would say it (``shop.stores.api.columns_of``)."""
    texts = typed.copy()
    for name in _TICKS:
        texts.setdefault(name, "false")
    form = Form(schema).read(texts)
    said: dict[str, Any] = {name: form.data.get(name) for name in schema.fields if name not in _FORM_ONLY}
    said["hours"] = _hours(form)
    said["special"] = _special(form)
    said["cash_rounding"] = int(form.data.get("cash_rounding") or 0)
    return form, said


def values_of(store: Store) -> dict[str, Any]:
    """A store as its form shows it."""
    plain = (
        "version", "name", "address", "fair", "opens_on", "ends_on", "phone", "lat", "lng", "pickup_hours",
        "delivery_hours", "code", "kind",
    )  # fmt: skip
    hours = {f"hours_{day}": hours_words(store.hours.get(day, ())) for day in WEEKDAYS}
    days = specials(store.special or {})
    return {name: getattr(store, name) for name in plain} | hours | {
        "area": store.area.code, "serves": store.serves.code if store.serves else "", "seller": store.seller.code,
        "has_pickup": "true" if store.has_pickup else "", "has_delivery": "true" if store.has_delivery else "",
        "cash_rounding": store.cash_rounding_vnd,
        "special_since": [one.since for one in days], "special_until": [one.until for one in days],
        "special_hours": [hours_words(one.hours) for one in days], "special_note": [one.note for one in days],
    }  # fmt: skip


def rows_of(form: Form) -> list[dict[str, str]]:
    """The rows of special days of a form, with some to fill in."""
    lists = [_texts(form, name) for name in _LISTS]
    longest = max((len(texts) for texts in lists), default=0) + SPARE_ROWS
    padded = [texts + [""] * (longest - len(texts)) for texts in lists]
    rows: list[dict[str, str]] = [
        dict(zip(("since", "until", "hours", "note"), row, strict=True)) for row in zip(*padded, strict=True)
    ]
    filled = [row for row in rows if any(row.values())]
    return filled + [_empty_row() for _spare in range(SPARE_ROWS)]


def _empty_row() -> dict[str, str]:
    return {"since": "", "until": "", "hours": "", "note": ""}


_FORM_ONLY = frozenset({"version", "code", "kind", *_LISTS, *(f"hours_{day}" for day in WEEKDAYS)})


def _hours(form: Form) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for day in WEEKDAYS:
        intervals = read_hours(form.data.get(f"hours_{day}") or "")
        if intervals is None:
            form.errors[f"hours_{day}"] = [_("Viết như 07:30–11:30, 13:30–18:00; để trống nếu nghỉ.")]
        elif intervals:
            found[day] = intervals
    return found


def _special(form: Form) -> dict[str, Any]:
    """The rows that say anything. A row without a last day lasts one day."""
    days: list[Special] = []
    for row in rows_of(form):
        if not any(row.values()):
            continue
        since = _day(row["since"])
        until = _day(row["until"]) if row["until"].strip() else since
        hours, note = read_hours(row["hours"]), " ".join(row["note"].split())[:100]
        if since is None or until is None or hours is None or not note.isprintable():
            form.errors["special"] = [_("Ngày nghỉ hoặc giờ chưa đọc được: %(row)s", row=" · ".join(row.values()))]
            continue
        if any(one.since == since for one in days):
            form.errors["special"] = [_("Hai khoảng ngày nghỉ trùng nhau.")]
        days.append(Special(since, until, tuple((a, b) for a, b in hours), note))
    return keep(days)


def _day(text: str) -> date | None:
    return read_day(text)


def _texts(form: Form, name: str) -> list[str]:
    texts = form.values.get(name) or []
    return [str(one) for one in texts] if isinstance(texts, list) else [str(texts)]
