"""VAT of a sale, by the law of its day: a rate, or the kind that stands in its place; and sums out of gross prices.

Prices include VAT. Amounts are whole đồng, rates basis points (800 = 8 %). Source of every cell: data/vat.csv.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from catalog.listings.vat import FULL
from catalog.products.sets import ALCOHOL
from catalog.products.sets import SERVICE as SERVICE_SET
from core.money import allocate

_ANY = "any"


class Kind(StrEnum):
    """What stands on a line in place of a rate."""

    KCT = "KCT"  #: không chịu thuế: not taxable
    KKKNT = "KKKNT"  #: không phải kê khai, tính nộp thuế: not declared
    KTT = "KTT"  #: the seller pays on her turnover: a sales invoice, whose lines carry no tax


#: The class of each charge beside the goods; services of group VI are class `service`.
CHARGE_CLASSES: Mapping[str, str] = MappingProxyType(
    {"delivery": "delivery", "bag": "wrapping", "gift_wrap": "wrapping", "cold_box": "wrapping", "deposit": "deposit"}
)
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the law."""

    vat_class: str
    #: `credit`, `direct`, `household`.
    method: str
    #: `own`, `bought` or `any`.
    origin: str
    #: `consumer`, `business` or `any`.
    buyer: str
    from_on: date
    #: Last day; None: open.
    until_on: date | None
    #: None: `rate_bp` counts.
    kind: Kind | None
    rate_bp: int | None
    #: Owed by the seller on the turnover itself (direct method), basis points.
    revenue_bp: int
    law: str


@dataclass(frozen=True, slots=True)
class Vat:
    """The answer for one line: `rate_bp`, or None and the `kind` without a rate; with the law's article."""

    rate_bp: int | None
    kind: Kind | None
    law: str
    revenue_bp: int = 0

    @property
    def stored_bp(self) -> int:
        """What a column that knows no None keeps: 0 beside a kind."""
        return self.rate_bp or 0


