"""Pure rules of carts: what a line costs, what is wrong with it, and how two carts become one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

#: The largest quantity a line can hold at all; the limit of a sale is lower (``limit``).
MOST = 1_000_000
#: One order of one SKU: 99 pieces, or 100 kg of goods sold by weight. More is trade, by telephone.
LIMITS = {"piece": 99, "gram": 100_000}
#: SKUs in one cart; a request with more lines is refused.
MOST_LINES = 100
#: Times that one charge stands in a cart.
MOST_CHARGES = 99


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be bought now: a stable code, and the number (units) that belongs to it."""

    code: str
    #: With ``stock.short``: what is free.
    available: int | None = None
    #: With ``quantity.limit``: the most that one order takes.
    limit: int | None = None


def limit(unit: str) -> int:
    """The most of one SKU that one order takes, in its unit."""
    return LIMITS[unit]


def line_total(price_vnd: int, quantity: int, unit: str) -> int:
    """What a quantity costs in đồng: pieces at the price, grams at the price of a kilogram, half up."""
    if unit == "piece":
        return price_vnd * quantity
    return (price_vnd * quantity + 500) // 1000


def find_problem(
    *,
    refusal: str | None,
    unit: str,
    quantity: int,
    available: int,
    is_alcohol: bool,
    is_adult: bool,
) -> Problem | None:
    """The first thing that stands in the way of a line; None when it can be bought.

    ``refusal`` is the catalog's word (``certificate.lapsed``, ``listing.withdrawn`` …), which nothing
    outweighs; then age, the limit of an order, and stock (``available`` units).
    """
    if refusal is not None:
        return Problem(refusal)
    if is_alcohol and not is_adult:
        return Problem("adult.required")
    if quantity > limit(unit):
        return Problem("quantity.limit", limit=limit(unit))
    if quantity > available:
        return Problem("stock.short", available=available)
    return None


def sum_without_problems(lines: Iterable[tuple[int, Problem | None]]) -> int:
    """Total in đồng of ``(line total, problem)``: a line with a problem costs nothing."""
    return sum(amount for amount, problem in lines if problem is None)


@dataclass(frozen=True, slots=True)
class Wrap:
    """A charge of a cart: so much for each of `quantity`, each standing on `parts` (units by SKU id)."""

    id: int
    label: str
    reference: str
    store_id: int
    amount_vnd: int
    quantity: int
    parts: Mapping[int, int]
    #: How many of them the cart's lines still make up; only these are charged.
    whole: int = 0

    @property
    def total_vnd(self) -> int:
        """What is charged now."""
        return self.amount_vnd * self.whole


def made_up(charges: Iterable[Wrap], quantities: Mapping[int, int]) -> list[Wrap]:
    """The charges with how many of each the quantities (units by SKU id) make up, the first added first.

    A unit serves one basket only: of two baskets with one jar between them, one is wrapped.
    """
    left, found = dict(quantities), list[Wrap]()
    for charge in charges:
        whole = min([charge.quantity, *(left.get(sku, 0) // units for sku, units in charge.parts.items())])
        for sku, units in charge.parts.items():
            left[sku] = left.get(sku, 0) - units * whole
        found.append(replace(charge, whole=whole))
    return found


def merge(kept: Mapping[int, int], added: Mapping[int, int]) -> dict[int, int]:
    """Lines of two carts of one person, by SKU: the larger quantity stays, no line is lost.

    The larger and not the sum: signing in twice with the same cart must not double it.
    """
    return {sku: max(kept.get(sku, 0), added.get(sku, 0)) for sku in [*kept, *(s for s in added if s not in kept)]}
