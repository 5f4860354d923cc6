"""Invariants of recalls: what was called back is blocked, and nothing of it left a store for a buyer afterwards."""

from collections.abc import Iterable

from sqlalchemy import select

from core.db import db
from core.doctor import invariant
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.rules import LotState, Reason
from shop.recalls.models import Recall, RecallLot


@invariant("I42", "every lot of a recall is recalled, and none of it was sold by an order after the recall")
def recalled_goods_stay() -> Iterable[str]:
    """A line for each lot that is not recalled, and for each order's sale of one since."""
    lots = select(Recall.code, Lot.code).join(RecallLot, RecallLot.recall_id == Recall.id)
    lots = lots.join(Lot, Lot.id == RecallLot.lot_id)
    for recall, lot in db.session.execute(lots.where(Lot.state != LotState.RECALLED)):
        yield f"recall {recall}: lot {lot} is not recalled"
    sold = (
        lots.join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(StockMovement, StockMovement.level_id == StockLevel.id)
        .where(StockMovement.reason == Reason.SALE, StockMovement.document_type == "order")
        .where(StockMovement.at > Recall.opened_at)
    )
    for recall, lot in db.session.execute(sold.distinct()):
        yield f"recall {recall}: lot {lot} was sold afterwards"
