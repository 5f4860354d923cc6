"""Promises of stock: all or nothing, first expired first out, ending by themselves."""

from datetime import time, timedelta
from types import ModuleType

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import transaction
from shop.inventory import holds, jobs, service
from shop.inventory.doctor import held_equals_holds, ledger_equals_stock
from shop.inventory.ledger import Document
from shop.inventory.models import Lot, StockHold, StockLevel, StockMovement
from shop.inventory.queries import available
from shop.inventory.refusals import HoldEnded, LotUnfit, OutOfStock
from tests.support.clock import Clock

pytestmark = pytest.mark.daily  # what the database itself decides

SALE = Document("order", "DH-TEST")


def sound() -> bool:
    """Whether I1 and I2 hold."""
    return not list(ledger_equals_stock()) and not list(held_equals_holds())


def free(sku_id: int, store_id: int) -> int:
    return available([sku_id], now()).get(sku_id, {}).get(store_id, 0)


def soon() -> object:
    return now() + timedelta(minutes=30)


def test_a_hold_takes_the_first_expiring_lot_and_splits(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    late = make.lot(sku, store, on_shelf=5, expires_on=today() + timedelta(days=90))
    early = make.lot(sku, store, on_shelf=2, expires_on=today() + timedelta(days=5))
    got = holds.hold(store.id, {sku.id: 4}, "order:A", soon(), now())
    assert {one.lot_code: one.quantity for one in got} == {early.code: 2, late.code: 2}
    assert free(sku.id, store.id) == 3
    assert sound()


def test_a_short_line_holds_nothing_and_every_short_line_is_named(make: ModuleType, session: Session) -> None:
    store = make.store()
    plenty, few, none = make.sku(name="Gạo"), make.sku(name="Nấm"), make.sku(name="Trà")
    make.lot(plenty, store, on_shelf=50)
    make.lot(few, store, on_shelf=2)
    with pytest.raises(OutOfStock) as refused:
        holds.hold(store.id, {plenty.id: 5, few.id: 3, none.id: 1}, "order:B", soon(), now())
    assert refused.value.facts["lines"] == [
        {"sku": few.code, "name": "Nấm", "wanted": 3, "available": 2},
        {"sku": none.code, "name": "Trà", "wanted": 1, "available": 0},
    ]
    assert session.scalar(select(func.count(StockHold.id))) == 0
    assert free(plenty.id, store.id) == 50


def test_stock_of_another_store_is_not_ours(make: ModuleType) -> None:
    here, there, sku = make.store(), make.store(), make.sku()
    make.lot(sku, there)
    with pytest.raises(OutOfStock):
        holds.hold(here.id, {sku.id: 1}, "order:C", soon(), now())


def test_a_hold_that_ran_out_counts_no_more_with_no_sweeper(make: ModuleType, clock: Clock) -> None:
    clock.on(today())
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=3)
    holds.hold(store.id, {sku.id: 3}, "order:D", soon(), now())
    assert free(sku.id, store.id) == 0
    clock.forward(minutes=30)
    assert free(sku.id, store.id) == 3
    holds.hold(store.id, {sku.id: 3}, "order:E", soon(), now())
    assert free(sku.id, store.id) == 0
    assert sound()
    with pytest.raises(HoldEnded):
        holds.confirm("order:D", now())


def test_the_sweep_tidies_what_ran_out_and_nothing_else(make: ModuleType, clock: Clock, session: Session) -> None:
    clock.on(today())
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=10)
    holds.hold(store.id, {sku.id: 2}, "order:due", soon(), now())
    holds.hold(store.id, {sku.id: 3}, "order:decided", None, now())
    clock.forward(hours=2)
    assert jobs.release_due_holds(now()) == 1
    assert jobs.release_due_holds(now()) == 0
    assert session.scalar(select(StockLevel.held)) == 3
    assert sound()


def test_release_gives_back_once(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=4)
    holds.hold(store.id, {sku.id: 4}, "order:F", soon(), now())
    assert holds.release("order:F", now()) == 1
    assert holds.release("order:F", now()) == 0
    assert free(sku.id, store.id) == 4
    assert sound()


def test_a_confirmed_hold_outlives_its_deadline_and_leaves_by_commit(
    make: ModuleType, clock: Clock, session: Session
) -> None:
    clock.on(today())
    store, sku = make.store(), make.sku()
    lot = make.lot(sku, store, on_shelf=4)
    holds.hold(store.id, {sku.id: 3}, "order:G", soon(), now())
    holds.confirm("order:G", now())
    clock.forward(days=2)
    gone = holds.hand_out("order:G", SALE, SYSTEM, now())
    assert [(one.lot_code, one.quantity) for one in gone] == [(lot.code, 3)]
    movement = session.scalars(select(StockMovement).where(StockMovement.reason == "sale")).one()
    assert (movement.delta, movement.document_type, movement.document_ref) == (-3, "order", "DH-TEST")
    assert free(sku.id, store.id) == 1
    with pytest.raises(HoldEnded):
        holds.hand_out("order:G", SALE, SYSTEM, now())
    assert sound()


