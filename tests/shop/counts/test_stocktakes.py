"""Stocktakes: blind counts while goods move, counting again, approval, and what they never do."""

import uuid
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import EditConflict
from shop.counts import closing, service
from shop.counts.doctor import differences_are_movements
from shop.counts.levels import Wanted
from shop.counts.models import LevelCounted, Stocktake, StocktakeEntry, StocktakeLine
from shop.counts.queries import get_stocktake, last_counted, limit_of, list_asked, list_reviewed
from shop.counts.refusals import (
    AlreadyCounted,
    CountedElsewhere,
    EntryMismatch,
    EntryTooOld,
    LotUnknown,
    MovedMeanwhile,
    NotAsked,
    NothingToCount,
    OrdersTouched,
    OutsidePart,
    SecondPersonNeeded,
    StocktakeStateRefused,
    Uncounted,
)
from shop.counts.rules import Missing, Mode, Part, State
from shop.counts.service import Found
from shop.inventory import holds
from shop.inventory import service as stock
from shop.inventory.doctor import held_equals_holds, ledger_equals_stock
from shop.inventory.ledger import Document
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.rules import Reason
from shop.stores.models import Store
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # its guards are asked on both: test_guards.py
STORE = Wanted(Part.STORE)


def count(store: Store, code: str, lot: Lot, quantity: int, by: Actor = SYSTEM, **more: object) -> StocktakeEntry:
    found = Found(**({"uuid": str(uuid.uuid4()), "lot": lot.code, "place": "shelf", "quantity": quantity} | more))  # type: ignore[arg-type]
    return service.enter(store, code, found, by)


def on_hand(lot: Lot) -> int:
    query = select(func.sum(StockLevel.on_hand)).where(StockLevel.lot_id == lot.id)
    return int(db.session.scalar(query) or 0)


def sell(store: Store, lot: Lot, units: int, number: str = "X-1") -> None:
    holds.hold(store.id, {lot.sku_id: units}, f"ord:{number}", None, now())
    holds.hand_out(f"ord:{number}", Document("order", number), SYSTEM, now())


def lines_of(stocktake: Stocktake) -> dict[str, StocktakeLine]:
    return {one.lot.code: one.line for one in list_reviewed(stocktake)}


def test_sales_go_on_and_the_books_end_at_what_is_there(
    shop: tuple[Store, Lot, Lot, Actor], make: ModuleType, clock: Clock
) -> None:
    """Ten jars by the books, one of them lost; two sold before it is counted, one while it is counted again, three
    before the approval.
    """
    store, honey, tea, keeper = shop
    opened = service.open_stocktake(store, STORE, keeper)
    sell(store, honey, 2, "A")
    count(store, opened.code, honey, 7)
    count(store, opened.code, tea, 10)
    clock.forward(minutes=1)
    assert closing.close_round(store, opened.code, keeper).state == State.COUNTING
    assert [(one.lot, one.is_done) for one in list_asked(opened)] == [(honey.code, False)]
    sell(store, honey, 1, "B")
    clock.forward(minutes=1)
    count(store, opened.code, honey, 6)
    waiting = closing.close_round(store, opened.code, keeper)
    sell(store, honey, 3, "C")
    done = closing.approve(store, opened.code, waiting.version, keeper)
    assert (on_hand(honey), on_hand(tea)) == (3, 10)
    assert (done.state, done.value_vnd) == (State.APPROVED, 100_000)
    moved = select(StockMovement.delta, StockMovement.document_ref).where(StockMovement.reason == "count")
    assert db.session.execute(moved).all() == [(-1, opened.code)]
    assert not [*ledger_equals_stock(), *held_equals_holds(), *differences_are_movements()]


