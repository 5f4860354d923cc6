"""Stores that hold stock of a product hear of its end: the lots on their shelves stop being sellable that night."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from catalog.renewals.recipients import Recipient, reminds
from core.accounts.models import UserAccount, UserGrant
from core.clock import local_day
from core.db import db
from shop.inventory.models import Lot, StockLevel
from shop.stores.models import Place, Store


@reminds
def managers_with_stock(product_ids: Collection[int]) -> Iterable[Recipient]:
    """The managers of the stores where some of the product lies."""
    holding = (
        select(Store.code, Lot.product_id)
        .join(Place, Place.store_id == Store.id)
        .join(StockLevel, StockLevel.place_id == Place.id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(Lot.product_id.in_(product_ids), StockLevel.on_hand > 0, Store.is_active)
        .distinct()
        .subquery()
    )
    query = (
        select(UserGrant.user_id, holding.c.product_id, holding.c.code, UserGrant.granted_at)
        .join(holding, holding.c.code == UserGrant.scope_id)
        .join(UserAccount, UserAccount.id == UserGrant.user_id)
        .where(UserGrant.role == "store_manager", UserGrant.scope_type == "store", UserGrant.revoked_at.is_(None))
        .where(UserAccount.is_active)
        .order_by(UserGrant.user_id, holding.c.code)
    )
    for user_id, product_id, code, at in db.session.execute(query):
        yield Recipient(user_id, product_id, f"store:{code}", local_day(at))
