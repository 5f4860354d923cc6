"""What a change of certificates would do to what lies in the stores."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, distinct, func, select

from catalog.consequences.port import foresees
from catalog.consequences.rules import ENDINGS, Change, Effect, Happening
from catalog.listings.models import Sku
from core.db import db
from shop.inventory.blocked import VALUE_VND
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import Ground, LotState
from shop.stores.models import Place


@foresees("lot")
def lots(change: Change) -> Iterable[Effect]:
    """Lots that are blocked or freed; none leaves the ledger (case C11). Another star: their labels."""
    waiting = Lot.state == LotState.BLOCKED, Lot.ground == Ground.CERTIFICATE
    if change.happening in ENDINGS:
        yield Effect("lot", "blocked", *_stock(change, Lot.state == LotState.OK))
    elif change.happening is Happening.RENEWAL:
        yield Effect("lot", "freed", *_stock(change, *waiting))
    elif change.happening is Happening.DOWNRATING:
        yield Effect("lot", "relabelled", *_stock(change, Lot.state != LotState.RECALLED))


def _stock(change: Change, *conditions: ColumnElement[bool]) -> tuple[int, int, int, int]:
    """Lots on hand of the products: how many, units, stores, and their value in đồng."""
    query = (
        select(
            func.count(distinct(Lot.id)), func.sum(StockLevel.on_hand), func.count(distinct(Place.store_id)),
            func.sum(VALUE_VND),
        )
        .select_from(StockLevel)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Lot.product_id.in_(change.product_ids), StockLevel.on_hand > 0, *conditions)
    )  # fmt: skip
    count, units, stores, value = db.session.execute(query).one()
    return count, int(units or 0), stores, int(value or 0)
