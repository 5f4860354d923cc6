"""A settlement as it is printed: one reading for page, PDF and XLSX, so that they cannot differ.

A drawn one that is not closed yet reads the same way (`of_drawn`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog.producers.models import Producer
from shop.settlements.drawing import Drawn
from shop.settlements.models import Settlement
from shop.settlements.rules import RateSum, Rule, Sums, by_rate, days_of, paper_of
from shop.stores.models import Seller

#: The kind of a balance among `Beside`.
CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class Row:
    """One sold row."""

    sold_on: date
    source: str
    source_ref: str
    product_name: str
    label: str
    lot_code: str
    quantity: int
    unit: str
    unit_price_vnd: int
    revenue_vnd: int
    commission_bp: int
    commission_vnd: int
    due_vnd: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A sum beside the sales: an adjustment (kind and words), or the balance of an earlier settlement (its period)."""

    code: str
    #: A `rules.Extra`, or `CARRIED`, whose words are its period.
    kind: str
    words: str
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that stands on the paper."""

    #: None: not closed yet.
    code: str | None
    period: str
    seller: Seller
    producer: Producer
    rows: Sequence[Row]
    beside: Sequence[Beside]
    sums: Sums
    vat_method: str
    is_method_assumed: bool
    rates: Sequence[RateSum]
    paper: Rule | None
    drawn_at: datetime

    @property
    def name(self) -> str:
        """For files."""
        return f"quyet-toan-{self.period}-{self.code or self.producer.code}"


def of_settlement(row: Settlement) -> Statement:
    """A closed settlement, as it was closed."""
    rows = [
        Row(
            one.sold_on, one.source, one.source_ref, one.product_name, one.label, one.lot_code, one.quantity, one.unit,
            one.unit_price_vnd, one.revenue_vnd, one.commission_bp, one.commission_vnd, one.due_vnd,
        )
        for one in row.lines
    ]  # fmt: skip
    beside = [Beside(one.code, one.kind, one.words, one.amount_vnd) for one in row.adjustments]
    beside += [Beside(one.code, CARRIED, one.period.period, one.total_vnd) for one in row.carried]
    sums = Sums(row.sales_vnd, row.returns_vnd, row.commission_vnd, row.adjustments_vnd, row.carried_in_vnd)
    return Statement(
        row.code, row.period.period, row.period.seller, row.producer, rows, beside, sums, row.vat_method,
        row.is_method_assumed, by_rate((one.due_vnd, one.vat_bp, one.vat_kind) for one in row.lines),
        paper_of(row.vat_method, days_of(row.period.period)[1]), row.period.closed_at,
    )  # fmt: skip


def of_drawn(drawn: Drawn, seller: Seller, period: str, at: datetime) -> Statement:
    """What closing now would settle."""
    rows = [
        Row(
            one.sold.day, one.sold.source.value, one.sold.source_ref, one.sold.product_name, one.sold.label,
            one.sold.lot_code, one.sold.quantity, one.sold.unit, one.sold.unit_price_vnd, one.sold.revenue_vnd,
            one.sold.commission_bp, one.sold.revenue_vnd - one.due_vnd, one.due_vnd,
        )
        for one in drawn.lines
    ]  # fmt: skip
    beside = [Beside(one.code, one.kind, one.words, one.amount_vnd) for one in drawn.adjustments]
    beside += [Beside(one.code, CARRIED, one.period.period, one.total_vnd) for one in drawn.carried]
    return Statement(
        None, period, seller, drawn.producer, rows, beside, drawn.sums, drawn.vat_method, drawn.is_method_assumed,
        by_rate((one.due_vnd, one.vat_bp, one.vat_kind) for one in drawn.lines),
        paper_of(drawn.vat_method, days_of(period)[1]), at,
    )  # fmt: skip