def _read() -> tuple[Cell, ...]:
    with (Path(__file__).parent / "data" / "vat.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_cell(row) for row in csv.DictReader(lines))


def _cell(row: dict[str, str]) -> Cell:
    return Cell(
        row["class"], row["method"], row["origin"], row["buyer"], date.fromisoformat(row["from_on"]),
        date.fromisoformat(row["until_on"]) if row["until_on"] else None,
        None if row["kind"] == "RATE" else Kind(row["kind"]), int(row["rate_bp"]) if row["rate_bp"] else None,
        int(row["revenue_bp"]), row["law"],
    )  # fmt: skip


CELLS: tuple[Cell, ...] = _read()


def fitting(
    vat_class: str, on: date, method: str, *, is_own_produce: bool, to_business: bool, cells: Sequence[Cell] = CELLS
) -> list[Cell]:
    """Every cell that a sale falls into; a test shows that there is never more than one."""
    origin, buyer = "own" if is_own_produce else "bought", "business" if to_business else "consumer"
    return [
        cell
        for cell in cells
        if cell.vat_class in (vat_class, _ANY)
        and cell.method == method
        and cell.origin in (origin, _ANY)
        and cell.buyer in (buyer, _ANY)
        and cell.from_on <= on
        and (cell.until_on is None or on <= cell.until_on)
    ]


def vat_of(
    vat_class: str | None,
    stored_bp: int,
    on: date,
    method: str,
    *,
    is_own_produce: bool = False,
    to_business: bool = False,
) -> Vat:
    """VAT of goods on a day.

    `vat_class`: what the producer told (None: unknown). `stored_bp`: the figure kept with the pack, which counts
    only where no class was told, or on days before the law that we know; never for a seller whose invoices carry no
    rate. `method`: the seller's. `is_own_produce`: the seller of record is the producer herself. `to_business`: an
    enterprise or cooperative that gave its tax code.
    """
    # Without a class only the seller's method can take the rate away, which it does for every class alike.
    asked = vat_class or "processed"
    found = fitting(asked, on, method, is_own_produce=is_own_produce, to_business=to_business)
    if not found or (vat_class is None and found[0].kind is None):
        return Vat(stored_bp, None, "")
    return Vat(found[0].rate_bp, found[0].kind, found[0].law, found[0].revenue_bp)


def vat_of_charge(kind: str, on: date, method: str) -> Vat:
    """VAT of a charge beside the goods (delivery, wrapping, deposit). Raises KeyError for a kind we do not know."""
    found = fitting(CHARGE_CLASSES[kind], on, method, is_own_produce=False, to_business=False)
    if not found:
        return Vat(0, None, "")
    return Vat(found[0].rate_bp, found[0].kind, found[0].law, found[0].revenue_bp)


def class_of(vat_class: str | None, set_no: int) -> str | None:
    """The class by which a pack is taxed: wine and spirits and services by their set, else what the producer told."""
    if set_no in ALCOHOL:
        return FULL
    return SERVICE if set_no == SERVICE_SET else vat_class


@dataclass(frozen=True, slots=True)
class Part:
    """A gross amount (VAT included) and how it is taxed; negative in an invoice that takes back."""

    gross_vnd: int
    rate_bp: int
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """One amount taken apart: net + tax is the gross amount, exactly."""

    net_vnd: int
    tax_vnd: int


@dataclass(frozen=True, slots=True)
class RateSum:
    """All amounts of one rate (or kind) together."""

    rate_bp: int
    kind: str | None
    gross_vnd: int
    net_vnd: int
    tax_vnd: int


def split(parts: Sequence[Part]) -> list[Split]:
    """Net and tax of every amount. The tax of each rate is reckoned once, on their sum, and shared out by largest
    remainder: so lines, rates and total agree to the đồng. Raises ValueError for amounts of both signs.
    """
    taxes = [0] * len(parts)
    for places in _by_rate(parts).values():
        weights = [parts[place].gross_vnd for place in places]
        shared = _shared(tax_within(sum(weights), parts[places[0]].rate_bp), weights)
        for place, tax in zip(places, shared, strict=True):
            taxes[place] = tax
    return [Split(part.gross_vnd - tax, tax) for part, tax in zip(parts, taxes, strict=True)]


def sums_by_rate(parts: Sequence[Part]) -> list[RateSum]:
    """Net, tax and gross of each rate, the highest rate first, kinds without a rate last."""
    pieces = split(parts)
    sums = [
        RateSum(
            bp, kind, sum(parts[i].gross_vnd for i in at), sum(pieces[i].net_vnd for i in at),
            sum(pieces[i].tax_vnd for i in at),
        )
        for (bp, kind), at in _by_rate(parts).items()
    ]  # fmt: skip
    return sorted(sums, key=lambda one: (one.kind is not None, -one.rate_bp, one.kind or ""))


def tax_within(gross_vnd: int, rate_bp: int) -> int:
    """The VAT inside a gross amount, rounded half up (away from zero) to whole đồng."""
    whole = 10_000 + rate_bp
    tax = (2 * abs(gross_vnd) * rate_bp + whole) // (2 * whole)
    return tax if gross_vnd >= 0 else -tax


def _by_rate(parts: Sequence[Part]) -> dict[tuple[int, str | None], list[int]]:
    """Places of the amounts by rate; a kind has no rate, whatever figure stands beside it."""
    found: dict[tuple[int, str | None], list[int]] = {}
    for place, part in enumerate(parts):
        found.setdefault((0 if part.kind else part.rate_bp, part.kind), []).append(place)
    return found


def _shared(tax: int, weights: Sequence[int]) -> list[int]:
    if min(weights) < 0 < max(weights):
        raise ValueError("amounts of one invoice have one sign")
    sign = -1 if min(weights) < 0 else 1
    return [sign * one for one in allocate(abs(tax), [abs(weight) for weight in weights])]
