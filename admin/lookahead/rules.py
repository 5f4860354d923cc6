"""Sums over what ends: pure functions on lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.renewals.queries import Renewal
from catalog.renewals.rules import Stage

#: Months to look ahead, the present one included.
MONTHS = 12
#: Days ahead for which the value of stock that will be blocked is told (case C11).
HORIZONS = (1, 7, 30, 60)


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate that ends, with what hangs on it. Money in đồng, at sale price."""

    code: str
    product_id: int
    product: str
    producer: str
    producer_code: str
    area: str
    area_code: str
    stars: int
    ends_on: date
    days_left: int
    renewal: Renewal
    #: Value on hand by the id of the store.
    stock: dict[int, int]
    #: Lines of orders that are not finished.
    orders_vnd: int
    #: Booked days of fairs that lie after the last day.
    booths_vnd: int

    @property
    def stage(self) -> Stage:
        """Where its renewal stands."""
        return self.renewal.stage

    @property
    def stock_vnd(self) -> int:
        """Value on hand in all stores that the reader may see."""
        return sum(self.stock.values())

    @property
    def risk_vnd(self) -> int:
        """All that hangs on the renewal; nothing once it is renewed."""
        if self.stage is Stage.RENEWED:
            return 0
        return self.stock_vnd + self.orders_vnd + self.booths_vnd


@dataclass(frozen=True, slots=True)
class Month:
    """What ends in a month."""

    first: date
    lapses: int
    risk_vnd: int

    @property
    def key(self) -> str:
        """Its name in addresses: 2026-11."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asks for; empty means all."""

    area: str = ""
    store: int | None = None
    producer: str = ""
    stars: int | None = None
    stage: str = ""
    month: str = ""


def months_from(on: date) -> list[date]:
    """The first days of the coming months, the present one first."""
    found = [on.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def horizon(on: date) -> date:
    """The last day that is looked at."""
    return (months_from(on)[-1] + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def chosen(lines: Iterable[Line], asked: Filters) -> list[Line]:
    """The lines that fit the filters."""
    return [
        one
        for one in lines
        if (not asked.area or one.area_code == asked.area)
        and (asked.store is None or asked.store in one.stock)
        and (not asked.producer or one.producer_code == asked.producer)
        and (asked.stars is None or one.stars == asked.stars)
        and (not asked.stage or one.stage == asked.stage)
        and (not asked.month or f"{one.ends_on:%Y-%m}" == asked.month)
    ]


def by_month(lines: Sequence[Line], on: date) -> list[Month]:
    """Ends and their money by month; what is renewed carries on and is not counted."""
    ending = [one for one in lines if one.stage is not Stage.RENEWED]
    found: list[Month] = []
    for first in months_from(on):
        mine = [one for one in ending if one.ends_on.replace(day=1) == first]
        found.append(Month(first, len(mine), sum(one.risk_vnd for one in mine)))
    return found


def blocked_ahead(lines: Iterable[Line]) -> dict[int, int]:
    """The value of today's stock that will be blocked so many days from now, if nothing is renewed (case C11)."""
    ending = [one for one in lines if one.stage is not Stage.RENEWED]
    return {days: sum(one.stock_vnd for one in ending if one.days_left < days) for days in HORIZONS}
