"""Goods between stores: what leaves, what lies in transit, what arrives, and who decides on what did not."""

from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM, Actor
from core.clock import now, today
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, Invalid, NotFound
from shop.inventory import holds
from shop.inventory.doctor import held_equals_holds, ledger_equals_stock
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.rules import Ground, LotState
from shop.stores.models import Place, Store
from shop.transfers import service
from shop.transfers.doctor import transit_equals_papers
from shop.transfers.models import Transfer, TransferLine
from shop.transfers.refusals import (
    MoreThanSent,
    OtherSeller,
    SamePlace,
    SecondPersonNeeded,
    TransferShort,
    TransferStateRefused,
    TransferUnfit,
)  # fmt: skip
from shop.transfers.rules import Outcome, State, arrival, arrival_warnings, in_transit
from shop.transfers.service import Counted, Sending, Settled
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def two(make: ModuleType) -> tuple[Store, Store]:
    """Two stores of one seller."""
    first, second = make.store(), make.store()
    with transaction():
        db.session.get_one(Store, second.id).seller_id = first.seller_id
    return first, second


def lies(lot: Lot, store: Store) -> dict[str, int]:
    """Units of a lot by place of a store."""
    query = select(Place.code, StockLevel.on_hand).join(StockLevel, StockLevel.place_id == Place.id)
    query = query.where(StockLevel.lot_id == lot.id, Place.store_id == store.id, StockLevel.on_hand > 0)
    return {row[0]: row[1] for row in db.session.execute(query)}


def is_sound() -> bool:
    return not [*ledger_equals_stock(), *held_equals_holds(), *transit_equals_papers()]


def sent(two: tuple[Store, Store], lot: Lot, units: int = 6, by: Actor = SYSTEM) -> str:
    paper = service.draft(*two, [Sending(lot.code, units, "shelf", "back")], by)
    return service.dispatch(paper.code, by).code


def test_goods_are_in_transit_until_somebody_has_them(make: ModuleType, two: tuple[Store, Store]) -> None:
    here, there = two
    lot = make.lot(store=here, on_shelf=10)
    paper = service.draft(here, there, [Sending(lot.code, 6, "shelf", "shelf")], SYSTEM, "xe 15C-000.00")
    assert lies(lot, here) == {"shelf": 10}
    service.dispatch(paper.code, SYSTEM)
    assert (lies(lot, here), lies(lot, there)) == ({"shelf": 4, "transit": 6}, {})
    assert is_sound()
    taken = service.receive(paper.code, {}, SYSTEM)
    assert (lies(lot, here), lies(lot, there)) == ({"shelf": 4}, {"shelf": 6})
    assert (taken.transfer.state, taken.transfer.differs, taken.warnings) == (State.CLOSED, False, {})
    assert is_sound()
    words = db.session.scalars(select(StockMovement.reason).where(StockMovement.document_ref == paper.code)).all()
    assert words == ["transfer_out", "transfer_in"] * 2


def test_twice_is_once(make: ModuleType, two: tuple[Store, Store]) -> None:
    lot = make.lot(store=two[0], on_shelf=10)
    code = sent(two, lot)
    service.dispatch(code, SYSTEM)
    for _ in range(2):
        service.receive(code, {}, SYSTEM)
    assert (lies(lot, two[0]), lies(lot, two[1])) == ({"shelf": 4}, {"back": 6})
    with pytest.raises(TransferStateRefused):
        service.cancel(code, SYSTEM)


