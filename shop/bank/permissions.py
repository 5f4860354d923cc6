"""Who sees the money that came, who decides about it, and who lets a bank tell of it."""

from sqlalchemy import select

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize, is_allowed, may, permit
from core.db import db
from core.errors import NotFound
from shop.stores.models import Seller, Store

permit("bank.read", "store_manager", "auditor", "admin")
permit("bank.decide", "store_manager", "admin")
permit("bank.feed", "admin")


def sellers_of(actor: Actor, action: str) -> list[Seller]:
    """The sellers whose money the actor may see or decide about: those behind her stores, or all."""
    if not may(actor, action):
        return []
    rows = db.session.execute(select(Seller, Store.code).outerjoin(Store).order_by(Seller.name, Store.id))
    found: dict[int, Seller] = {}
    for seller, code in rows:
        if is_allowed(actor, action, Scope("store", code or "")):
            found[seller.id] = seller
    return list(found.values())


def authorize_seller(actor: Actor, action: str, seller_id: int) -> None:
    """Refuse unless some store of the seller is the actor's. Raises NotFound for another's."""
    authorize(actor, action)
    codes = db.session.scalars(select(Store.code).where(Store.seller_id == seller_id)).all()
    if not any(is_allowed(actor, action, Scope("store", code)) for code in (*codes, "")):
        raise NotFound
