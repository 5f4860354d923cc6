"""A store that still holds goods cannot be closed: they must go somewhere first."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from core.db import db
from shop.inventory.models import StockLevel
from shop.stores.closing import Hindrance, hinders
from shop.stores.models import Place, Store


@hinders
def goods(store: Store, at: datetime) -> Iterable[Hindrance]:
    """Lots of which something lies there, blocked ones and those in transit included."""
    lots = select(func.count()).select_from(StockLevel).join(Place, Place.id == StockLevel.place_id)
    count = db.session.scalar(lots.where(Place.store_id == store.id, StockLevel.on_hand > 0)) or 0
    yield Hindrance("stock", count, _l("còn %(n)s lô hàng trong kho", n=count))
