"""Recalls: everywhere at once, promises that move, stores that take goods off, buyers that are told, no way back."""

from collections.abc import Iterable
from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import transaction
from core.errors import NotFound
from core.messages.models import MessageSent
from core.worker import run_pending
from shop.inventory import holds, ledger
from shop.inventory import service as stock
from shop.inventory.doctor import held_equals_holds, ledger_equals_stock
from shop.inventory.ledger import Document
from shop.inventory.models import Lot, StockLevel
from shop.inventory.refusals import LotUnfit, OutOfStock
from shop.inventory.rules import Reason
from shop.inventory.service import Delivered
from shop.orders.models import OrderNote, ShipmentLot
from shop.recalls import jobs, service
from shop.recalls.doctor import recalled_goods_stay
from shop.recalls.models import RecallLot
from shop.recalls.queries import buyers_of, count_tasks, levels_in, on_the_way, promised_of, recalls_in, tasks_of
from shop.recalls.refusals import (
    AlreadyRecalled,
    BuyerNotFound,
    NothingToRecall,
    RecallOver,
    RecallUnfinished,
    TooMany,
)
from shop.recalls.rules import Basis, Goods, Told, is_taken, standing
from shop.recalls.service import Wish
from shop.stores.models import Store
from shop.transfers import service as transfers
from shop.transfers.service import Sending
from tests.shop.returns.bought import bought, place
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # its guards are asked on both: test_guards.py
WHY = "Kiểm nghiệm không đạt"


def wish(lot: Lot) -> Wish:
    return Wish(WHY, lot=lot.code)


def settle() -> None:
    while run_pending():
        pass


def test_a_recall_blocks_every_store_at_once(make: ModuleType, session: Session) -> None:
    sku, near, far = make.sku(), make.store(), make.store()
    one, same = make.lot(sku, near, number="M1"), make.lot(sku, far, number="M1")
    other = make.lot(sku, far, number="M2")
    called = service.recall(wish(one), SYSTEM)
    states = {lot.code: lot.state for lot in session.scalars(select(Lot))}
    assert states == {one.code: "recalled", same.code: "recalled", other.code: "ok"}
    assert {task.store_id for task in tasks_of(called)} == {near.id, far.id}
    with pytest.raises(OutOfStock):
        holds.hold(near.id, {sku.id: 1}, "ord:X", None, now())
    with pytest.raises(AlreadyRecalled) as refused:
        service.recall(wish(same), SYSTEM)
    assert refused.value.facts == {"recall": called.code}
    with pytest.raises(NotFound):
        service.recall(Wish(WHY, lot="LO-NOBODY"), SYSTEM)
    assert not list(recalled_goods_stay())