def test_last_counted_is_not_last_changed(shop: tuple[Store, Lot, Lot, Actor], clock: Clock) -> None:
    store, honey, tea, keeper = shop
    clock.forward(minutes=1)  # it stands still from here on
    code = service.open_stocktake(store, STORE, keeper).code
    counted_at = now()
    count(store, code, honey, 10)
    clock.forward(hours=1)
    waiting = closing.close_round(store, code, keeper, Missing.LEAVE)
    assert waiting.state == State.REVIEW
    closing.approve(store, code, waiting.version, keeper)
    levels = {lot: level for level, lot in db.session.execute(select(StockLevel.id, StockLevel.lot_id))}
    assert last_counted(list(levels.values())) == {levels[honey.id]: counted_at}
    oldest = service.open_stocktake(store, Wanted(Part.STALE, most=1), keeper)
    assert [one.lot for one in list_asked(oldest)] == [tea.code], "what nobody has counted comes first"


def test_the_same_entry_again_is_one_entry(shop: tuple[Store, Lot, Lot, Actor]) -> None:
    store, honey, _tea, keeper = shop
    code, key = service.open_stocktake(store, STORE, keeper).code, str(uuid.uuid4())
    first, second = (count(store, code, honey, 4, uuid=key).id for _ in range(2))
    assert first == second
    with pytest.raises(EntryMismatch):
        count(store, code, honey, 5, uuid=key)
    with pytest.raises(AlreadyCounted):
        count(store, code, honey, 6)
    count(store, code, honey, 6, mode=Mode.ADD)
    assert lines_of(get_stocktake(code, store.id))[honey.code].counted == 10
    count(store, code, honey, 9, mode=Mode.REPLACE)
    assert lines_of(get_stocktake(code, store.id))[honey.code].counted == 9


def test_what_waited_for_a_network_is_compared_with_the_books_of_its_own_instant(
    shop: tuple[Store, Lot, Lot, Actor], clock: Clock
) -> None:
    store, honey, _tea, keeper = shop
    code = service.open_stocktake(store, STORE, keeper).code
    clock.forward(minutes=10)
    sell(store, honey, 4)
    clock.forward(minutes=5)
    entry = count(store, code, honey, 10, age=6 * 60)
    assert (entry.expected, entry.received_at - entry.counted_at) == (10, timedelta(minutes=6))
    for age in (16 * 60, 25 * 3600):
        with pytest.raises(EntryTooOld):
            count(store, code, honey, 10, age=age, mode=Mode.REPLACE)


def test_piecemeal_counts_across_a_sale_are_counted_again(shop: tuple[Store, Lot, Lot, Actor]) -> None:
    store, honey, tea, keeper = shop
    code = service.open_stocktake(store, STORE, keeper).code
    count(store, code, honey, 5)
    sell(store, honey, 1)
    count(store, code, honey, 4, mode=Mode.ADD)
    count(store, code, tea, 10)
    assert closing.close_round(store, code, keeper).round == 2
    waiting = closing.close_round(store, code, keeper, Missing.LEAVE)
    with pytest.raises(MovedMeanwhile):
        closing.approve(store, code, waiting.version, keeper)
    (line,) = [one.position for one in lines_of(waiting).values() if one.is_moved]
    closing.approve(store, code, waiting.version, keeper, leave=[line])
    assert on_hand(honey) == 9


def test_above_the_limit_another_person_approves(shop: tuple[Store, Lot, Lot, Actor], make: ModuleType) -> None:
    store, honey, tea, keeper = shop
    helper = make.actor("cashier", ("store", store.code))
    other = make.actor("store_manager", ("store", store.code))
    assert limit_of(store.id) == 500_000
    service.set_limit(store, 300_000, SYSTEM, 0)
    with pytest.raises(EditConflict):
        service.set_limit(store, 0, SYSTEM, 0)
    code = service.open_stocktake(store, STORE, keeper).code
    count(store, code, honey, 7, helper)
    count(store, code, tea, 11, helper)
    closing.close_round(store, code, helper)
    waiting = closing.close_round(store, code, helper, Missing.LEAVE)
    for hand in (keeper, helper):
        with pytest.raises(SecondPersonNeeded) as refused:
            closing.approve(store, code, waiting.version, hand)
        assert refused.value.facts == {"value": 350_000, "limit": 300_000}
    assert on_hand(honey) == 10
    closing.approve(store, code, waiting.version, other)
    assert (on_hand(honey), on_hand(tea)) == (7, 11)