@pytest.mark.parametrize(
    ("outcome", "here", "there"),
    [
        (Outcome.LOST, {"shelf": 4}, {"back": 3}),
        (Outcome.BACK, {"shelf": 6}, {"back": 3}),
        (Outcome.ARRIVED, {"shelf": 4}, {"back": 5}),
    ],
)
def test_what_differs_waits_for_another_person(
    make: ModuleType, two: tuple[Store, Store], outcome: Outcome, here: dict[str, int], there: dict[str, int]
) -> None:
    lot, receiver, other = make.lot(store=two[0], on_shelf=10), make.actor("admin"), make.actor("admin")
    code = sent(two, lot)
    paper = service.receive(code, {1: Counted(3, 1, "một hũ vỡ")}, receiver).transfer
    assert (paper.state, paper.differs, paper.lines[0].missing) == (State.RECEIVED, True, 2)
    assert lies(lot, two[0]) == {"shelf": 4, "transit": 3}
    assert is_sound()
    with pytest.raises(SecondPersonNeeded):
        service.settle(code, {1: Settled(outcome)}, receiver)
    with pytest.raises(Invalid):
        service.settle(code, {}, other)
    service.settle(code, {1: Settled(outcome, "đã hỏi lái xe")}, other)
    assert (lies(lot, two[0]), lies(lot, two[1])) == (here, there)
    assert is_sound()
    with pytest.raises(TransferStateRefused):
        service.settle(code, {1: Settled(outcome)}, other)


def test_no_more_arrives_than_was_sent(make: ModuleType, two: tuple[Store, Store]) -> None:
    lot = make.lot(store=two[0], on_shelf=10)
    code = sent(two, lot)
    for wrong in (Counted(7), Counted(6, 1), Counted(-1), Counted(3, -3)):
        with pytest.raises(MoreThanSent):
            service.receive(code, {1: wrong}, SYSTEM)
    with pytest.raises(Invalid):
        service.receive(code, {2: Counted(1)}, SYSTEM)
    assert lies(lot, two[0]) == {"shelf": 4, "transit": 6}


def test_only_free_units_leave(make: ModuleType, two: tuple[Store, Store]) -> None:
    lot = make.lot(store=two[0], on_shelf=10)
    holds.hold(two[0].id, {lot.sku_id: 7}, "order:X", None, now())
    paper = service.draft(*two, [Sending(lot.code, 4, "shelf")], SYSTEM)
    with pytest.raises(TransferShort) as short:
        service.dispatch(paper.code, SYSTEM)
    assert [(one["wanted"], one["available"]) for one in short.value.facts["lines"]] == [(4, 3)]
    assert lies(lot, two[0]) == {"shelf": 10}
    assert is_sound()


def test_nothing_leaves_that_may_not_be_sold(make: ModuleType, two: tuple[Store, Store], clock: Clock) -> None:
    lapsing = make.lot(make.sku(valid_until=today() + timedelta(days=5)), two[0])
    stale = make.lot(store=two[0], expires_on=today() + timedelta(days=5))
    recalled = make.lot(store=two[0])
    with transaction():
        one = db.session.get_one(Lot, recalled.id)
        one.state, one.ground = LotState.RECALLED, Ground.RECALL
    clock.forward(days=6)
    paper = service.draft(*two, [Sending(one.code, 1, "shelf") for one in (lapsing, stale, recalled)], SYSTEM)
    with pytest.raises(TransferUnfit) as unfit:
        service.dispatch(paper.code, SYSTEM)
    assert [one["why"] for one in unfit.value.facts["lines"]] == ["certificate", "expired", "recall"]


def test_a_star_that_ends_on_the_way_is_told_and_the_goods_are_taken(
    make: ModuleType, two: tuple[Store, Store], clock: Clock
) -> None:
    lot = make.lot(make.sku(valid_until=today() + timedelta(days=1)), two[0])
    code = sent(two, lot)
    clock.forward(days=2)
    taken = service.receive(code, {}, SYSTEM)
    assert taken.warnings == {1: ["certificate.lapsed"]}
    assert lies(lot, two[1]) == {"back": 6}


def test_the_van_can_be_called_back(make: ModuleType, two: tuple[Store, Store]) -> None:
    lot = make.lot(store=two[0], on_shelf=10)
    code = sent(two, lot)
    for _ in range(2):
        assert service.cancel(code, SYSTEM).state == State.CANCELLED
    assert lies(lot, two[0]) == {"shelf": 10}
    assert is_sound()
    with pytest.raises(TransferStateRefused):
        service.receive(code, {}, SYSTEM)


