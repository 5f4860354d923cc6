"""What memory says lies on the shelves is what `available` reads from the database, at every instant."""

import random
from datetime import datetime, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select, update

from core.clock import day_end, local_day, now, today
from core.db import db, transaction
from shop.inventory import holds
from shop.inventory.models import Lot, StockHold
from shop.inventory.queries import available
from shop.inventory.refusals import OutOfStock
from shop.inventory.rules import Ground, LotState
from shop.inventory.shelves import shelves, trading_stores
from shop.stores.models import Store

pytestmark = pytest.mark.usefixtures("app")


def same_as_the_database(sku_ids: list[int], at: datetime) -> None:
    found = {one: dict(free) for one, free in shelves(at).free.items() if one in sku_ids}
    assert found == available(sku_ids, at), at


def test_a_hold_counts_until_it_runs_out_with_nobody_sweeping(make: ModuleType) -> None:
    store, sku, at = make.store(), make.sku(), now()
    make.lot(sku, store, on_shelf=3)
    assert dict(shelves(at).units(sku.id)) == {store.id: 3}
    holds.hold(store.id, {sku.id: 3}, "order:A", at + timedelta(minutes=30), at)
    assert sku.id not in shelves(at).free
    assert sku.id not in shelves(at + timedelta(minutes=29, seconds=59)).free
    assert dict(shelves(at + timedelta(minutes=30)).units(sku.id)) == {store.id: 3}


def test_a_lot_past_its_day_is_on_no_shelf(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=3, expires_on=today())
    midnight = day_end(local_day(now()))
    assert dict(shelves(midnight - timedelta(seconds=1)).units(sku.id)) == {store.id: 3}
    assert dict(shelves(midnight).units(sku.id)) == {}
    assert dict(shelves(midnight - timedelta(seconds=1)).units(sku.id)) == {store.id: 3}


def test_a_store_that_trades_no_more_is_named_no_more(make: ModuleType) -> None:
    store = make.store()
    assert store.id in trading_stores()
    with transaction():
        db.session.execute(update(Store).where(Store.id == store.id).values(is_active=False))
    assert store.id not in trading_stores()


def test_forty_random_happenings_are_followed(make: ModuleType) -> None:
    dice, at = random.Random(20261122), now()
    stores, skus = [make.store(), make.store()], [make.sku() for _ in range(4)]
    for sku in skus:
        for store in stores:
            make.lot(sku, store, on_shelf=20, expires_on=today() + timedelta(days=dice.randint(0, 2)))
    ids = [sku.id for sku in skus]
    same_as_the_database(ids, at)
    for number in range(40):
        happen(dice, at, ids, [store.id for store in stores], number)
        at += timedelta(minutes=dice.choice((0, 0, 7, 31, 600)))
        same_as_the_database(ids, at)


def happen(dice: random.Random, at: datetime, skus: list[int], stores: list[int], number: int) -> None:
    """A hold, the end of one, or a lot that is blocked or freed."""
    with transaction():
        match number % 3:
            case 0:
                try:
                    ends = at + timedelta(minutes=dice.randint(1, 60))
                    holds.hold(
                        dice.choice(stores), {dice.choice(skus): dice.randint(1, 6)}, f"order:{number}", ends, at
                    )
                except OutOfStock:
                    assert number  # a shelf may be empty by then: that, too, must be followed
            case 1:
                one = db.session.scalars(select(StockHold).where(StockHold.state == "active").limit(1)).first()
                if one:
                    holds.release(one.reference, at)
            case _:
                lot = dice.choice(db.session.scalars(select(Lot.id)).all())
                state = dice.choice((LotState.OK, LotState.OK, LotState.BLOCKED))
                ground = None if state is LotState.OK else Ground.QUALITY
                db.session.execute(update(Lot).where(Lot.id == lot).values(state=state, ground=ground))
