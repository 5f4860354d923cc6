"""Lots near their day: what is proposed, what is accepted, and what a till takes off without anybody's approval."""

from datetime import date, timedelta
from types import ModuleType

import pytest

from catalog.listings.models import Sku
from core.accounts.actor import Actor
from core.clock import now
from core.db import db
from shop.inventory.models import Lot
from shop.replenish.expiring import end_markdown, list_expiring, mark_down
from shop.replenish.refusals import AgreementNeeded, MarkdownRefused
from shop.stores.models import Store
from tests.shop.tills.conftest import Counter, counter
from tests.support.clock import Clock
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")
DAY = date(2026, 11, 22)
__all__ = ["counter"]


@pytest.fixture
def store(make: ModuleType, clock: Clock) -> Store:
    clock.on(DAY)
    return make.store()


@pytest.fixture
def keeper(make: ModuleType, store: Store) -> Actor:
    return make.actor("store_manager", ("store", store.code))


def near(make: ModuleType, store: Store, sku: Sku, days: int, units: int = 10) -> Lot:
    return make.lot(sku, store, on_shelf=units, expires_on=DAY + timedelta(days=days))


def test_only_lots_near_their_day_are_watched(make: ModuleType, store: Store) -> None:
    sku = make.sku(price_vnd=125_000)
    soon, _far = near(make, store, sku, 6), near(make, store, sku, 90)
    near(make, make.store(), sku, 5)  # another store's
    (one,) = list_expiring(store.id, now())
    assert (one.lot.id, one.days_left, one.units, one.left) == (soon.id, 6, 10, 10)
    assert (one.off_bp, one.proposed_vnd) == (1500, 106_000)  # it keeps for 16 days: the first step of that kind


def test_a_lot_is_marked_down_once_and_with_the_producers_word(make: ModuleType, store: Store, keeper: Actor) -> None:
    lot = near(make, store, make.sku(price_vnd=125_000), 6)
    with pytest.raises(AgreementNeeded):
        mark_down(store, lot.code, 100_000, keeper)
    for price in (0, 125_000, 200_000):
        with pytest.raises(MarkdownRefused):
            mark_down(store, lot.code, price, keeper, "Chị Na")
    assert mark_down(store, lot.code, 100_000, keeper, "Chị Na").until_on == lot.expires_on
    with pytest.raises(MarkdownRefused):
        mark_down(store, lot.code, 90_000, keeper, "Chị Na")
    end_markdown(store, lot.code, keeper)
    with pytest.raises(MarkdownRefused):
        end_markdown(store, lot.code, keeper)
    with pytest.raises(MarkdownRefused):  # it never lay there
        mark_down(make.store(), lot.code, 100_000, keeper, "Chị Na")


def test_bought_goods_are_not_offered_below_their_cost(make: ModuleType, store: Store) -> None:
    lot = near(make, store, make.sku(price_vnd=90_000), 6)
    db.session.execute(db.text("UPDATE lot SET is_consigned = :no"), {"no": False})  # it cost 80,000
    db.session.refresh(lot)
    assert list_expiring(store.id, now())[0].proposed_vnd == 80_000


def test_more_lots_take_no_more_statements(make: ModuleType, store: Store) -> None:
    near(make, store, make.sku(), 5)
    one = counted(lambda: list_expiring(store.id, now()))
    for _ in range(4):
        near(make, store, make.sku(), 5)
    assert counted(lambda: list_expiring(store.id, now())) <= one


def test_a_till_takes_it_off_the_scanned_lot_and_nothing_else(make: ModuleType, counter: Counter) -> None:
    on = now().date()
    honey, lot = counter.goods(price=120_000, expires_on=on + timedelta(days=5))
    before = counter.get("/api/v1/till/list").json["token"]
    by = make.actor("store_manager", ("store", counter.store.code))
    mark_down(counter.store, lot.code, 90_000, by, "Chị Na")
    (item,) = counter.get("/api/v1/till/list", since=before).json["items"]  # the tills hear of it
    assert item["lots_off"] == {lot.code: 90_000}
    cheap = {"discount": 60_000, "lot": lot.code}
    assert counter.sell(counter.line(honey, 2, **cheap)).status_code == 201
    assert counter.sell(counter.line(honey, 2, discount=60_000)).status_code != 201  # not by the lot: a cashier may not
    assert counter.sell(counter.line(honey, 1, discount=60_000, lot=lot.code)).status_code != 201  # more than that
    end_markdown(counter.store, lot.code, by)
    assert counter.sell(counter.line(honey, 2, **cheap)).status_code != 201