def test_what_left_while_the_recall_waited_is_older_than_it(
    make: ModuleType, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sale that holds the levels goes first: the recall is of the instant at which it has them."""
    clock.set(now())
    lot, asked_at, true_lock = make.lot(), now(), ledger.lock

    def wait(levels: Iterable[int]) -> list[int]:
        clock.forward(seconds=2)
        return true_lock(levels)

    monkeypatch.setattr(ledger, "lock", wait)
    assert service.recall(wish(lot), SYSTEM).opened_at == asked_at + timedelta(seconds=2)


def test_all_lots_of_a_product_between_days(make: ModuleType, session: Session) -> None:
    sku, store = make.sku(), make.store()
    code = session.execute(text("SELECT code FROM product")).scalar_one()
    lots: dict[int, Lot] = {}
    for days in (30, 20, 10):
        line = Delivered(sku.code, f"M{days}", 5, today() - timedelta(days=days), None, True, 0)
        lots[days] = stock.receive(store, [line], SYSTEM).lines[0].lot
    span = today() - timedelta(days=25), today() - timedelta(days=15)
    called = service.recall(Wish(WHY, product=code, basis=Basis.MADE, first=span[0], last=span[1]), SYSTEM)
    taken = select(Lot.number).join(RecallLot, RecallLot.lot_id == Lot.id).where(RecallLot.recall_id == called.id)
    assert list(session.scalars(taken)) == ["M20"]
    with pytest.raises(NothingToRecall):
        service.recall(Wish(WHY, product=code, basis=Basis.MADE, first=date(2020, 1, 1), last=date(2020, 1, 2)), SYSTEM)
    rest = service.recall(Wish(WHY, product=code, basis=Basis.RECEIVED, first=today(), last=today()), SYSTEM)
    assert len(list(session.scalars(select(RecallLot).where(RecallLot.recall_id == rest.id)))) == 2


@pytest.mark.parametrize(
    ("made", "received", "basis", "taken"),
    [
        (date(2026, 5, 1), date(2026, 9, 9), Basis.MADE, True),
        (date(2026, 4, 30), date(2026, 5, 5), Basis.MADE, False),
        (None, date(2026, 5, 31), Basis.MADE, True),
        (None, None, Basis.MADE, False),
        (date(2026, 5, 5), date(2026, 6, 1), Basis.RECEIVED, False),
    ],
)
def test_days_are_both_included(made: date | None, received: date | None, basis: Basis, taken: bool) -> None:
    assert is_taken(made, received, basis, date(2026, 5, 1), date(2026, 5, 31)) is taken


def test_goods_under_a_recalled_number_do_not_come_in_again(make: ModuleType) -> None:
    sku, store = make.sku(), make.store()
    service.recall(wish(make.lot(sku, store, number="M1")), SYSTEM)
    with pytest.raises(LotUnfit):
        stock.receive(store, [Delivered(sku.code, "M1", 5, None, None, True, 0)], SYSTEM)
    stock.receive(store, [Delivered(sku.code, "M2", 5, None, None, True, 0)], SYSTEM)


def test_promises_move_to_other_lots_where_there_are_enough(make: ModuleType, session: Session) -> None:
    sku, store = make.sku(), make.store()
    bad = make.lot(sku, store, on_shelf=10, expires_on=today() + timedelta(days=5))
    holds.hold(store.id, {sku.id: 4}, "ord:DH-FIRST", None, now())
    holds.hold(store.id, {sku.id: 3}, "ord:DH-WAITING", now() + timedelta(minutes=30), now())
    holds.hold(store.id, {sku.id: 2}, "ord:DH-STUCK", None, now())
    good = [make.lot(sku, store, on_shelf=units, expires_on=today() + timedelta(days=9)) for units in (5, 3)]
    called = service.recall(wish(bad), SYSTEM)
    assert [(one.number, one.is_moved, one.is_stuck) for one in promised_of(called)] == [
        ("DH-STUCK", False, True), ("DH-FIRST", True, False), ("DH-WAITING", True, False),
    ]  # fmt: skip
    assert not [*ledger_equals_stock(), *held_equals_holds()]
    moved = holds.confirm("ord:DH-WAITING", now())
    assert sorted((one.lot_code, one.quantity) for one in moved) == sorted([(good[0].code, 1), (good[1].code, 2)])
    holds.hand_out("ord:DH-FIRST", Document("order", "DH-FIRST"), SYSTEM, now())
    with pytest.raises(LotUnfit):
        holds.hand_out("ord:DH-STUCK", Document("order", "DH-STUCK"), SYSTEM, now())
    assert not list(recalled_goods_stay())


def test_a_store_takes_the_goods_off_its_shelves(make: ModuleType, session: Session) -> None:
    sku, store = make.sku(), make.store()
    lot = make.lot(sku, store, on_shelf=10)
    holds.hold(store.id, {sku.id: 3}, "ord:DH-STUCK", None, now())
    called = service.recall(wish(lot), SYSTEM)
    assert count_tasks([store.id], now()) == {store.id: 1}
    with pytest.raises(TooMany):
        service.take_off(called.code, store, SYSTEM, {(lot.code, "shelf"): 8})
    service.take_off(called.code, store, SYSTEM, {(lot.code, "shelf"): 6})
    service.take_off(called.code, store, SYSTEM)
    assert [(one.on_hand, one.free) for one in levels_in(called)] == [(3, 0)]
    with pytest.raises(RecallUnfinished) as refused:
        service.close(called.code, SYSTEM)
    assert refused.value.facts == {"stores": [store.code], "buyers": 0}
    holds.release("ord:DH-STUCK", now())
    service.take_off(called.code, store, SYSTEM)
    moved = session.execute(text("SELECT delta, reason FROM stock_movement WHERE document_type = 'recall'")).all()
    assert moved == [(-6, "recall"), (-1, "recall"), (-3, "recall")]
    assert service.close(called.code, SYSTEM).state == "closed"
    with pytest.raises(RecallOver):
        service.close(called.code, SYSTEM)


def test_goods_on_a_van_keep_a_recall_open_and_are_found_again(make: ModuleType, session: Session) -> None:
    near, far = make.store(), make.store()
    with transaction():
        session.get_one(Store, far.id).seller_id = near.seller_id
    lot = make.lot(make.sku(), near, on_shelf=5)
    van = transfers.draft(near, far, [Sending(lot.code, 2, "shelf", "back")], SYSTEM)
    transfers.dispatch(van.code, SYSTEM)
    called = service.recall(wish(lot), SYSTEM)
    service.take_off(called.code, near, SYSTEM)
    with pytest.raises(RecallUnfinished) as refused:
        service.close(called.code, SYSTEM)
    assert refused.value.facts["stores"] == [near.code]
    assert [one.on_hand for one in on_the_way(called)] == [2]
    transfers.receive(van.code, {}, SYSTEM)
    with pytest.raises(RecallUnfinished) as refused:
        service.close(called.code, SYSTEM)
    assert refused.value.facts["stores"] == [far.code], "though the hourly job has not been there yet"
    jobs.follow_open_recalls(now())
    assert {task.store_id for task in tasks_of(called)} == {near.id, far.id}
    service.take_off(called.code, far, SYSTEM)
    service.close(called.code, SYSTEM)
    stock.adjust(near, lot.code, "shelf", 1, Reason.COUNT, SYSTEM, "behind the shelf")
    assert count_tasks([near.id, far.id], now()) == {near.id: 1}, "goods that turn up later are a task again"
    assert [one.code for one in recalls_in(near.id)] == [called.code]


def test_buyers_of_orders_are_told_once(make: ModuleType, session: Session) -> None:
    order = bought(make)
    lot = session.get_one(Lot, session.scalars(select(ShipmentLot.lot_id)).one())
    called = service.recall(wish(lot), SYSTEM)
    settle()
    jobs.follow_open_recalls(now())
    settle()
    (buyer,) = buyers_of(called)
    assert (buyer.row.ref, buyer.contact.phone, buyer.goods[0].left) == (order.number, order.contact_phone, 3)
    keys = session.scalars(select(MessageSent.key).where(MessageSent.kind == "recall.notice")).all()
    assert keys == [f"recall:{called.code}:order:{order.number}"]
    with pytest.raises(BuyerNotFound):
        service.note_call(called.code, "order", order.number, [], SYSTEM, None)
    service.note_call(called.code, "order", order.number, None, SYSTEM, "sẽ mang lại")
    assert [one.told for one in buyers_of(called)] == [Told.CALLED]


def test_whoever_packs_an_order_is_told(make: ModuleType, session: Session) -> None:
    order = place(make)
    lot = session.scalars(select(StockLevel.lot_id).where(StockLevel.held > 0)).one()
    called = service.recall(wish(session.get_one(Lot, lot)), SYSTEM)
    settle()
    (note,) = session.scalars(select(OrderNote).where(OrderNote.order_id == order.id))
    assert called.code in note.text


@pytest.mark.parametrize(
    ("left", "contact", "outcome", "called", "told"),
    [
        (0, True, "sent", True, Told.BACK),
        (1, True, "sent", True, Told.CALLED),
        (1, True, "sent", False, Told.SENT),
        (1, True, None, False, Told.WAITING),
        (1, True, "unreachable", False, Told.UNREACHED),
        (1, True, "refused", False, Told.UNREACHED),
        (1, False, None, False, Told.UNKNOWN),
    ],
)
def test_how_a_buyer_stands(left: int, contact: bool, outcome: str | None, called: bool, told: Told) -> None:
    goods = [Goods("L", "M", "Mật", "Hũ", "piece", 2, 2 - left)]
    assert standing(goods, has_contact=contact, outcome=outcome, is_called=called) == told
