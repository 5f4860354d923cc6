"""The look-ahead desk: for certifiers and auditors all, for stores and producers their own."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.desk import PER_PAGE, asked_text, desk, page_number, pages_of
from admin.exports import FORMATS, Column, Table, answer
from admin.lookahead.queries import Sight, blocked_now, list_ahead
from admin.lookahead.rules import Filters, Line, blocked_ahead, by_month, chosen, horizon
from catalog.renewals.rules import Stage
from catalog.renewals.words import LOOKS, STAGES
from core.accounts.actor import Actor
from core.accounts.permissions import may
from core.clock import today
from core.errors import NotFound
from core.money import dong
from core.web.access import current_actor, needs
from core.web.pages import render
from shop.stores.models import Store
from shop.stores.queries import list_stores

COLUMNS = (
    Column("product", _l("Sản phẩm")), Column("producer", _l("Chủ thể")), Column("area", _l("Địa bàn")),
    Column("stars", _l("Sao"), "whole"), Column("code", _l("Mã chứng nhận")), Column("ends_on", _l("Ngày cuối"), "day"),
    Column("days_left", _l("Còn (ngày)"), "whole"), Column("stage", _l("Gia hạn")),
    Column("receipt", _l("Số phiếu tiếp nhận")), Column("stock_vnd", _l("Hàng tồn (đồng)"), "dong"),
    Column("orders_vnd", _l("Đơn đang mở (đồng)"), "dong"),
    Column("booths_vnd", _l("Gian hàng sau ngày cuối (đồng)"), "dong"),
    Column("risk_vnd", _l("Tổng có thể mất (đồng)"), "dong"),
)  # fmt: skip


FILTERS = ("area", "store", "producer", "stars", "stage", "month")


@desk.get("/sap-het-han")
@needs("lookahead.read")
def lookahead() -> Response:
    """What ends within twelve months, by month, with where each renewal stands and the money that hangs on it."""
    on, actor = today(), current_actor()
    sight = sight_of(actor)
    every = list_ahead(on, horizon(on), sight)
    stores = [store for store in list_stores() if sight.sees_all or store.id in sight.store_ids]
    asked = _asked(stores)
    lines = chosen(every, asked)
    page = page_number()
    months = by_month(chosen(every, _without_month(asked)), on)
    return render(
        "desk/lookahead.html", lines=lines[(page - 1) * PER_PAGE : page * PER_PAGE], total=len(lines), page=page,
        pages=pages_of(len(lines)), months=months, ahead=blocked_ahead(lines), blocked=blocked_now(sight), on=on,
        risk_vnd=sum(one.risk_vnd for one in lines), choices=_choices(every, stores), stages=STAGES, looks=LOOKS,
        is_filtered=asked != Filters(), can_open=may(actor, "renewals.read"), millions=millions, kept=_kept(),
    )  # fmt: skip


@desk.get("/sap-het-han/tai-ve")
@needs("lookahead.read")
def lookahead_file() -> Response:
    """The same lines, filters included, as CSV or XLSX."""
    file_format = asked_text("format", 8)
    if file_format not in FORMATS:
        raise NotFound
    on, sight = today(), sight_of(current_actor())
    stores = [store for store in list_stores() if sight.sees_all or store.id in sight.store_ids]
    lines = chosen(list_ahead(on, horizon(on), sight), _asked(stores))
    name = f"sap-het-han-{on:%Y%m%d}"
    return answer(Table(name, _("Sắp hết hạn"), COLUMNS, [_row(one) for one in lines]), file_format)


def sight_of(actor: Actor) -> Sight:
    """Roles that are held everywhere see all; a store's manager her store, a producer his own products."""
    if actor.via == "system" or actor.roles & {"certifier", "auditor", "admin"}:
        return Sight(True)
    held = actor.scopes_of("store")
    ids = frozenset(store.id for store in list_stores() if store.code in held)
    return Sight(False, actor.scopes_of("producer"), ids)


def millions(vnd: int) -> str:
    """Money for a figure that is read at a glance: "12,3 triệu"; the exact sum stands beside it."""
    if vnd < 1_000_000:
        return dong(vnd)
    amount, unit = (vnd / 1e9, _("tỷ")) if vnd >= 10**9 else (vnd / 1e6, _("triệu"))
    # A comma in every language, as the dots of the exact sum are thousands; the figure keeps its unit on its line.
    text = f"{amount:.1f}".removesuffix(".0").replace(".", ",")
    return f"{text} {unit}".replace(" ", "\N{NO-BREAK SPACE}")


def _asked(stores: list[Store]) -> Filters:
    stars, stage = request.args.get("stars", ""), asked_text("stage", 20)
    codes = {store.code: store.id for store in stores}
    return Filters(
        area=asked_text("area", 5), store=codes.get(asked_text("store", 40)), producer=asked_text("producer", 24),
        stars=int(stars) if stars in ("3", "4", "5") else None, stage=stage if stage in STAGES else "",
        month=asked_text("month", 7),
    )  # fmt: skip


def _kept() -> dict[str, str]:
    """The filters of this address, for the links to files."""
    return {name: value for name in FILTERS if (value := asked_text(name, 40))}


def _without_month(asked: Filters) -> Filters:
    """The months stay in sight when one of them is chosen."""
    return Filters(asked.area, asked.store, asked.producer, asked.stars, asked.stage)


def _choices(lines: list[Line], stores: list[Store]) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: only what is there."""
    areas = {one.area_code: one.area for one in lines if one.area_code}
    producers = {one.producer_code: one.producer for one in lines}
    stages = {str(one.stage) for one in lines}
    return {
        "area": sorted(areas.items(), key=lambda pair: pair[1]),
        "store": [(store.code, store.name) for store in stores],
        "producer": sorted(producers.items(), key=lambda pair: pair[1]),
        "stage": [(str(stage), str(STAGES[stage])) for stage in Stage if stage in stages],
    }


def _row(one: Line) -> dict[str, Any]:
    pending = one.renewal.pending
    return {
        "product": one.product, "producer": one.producer, "area": one.area, "stars": one.stars, "code": one.code,
        "ends_on": one.ends_on, "days_left": one.days_left, "stage": str(STAGES[one.stage]),
        "receipt": pending.receipt_number if pending else "", "stock_vnd": one.stock_vnd,
        "orders_vnd": one.orders_vnd, "booths_vnd": one.booths_vnd, "risk_vnd": one.risk_vnd,
    }  # fmt: skip
