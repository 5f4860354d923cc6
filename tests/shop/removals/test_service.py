"""Goods that leave unsold: one person within the limit, two above it, and goods that go back to their producer."""

from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, Invalid, NotFound
from shop.inventory import holds
from shop.inventory.doctor import held_equals_holds, ledger_equals_stock
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.queries import available
from shop.inventory.refusals import LevelHeld
from shop.inventory.rules import Ground, LotState, Reason
from shop.removals import service
from shop.removals.doctor import removals_are_moved
from shop.removals.models import Removal, RemovalLine
from shop.removals.queries import alone_today, given_back, limit_of
from shop.removals.refusals import OtherProducer, OverLimit, RemovalStateRefused, SecondPersonNeeded
from shop.removals.rules import STANDARD_LIMIT_VND, State, needs_second, worth
from shop.removals.service import Taking
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")
PRICE = 120_000


def on_hand(lot: Lot) -> int:
    return sum(db.session.scalars(select(StockLevel.on_hand).where(StockLevel.lot_id == lot.id)))


def free(lot: Lot) -> int:
    return sum(available([lot.sku_id], now()).get(lot.sku_id, {}).values())


def is_sound() -> bool:
    return not [*ledger_equals_stock(), *held_equals_holds(), *removals_are_moved()]


def maker_of(lot: Lot) -> Producer:
    return db.session.get_one(Producer, db.session.get_one(Product, lot.product_id).producer_id)


@pytest.fixture
def stocked(make: ModuleType):
    """A store with ten jars of one lot at 120.000 đồng, and its manager."""
    store = make.store()
    lot = make.lot(make.sku(price_vnd=PRICE), store, on_shelf=10)
    return store, lot, make.actor("store_manager", ("store", store.code))


def test_within_the_limit_one_person_writes_off(stocked) -> None:
    store, lot, manager = stocked
    paper = service.write_off(store, [Taking(lot.code, 4)], Reason.DAMAGE, manager, "vỡ khi dỡ hàng")
    assert (paper.state, paper.needs_second, paper.value_vnd, on_hand(lot)) == (State.DONE, False, 4 * PRICE, 6)
    moved = db.session.scalars(select(StockMovement).where(StockMovement.document_ref == paper.code)).one()
    assert (moved.delta, moved.reason, moved.document_type, moved.note) == (-4, "damage", "removal", "vỡ khi dỡ hàng")
    assert is_sound()


def test_above_it_the_goods_are_set_aside_for_a_second_person(stocked, make: ModuleType) -> None:
    store, lot, manager = stocked
    paper = service.write_off(store, [Taking(lot.code, 5)], Reason.DAMAGE, manager)
    assert (paper.state, paper.needs_second, on_hand(lot), free(lot)) == (State.WAITING, True, 10, 5)
    assert is_sound()
    with pytest.raises(SecondPersonNeeded):
        service.approve(paper.code, manager)
    with pytest.raises(SecondPersonNeeded):
        service.approve(paper.code, SYSTEM)
    other = make.actor("store_manager", ("store", store.code))
    for _ in range(2):
        assert service.approve(paper.code, other).state == State.DONE
    assert (on_hand(lot), free(lot)) == (5, 5)
    assert is_sound()


def test_a_refused_paper_frees_the_goods(stocked, make: ModuleType) -> None:
    store, lot, manager = stocked
    paper = service.write_off(store, [Taking(lot.code, 5)], Reason.EXPIRY, manager)
    with pytest.raises(SecondPersonNeeded):
        service.refuse(paper.code, "còn hạn", manager)
    service.refuse(paper.code, "còn hạn", make.actor("admin"))
    assert (on_hand(lot), free(lot)) == (10, 10)
    with pytest.raises(RemovalStateRefused):
        service.approve(paper.code, make.actor("admin"))
    assert is_sound()


def test_a_large_loss_cut_into_small_ones_still_needs_two(stocked, make: ModuleType, clock: Clock) -> None:
    store, lot, manager = stocked
    clock.on(today())
    service.write_off(store, [Taking(lot.code, 3)], Reason.TASTING, manager)
    service.adjust(store, lot.code, "shelf", -1, Reason.DAMAGE, manager)
    assert alone_today(store.id, manager, now()) == 4 * PRICE
    with pytest.raises(OverLimit) as over:
        service.adjust(store, lot.code, "shelf", -1, Reason.COUNT, manager)
    assert over.value.facts == {"value": PRICE, "limit": STANDARD_LIMIT_VND, "alone_today": 4 * PRICE}
    assert service.write_off(store, [Taking(lot.code, 1)], Reason.TASTING, manager).state == State.WAITING
    other = make.actor("store_manager", ("store", store.code))
    assert service.write_off(store, [Taking(lot.code, 1)], Reason.TASTING, other).state == State.DONE
    service.adjust(store, lot.code, "shelf", +1, Reason.COUNT, manager)
    clock.forward(days=1)
    assert alone_today(store.id, manager, now()) == 0
    assert is_sound()