def test_a_batch_that_was_swept_in_part_is_over(make: ModuleType, clock: Clock) -> None:
    """The clock jumps back after another buyer has ended one of two holds: the rest must not be confirmed."""
    began = clock.on(today())
    store, one, two = make.store(), make.sku(), make.sku()
    make.lot(one, store, on_shelf=1)
    make.lot(two, store, on_shelf=1)
    holds.hold(store.id, {one.id: 1, two.id: 1}, "order:H", soon(), now())
    clock.forward(minutes=31)
    holds.hold(store.id, {one.id: 1}, "order:I", soon(), now())
    clock.set(began)
    with pytest.raises(HoldEnded):
        holds.confirm("order:H", now())


def test_nothing_is_promised_from_expired_blocked_or_recalled_lots(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=5, expires_on=today() - timedelta(days=1))
    recalled = make.lot(sku, store, on_shelf=5)
    make.lot(sku, store, on_shelf=1, expires_on=today())
    assert service.recall(recalled.code, SYSTEM, "Kiểm nghiệm không đạt") == [recalled.code]
    assert free(sku.id, store.id) == 1
    with pytest.raises(OutOfStock):
        holds.hold(store.id, {sku.id: 2}, "order:J", soon(), now())


def test_recalled_goods_do_not_leave_even_when_promised(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    lot = make.lot(sku, store, on_shelf=5)
    holds.hold(store.id, {sku.id: 2}, "order:K", None, now())
    service.recall(lot.code, SYSTEM, "Thu hồi")
    with pytest.raises(LotUnfit) as refused:
        holds.hand_out("order:K", SALE, SYSTEM, now())
    assert refused.value.facts == {"lots": [lot.code]}
    assert holds.release("order:K", now()) == 1
    assert sound()


def test_a_recall_takes_every_lot_under_the_producers_number(make: ModuleType, session: Session) -> None:
    here, there, sku = make.store(), make.store(), make.sku()
    one = make.lot(sku, here, number="L-07")
    two = make.lot(sku, there, number="L-07")
    other = make.lot(sku, there, number="L-08")
    assert sorted(service.recall(one.code, SYSTEM, "Thu hồi")) == sorted([one.code, two.code])
    assert session.get_one(Lot, other.id).state == "ok"


def test_goods_blocked_for_their_star_still_ship(make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku()
    lot = make.lot(sku, store, on_shelf=5)
    holds.hold(store.id, {sku.id: 2}, "order:L", None, now())
    with transaction():
        session.execute(update(Lot).where(Lot.id == lot.id).values(state="blocked", ground="certificate"))
    assert free(sku.id, store.id) == 0
    assert sum(one.quantity for one in holds.hand_out("order:L", SALE, SYSTEM, now())) == 2


@pytest.mark.parametrize("values", [{"held": 11}, {"held": -1}, {"on_hand": -1}])
def test_the_database_refuses_an_impossible_level(make: ModuleType, session: Session, values: dict[str, int]) -> None:
    make.lot(on_shelf=10)
    with pytest.raises(IntegrityError), transaction():
        session.execute(update(StockLevel).values(**values))


@pytest.mark.parametrize("statement", ["UPDATE stock_movement SET delta = 9", "DELETE FROM stock_movement"])
def test_the_ledger_cannot_be_changed(make: ModuleType, session: Session, statement: str) -> None:
    make.lot(on_shelf=10)
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        session.connection().exec_driver_sql(statement)


def test_the_doctor_sees_a_level_that_left_its_ledger(make: ModuleType, session: Session) -> None:
    make.lot(on_shelf=10)
    with transaction():
        session.execute(update(StockLevel).values(on_hand=12, held=1))
    assert [line.split(":")[1] for line in ledger_equals_stock()] == [" on hand 12, ledger 10"]
    assert len(list(held_equals_holds())) == 1


def test_a_day_later_the_lot_is_marked(make: ModuleType, session: Session) -> None:
    lot = make.lot(on_shelf=1, expires_on=today() - timedelta(days=1))
    assert jobs.block_expired_lots(today()) == 1
    assert jobs.block_expired_lots(today()) == 0
    session.expire_all()
    assert (session.get_one(Lot, lot.id).state, session.get_one(Lot, lot.id).ground) == ("blocked", "expired")


def test_each_hold_needs_units(make: ModuleType) -> None:
    with pytest.raises(ValueError, match="at least one"):
        holds.hold(make.store().id, {}, "order:M", None, now())
    with pytest.raises(ValueError, match="at least one"):
        holds.hold(make.store().id, {1: 0}, "order:M", None, now())


def test_a_clock_that_stands_at_midnight_judges_by_the_local_day(make: ModuleType, clock: Clock) -> None:
    day = today()
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=1, expires_on=day)
    clock.on(day, time(23, 59))
    assert free(sku.id, store.id) == 1
    clock.forward(minutes=1)
    assert free(sku.id, store.id) == 0
