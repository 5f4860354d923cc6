"""Who sees, makes, approves and pays what goes back; each in the scope of a store of the seller."""

from core.accounts.actor import Scope
from core.accounts.permissions import permit
from core.db import db
from shop.stores.models import Store

permit("payouts.read", "store_manager", "admin", "auditor")
permit("payouts.make", "store_manager", "admin")
permit("payouts.approve", "store_manager", "admin")
permit("payouts.cash", "cashier", "store_manager", "admin")


def scopes_by_seller() -> dict[int, list[Scope]]:
    """The stores of every seller that has any."""
    found: dict[int, list[Scope]] = {}
    for seller_id, code in db.session.query(Store.seller_id, Store.code).order_by(Store.id):
        found.setdefault(seller_id, []).append(Scope("store", code))
    return found


def scopes_of(seller_id: int) -> list[Scope]:
    """A seller's stores, as permissions know them. A seller without any has one scope that nobody holds."""
    codes = db.session.query(Store.code).where(Store.seller_id == seller_id).order_by(Store.id)
    return [Scope("store", code) for (code,) in codes] or [Scope("store", "")]
