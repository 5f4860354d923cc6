"""Pure rules of settlements: periods, states, sums, and which paper the producer's VAT method asks for.

Money is whole đồng. What the producer gets of a row is `shop/sales/rules.py: due`; here the rows are only added up.
"""

import calendar
import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from shop.taxes.rules import tax_within

_PERIOD = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class State(StrEnum):
    """Where a settlement stands."""

    CLOSED = "closed"  #: drawn up by one person; its lines never change again
    APPROVED = "approved"  #: a second person agreed: it is to be paid
    LISTED = "listed"  #: it stands in a payout file
    PAID = "paid"  #: under the bank's number
    CARRIED = "carried"  #: nothing is paid: the balance goes into the next period


#: Money still to be paid under it.
UNPAID = frozenset({State.CLOSED, State.APPROVED, State.LISTED})
#: A second person has looked at it.
AGREED = frozenset(State) - {State.CLOSED}
#: Every allowed step; the triggers of migration 0035 say the same.
STEPS = frozenset({
    (State.CLOSED, State.APPROVED), (State.CLOSED, State.CARRIED), (State.APPROVED, State.LISTED),
    (State.APPROVED, State.PAID), (State.APPROVED, State.CARRIED), (State.LISTED, State.APPROVED),
    (State.LISTED, State.PAID),
})  # fmt: skip


class Extra(StrEnum):
    """What an adjustment is for."""

    FEE = "fee"  #: display, tasting, freight that the producer bears
    FAULT = "fault"  #: money that buyers got back for the producer's fault while the goods stayed with them
    LOSS = "loss"  #: consigned goods that the store lost, damaged or used up, and pays for
    CORRECTION = "correction"  #: an earlier settlement was wrong


class Decision(StrEnum):
    """Where an adjustment, or an account, stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class Paper(StrEnum):
    """What is written for what is due."""

    VAT_INVOICE = "vat_invoice"
    SALES_INVOICE = "sales_invoice"
    PURCHASE_LIST = "purchase_list"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of `data/papers.csv`."""

    method: str
    from_on: date
    until_on: date | None
    paper: Paper
    #: `producer` or `seller`.
    writer: str
    law: str


def _read() -> tuple[Rule, ...]:
    with (Path(__file__).parent / "data" / "papers.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Rule(
                row["method"], date.fromisoformat(row["from_on"]),
                date.fromisoformat(row["until_on"]) if row["until_on"] else None, Paper(row["paper"]), row["writer"],
                row["law"],
            )
            for row in csv.DictReader(lines)
        )  # fmt: skip


RULES: Sequence[Rule] = _read()

#: How a producer accounts for VAT while she has not said: by what she is (`catalog/producers/models.py: KINDS`).
METHODS_BY_KIND = {
    "producing_household": "household", "farm": "household", "cooperative_group": "household",
    "business_household": "direct", "association": "direct", "cooperative": "credit", "enterprise": "credit",
}  # fmt: skip


def paper_of(method: str, on: date) -> Rule | None:
    """The paper for a settlement whose last day is `on`; None on days before the rules that we know."""
    fitting = (
        one for one in RULES
        if one.method == method and one.from_on <= on and (one.until_on is None or on <= one.until_on)
    )  # fmt: skip
    return next(fitting, None)


def is_period(text: str) -> bool:
    """Whether this is a month, `YYYY-MM`."""
    return _PERIOD.fullmatch(text) is not None


def period_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def days_of(period: str) -> tuple[date, date]:
    """First and last day of a period. Raises ValueError for what is no period."""
    if not is_period(period):
        raise ValueError(f"{period!r} is no period")
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def before(period: str) -> str:
    """The month before."""
    first, _last = days_of(period)
    return f"{first.year - (first.month == 1)}-{(first.month - 2) % 12 + 1:02}"


def is_over(period: str, on: date) -> bool:
    """Whether a period can be closed on a day: its last day is behind us."""
    return days_of(period)[1] < on


@dataclass(frozen=True, slots=True)
class Amount:
    """What a line adds: what the buyer paid (negative: got back) and what of it is the producer's."""

    revenue_vnd: int
    due_vnd: int


@dataclass(frozen=True, slots=True)
class Sums:
    """A settlement's sums, in the order in which they are printed. `total` is what is to be paid, or carried."""

    sales_vnd: int
    #: What came back, positive.
    returns_vnd: int
    #: Of the sales less that of the returns.
    commission_vnd: int
    #: Signed: what fees take is negative.
    adjustments_vnd: int
    #: Balances of earlier periods that were carried into this one, signed.
    carried_in_vnd: int

    @property
    def due_vnd(self) -> int:
        """Of the goods: sales less returns less commission."""
        return self.sales_vnd - self.returns_vnd - self.commission_vnd

    @property
    def total_vnd(self) -> int:
        """All together; never above nothing when the producer owes."""
        return self.due_vnd + self.adjustments_vnd + self.carried_in_vnd


def add_up(lines: Iterable[Amount], adjustments_vnd: Iterable[int], carried_vnd: Iterable[int]) -> Sums:
    """The sums of a settlement from its parts."""
    rows = list(lines)
    gone = sum(one.revenue_vnd for one in rows if one.revenue_vnd > 0)
    back = -sum(one.revenue_vnd for one in rows if one.revenue_vnd < 0)
    commission = sum(one.revenue_vnd - one.due_vnd for one in rows)
    return Sums(gone, back, commission, sum(adjustments_vnd), sum(carried_vnd))


@dataclass(frozen=True, slots=True)
class RateSum:
    """What is due at one rate (or kind without one), with the tax inside; negative when more came back than went."""

    rate_bp: int
    kind: str | None
    gross_vnd: int
    tax_vnd: int

    @property
    def net_vnd(self) -> int:
        """Without the tax."""
        return self.gross_vnd - self.tax_vnd


def by_rate(parts: Iterable[tuple[int, int, str | None]]) -> list[RateSum]:
    """What is due by rate, from (due, rate, kind): the tax of each rate is reckoned once, on its sum.

    The highest rate first, kinds without a rate last.
    """
    sums: dict[tuple[int, str | None], int] = {}
    for due_vnd, rate_bp, kind in parts:
        key = (0 if kind else rate_bp, kind)
        sums[key] = sums.get(key, 0) + due_vnd
    found = [RateSum(bp, kind, gross, tax_within(gross, bp)) for (bp, kind), gross in sums.items()]
    return sorted(found, key=lambda one: (one.kind is not None, -one.rate_bp, one.kind or ""))


def memo_of(period: str) -> str:
    """What stands beside the money on the producer's statement, before the code."""
    return f"OCOP {period[5:]}/{period[:4]}"
