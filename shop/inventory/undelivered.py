"""Goods that left for a buyer and came back without having reached her."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.accounts.actor import Actor
from core.db import db, transaction
from core.events import publish
from shop.inventory import ledger
from shop.inventory.events import StockCame
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import Reason
from shop.stores.models import Place


@dataclass(frozen=True)
class Back:
    """So many units that go back to the level they came from; ``is_fit``: whether they can be sold again."""

    level_id: int
    quantity: int
    is_fit: bool


def bring_back(goods: Sequence[Back], document: Document, by: Actor, at: datetime, note: str | None = None) -> None:
    """Book goods into the levels they left as a ``return``; what is no longer fit goes out at once as damage.

    A lot that was blocked or recalled meanwhile takes its goods back and stays what it is: they are counted, not sold.
    """
    with transaction():
        ledger.lock([one.level_id for one in goods])
        for one in goods:
            ledger.move(one.level_id, one.quantity, Posting(Reason.RETURN, document, by, at, note))
            if not one.is_fit:
                ledger.move(one.level_id, -one.quantity, Posting(Reason.DAMAGE, document, by, at, note))
        _tell_came([one.level_id for one in goods if one.is_fit])


def _tell_came(level_ids: Sequence[int]) -> None:
    """Whoever waits for these packs hears of it, store by store."""
    query = select(Place.store_id, Lot.sku_id).join(StockLevel, StockLevel.place_id == Place.id)
    query = query.join(Lot, Lot.id == StockLevel.lot_id).where(StockLevel.id.in_(level_ids)).distinct()
    came: dict[int, list[int]] = {}
    for store_id, sku_id in db.session.execute(query):
        came.setdefault(store_id, []).append(sku_id)
    for store_id, sku_ids in came.items():
        publish(StockCame(store_id, tuple(sku_ids)))
