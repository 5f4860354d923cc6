"""Closing a store: what still lies and waits in it, where the goods go, and the end; and opening it again."""

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from admin.desk import desk, go
from admin.queries import units_of
from admin.shops import own_store
from catalog.certificates.queries import governing
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import AlreadySent, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, Whole, Words
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.inventory.models import Lot
from shop.inventory.queries import LevelRow, list_levels
from shop.inventory.rules import is_sellable
from shop.inventory.words import amount
from shop.stores.closing import hindrances
from shop.stores.models import Store
from shop.stores.queries import get_store, list_stores
from shop.stores.rules import SELLABLE_PLACES
from shop.stores.service import close_store, reopen_store
from shop.transfers.rules import MOST_LINES
from shop.transfers.service import Sending, dispatch, draft


class ClosingIn(Schema):
    """The version that was read, or the store that the goods go to."""

    version = Whole(least=1)
    to = Words(most=40)


@desk.get("/dia-diem/<code>/dong")
@needs("stores.open")
def shop_close(code: str) -> Response:
    """What still lies and waits in a store, and where it can go, before it is closed."""
    return _closing(own_store(code, "stores.open"), Form(ClosingIn()))


@desk.post("/dia-diem/<code>/dong")
@needs("stores.open")
def shop_close_now(code: str) -> Response:
    """Close it, when nothing stands in the way."""
    store, form = own_store(code, "stores.open"), Form(ClosingIn()).read(request.form)
    if not form.ok:
        return _closing(store, form, 422)
    try:
        close_store(store.id, form.data.get("version", 0), current_actor())
    except Refusal as refusal:
        return _closing(own_store(code, "stores.open"), form.refuse(refusal), refusal.status)
    flash(_("Đã đóng %(store)s. Lịch sử vẫn còn.", store=store.name))
    return go("desk.shops")


@desk.post("/dia-diem/<code>/chuyen-het")
@needs("stores.open")
def shop_move_all(code: str) -> Response:
    """Send everything that may be sold to another store of the same seller, as one transfer on its way."""
    store, form = own_store(code, "stores.open"), Form(ClosingIn()).read(request.form)
    if not form.ok or "to" not in form.data:
        return _closing(store, form, 422)
    try:
        with transaction():
            only_once(request.form.get("once"))
            lines = [Sending(row.lot, row.available, row.place) for row in _movable(store)][:MOST_LINES]
            note = _("Đóng %(store)s", store=store.name)
            paper = dispatch(
                draft(store, get_store(form.data["to"]), lines, current_actor(), note).code, current_actor()
            )
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.shop_close", code=code)
    except Refusal as refusal:
        return _closing(own_store(code, "stores.open"), form.refuse(refusal), refusal.status)
    flash(
        _(
            "Hàng đang trên đường: phiếu chuyển %(code)s. Khi nơi nhận đã nhận xong, cửa hàng này đóng được.",
            code=paper.code,
        )
    )
    return go("desk.shop_close", code=code)


@desk.post("/dia-diem/<code>/mo-lai")
@needs("stores.open")
def shop_reopen(code: str) -> Response:
    """Let it trade again."""
    store, form = own_store(code, "stores.open"), Form(ClosingIn()).read(request.form)
    try:
        reopen_store(store.id, form.data.get("version", 0), current_actor())
    except Refusal as refusal:
        flash(str(refusal), "error")
        return go("desk.shop", code=code)
    flash(_("%(store)s mở lại.", store=store.name))
    return go("desk.shop", code=code)


def _movable(store: Store) -> list[LevelRow]:
    """What is free, fit and covered today: the rest goes back to its producer or is written off."""
    at = now()
    on = local_day(at)
    rows = [
        row
        for row in list_levels(store.id, at)
        if row.available > 0 and row.place in SELLABLE_PLACES and is_sellable(row.state, row.expires_on, on)
    ]
    query = select(Lot.code, Lot.product_id).where(Lot.code.in_([row.lot for row in rows]))
    products = {row[0]: row[1] for row in db.session.execute(query)}
    covered = governing(set(products.values()), on)
    return [row for row in rows if products[row.lot] in covered]


def _closing(store: Store, form: Form, status: int = 200) -> Response:
    at = now()
    others = [one for one in list_stores() if one.id != store.id and one.seller_id == store.seller_id]
    lots = list_levels(store.id, at)
    movable = len(_movable(store)) if lots and store.is_active else 0
    return render(
        "desk/shop_close.html", status, store=store, form=form, reasons=hindrances(store, at), lots=lots,
        units=units_of({row.sku for row in lots[:50]}), amount=amount,
        others=[(one.code, one.name) for one in others], movable=movable,
    )  # fmt: skip