def test_orders_are_named_when_less_is_there_than_was_promised(shop: tuple[Store, Lot, Lot, Actor]) -> None:
    store, honey, tea, keeper = shop
    holds.hold(store.id, {honey.sku_id: 6}, "ord:DH-ONE", None, now())
    holds.hold(store.id, {honey.sku_id: 3}, "ord:DH-TWO", None, now())
    holds.hold(store.id, {tea.sku_id: 10}, "ord:DH-GONE", now() + timedelta(minutes=1), now())
    code = service.open_stocktake(store, STORE, keeper).code
    count(store, code, honey, 8)
    count(store, code, tea, 9)
    closing.close_round(store, code, keeper)
    waiting = closing.close_round(store, code, keeper, Missing.LEAVE)
    with pytest.raises(OrdersTouched) as refused:
        closing.approve(store, code, waiting.version, keeper)
    named = {one["lot"]: one for one in refused.value.facts["lines"]}
    assert named[honey.code] == {
        "lot": honey.code, "place": "shelf", "left": 8, "promised": 9,
        "orders": [{"order": "DH-TWO", "quantity": 3}, {"order": "DH-ONE", "quantity": 6}],
    }  # fmt: skip
    assert tea.code in named
    assert (on_hand(honey), get_stocktake(code, store.id).state) == (10, State.REVIEW)
    holds.release("ord:DH-TWO", now())
    holds.release("ord:DH-GONE", now())
    closing.approve(store, code, waiting.version, keeper)
    assert (on_hand(honey), on_hand(tea)) == (8, 9)
    assert not [*ledger_equals_stock(), *held_equals_holds()]


def test_a_promise_that_ran_out_holds_nothing_back(shop: tuple[Store, Lot, Lot, Actor], clock: Clock) -> None:
    store, honey, _tea, keeper = shop
    holds.hold(store.id, {honey.sku_id: 10}, "ord:DH-LATE", now() + timedelta(minutes=1), now())
    code = service.open_stocktake(store, STORE, keeper).code
    count(store, code, honey, 8)
    closing.close_round(store, code, keeper, Missing.LEAVE)
    waiting = closing.close_round(store, code, keeper, Missing.LEAVE)
    clock.forward(minutes=2)
    closing.approve(store, code, waiting.version, keeper)
    assert on_hand(honey) == 8


def test_a_lot_that_the_books_had_none_of_is_entered(shop: tuple[Store, Lot, Lot, Actor], make: ModuleType) -> None:
    store, honey, tea, keeper = shop
    gone = make.lot(make.sku(name="Nước mắm", price_vnd=10_000), store, on_shelf=2)
    sell(store, gone, 2)
    foreign = make.lot(make.sku(name="Muối"), make.store(), on_shelf=2)
    code = service.open_stocktake(store, STORE, keeper).code
    assert {one.lot for one in list_asked(get_stocktake(code, store.id))} == {honey.code, tea.code}
    count(store, code, gone, 1)
    count(store, code, foreign, 2)
    count(store, code, honey, 10, place="back")
    with pytest.raises(LotUnknown):
        service.enter(store, code, Found("a", "LO-NOBODY", "shelf", 1), keeper)
    closing.close_round(store, code, keeper, Missing.ZERO)
    closing.close_round(store, code, keeper, Missing.LEAVE)
    lines = lines_of(get_stocktake(code, store.id))
    assert (lines[gone.code].counted, lines[gone.code].expected, lines[gone.code].is_found) == (1, 0, True)
    shelf = [one for one in list_reviewed(get_stocktake(code, store.id)) if one.lot.id == honey.id]
    assert [(one.place, one.difference) for one in shelf] == [("shelf", -10), ("back", 10)]


