"""A store's home: the day's numbers, what waits, what lies there; and its sales with charts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, select

from admin.columns import PERIODS
from admin.desk import desk, go
from admin.exports import Column, Table, answer
from admin.stock import my_stores, staffed
from admin.store_figures import MOST_ROWS, chart_of, lines_by, today_of, value_of
from admin.tasks import store_task, tasks_of, waiting
from core.accounts.actor import Scope
from core.accounts.permissions import is_allowed
from core.clock import local_day, now
from core.db import db
from core.web.access import current_actor, needs
from core.web.pages import render
from shop.inventory.models import Lot, StockLevel
from shop.orders.models import Order, Shipment
from shop.orders.queue import QUEUES
from shop.sales.rules import By
from shop.stores.models import Place, Store
from shop.stores.rules import doors

#: Lots whose HSD comes within so many days are near their end.
NEAR = timedelta(days=14)
#: What sales can be looked at by, as the address says it.
WAYS = {"product": By.PRODUCT, "producer": By.PRODUCER, "area": By.AREA, "stars": By.STARS}
SPANS = (7, 30, 90, 365)


@desk.get("/hom-nay")
@needs("sales.today")
def today_stores() -> Response:
    """The stores of the caller with their day; a single one opens at once."""
    mine, at = my_stores("sales.today"), now()
    if len(mine) == 1:
        return go("desk.store_home", code=mine[0].code)
    ids = [one.id for one in mine]
    figures, tasks = today_of(ids, local_day(at)), waiting(mine, current_actor(), at)
    rows = [(one, figures[one.id], tasks[one.id]) for one in mine]
    return render(
        "desk/today_stores.html", rows=sorted(rows, key=lambda row: -row[1].total_vnd), on=local_day(at),
        total=sum(one.total_vnd for one in figures.values()),
    )  # fmt: skip


@desk.get("/hom-nay/<code>")
@needs("sales.today")
def store_home(code: str) -> Response:
    """One store today: numbers, tasks, and for its manager what lies there and the last two weeks."""
    store, at, actor = staffed(code, "sales.today"), now(), current_actor()
    on, sees = local_day(at), is_allowed(actor, "sales.figures", Scope("store", code))
    drawn = chart_of(store.id, "day", on)[1] if sees else None
    value = value_of(store.id, at) if sees else None
    return render(
        "desk/store_home.html", store=store, today=today_of([store.id], on)[store.id], on=on,
        tasks=tasks_of(store, actor, at), doors=doors(store.calendar, at), value=value, chart=drawn,
        links=_links(store),
    )  # fmt: skip


@desk.get("/hom-nay/<code>/so-lieu")
@needs("sales.figures")
def store_figures(code: str) -> Response:
    """Sales over days, weeks or months, and of the last days by product, producer, area or star; as a file too."""
    store, at = staffed(code, "sales.figures"), now()
    period, way, span = _asked()
    on = local_day(at)
    first = on - timedelta(days=span - 1)
    lines = lines_by(WAYS[way], store.id, first, on)
    if (file_format := request.args.get("format")) in ("csv", "xlsx"):
        return answer(_table(store, way, lines, first, on), file_format)
    _stretches, drawn = chart_of(store.id, period, on)
    return render(
        "desk/store_figures.html", store=store, period=period, way=way, span=span, spans=SPANS, first=first, on=on,
        lines=lines[:MOST_ROWS], more=max(0, len(lines) - MOST_ROWS),
        rest=sum(one.now_vnd for one in lines[MOST_ROWS:]),
        chart=drawn, ways=_way_words(), periods=_period_words(),
        top=max([one.now_vnd for one in lines] + [one.before_vnd for one in lines] + [1]),
        total=sum(one.now_vnd for one in lines), before=sum(one.before_vnd for one in lines),
    )  # fmt: skip


def _asked() -> tuple[str, str, int]:
    """Period, way and span; what makes no sense is the usual."""
    period, way, span = (request.args.get(name, "") for name in ("period", "by", "days"))
    days = int(span) if span.isascii() and span.isdecimal() and len(span) < 5 else 30
    return period if period in PERIODS else "day", way if way in WAYS else "product", days if days in SPANS else 30


def _table(store: Store, way: str, lines: Sequence[Any], first: date, last: date) -> Table:
    columns = (
        Column("label", _way_words()[way]), Column("now", _l("Doanh thu"), "dong"),
        Column("before", _l("Kỳ trước"), "dong"), Column("pieces", _l("Số cái"), "whole"),
        Column("grams", _l("Số gam"), "whole"),
    )  # fmt: skip
    rows = [
        {"label": one.label, "now": one.now_vnd, "before": one.before_vnd, "pieces": one.pieces, "grams": one.grams}
        for one in lines
    ]
    return Table(f"doanh-thu-{store.code}-{way}-{first:%Y%m%d}-{last:%Y%m%d}", store.name, columns, rows)


def _links(store: Store) -> list[tuple[str, str, str]]:
    """Where one goes from here: (endpoint, words, icon), of what the caller may do."""
    actor, where = current_actor(), Scope("store", store.code)
    every = (
        ("desk.stock", _("Kho"), "box", "stock.read"), ("desk.receive_lot", _("Nhập hàng"), "plus", "stock.receive"),
        ("desk.shelf_labels", _("Nhãn"), "print", "labels.print"),
        ("desk.store_figures", _("Số liệu"), "chart", "sales.figures"),
        ("desk.shop_staff", _("Nhân viên"), "people", "stores.staff"),
        ("desk.shop", _("Cài đặt"), "settings", "stores.edit"),
    )  # fmt: skip
    return [(endpoint, words, icon) for endpoint, words, icon, action in every if is_allowed(actor, action, where)]


def _way_words() -> dict[str, str]:
    return {"product": _("Sản phẩm"), "producer": _("Chủ thể"), "area": _("Địa bàn"), "stars": _("Số sao")}


def _period_words() -> dict[str, str]:
    return {"day": _("14 ngày"), "week": _("12 tuần"), "month": _("12 tháng")}


def _count_parcels(queue: str) -> Any:
    def count(store_ids: Sequence[int], at: datetime) -> Mapping[int, int]:
        """Parcels of a queue by store."""
        query = select(Shipment.store_id, func.count()).join(Order, Order.id == Shipment.order_id)
        query = query.where(Shipment.store_id.in_(store_ids), QUEUES[queue]).group_by(Shipment.store_id)
        return {row[0]: row[1] for row in db.session.execute(query)}

    return count


def count_blocked(store_ids: Sequence[int], at: datetime) -> Mapping[int, int]:
    """Lots on hand that nobody may buy, by store."""
    return _count_lots(store_ids, Lot.state != "ok")


def count_near_expiry(store_ids: Sequence[int], at: datetime) -> Mapping[int, int]:
    """Good lots whose last day comes soon, by store."""
    on = local_day(at)
    return _count_lots(store_ids, and_(Lot.state == "ok", Lot.expires_on.between(on, on + NEAR)))


def _count_lots(store_ids: Sequence[int], condition: ColumnElement[bool]) -> Mapping[int, int]:
    query = (
        select(Place.store_id, func.count(Lot.id.distinct()))
        .join(StockLevel, StockLevel.place_id == Place.id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(Place.store_id.in_(store_ids), StockLevel.on_hand > 0, condition)
        .group_by(Place.store_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


store_task(
    "orders.pack", _l("kiện cần đóng gói"), "desk.orders", _count_parcels("pack"), action="orders.read", order=10,
    code_as="store", state="pack",
)  # fmt: skip
store_task(
    "orders.ready", _l("kiện chờ khách đến lấy"), "desk.orders", _count_parcels("ready"), action="orders.read",
    order=12, kind="", code_as="store", state="ready",
)  # fmt: skip
store_task(
    "orders.trouble", _l("kiện giao chưa được"), "desk.orders", _count_parcels("trouble"), action="orders.read",
    order=14, kind="bad", code_as="store", state="trouble",
)  # fmt: skip
store_task(
    "stock.blocked", _l("lô đang khóa"), "desk.stock", count_blocked, action="stock.read", order=60, kind="bad",
    state="blocked",
)  # fmt: skip
store_task(
    "stock.near_expiry", _l("lô hết hạn sử dụng trong 14 ngày"), "desk.stock", count_near_expiry, action="stock.read",
    order=62,
)  # fmt: skip
