"""The desk of tills: browsers at counters, shifts with their reports, and sales that need a decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from admin.stock import my_stores, staffed
from admin.tasks import store_task
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import now
from core.db import db, transaction
from core.errors import AlreadySent, NotFound, Refusal
from core.money import dong
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.inventory.words import amount
from shop.stores.models import Store
from shop.tills import deciding, devices, pins, shifts
from shop.tills.deciding import GoesBack
from shop.tills.desk_schemas import SaleDecisionIn, TillIn, TillSettingIn
from shop.tills.models import Till, TillException, TillShift
from shop.tills.people_models import TillSetting
from shop.tills.rules import Decision
from shop.tills.settings import set_settings
from shop.tills.words import KINDS, OUTCOMES, TROUBLES, WAYS, why_words

#: What stands after an amount; in a field it stands beside it.
_UNIT = "\N{NO-BREAK SPACE}₫"


def count_waiting(store_ids: Sequence[int], _at: datetime) -> Mapping[int, int]:
    """Sales that wait for a decision, by store id."""
    query = select(TillException.store_id, func.count()).where(TillException.store_id.in_(list(store_ids)))
    query = query.where(TillException.state == Decision.WAITING).group_by(TillException.store_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


store_task(
    "tills.exceptions", _l("lần bán mất mạng cần quyết định"), "desk.till_exceptions_of", count_waiting,
    action="till.decide", order=15, kind="bad",
)  # fmt: skip


@desk.get("/cac-quay")
@needs("till.read")
def till_stores() -> Response:
    """The stores whose tills the caller may see; a single one opens at once."""
    mine = my_stores("till.read")
    if len(mine) == 1:
        return go("desk.tills", code=mine[0].code)
    return render("desk/till_stores.html", stores=mine, tills=_tills_by_store(mine))


@desk.get("/cua-hang/<code>/quay")
@needs("till.read")
def tills(code: str) -> Response:
    """A store's tills with their open shifts, its settings, and who has a PIN."""
    return _tills(staffed(code, "till.read"))


@desk.post("/cua-hang/<code>/quay")
@needs("till.manage")
def register_till(code: str) -> Response:
    """Make this very browser a till."""
    store = staffed(code, "till.manage")
    form = Form(TillIn()).read(request.form)
    if not form.ok:
        return _tills(store, 422, form=form)
    try:
        with transaction():
            only_once(request.form.get("once"))
            made = devices.register_till(store, form.data["name"], current_actor())
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.tills", code=code)
    flash(_("Trình duyệt này là %(name)s. Mở trang bán hàng để bắt đầu.", name=made.till.name))
    return devices.remember_device(go("desk.tills", code=code), made.secret)


@desk.post("/cua-hang/<code>/quay/<int:till_id>/<act>")
@needs("till.manage")
def act_on_till(code: str, till_id: int, act: str) -> Response:
    """Give a till to this browser (``renew``), or take it out of service (``retire``)."""
    store = staffed(code, "till.manage")
    if act not in ("renew", "retire") or till_id not in {one.id for one in devices.list_tills([store.id])}:
        raise NotFound
    if act == "retire":
        devices.retire_till(till_id, current_actor())
        flash(_("Quầy đã ngừng dùng. Lịch sử vẫn còn."))
        return go("desk.tills", code=code)
    made = devices.renew_till(till_id, current_actor())
    flash(_("Trình duyệt này là %(name)s. Trình duyệt cũ không bán được nữa.", name=made.till.name))
    return devices.remember_device(go("desk.tills", code=code), made.secret)


@desk.post("/cua-hang/<code>/quay/cai-dat")
@needs("till.manage")
def set_tills(code: str) -> Response:
    """Rounding, limits and picture keys of a store."""
    store = staffed(code, "till.manage")
    form = Form(TillSettingIn()).read(request.form)
    if not form.ok:
        return _tills(store, 422, settings=form)
    said = form.data
    try:
        set_settings(
            store, said["version"], current_actor(), said["favourites"].upper().replace(",", " ").split(),
            cash_step_vnd=int(said["cash_step"]), cashier_discount_bp=said["cashier_percent"] * 100,
            manager_discount_bp=said["manager_percent"] * 100, return_limit_vnd=said["return_limit"],
            pay_out_limit_vnd=said["pay_out_limit"],
        )  # fmt: skip
    except Refusal as refusal:
        return _tills(store, refusal.status, settings=form.refuse(refusal))
    flash(_("Đã ghi cài đặt quầy."))
    return go("desk.tills", code=code)


