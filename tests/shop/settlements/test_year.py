"""Twelve months of one producer's sales against a reckoning that shares no code with the shop's.

The diary below is kept in the test's own words while the rows are written; `reckoned` reads the diary alone, with
fractions, and never a table.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from random import Random
from types import ModuleType

import pytest

from core.clock import today
from core.doctor import examine
from shop.inventory.models import Lot
from shop.settlements import asking, service
from shop.settlements.rules import Extra
from tests.shop.settlements.stage import Stage, at
from tests.support.clock import Clock

pytestmark = pytest.mark.long
FIRST = date(2025, 10, 1)


@dataclass
class Entry:
    """One sale or return as a book keeper would write it down."""

    written: date  # when the shop knew of it: late synchronised sales are written later than they were made
    money: int  # for all of it, discounts off; positive
    parts: list[tuple[int, Fraction | None]]  # units, and the shop's share (None: goods that the shop had bought)
    is_back: bool = False


@dataclass
class Diary:
    entries: list[Entry] = field(default_factory=list)
    extras: list[tuple[date, int]] = field(default_factory=list)


def by_largest_remainder(money: int, units: list[int]) -> list[int]:
    """Whole đồng over units: each gets its floor, and the largest fractions one more."""
    exact = [Fraction(money * one, sum(units)) for one in units]
    whole = [int(one) for one in exact]
    order = sorted(range(len(units)), key=lambda i: (exact[i] - whole[i], -i), reverse=True)
    for place in order[: money - sum(whole)]:
        whole[place] += 1
    return whole


def reckoned(diary: Diary, months: list[tuple[date, date]]) -> list[int]:
    """What each month pays (negative: what she owes, and the next month starts with)."""
    totals: list[int] = []
    debt, done = 0, date(1999, 1, 1)
    for _first, last in months:
        total = debt
        for entry in diary.entries:
            if not done < entry.written <= last:
                continue
            for money, (_units, share) in zip(
                by_largest_remainder(entry.money, [units for units, _share in entry.parts]), entry.parts, strict=True
            ):
                if share is not None:
                    hers = Decimal(money) * (Decimal(1) - Decimal(share.numerator) / Decimal(share.denominator))
                    whole = int(hers.quantize(Decimal(1), rounding=ROUND_DOWN))
                    total += -whole if entry.is_back else whole
        total += sum(amount for day, amount in diary.extras if done < day <= last)
        totals.append(total)
        debt, done = min(total, 0), last
    return totals


def months() -> list[tuple[date, date]]:
    found, first = [], FIRST
    for _ in range(12):
        after = (first + timedelta(days=32)).replace(day=1)
        found.append((first, after - timedelta(days=1)))
        first = after
    return found


class Year:
    """Sells by a fixed drawing of lots."""

    def __init__(self, make: ModuleType, clock: Clock) -> None:
        self.clock, self.random, self.diary = clock, Random(2026), Diary()
        clock.on(FIRST)
        self.stage = Stage(make)
        self.goods: list[tuple[int, list[tuple[Lot, Fraction | None]]]] = []
        for price in (33_333, 120_000, 187_501):
            sku = self.stage.sku(price, begins=FIRST - timedelta(days=30))
            terms = [(2_000, True), (1_750, True), (1_333, True), (0, False)]
            lots = [(self.stage.lot(sku, bp, is_consigned=c), Fraction(bp, 10_000) if c else None) for bp, c in terms]
            self.goods.append((price, lots))

    def month(self, first: date, last: date) -> None:
        for _ in range(7):
            self.clock.on(first + timedelta(days=self.random.randrange((last - first).days)))
            self.sell()

    def sell(self) -> None:
        price, lots = self.random.choice(self.goods)
        chosen = [(*lot, self.random.randint(1, 5)) for lot in self.random.sample(lots, self.random.randint(1, 3))]
        units = sum(count for *_lot, count in chosen)
        discount = self.random.choice((0, 0, 1, 7_777, price * units // 10))
        wanted = [(lot, count) for lot, _share, count in chosen]
        day = self.clock_day()
        parts = [(count, share) for _lot, share, count in chosen]
        money = price * units - discount
        self.diary.entries.append(Entry(day, money, parts))
        if self.random.random() < 0.6:
            sale = self.stage.ring_up(wanted, price, discount)
            if self.random.random() < 0.3:
                back = self.random.randint(1, chosen[0][2])
                lost = min(discount, self.random.choice((0, 1, 13)))
                self.clock.forward(days=self.random.randint(0, 20))
                self.stage.ring_up([(chosen[0][0], back)], price, lost, of=sale)
                self.diary.entries.append(
                    Entry(self.clock_day(), back * price - lost, [(back, chosen[0][1])], is_back=True)
                )
            return
        order = self.stage.order(wanted, price, discount)
        if self.random.random() < 0.4:
            self.clock.forward(days=self.random.randint(0, 25))
            worth = money * 2 // 3 + 1
            self.stage.give_back(order, wanted, worth)
            self.diary.entries.append(Entry(self.clock_day(), worth, parts, is_back=True))

    def late(self, made: date) -> None:
        """A till that was without the network on a day long closed."""
        price, lots = self.goods[0]
        self.stage.ring_up([(lots[0][0], 3)], price, 2, decided_at=at(made))
        self.diary.entries.append(Entry(self.clock_day(), 3 * price - 2, [(3, lots[0][1])]))

    def ruin(self) -> None:
        """A large order is given back in a month without sales: she owes."""
        price, lots = self.goods[2]
        order = self.stage.order([(lots[0][0], 40)], price)
        self.diary.entries.append(Entry(self.clock_day(), 40 * price, [(40, lots[0][1])]))
        self.clock.forward(days=20)
        self.stage.give_back(order, [(lots[0][0], 40)], 40 * price)
        self.diary.entries.append(Entry(self.clock_day(), 40 * price, [(40, lots[0][1])], is_back=True))

    def extra(self, amount: int) -> None:
        stage = self.stage
        row = asking.adjust(stage.seller, stage.producer.code, Extra.FEE, amount, "Phí", stage.maker)
        asking.decide_adjustment(row.code, stage.checker, agrees=True)
        self.diary.extras.append((self.clock_day(), amount))

    def clock_day(self) -> date:
        return today()


def test_a_year_settles_to_the_dong(make: ModuleType, clock: Clock) -> None:
    year = Year(make, clock)
    stage, paid = year.stage, []
    for number, (first, last) in enumerate(months()):
        clock.on(first + timedelta(days=2))
        if number == 5:
            year.late(months()[3][0])
        if number == 7:
            clock.on(last)
            year.ruin()
        elif number != 8:
            year.month(first, last)
        if number in (2, 6):
            clock.on(last)
            year.extra((-12_345, 777)[number == 6])
        clock.on(last + timedelta(days=1))
        stage.close(f"{first:%Y-%m}")
        stage.approve(f"{first:%Y-%m}")
        row = stage.settled(f"{first:%Y-%m}")
        if row.total_vnd > 0:
            service.pay(row.code, f"FT-{number}", stage.maker)
        paid.append(row.total_vnd)
    expected = reckoned(year.diary, months())
    assert paid == expected
    assert min(paid) < 0 < max(paid)  # the debt was there, and was carried
    assert len(year.diary.entries) > 90
    wrong = [line for one in examine() if one.invariant.code in ("I60", "I61", "I62") for line in one.breaches]
    assert wrong == []