def test_a_part_takes_only_its_own(shop: tuple[Store, Lot, Lot, Actor], make: ModuleType) -> None:
    store, honey, tea, keeper = shop
    maker = tea_maker(tea)
    part = service.open_stocktake(store, Wanted(Part.PRODUCER, producer_id=maker), keeper)
    assert [one.lot for one in list_asked(part)] == [tea.code]
    with pytest.raises(OutsidePart):
        count(store, part.code, honey, 1)
    whole = service.open_stocktake(store, STORE, keeper)
    assert [one.lot for one in list_asked(whole)] == [honey.code], "the tea is counted elsewhere"
    with pytest.raises(CountedElsewhere) as refused:
        count(store, whole.code, tea, 10)
    assert refused.value.facts == {"stocktake": part.code}
    with pytest.raises(NothingToCount):
        service.open_stocktake(store, Wanted(Part.STORE, place="back"), keeper)
    closing.drop(store, part.code, keeper)
    count(store, whole.code, tea, 10)


def tea_maker(lot: Lot) -> int:
    row = db.session.execute(
        text("SELECT p.producer_id FROM product p JOIN lot l ON l.product_id = p.id WHERE l.id = :id"), {"id": lot.id}
    )
    return int(row.scalar_one())


def test_a_difference_put_right_by_hand_is_not_booked_twice(shop: tuple[Store, Lot, Lot, Actor], clock: Clock) -> None:
    store, honey, _tea, keeper = shop
    code = service.open_stocktake(store, STORE, keeper).code
    count(store, code, honey, 8)
    closing.close_round(store, code, keeper, Missing.LEAVE)
    waiting = closing.close_round(store, code, keeper, Missing.LEAVE)
    clock.forward(minutes=1)
    stock.adjust(store, honey.code, "shelf", -2, Reason.COUNT, keeper)
    closing.approve(store, code, waiting.version, keeper)
    assert on_hand(honey) == 8


def test_what_nobody_counted_is_asked_about(shop: tuple[Store, Lot, Lot, Actor]) -> None:
    store, honey, tea, keeper = shop
    code = service.open_stocktake(store, STORE, keeper).code
    with pytest.raises(Uncounted):
        closing.close_round(store, code, keeper, Missing.LEAVE)
    count(store, code, honey, 10)
    with pytest.raises(Uncounted) as refused:
        closing.close_round(store, code, keeper)
    assert refused.value.facts["count"] == 1
    sell(store, tea, 10)
    assert closing.close_round(store, code, keeper).state == State.REVIEW, "sold out meanwhile is counted as none"
    with pytest.raises(StocktakeStateRefused):
        count(store, code, tea, 1)


def test_only_what_differed_is_counted_again_and_the_approver_may_ask(shop: tuple[Store, Lot, Lot, Actor]) -> None:
    store, honey, tea, keeper = shop
    code = service.open_stocktake(store, STORE, keeper).code
    count(store, code, honey, 12)
    count(store, code, tea, 10)
    closing.close_round(store, code, keeper)
    with pytest.raises(NotAsked):
        count(store, code, tea, 9)
    count(store, code, honey, 10)
    waiting = closing.close_round(store, code, keeper)
    assert [one.earlier for one in list_reviewed(waiting)] == [(12,), ()]
    again = closing.ask_again(store, code, [lines_of(waiting)[tea.code].position], keeper)
    assert (again.state, again.round) == (State.COUNTING, 3)
    count(store, code, tea, 9)
    waiting = closing.close_round(store, code, keeper)
    with pytest.raises(EditConflict):
        closing.approve(store, code, waiting.version - 1, keeper)
    closing.approve(store, code, waiting.version, keeper)
    assert (on_hand(honey), on_hand(tea)) == (10, 9)


def test_what_is_over_stays_as_it_was(shop: tuple[Store, Lot, Lot, Actor], session: Session) -> None:
    store, honey, _tea, keeper = shop
    code = service.open_stocktake(store, STORE, keeper).code
    count(store, code, honey, 10)
    waiting = closing.close_round(store, code, keeper, Missing.LEAVE)
    closing.approve(store, code, waiting.version, keeper)
    with pytest.raises(StocktakeStateRefused):
        closing.drop(store, code, keeper)
    assert session.scalar(select(func.count()).select_from(LevelCounted)) == 1
