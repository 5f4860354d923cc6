"""A cart whose goods lie with several stores or sellers: which of them go together, said before anything is ordered.

Decision 9: an order has one seller. What her stores send together is one order of several parcels; what another sells
is another order, and so is what lies in a store that sends nothing: it is fetched there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop.carts.panels import cart_panel
from shop.carts.queries import CartView, Line
from shop.inventory.queries import SkuName, available
from shop.inventory.words import amount
from shop.orders.allocation import Candidate, Plan, Wants, plan
from shop.stores.models import Store
from shop.stores.queries import list_stores


@dataclass(frozen=True, slots=True)
class OneOrder:
    """What one seller's stores can give together: units by SKU id for each store."""

    #: As its candidates say (`Candidate.seller_id`).
    seller_id: int
    parcels: Plan

    @property
    def skus(self) -> set[int]:
        """The SKUs in it."""
        return {sku for _store, some in self.parcels for sku in some}


def orders_of(wants: Wants, free: Mapping[int, Wants], candidates: Sequence[Candidate]) -> list[OneOrder]:
    """Share the wants out over as few orders as taking the most each time makes, whole lines only.

    One order is found as checkout finds it (`allocation.plan`). What nobody has enough of is left out.
    """
    left, found = dict(wants), list[OneOrder]()
    sellers = list(dict.fromkeys(one.seller_id for one in candidates))
    while left:
        offers = [_most(left, free, [one for one in candidates if one.seller_id == seller]) for seller in sellers]
        best = max((one for one in offers if one), key=lambda one: (len(one.skus), -len(one.parcels)), default=None)
        if best is None:
            break
        found.append(best)
        left = {sku: units for sku, units in left.items() if sku not in best.skus}
    return found


def _most(wants: Wants, free: Mapping[int, Wants], stores: Sequence[Candidate]) -> OneOrder | None:
    """As many whole lines as one seller's stores give in one order; None for none."""
    some = {
        sku: units for sku, units in wants.items() if sum(free.get(s.store_id, {}).get(sku, 0) for s in stores) >= units
    }
    while some:
        found = plan(some, free, stores)
        if found is not None:
            return OneOrder(stores[0].seller_id, found)
        some.popitem()  # more parcels than one order has
    return None


def build_panel(view: CartView, at: datetime) -> dict[str, Any] | None:
    """For a cart of which no store has everything: each order with its seller, its stores and their goods."""
    lines = {line.sku_id: line for line in view.sound}
    if view.store_id is not None or view.ready_stores or not lines:
        return None
    stores = {store.id: store for store in list_stores()}
    free: dict[int, dict[int, int]] = {}
    for sku, places in available(list(lines), at).items():
        for store, units in places.items():
            free.setdefault(store, {})[sku] = units
    wrapping = {wrap.store_id for wrap in view.charges}
    candidates = [
        Candidate(one.id, one.seller_id if one.has_delivery else -one.id, 0, one.id in wrapping)
        for one in sorted(stores.values(), key=lambda store: (not store.has_delivery, store.id))
    ]
    found = orders_of({sku: line.quantity for sku, line in lines.items()}, free, candidates)
    return {"orders": [_order(one, lines, stores) for one in found]} if found else None


def _order(one: OneOrder, lines: Mapping[int, Line], stores: Mapping[int, Store]) -> dict[str, Any]:
    def goods(some: Wants) -> list[tuple[SkuName, str]]:
        return [(lines[sku].named, amount(units, lines[sku].unit)) for sku, units in some.items()]

    return {
        "seller": stores[one.parcels[0][0]].seller.name,
        "others": [line.named.code for sku, line in lines.items() if sku not in one.skus],
        "parcels": [{"store": stores[store], "goods": goods(some)} for store, some in one.parcels],
    }


cart_panel("orders/_several.html", build_panel)