def test_inside_one_store_goods_change_their_place_at_once(make: ModuleType) -> None:
    store, lot = make.store(), None
    lot = make.lot(store=store, on_shelf=10)
    paper = service.move(store, [Sending(lot.code, 4, "shelf", "back")], SYSTEM)
    assert (paper.state, lies(lot, store)) == (State.CLOSED, {"shelf": 6, "back": 4})
    with pytest.raises(SamePlace):
        service.move(store, [Sending(lot.code, 4, "shelf", "shelf")], SYSTEM)
    assert is_sound()


def test_between_sellers_it_would_be_a_sale(make: ModuleType) -> None:
    with pytest.raises(OtherSeller):
        service.draft(make.store(), make.store(), [Sending(make.lot().code, 1)], SYSTEM)


def test_a_draft_is_changed_by_version(make: ModuleType, two: tuple[Store, Store]) -> None:
    lot, other = make.lot(store=two[0]), make.lot(store=two[0])
    paper = service.draft(*two, [Sending(lot.code, 1, "shelf")], SYSTEM)
    first = paper.version
    changed = service.change(paper.code, [Sending(other.code, 2, "shelf")], first, SYSTEM)
    assert [(one.lot_id, one.quantity) for one in changed.lines] == [(other.id, 2)]
    assert changed.version > first
    with pytest.raises(EditConflict):
        service.change(paper.code, [Sending(lot.code, 1)], first, SYSTEM)
    for bad in ([], [Sending(lot.code, 1), Sending(lot.code, 2)]):
        with pytest.raises(Invalid):
            service.change(paper.code, bad, changed.version, SYSTEM)
    with pytest.raises(NotFound):
        service.draft(*two, [Sending("LO-NONE", 1)], SYSTEM)


def test_each_side_does_its_own(make: ModuleType, two: tuple[Store, Store]) -> None:
    here, there = make.actor("store_manager", ("store", two[0].code)), make.actor("cashier", ("store", two[1].code))
    lot = make.lot(store=two[0])
    with pytest.raises(Forbidden):
        service.draft(*two, [Sending(lot.code, 1, "shelf")], there)
    code = sent(two, lot, 1, here)
    with pytest.raises(NotFound):
        service.receive(code, {}, here)
    assert service.receive(code, {}, there).transfer.state == State.CLOSED


def test_what_was_sent_stays_as_it_was(make: ModuleType, two: tuple[Store, Store], session: Session) -> None:
    """The database itself keeps a paper, whoever writes."""
    code = sent(two, make.lot(store=two[0]))
    paper = session.scalars(select(Transfer).where(Transfer.code == code)).one()
    for broken in (
        TransferLine.__table__.update().values(quantity=99),
        TransferLine.__table__.delete(),
        Transfer.__table__.delete(),
        Transfer.__table__.update().where(Transfer.id == paper.id).values(state="draft"),
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(broken)


@pytest.mark.parametrize(("sent_units", "received", "damaged", "missing"), [(5, 5, 0, 0), (5, 3, 1, 1), (5, 0, 0, 5)])
def test_a_line_adds_up(sent_units: int, received: int, damaged: int, missing: int) -> None:
    came = arrival(sent_units, received, damaged)
    assert came is not None
    assert (came.missing, came.differs) == (missing, missing + damaged > 0)
    assert arrival(sent_units, received + missing + 1, damaged) is None


def test_what_is_in_transit_is_told_by_the_state() -> None:
    assert [in_transit(state, 9, 1, 2) for state in State] == [0, 9, 3, 0, 0]


def test_what_a_receiver_is_told() -> None:
    on = date(2026, 11, 22)
    assert arrival_warnings(None, on - timedelta(days=1), on) == ["certificate.lapsed", "shelf_life.over"]
    assert arrival_warnings(on + timedelta(days=29), on, on) == ["certificate.ends_soon"]
    assert arrival_warnings(on + timedelta(days=30), None, on) == []
