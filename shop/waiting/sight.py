"""Whose waiting a person may see: everybody's, that for her own products, or that of her own stores."""

from collections.abc import Collection
from dataclasses import dataclass

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed
from shop.stores.queries import list_stores


@dataclass(frozen=True, slots=True)
class Sight:
    """Producers (codes) or stores (ids) to which it is narrowed; None: not narrowed."""

    producers: Collection[str] | None
    stores: Collection[int] | None


def sight_of(actor: Actor, action: str) -> Sight:
    """What this person may see of an action."""
    if actor.via == "system" or any(g.scope is None for g in actor.grants):
        return Sight(None, None)
    mine = [store.id for store in list_stores() if is_allowed(actor, action, Scope("store", store.code))]
    own = actor.scopes_of("producer")
    return Sight(own if own and not mine else None, mine if mine else None if own else [])
