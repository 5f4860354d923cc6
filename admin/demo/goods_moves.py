"""Goods on their way, goods that are lost, goods that go back: one of each, at the demonstration's own store."""

from datetime import datetime, timedelta

from admin.demo.people import MART, People
from catalog.listings.models import Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import Actor, Scope
from core.clock import local_day, now, travel
from core.db import db
from shop.inventory.models import Lot
from shop.inventory.queries import LevelRow, list_levels
from shop.inventory.rules import Reason
from shop.inventory.service import Delivered, receive
from shop.removals import service as removals
from shop.removals.queries import limit_of
from shop.removals.service import Taking
from shop.stores.models import Store
from shop.stores.queries import get_store, list_stores
from shop.transfers import service as transfers
from shop.transfers.service import Counted, Sending


def move_goods(people: People, at: datetime) -> None:
    """Papers in every state that somebody has something to do with, and one that is over."""
    here = get_store(MART)
    other = next(one for one in list_stores() if one.seller_id == here.seller_id and one.id != here.id)
    admin, manager = people.acting("admin", "admin"), people.acting("manager", "store_manager", Scope("store", MART))
    cashier = people.acting("cashier", "cashier", Scope("store", MART))
    with travel(at):
        _send_there_and_back(here, other, manager, admin)
        _lose_some(here, cashier, manager)
        _give_some_back(here, manager)
        _take_in(here, cashier)


def _send_there_and_back(here: Store, other: Store, manager: Actor, admin: Actor) -> None:
    """One arrived whole, one lacks a piece and waits for the manager, one is on its way to her store."""
    first, second, *_rest = _good(here)
    whole = transfers.draft(here, other, [Sending(first.lot, 3, first.place)], manager, "xe giao hàng sáng (minh hoạ)")
    transfers.dispatch(whole.code, manager)
    transfers.receive(whole.code, {}, admin)
    lines = [Sending(one.lot, 4, one.place, "shelf") for one in (first, second)]
    short = transfers.draft(here, other, lines, manager, "xe giao hàng chiều (minh hoạ)")
    transfers.dispatch(short.code, manager)
    transfers.receive(short.code, {2: Counted(2, 1, "một hộp bẹp, thiếu một (minh hoạ)")}, admin)
    coming = [Sending(one.lot, 5, one.place, "shelf") for one in _good(other)[:2]]
    transfers.dispatch(transfers.draft(other, here, coming, admin, "minh hoạ").code, admin)


def _lose_some(here: Store, cashier: Actor, manager: Actor) -> None:
    """A broken piece that one person books, and a loss that waits for a second."""
    cheap, dear = (sorted(_good(here), key=_price)[place] for place in (0, -1))
    removals.write_off(here, [Taking(cheap.lot, 1, cheap.place)], Reason.DAMAGE, cashier, "rơi vỡ (minh hoạ)")
    units = min(dear.available, 2 + limit_of(here.id) // _price(dear))
    wet = [Taking(dear.lot, units, dear.place)]
    removals.write_off(here, wet, Reason.DAMAGE, cashier, "ướt khi mưa dột (minh hoạ)")
    tasted = _good(here)[2]
    removals.write_off(here, [Taking(tasted.lot, 1, tasted.place)], Reason.TASTING, manager, "khách nếm thử (minh hoạ)")


def _give_some_back(here: Store, manager: Actor) -> None:
    """Two pieces that a producer has taken, and some more that wait for him."""
    for place, words in ((3, "Anh Hải (minh hoạ)"), (4, None)):
        row = _good(here)[place]
        producer = _maker(row)
        note = removals.give_back(here, producer, [Taking(row.lot, 2, row.place)], manager, "chậm bán (minh hoạ)")
        if words:
            removals.hand_over(note.code, words, manager)


def _take_in(here: Store, cashier: Actor) -> None:
    """A delivery with all its papers."""
    row, on = _good(here)[0], local_day(now())
    line = Delivered(
        sku=row.sku, number=f"L{on:%y%m%d}-MH", quantity=6, made_on=on - timedelta(days=2),
        expires_on=row.expires_on, is_consigned=True, unit_cost_vnd=0, commission_bp=1800,
        origin_number=f"XNNG-{on:%m}/{on:%Y} (minh hoạ)",
    )  # fmt: skip
    receive(
        here, [line], cashier, delivery_note=f"PGH-{on:%y%m%d}-MH", delivered_on=on, deliverer="Chị Lan (minh hoạ)",
        note="Hàng đủ, thùng khô (minh hoạ)",
    )  # fmt: skip


def _good(store: Store) -> list[LevelRow]:
    """What may be sold by the piece and is plenty, the largest first."""
    pieces = {code for (code,) in db.session.query(Sku.code).filter(Sku.unit == "piece")}
    rows = [
        row for row in list_levels(store.id, now())
        if row.state == "ok" and row.place != "transit" and row.available >= 8 and row.sku in pieces
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.available, row.lot))


def _price(row: LevelRow) -> int:
    return int(db.session.query(Sku.price_vnd).filter(Sku.code == row.sku).scalar())


def _maker(row: LevelRow) -> Producer:
    query = db.session.query(Producer).join(Product, Product.producer_id == Producer.id)
    return query.join(Lot, Lot.product_id == Product.id).filter(Lot.code == row.lot).one()
