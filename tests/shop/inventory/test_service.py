"""Taking goods in, writing off, taking back; and what stars do to lots."""

from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.certificates.events import CertificateEnded, CertificateVerified
from catalog.certificates.refusals import CertificateLapsed
from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import transaction
from core.errors import NotFound
from core.events import publish
from core.worker import run_pending
from shop.inventory import holds, jobs, service
from shop.inventory.doctor import ledger_equals_stock
from shop.inventory.ledger import Document
from shop.inventory.models import GoodsReceipt, Lot, StockMovement
from shop.inventory.queries import available, list_ledger, list_levels
from shop.inventory.refusals import LevelHeld, LotUnfit, ReasonUnfit
from shop.inventory.rules import Reason
from shop.inventory.service import Delivered
from tests.support.clock import Clock

pytestmark = pytest.mark.daily  # what the database itself decides


def delivered(sku: str, **changes: object) -> Delivered:
    given = {"number": "L01", "quantity": 12, "made_on": today(), "expires_on": today() + timedelta(days=200)}
    terms = {"is_consigned": True, "unit_cost_vnd": 80_000, "commission_bp": 2000}
    return Delivered(sku=sku, **(given | terms | changes))  # type: ignore[arg-type]


def free(sku_id: int) -> int:
    return sum(available([sku_id], now()).get(sku_id, {}).values())


def test_a_delivery_becomes_lots_and_movements(make: ModuleType, session: Session) -> None:
    store, honey, tea = make.store(), make.sku(name="Mật ong"), make.sku(name="Trà")
    receipt = service.receive(
        store, [delivered(honey.code), delivered(tea.code, number="T9", quantity=3)], SYSTEM, delivery_note="PX-7"
    )
    assert [(line.name, line.quantity, line.warnings) for line in receipt.lines] == [
        ("Mật ong", 12, []),
        ("Trà", 3, []),
    ]
    moved, count = list_ledger(store.id, 1, 10)
    assert count == 2
    assert {(m.delta, m.reason, m.document) for m in moved} == {
        (12, "receipt", f"goods_receipt:{receipt.paper.code}"),
        (3, "receipt", f"goods_receipt:{receipt.paper.code}"),
    }
    assert free(honey.id) == 12
    assert [level.lot for level in list_levels(store.id, now())] == [line.lot.code for line in receipt.lines]


def test_uncertified_goods_are_refused_and_nothing_is_written(make: ModuleType, session: Session) -> None:
    store, good = make.store(), make.sku()
    lapsed = make.sku(valid_until=today() - timedelta(days=1))
    with pytest.raises(CertificateLapsed):
        service.receive(store, [delivered(good.code), delivered(lapsed.code)], SYSTEM)
    for table in (Lot, GoodsReceipt, StockMovement):
        assert session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize("days", [{"expires_on": -1}, {"made_on": 1}])
def test_goods_past_their_day_or_from_the_future_are_refused(make: ModuleType, days: dict[str, int]) -> None:
    shifted = {name: today() + timedelta(days=n) for name, n in days.items()}
    with pytest.raises(LotUnfit):
        service.receive(make.store(), [delivered(make.sku().code, **shifted)], SYSTEM)


def test_a_keeper_is_warned_when_little_time_is_left(make: ModuleType) -> None:
    sku = make.sku(valid_until=today() + timedelta(days=10))
    receipt = service.receive(make.store(), [delivered(sku.code, expires_on=today() + timedelta(days=5))], SYSTEM)
    assert receipt.lines[0].warnings == ["certificate.ends_soon", "shelf_life.short"]


def test_a_write_off_leaves_what_is_promised(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    lot = make.lot(sku, store, on_shelf=5)
    holds.hold(store.id, {sku.id: 3}, "order:A", None, now())
    with pytest.raises(LevelHeld) as refused:
        service.adjust(store, lot.code, "shelf", -3, Reason.DAMAGE, SYSTEM)
    assert refused.value.facts == {"free": 2}
    service.adjust(store, lot.code, "shelf", -2, Reason.DAMAGE, SYSTEM, "vỡ hũ")
    assert free(sku.id) == 0
    assert not list(ledger_equals_stock())


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("reason", "delta"), [(Reason.DAMAGE, 1), (Reason.COUNT, 0), (Reason.SALE, -1), (Reason.RECEIPT, 5)]
)
def test_a_reason_that_does_not_fit_is_refused(make: ModuleType, reason: Reason, delta: int) -> None:
    store = make.store()
    lot = make.lot(store=store)
    with pytest.raises(ReasonUnfit):
        service.adjust(store, lot.code, "shelf", delta, reason, SYSTEM)


def test_a_lot_that_never_lay_here_is_not_found(make: ModuleType) -> None:
    lot = make.lot()
    with pytest.raises(NotFound):
        service.adjust(make.store(), lot.code, "shelf", -1, Reason.DAMAGE, SYSTEM)


def test_returned_goods_lie_in_the_back(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    lot = make.lot(sku, store, on_shelf=1)
    service.return_to_stock(store, lot.id, 2, Document("return", "TH-1"), SYSTEM)
    assert {(level.place, level.on_hand) for level in list_levels(store.id, now())} == {("shelf", 1), ("back", 2)}
    assert free(sku.id) == 3


def test_a_lapse_sets_lots_aside_and_a_new_star_frees_them(make: ModuleType, session: Session, clock: Clock) -> None:
    clock.on(today())
    product = make.product()
    old = make.certificate(product, valid_until=today())
    sku = make.pack_of(make.listing(product))
    lot = make.lot(sku)
    clock.forward(days=1)
    ended = CertificateEnded(old.id, product.id, today(), "lapsed")
    with transaction():
        publish(ended)
    run_pending()
    assert session.get_one(Lot, lot.id, populate_existing=True).ground == "certificate"
    assert free(sku.id) == 0
    new = make.certificate(product, valid_from=today())
    with transaction():
        publish(CertificateVerified(new.id, product.id, today()))
    assert session.get_one(Lot, lot.id, populate_existing=True).state == "ok"
    assert free(sku.id) == 10


def test_late_news_of_a_lapse_harms_no_renewed_product(make: ModuleType, session: Session) -> None:
    """The worker slept: it hears of the end after the renewal, and judges by date."""
    sku = make.sku()
    lot = make.lot(sku)
    with transaction():
        publish(CertificateEnded(lot.certificate_id, lot.product_id, today() - timedelta(days=3), "lapsed"))
    run_pending()
    assert session.get_one(Lot, lot.id, populate_existing=True).state == "ok"


def test_the_nightly_round_settles_what_no_event_told(make: ModuleType, session: Session, clock: Clock) -> None:
    clock.on(today())
    lot = make.lot(make.sku(valid_until=today()))
    clock.forward(days=1)
    assert jobs.settle_lots_with_stars(today()) == 1
    assert jobs.settle_lots_with_stars(today()) == 0
    assert session.get_one(Lot, lot.id, populate_existing=True).state == "blocked"


def test_a_recalled_lot_is_never_freed(make: ModuleType, session: Session) -> None:
    lot = make.lot()
    service.recall(lot.code, SYSTEM, "Thu hồi")
    assert service.settle_stars([lot.product_id], today()) == 0
    assert session.get_one(Lot, lot.id, populate_existing=True).state == "recalled"
