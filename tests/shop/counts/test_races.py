"""Several hands at one stocktake while buyers buy: every entry once, one approval, books that end at what is there."""

import uuid
from types import ModuleType

import pytest
from sqlalchemy import func, select

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db
from core.errors import Refusal
from shop.counts import closing, service
from shop.counts.doctor import differences_are_movements
from shop.counts.levels import Wanted
from shop.counts.models import StocktakeEntry
from shop.counts.queries import get_stocktake
from shop.counts.rules import Missing, Mode, Part
from shop.counts.service import Found
from shop.inventory import holds
from shop.inventory.doctor import held_equals_holds, ledger_equals_stock
from shop.inventory.ledger import Document
from shop.inventory.models import StockLevel
from shop.stores.queries import get_store
from tests import make
from tests.support.live import Live

pytestmark = pytest.mark.long


def prepared() -> tuple[str, str, int, str]:
    """Twenty jars on a shelf, of which eighteen are there; answers store, lot, SKU and stocktake."""
    store = make.store()
    lot = make.lot(make.sku(price_vnd=1_000), store, on_shelf=20)
    code = service.open_stocktake(store, Wanted(Part.STORE), SYSTEM).code
    return store.code, lot.code, lot.sku_id, code


def quietly(work: object) -> str:
    """What it came to, or how it was refused."""
    try:
        work()  # type: ignore[operator]
    except Refusal as refusal:
        return refusal.code
    return "ok"


def test_every_entry_counts_once(live: Live) -> None:
    store, lot, _sku, code = live.run(prepared)
    keys = [str(uuid.uuid4()) for _ in range(4)]

    def send(number: int) -> str:
        found = Found(keys[number % 4], lot, "shelf", 2, Mode.ADD)
        return quietly(lambda: service.enter(get_store(store), code, found, SYSTEM))

    assert live.together(8, send) == ["ok"] * 8
    assert live.run(lambda: db.session.scalar(select(func.count()).select_from(StocktakeEntry))) == 4


def test_two_approvals_and_a_sale_at_one_instant(live: Live) -> None:
    store, lot, sku, code = live.run(prepared)

    def count() -> int:
        place = get_store(store)
        service.enter(place, code, Found(str(uuid.uuid4()), lot, "shelf", 18), SYSTEM)
        closing.close_round(place, code, SYSTEM, Missing.LEAVE)
        return closing.close_round(place, code, SYSTEM, Missing.LEAVE).version

    version = live.run(count)

    def act(number: int) -> str:
        place = get_store(store)
        if number < 2:
            return quietly(lambda: closing.approve(place, code, version, SYSTEM))
        holds.hold(place.id, {sku: 1}, f"ord:{number}", None, now())
        holds.hand_out(f"ord:{number}", Document("order", str(number)), SYSTEM, now())
        return "ok"

    told = live.together(6, act)
    assert sorted(told[:2]) == ["edit.conflict", "ok"]
    assert told[2:] == ["ok"] * 4

    def judge() -> tuple[int | None, list[str]]:
        broken = [*ledger_equals_stock(), *held_equals_holds(), *differences_are_movements()]
        return db.session.scalar(select(StockLevel.on_hand)), broken

    assert live.run(judge) == (14, [])
    assert live.run(lambda: get_stocktake(code, get_store(store).id).state) == "approved"


def test_one_level_stands_in_one_open_stocktake(live: Live) -> None:
    store = live.run(lambda: _stocked(make))

    def begin(_number: int) -> str:
        return quietly(lambda: service.open_stocktake(get_store(store), Wanted(Part.STORE), SYSTEM))

    assert sorted(live.together(4, begin)) == ["ok", *["stocktake.nothing"] * 3]


def _stocked(builders: ModuleType) -> str:
    store = builders.store()
    builders.lot(store=store)
    return str(store.code)
