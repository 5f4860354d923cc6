"""Clock work of stock: tidying only. No door waits for it."""

from datetime import date, datetime

from sqlalchemy import select

from core.db import db, transaction
from core.schedule import minutely, nightly
from shop.inventory import ledger
from shop.inventory.holds import end_due
from shop.inventory.models import Lot, StockHold
from shop.inventory.rules import LotState
from shop.inventory.service import block_expired, settle_stars

#: Levels tidied in one transaction, so that no buyer waits for the whole sweep.
BATCH = 50


@minutely
def release_due_holds(at: datetime) -> int:
    """Give back every hold whose time is over, with no lower bound; answers how many."""
    due = select(StockHold.level_id).where(StockHold.state == "active", StockHold.expires_at <= at)
    released = 0
    while levels := list(db.session.scalars(due.distinct().order_by(StockHold.level_id).limit(BATCH))):
        with transaction():
            released += end_due(ledger.lock(levels), at)
    return released


@nightly
def block_expired_lots(today: date) -> int:
    """Mark lots past their HSD; answers how many."""
    return block_expired(today)


@nightly
def settle_lots_with_stars(today: date) -> int:
    """Block and free lots as the certificates of today say: stars that begin or end on their own day."""
    products = select(Lot.product_id).where(Lot.state != LotState.RECALLED).distinct()
    return settle_stars(list(db.session.scalars(products)), today)