@desk.get("/cua-hang/<code>/ca")
@needs("till.read")
def till_shifts(code: str) -> Response:
    """A store's shifts, newest first, with what was counted and what differs."""
    store = staffed(code, "till.read")
    query = select(TillShift).where(TillShift.store_id == store.id)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = page_number()
    query = query.order_by(TillShift.id.desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    rows, names = list(db.session.scalars(query)), {one.id: one.name for one in devices.list_tills([store.id])}
    return render(
        "desk/till_shifts.html", store=store, rows=rows, names=names, page=page, pages=pages_of(total), total=total
    )


@desk.get("/ca/<shift>")
@needs("till.read")
def till_shift(shift: str) -> Response:
    """The X report of an open shift, the Z report of a closed one, ready to print."""
    found = shifts.get_shift(shift)
    authorize(current_actor(), "till.read", Scope("store", found.store.code))
    report = shifts.report_for(found, current_actor())
    return render("desk/till_shift.html", shift=found, r=report, ways=WAYS, troubles=TROUBLES, kinds=KINDS)


@desk.get("/ban-mat-mang")
@needs("till.decide")
def till_exceptions() -> Response:
    """Sales made without the network that wait for a decision, over all stores of the caller."""
    return _exceptions(my_stores("till.decide"))


@desk.get("/cua-hang/<code>/ban-mat-mang")
@needs("till.decide")
def till_exceptions_of(code: str) -> Response:
    """As `till_exceptions`, of one store."""
    return _exceptions([staffed(code, "till.decide")])


@desk.get("/ban-mat-mang/<code>")
@needs("till.decide")
def till_exception(code: str) -> Response:
    """One of them: what was sold, what left the shelf, why it waits, and what can be done."""
    return _exception(_mine(code), Form(SaleDecisionIn()))


@desk.post("/ban-mat-mang/<code>")
@needs("till.decide")
def decide_exception(code: str) -> Response:
    """Decide it, once."""
    one = _mine(code)
    form = Form(SaleDecisionIn()).read(request.form)
    if form.ok and form.data["outcome"] != "sale" and not form.data["note"]:
        form.errors["note"] = [_("Hãy ghi lại đã xử lý thế nào.")]
    if not form.ok:
        return _exception(one, form, 422)
    try:
        _decide(code, form.data)
    except Refusal as refusal:
        return _exception(_mine(code), form.refuse(refusal), refusal.status)
    flash(_("Đã quyết định %(code)s.", code=code))
    return go("desk.till_exceptions")


def _decide(code: str, said: Mapping[str, Any]) -> None:
    actor, outcome, note = current_actor(), said["outcome"], said["note"]
    if outcome == "sale":
        deciding.accept(code, actor, note)
    elif outcome == "loss":
        deciding.write_off(code, actor, note or "")
    else:
        deciding.give_back(code, actor, GoesBack(outcome, said["shift"]), note)


def _tills(store: Store, status: int = 200, *, form: Form | None = None, settings: Form | None = None) -> Response:
    found = devices.list_tills([store.id])
    here = devices.find_till()
    opened = select(TillShift).where(TillShift.store_id == store.id, TillShift.closed_at.is_(None))
    return render(
        "desk/tills.html", status, store=store, tills=found, mine=here.id if here else None,
        open_shifts={one.till_id: one for one in db.session.scalars(opened)}, people=pins.list_people(store.code),
        form=form or Form(TillIn()), settings=settings or Form(TillSettingIn(), _said(devices.settings_of(store.id))),
        can_manage=is_allowed(current_actor(), "till.manage", Scope("store", store.code)),
        waiting=count_waiting([store.id], now()).get(store.id, 0), has_pin=pins.has_pin(current_actor().user_id or 0),
    )  # fmt: skip


def _said(rules: TillSetting) -> dict[str, Any]:
    return {
        "cash_step": rules.cash_step_vnd,
        "cashier_percent": rules.cashier_discount_bp // 100,
        "manager_percent": rules.manager_discount_bp // 100,
        "return_limit": dong(rules.return_limit_vnd).removesuffix(_UNIT),
        "pay_out_limit": dong(rules.pay_out_limit_vnd).removesuffix(_UNIT),
        "favourites": "\n".join(rules.favourites.get("skus", [])),
        "version": rules.version or 0,
    }


def _tills_by_store(stores: Sequence[Store]) -> dict[int, list[Till]]:
    found: dict[int, list[Till]] = {one.id: [] for one in stores}
    for till in devices.list_tills(list(found)):
        found[till.store_id].append(till)
    return found


def _exceptions(stores: Sequence[Store]) -> Response:
    ids = [one.id for one in stores]
    return render(
        "desk/till_exceptions.html", waiting=deciding.list_waiting(ids),
        decided=deciding.list_waiting(ids, is_open=False), troubles=TROUBLES, outcomes=OUTCOMES,
    )  # fmt: skip


def _exception(one: TillException, form: Form, status: int = 200) -> Response:
    names = _names([line["sku"] for line in one.body["lines"]])
    opened = select(TillShift).where(TillShift.store_id == one.store_id, TillShift.closed_at.is_(None))
    choices = [(shift.code, f"{shift.till.name} · {shift.opened_by}") for shift in db.session.scalars(opened)]
    return render(
        "desk/till_exception.html", status, one=one, form=form, names=names, shifts=choices, troubles=TROUBLES,
        outcomes=OUTCOMES, ways=WAYS, why=why_words(one.why), amount=amount,
        lots={item["position"]: item["lots"] for item in one.lines.get("items", [])},
        back=url_for("desk.till_exceptions"),
    )  # fmt: skip


def _names(codes: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """(product, pack, unit) by the pack's code."""
    query = (
        select(Sku.code, Product.name, Sku.label, Sku.unit)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Sku.code.in_(list(codes)))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(query)}


def _mine(code: str) -> TillException:
    one = deciding.get_exception(code)
    authorize(current_actor(), "till.decide", Scope("store", one.store.code))
    return one