def test_a_store_has_its_own_limit(stocked, make: ModuleType) -> None:
    store, lot, manager = stocked
    admin = make.actor("admin")
    with pytest.raises(Forbidden):
        service.set_limit(store, 10**7, None, manager)
    own = service.set_limit(store, PRICE, None, admin)
    assert limit_of(store.id) == PRICE
    assert service.write_off(store, [Taking(lot.code, 2)], Reason.DAMAGE, manager).state == State.WAITING
    service.set_limit(store, 2 * PRICE, own.version, admin)
    with pytest.raises(EditConflict):
        service.set_limit(store, 0, own.version - 1, admin)
    assert service.write_off(store, [Taking(lot.code, 2)], Reason.DAMAGE, manager).state == State.DONE


def test_what_is_promised_is_not_written_off(stocked) -> None:
    store, lot, manager = stocked
    holds.hold(store.id, {lot.sku_id: 8}, "order:X", None, now())
    with pytest.raises(LevelHeld) as held:
        service.write_off(store, [Taking(lot.code, 3)], Reason.DAMAGE, manager)
    assert held.value.facts == {"free": 2}
    assert is_sound()


@pytest.mark.parametrize("state", [(LotState.OK, None), (LotState.BLOCKED, Ground.CERTIFICATE)])
def test_goods_go_back_to_their_producer(stocked, state: tuple[LotState, Ground | None]) -> None:
    store, lot, manager = stocked
    with transaction():
        one = db.session.get_one(Lot, lot.id)
        one.state, one.ground = state
    maker = maker_of(lot)
    paper = service.give_back(store, maker, [Taking(lot.code, 10)], manager, "hết sao")
    assert (paper.state, on_hand(lot), free(lot)) == (State.WAITING, 10, 0)
    with pytest.raises(RemovalStateRefused):
        service.approve(paper.code, manager)
    for _ in range(2):
        service.hand_over(paper.code, "Nguyễn Văn Thử", manager)
    assert on_hand(lot) == 0
    (back,) = given_back(maker.id, today(), today())
    assert (back.lot_id, back.quantity, back.is_consigned, back.cost_vnd) == (lot.id, 10, True, 0)
    assert is_sound()


def test_bought_goods_given_back_are_a_claim(stocked) -> None:
    store, lot, manager = stocked
    with transaction():
        db.session.get_one(Lot, lot.id).is_consigned = False
    paper = service.give_back(store, maker_of(lot), [Taking(lot.code, 3)], manager)
    assert paper.cost_vnd == 3 * lot.unit_cost_vnd
    service.cancel(paper.code, "chủ thể chưa đến", manager)
    assert (on_hand(lot), free(lot), given_back(maker_of(lot).id, today(), today())) == (10, 10, [])


def test_a_note_is_for_one_producer(stocked, make: ModuleType) -> None:
    store, lot, manager = stocked
    other = make.lot(store=store)
    with pytest.raises(OtherProducer) as strange:
        service.give_back(store, maker_of(lot), [Taking(lot.code, 1), Taking(other.code, 1)], manager)
    assert strange.value.facts == {"lots": [other.code]}


def test_papers_that_cannot_be(stocked, make: ModuleType) -> None:
    store, lot, manager = stocked
    for lines, reason in (
        ([], Reason.DAMAGE),
        ([Taking(lot.code, 0)], Reason.DAMAGE),
        ([Taking(lot.code, 1), Taking(lot.code, 2)], Reason.DAMAGE),
        ([Taking(lot.code, 1)], Reason.RECALL),
        ([Taking(lot.code, 1)], Reason.SALE),
    ):
        with pytest.raises(Invalid):
            service.write_off(store, lines, reason, manager)
    with pytest.raises(NotFound):
        service.write_off(store, [Taking(lot.code, 1, "back")], Reason.DAMAGE, manager)
    with pytest.raises(NotFound):
        service.write_off(make.store(), [Taking(lot.code, 1)], Reason.DAMAGE, manager)
    assert db.session.scalars(select(Removal)).all() == []


def test_a_paper_stays_as_it_was_made(stocked, session: Session, make: ModuleType) -> None:
    """The database itself keeps it, and two persons, whoever writes."""
    store, lot, manager = stocked
    paper = service.write_off(store, [Taking(lot.code, 5)], Reason.DAMAGE, manager)
    alone = {"state": "done", "decided_by_id": manager.user_id, "decided_by": "x", "decided_at": now()}
    for broken in (
        Removal.__table__.update().values(value_vnd=1),
        Removal.__table__.update().where(Removal.id == paper.id).values(**alone),
        Removal.__table__.delete(),
        RemovalLine.__table__.update().values(quantity=1),
        RemovalLine.__table__.delete(),
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(broken)


def test_what_goods_are_worth_and_who_must_look() -> None:
    assert worth(1500, "gram", 99_999) == 149_998
    assert worth(3, "piece", 99_999) == 299_997
    assert [needs_second(v, a, 100) for v, a in ((100, 0), (101, 0), (50, 50), (50, 51))] == [False, True, False, True]
