"""Which settlements somebody may see: a producer's people theirs, a seller's staff its own, the shop's office all."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.accounts.permissions import may
from core.db import db
from shop.settlements.queries import Asked, Seen
from shop.settlements.rules import State
from shop.stores.models import Seller, Store

#: Held in a scope; every other role that reads settlements reads all of them.
_SCOPED = ("producer", "store")


def seen_by(actor: Actor) -> Seen | None:
    """What an actor who may read settlements sees; None: all."""
    if actor.via == "system" or any(one.scope is None for one in actor.grants if one.role in ("admin", "auditor")):
        return None
    codes = {kind: actor.scopes_of(kind) for kind in _SCOPED}
    producers = db.session.scalars(select(Producer.id).where(Producer.code.in_(codes["producer"])))
    runs = Store.code.in_(_run_by(actor))
    sellers = db.session.scalars(select(Seller.id).join(Store, Store.seller_id == Seller.id).where(runs).distinct())
    return Seen(frozenset(producers), frozenset(sellers))


def narrowed(actor: Actor, query: Mapping[str, Any]) -> Asked:
    """What was asked for, out of what the actor sees. Names of nobody find nothing."""
    if not may(actor, "settlements.read"):
        return Asked(producers=[])
    return Asked(
        producers=_ids(Producer, query.get("producer")), sellers=_ids(Seller, query.get("seller")),
        period=query.get("period"), state=State(query["state"]) if query.get("state") else None, seen=seen_by(actor),
    )  # fmt: skip


def of_period(seller_id: int, period: str) -> Asked:
    """All of one period of a seller."""
    return Asked(sellers=[seller_id], period=period)


def _run_by(actor: Actor) -> frozenset[str]:
    """Stores that she manages: a cashier sees no settlements."""
    held = (one.scope for one in actor.grants if one.role == "store_manager")
    return frozenset(scope.code for scope in held if scope is not None and scope.kind == "store")


def _ids(model: Any, code: str | None) -> list[int] | None:
    return None if code is None else list(db.session.scalars(select(model.id).where(model.code == code)))
