"""What delivery costs: pure rules over zones, weights and supplements. Whole đồng, whole grams."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

#: From near to far: the store's own commune or old district, its province, the provinces named as near, the rest.
ZONES = ("local", "province", "near", "far")
#: Where each further kilogram stands among the steps.
FURTHER = 0


@dataclass(frozen=True, slots=True)
class Fees:
    """One zone: the fee up to each weight (grams), and of each kilogram begun beyond the last."""

    steps: tuple[tuple[int, int], ...]
    extra_kg_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Rates:
    """A tariff as the rules see it."""

    zones: Mapping[str, Fees]
    free_from_vnd: int | None = None
    cold_vnd: int = 0
    fragile_vnd: int = 0
    #: What a pack without a stated weight is taken for.
    pack_grams: int = 500
    near: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Load:
    """What one parcel carries: its weight, and what it asks of whoever carries it."""

    grams: int
    is_cold: bool = False
    is_fragile: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: commune, old districts and province by code."""

    commune: str
    province: str
    districts: Collection[str] = field(default_factory=frozenset[str])


def zone_of(store: Place, to: Place, near: Collection[str]) -> str:
    """The zone of a destination as seen from a store."""
    if store.province != to.province:
        return "near" if to.province in near else "far"
    return "local" if is_next_door(store, to) else "province"


def is_next_door(store: Place, to: Place) -> bool:
    """Same commune, or a commune of a district that the store serves."""
    return store.commune == to.commune or bool(set(store.districts) & set(to.districts))


def distance(store: Place, to: Place) -> int:
    """0 the same commune, 1 the same old district, 2 the same province, 3 elsewhere: what "nearest" means."""
    if store.province != to.province:
        return 3
    if store.commune == to.commune:
        return 0
    return 1 if is_next_door(store, to) else 2


def weight_of(unit: str, quantity: int, net_grams: int | None, net_ml: int | None, pack_grams: int) -> int:
    """Grams of a line: goods by weight as they are, packs by their net weight (a millilitre is taken for a gram)."""
    if unit == "gram":
        return quantity
    return quantity * (net_grams or net_ml or pack_grams)


def fee_of(rates: Rates, zone: str, load: Load) -> int:
    """What one parcel costs by its weight, supplements left out."""
    fees = rates.zones[zone]
    for up_to, fee in fees.steps:
        if load.grams <= up_to:
            return fee
    last, fee = fees.steps[-1]
    return fee + -(-(load.grams - last) // 1000) * fees.extra_kg_vnd


def delivery_of(rates: Rates, goods_vnd: int, parcels: Collection[tuple[str, Load]]) -> tuple[int, int]:
    """(delivery, cold boxes) of an order whose goods come to `goods_vnd`: each parcel is (zone, load).

    Delivery is free from the sum of the tariff on, but for what breakable goods cost more; what is paid for goods is
    meant, so a discount counts.
    """
    is_free = rates.free_from_vnd is not None and goods_vnd >= rates.free_from_vnd
    carriage = 0 if is_free else sum(fee_of(rates, zone, load) for zone, load in parcels)
    fragile = rates.fragile_vnd * sum(load.is_fragile for _zone, load in parcels)
    return carriage + fragile, rates.cold_vnd * sum(load.is_cold for _zone, load in parcels)


def problems_of(rates: Rates) -> list[str]:
    """What is wrong with a tariff, as codes: a zone without steps; a heavier parcel that is cheaper."""
    found = [f"zone_missing:{zone}" for zone in ZONES if not (zone in rates.zones and rates.zones[zone].steps)]
    for zone, fees in rates.zones.items():
        for (light, cheap), (heavy, dear) in pairwise(fees.steps):
            if heavy <= light or dear < cheap:
                found.append(f"steps_fall:{zone}")
                break
    return found
