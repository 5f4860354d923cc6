"""What stock does when a star begins or ends. The gate has refused or allowed already; this sets lots in step."""

from sqlalchemy import func, select

from catalog.consequences.rules import Happening
from catalog.consequences.service import Case, Timing, consequence
from core.db import db
from shop.inventory.models import Lot, StockLevel
from shop.inventory.service import settle_stars


@consequence("lot", Happening.LAPSE, Happening.REVOCATION, Happening.SUSPENSION)
def block_lots(case: Case) -> dict[str, int]:
    """Set the product's lots aside, in the eyes of the store; they stay on hand."""
    changed = settle_stars([case.product_id], case.today)
    return {"lots": changed, "units": _blocked_units(case.product_id)}


@consequence("lot", Happening.RENEWAL, timing=Timing.NOW)
def free_lots(case: Case) -> dict[str, int]:
    """Put lots that waited for a star back on sale at once, in the transaction of its verification."""
    before = _blocked_units(case.product_id)
    changed = settle_stars([case.product_id], case.today)
    return {"lots": changed, "units": before - _blocked_units(case.product_id) if changed else 0}


def _blocked_units(product_id: int) -> int:
    """Units on hand of lots that are blocked for their star."""
    query = (
        select(func.coalesce(func.sum(StockLevel.on_hand), 0))
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(Lot.product_id == product_id, Lot.ground == "certificate")
    )
    return int(db.session.scalar(query) or 0)
