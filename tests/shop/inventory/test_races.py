"""Many buyers at once, on real databases: never one too many, never one too few, never a deadlock."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db, end_reading, transaction
from shop.inventory import holds, service
from shop.inventory.doctor import held_equals_holds, ledger_equals_stock
from shop.inventory.ledger import Document
from shop.inventory.models import StockHold, StockLevel, StockMovement
from shop.inventory.refusals import LevelHeld, OutOfStock
from shop.inventory.rules import Reason
from shop.stores.queries import get_store
from tests import make
from tests.prove.guards import drop_check
from tests.support.live import Live

#: One writer at a time on SQLite, by construction.
pytestmark = [pytest.mark.long("sqlite"), pytest.mark.daily("postgresql")]

BUYERS = 16
UNITS = 10


def stocked(live: Live, *levels: int) -> tuple[int, list[int]]:
    """A store with one pack for each number of units; answers their ids."""

    def build() -> tuple[int, list[int]]:
        store = make.store()
        skus = [make.sku() for _ in levels]
        for sku, units in zip(skus, levels, strict=True):
            make.lot(sku, store, on_shelf=units)
        return store.id, [sku.id for sku in skus]

    return live.run(build)


def breaches(live: Live) -> list[str]:
    return live.run(lambda: [*ledger_equals_stock(), *held_equals_holds()])


def test_the_last_ten_go_to_exactly_ten(live: Live) -> None:
    store, [sku] = stocked(live, UNITS)

    def buy(number: int) -> int:
        holds.hold(store, {sku: 1}, f"order:{number}", now() + timedelta(minutes=30), now())
        return number

    answers = live.together(BUYERS, buy)
    won = [answer for answer in answers if isinstance(answer, int)]
    assert len(won) == UNITS
    assert all(isinstance(answer, int | OutOfStock) for answer in answers)
    assert breaches(live) == []


def test_the_same_without_the_guard_oversells(live: Live) -> None:
    """The control: look in one transaction, act in another, no condition, no constraint."""
    stocked(live, UNITS)
    live.run(_drop_the_check)
    waiting = threading.Barrier(BUYERS)

    def buy(number: int) -> int:
        level_id, free = db.session.execute(select(StockLevel.id, StockLevel.on_hand - StockLevel.held)).one()
        end_reading()
        waiting.wait(timeout=30)
        if free < 1:
            raise OutOfStock(lines=[])
        with transaction() as session:
            careless = update(StockLevel).where(StockLevel.id == level_id)
            session.execute(careless.values(held=StockLevel.held + 1))
            session.add(
                StockHold(level_id=level_id, quantity=1, state="active", reference=str(number), created_at=now())
            )
        return number

    won = [answer for answer in live.together(BUYERS, buy) if isinstance(answer, int)]
    assert len(won) > UNITS
    assert breaches(live) != []


def test_baskets_in_any_order_never_lock_each_other_out(live: Live) -> None:
    """P7: many lines in random order; all or nothing; what remains is what nobody could have."""
    store, skus = stocked(live, *[12] * 6)

    def buy(number: int) -> int:
        dice = random.Random(number)
        bought = 0
        for turn in range(3):
            wanted = dice.sample(skus, dice.randint(1, 6))
            wants = {sku: dice.randint(1, 3) for sku in wanted}
            try:
                got = holds.hold(store, wants, f"order:{number}-{turn}", None, now())
            except OutOfStock:
                continue
            assert sum(one.quantity for one in got) == sum(wants.values())
            bought += sum(wants.values())
        return bought

    answers = live.together(BUYERS, buy)
    assert all(isinstance(answer, int) for answer in answers), answers
    held = live.run(lambda: sum(db.session.scalars(select(StockLevel.held))))
    assert held == sum(answer for answer in answers if isinstance(answer, int))
    assert breaches(live) == []


def test_one_end_for_each_hold(live: Live) -> None:
    """Released by one, committed by another, swept by a third: exactly one of them wins."""
    store, [sku] = stocked(live, 20)
    live.run(lambda: holds.hold(store, {sku: 5}, "order:X", None, now()))

    def end(number: int) -> int:
        if number % 2:
            return holds.release("order:X", now())
        holds.hand_out("order:X", Document("order", "X"), SYSTEM, now())
        return 1

    ended = [answer for answer in live.together(8, end) if answer == 1]
    assert len(ended) == 1
    on_hand, held = live.run(lambda: db.session.execute(select(StockLevel.on_hand, StockLevel.held)).one())
    assert (on_hand, held) in ((20, 0), (15, 0))
    assert breaches(live) == []


def test_nothing_is_promised_after_a_recall(live: Live) -> None:
    """P5: what was held before the recall is known to it; nothing begins afterwards."""
    store, [sku] = stocked(live, 1000)
    lot = live.run(lambda: db.session.execute(text("SELECT code FROM lot")).scalar_one())

    def act(number: int) -> int:
        if number == 0:
            service.recall(lot, SYSTEM, "Thu hồi")
            return -_held_now()
        return sum(_buy_one(store, sku, f"order:{number}-{turn}") for turn in range(5))

    answers = [answer for answer in live.together(8, act) if isinstance(answer, int)]
    assert len(answers) == 8
    at_recall = -next(answer for answer in answers if answer <= 0 and answer == min(answers))
    assert sum(answer for answer in answers if answer > 0) == at_recall


def _held_now() -> int:
    return db.session.scalar(select(StockLevel.held)) or 0


def _buy_one(store: int, sku: int, reference: str) -> int:
    try:
        holds.hold(store, {sku: 1}, reference, None, now())
    except OutOfStock:
        return 0
    return 1


def _drop_the_check() -> None:
    with transaction() as session:
        drop_check(session.connection(), "stock_level", "ck_stock_level_held_within_on_hand")


def test_p1_mixed_work_keeps_ledger_and_level_one(live: Live) -> None:
    store, skus = stocked(live, *[40] * 4)
    code, lots = live.run(lambda: _store_and_lots(store))

    def work(number: int) -> int:
        dice = random.Random(number)
        for turn in range(4):
            reference = f"order:{number}-{turn}"
            if _buy_one(store, dice.choice(skus), reference):
                if dice.random() < 0.5:
                    holds.hand_out(reference, Document("order", reference[6:]), SYSTEM, now())
                else:
                    holds.release(reference, now())
            _count(code, dice)(dice.choice(lots))
        return 1

    assert live.together(8, work) == [1] * 8
    assert breaches(live) == []
    assert live.run(lambda: len(db.session.scalars(select(StockMovement.id)).all())) > 4


def _store_and_lots(store_id: int) -> tuple[str, list[str]]:
    code = db.session.execute(text("SELECT code FROM store WHERE id = :i"), {"i": store_id}).scalar_one()
    return code, list(db.session.execute(text("SELECT code FROM lot")).scalars())


def _count(code: str, dice: random.Random) -> Callable[[str], None]:
    def count(lot: str) -> None:
        try:
            service.adjust(get_store(code), lot, "shelf", dice.choice((-1, 1)), Reason.COUNT, SYSTEM)
        except LevelHeld:
            return

    return count
