"""Lists for contractors and for the organizer's folder: fascia names, electricity, furniture, vehicles, badges,
products of a day, attendance, takings. Each is one table, as CSV, XLSX or PDF; constant in statements.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from catalog.exports import Column, Table
from catalog.producers.models import Producer
from core.clock import ZONE
from core.db import db
from core.masks import spoken
from shop.fairdays.needs import Needs, needs_of_row, usual
from shop.fairdays.queries import PAID, Holder, attendance_of, badges_of, holders_of, needs_of, shown_at
from shop.fairdays.slots import slots_of
from shop.fairdays.stalls import stalls_of
from shop.fairdays.takings import goods_of, takings_of
from shop.fairdays.words import DIRECTIONS, Direction
from shop.fairs.models import Booth, Fair
from shop.fairs.rules import LIVE_BOOKING, fair_days
from shop.inventory.words import amount

Row = Mapping[str, Any]
_BOOTH = (Column("hall", _l("Nhà"), "short"), Column("booth", _l("Gian"), "short"))
_WHO = Column("who", _l("Chủ thể"))
_PAID = Column("paid", _l("Đã thu phí"), "short")


@dataclass(frozen=True)
class List:
    """A list by the name in its address: title, for whom, columns, and how its rows are read for a day of the fair."""

    key: str
    title: LazyString | str
    hint: LazyString | str
    columns: Sequence[Column]
    rows: Callable[[Fair, date], list[Row]]
    is_of_day: bool = False


def table_of(one: List, fair: Fair, day: date) -> Table:
    """The list as a table with the name of its file."""
    name = f"{fair.slug}-{one.key}" + (f"-{day:%Y-%m-%d}" if one.is_of_day else "")
    return Table(name, str(one.title), one.columns, one.rows(fair, day))


def _size(booth: Booth) -> str:
    """Width × depth in metres: the box around a booth, from whole centimetres."""
    wide, deep = (max(axis) - min(axis) for axis in zip(*booth.polygon, strict=True))
    return f"{wide / 100:g} × {deep / 100:g} m"


def _needs(fair: Fair) -> list[tuple[Holder, Needs]]:
    held = holders_of(fair.id, LIVE_BOOKING)
    rows = needs_of([one.booking.id for one in held])
    return [(one, needs_of_row(rows[one.booking.id]) if one.booking.id in rows else usual(one)) for one in held]


def _head(held: Holder) -> dict[str, Any]:
    is_paid = held.booking.state in PAID
    return {
        "hall": held.booth.hall, "booth": held.booth.code, "who": held.name, "paid": _("Có") if is_paid else _("Chưa"),
    }  # fmt: skip


def _fascias(fair: Fair, _day: date) -> list[Row]:
    return [
        {**_head(held), "size": _size(held.booth), "fascia": needs.fascia, "signs": len(needs.fascia)}
        for held, needs in _needs(fair)
    ]


def _power(fair: Fair, _day: date) -> list[Row]:
    return [
        {
            **_head(held), "has": _("Có") if "power" in held.booth.services else _("Không"), "power": needs.power_w,
            "night": _("Có") if needs.needs_night_power else "", "fridges": needs.fridges, "note": needs.note,
        }
        for held, needs in _needs(fair)
    ]  # fmt: skip


def _furniture(fair: Fair, _day: date) -> list[Row]:
    return [
        {
            **_head(held), "tables": needs.tables, "chairs": needs.chairs, "shelves": needs.shelves,
            "fridges": needs.fridges, "note": needs.note,
        }
        for held, needs in _needs(fair)
    ]  # fmt: skip


def _vehicles(fair: Fair, _day: date) -> list[Row]:
    names = {one.booking.id: one for one in holders_of(fair.id)}
    found: list[Row] = []
    for slot in slots_of(fair.id):
        starts, ends = slot.row.starts_at.astimezone(ZONE), slot.row.ends_at.astimezone(ZONE)
        for seat in slot.seats:
            held = names.get(seat.row.booking_id or 0)
            found.append({
                "day": starts.date(), "hours": f"{starts:%H:%M}–{ends:%H:%M}", "gate": slot.row.gate,
                "way": DIRECTIONS[Direction(slot.row.direction)], "booth": held.booth.code if held else "",
                "who": held.name if held else "", "plate": seat.row.plate if held else "",
                "phone": spoken(seat.row.phone or "") if held else "",
            })  # fmt: skip
    return found


def _badges(fair: Fair, _day: date) -> list[Row]:
    held = holders_of(fair.id)
    badges = badges_of([one.booking.id for one in held])
    return [
        {**_head(one), "number": badge.number, "name": badge.name, "title": badge.title, "code": badge.code}
        for one in held
        for badge in badges.get(one.booking.id, ())
    ]


def _products(fair: Fair, day: date) -> list[Row]:
    """What each booth may show on a day: judged by the certificates as they are now."""
    shown = shown_at(fair)
    return [
        {
            "hall": held.booth.hall, "booth": held.booth.code, "who": held.name, "product": one.product.name,
            "stars": one.stars_on[day],
        }
        for held in holders_of(fair.id)
        for one in shown[held.booking.id]
        if day in one.days
    ]  # fmt: skip


def _attendance(fair: Fair, _day: date) -> list[Row]:
    came, days = attendance_of(fair.id), len(fair_days(fair.opens_on, fair.closes_on))
    return [
        {**_head(one), "came": came.get(one.booking.id, 0), "days": days, "first": one.booking.checked_in_on}
        for one in holders_of(fair.id, PAID)
    ]


def _takings(fair: Fair, _day: date) -> list[Row]:
    """By exhibitor, over every stall: the common till sells for many."""
    took = takings_of([one.store.id for one in stalls_of(fair.id)]).by_producer
    names = db.session.execute(select(Producer.id, Producer.name).where(Producer.id.in_(list(took)))).all()
    booths: dict[int, list[str]] = {}
    for held in holders_of(fair.id):
        booths.setdefault(held.producer.id, []).append(held.booth.code)
    rows = [{"who": name, "booth": ", ".join(booths.get(key, ())), "taken": took[key]} for key, name in names]
    return sorted(rows, key=lambda row: (-int(row["taken"]), str(row["who"])))


def _goods(fair: Fair, _day: date) -> list[Row]:
    return [
        {
            "who": one.producer, "product": one.name, "came": amount(one.came, one.unit),
            "sold": amount(one.sold, one.unit), "went": amount(one.went, one.unit),
            "other": amount(one.other, one.unit) if one.other else "",
            "left": amount(one.left, one.unit),
        }
        for one in goods_of([stall.store.id for stall in stalls_of(fair.id)])
    ]  # fmt: skip


LISTS: Mapping[str, List] = {
    one.key: one
    for one in (
        List(
            "bien-ten", _l("Biển tên gian hàng"), _l("Cho bên làm biển: chữ trên từng gian."),
            (*_BOOTH, Column("size", _l("Kích thước"), "short"), Column("fascia", _l("Chữ trên biển")),
             Column("signs", _l("Số chữ"), "whole"), _WHO, _PAID), _fascias,
        ),
        List(
            "dien", _l("Điện"), _l("Cho bên điện: công suất và gian cần điện ban đêm."),
            (*_BOOTH, Column("has", _l("Gian có điện"), "short"), Column("power", _l("Công suất (W)"), "whole"),
             Column("night", _l("Điện ban đêm"), "short"), Column("fridges", _l("Tủ lạnh"), "whole"), _WHO,
             Column("note", _l("Ghi chú")), _PAID), _power,
        ),
        List(
            "ban-ghe", _l("Bàn ghế, kệ"), _l("Cho bên dựng gian."),
            (*_BOOTH, Column("tables", _l("Bàn"), "whole"), Column("chairs", _l("Ghế"), "whole"),
             Column("shelves", _l("Kệ"), "whole"), Column("fridges", _l("Tủ lạnh"), "whole"), _WHO,
             Column("note", _l("Ghi chú")), _PAID), _furniture,
        ),
        List(
            "xe-hang", _l("Xe chở hàng"), _l("Cho bảo vệ ở cổng: giờ, biển số, số điện thoại."),
            (Column("day", _l("Ngày"), "day"), Column("hours", _l("Giờ"), "short"), Column("gate", _l("Cổng")),
             Column("way", _l("Chiều"), "short"), Column("booth", _l("Gian"), "short"), _WHO,
             Column("plate", _l("Biển số"), "short"), Column("phone", _l("Điện thoại"), "short")), _vehicles,
        ),
        List(
            "the", _l("Thẻ đã cấp"), _l("Tên và mã từng thẻ."),
            (*_BOOTH, Column("number", _l("Thẻ số"), "whole"), Column("name", _l("Họ tên")),
             Column("title", _l("Việc")), Column("code", _l("Mã thẻ"), "short"), _WHO), _badges,
        ),
        List(
            "san-pham", _l("Sản phẩm của từng gian"), _l("Những gì được bày trong ngày, để đi kiểm tra."),
            (*_BOOTH, _WHO, Column("product", _l("Sản phẩm")), Column("stars", _l("Sao"), "stars")), _products, True,
        ),
        List(
            "diem-danh", _l("Điểm danh"), _l("Mỗi gian đã đến mấy ngày."),
            (*_BOOTH, _WHO, Column("came", _l("Số ngày đã đến"), "whole"),
             Column("days", _l("Số ngày hội chợ"), "whole"), Column("first", _l("Ngày đầu đến"), "day")), _attendance,
        ),
        List(
            "doanh-thu", _l("Doanh thu theo chủ thể"), _l("Bán ở các quầy của hội chợ, đã trừ hàng trả."),
            (_WHO, Column("booth", _l("Gian"), "short"), Column("taken", _l("Doanh thu"), "dong")), _takings,
        ),
        List(
            "hang", _l("Hàng vào, hàng ra"), _l("Của mọi quầy: mang đến, bán, mang về, còn lại."),
            (_WHO, Column("product", _l("Sản phẩm")), Column("came", _l("Mang đến"), "short"),
             Column("sold", _l("Đã bán"), "short"), Column("went", _l("Mang về"), "short"),
             Column("other", _l("Khác"), "short"), Column("left", _l("Còn lại"), "short")), _goods,
        ),
    )
}  # fmt: skip
