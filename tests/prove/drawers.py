"""P21, the drawer: opening and cash in less cash out is what was counted less the recorded difference.

A random cashier keeps books of her own beside the till's; every report must say what they say.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from catalog.listings.models import Sku
from core.db import db
from shop.tills import returning, selling, shifts
from shop.tills.asked import read_sale
from shop.tills.models import Till
from shop.tills.schemas import SaleIn
from tests.prove.scenarios import PRICE, Scenario, judge_doctor
from tests.prove.stage import House, doctor
from tests.prove.stalls import open_stalls


def drawer_machine(house: House, steps: int = 2_000) -> str:
    """P21: any order of sales, returns, pay-ins and pay-outs: opening and cash in less cash out is counted less the
    recorded difference, in every report, against a model that keeps its own books.
    """
    with house.stage() as stage:
        done = stage.prepare(lambda: Machine().run(steps))
        judge_doctor(stage)
    return f"{steps} steps, {dict(done)}: no đồng unexplained"


def drawer_tampered(house: House) -> str:
    """Control: one đồng changed behind the till's back is seen."""
    with house.stage() as stage:
        stage.prepare(lambda: Machine().run(40))
        on = " ON till_tender" if house.kind == "postgresql" else ""
        stage.tell(
            f"DROP TRIGGER till_tender_fixed{on}",
            "UPDATE till_tender SET amount_vnd = amount_vnd + 1 WHERE id = (SELECT min(id) FROM till_tender"
            " WHERE way = 'cash')",
        )
        status, broken = doctor(stage)
        assert status == 1, f"flask doctor exits {status} on a tampered drawer"
        assert {"I52a", "I52d"} <= set(broken), f"flask doctor names {broken}"
    return f"one đồng changed: flask doctor names {', '.join(broken)}"


class Machine:
    """A random cashier, and books of her own beside those of the till."""

    def __init__(self) -> None:
        from tests import make

        store = make.store()
        self.dice = random.Random(21)
        self.packs = [make.sku(price_vnd=PRICE, unit=unit).code for unit in ("piece", "gram")]
        for code in self.packs:
            make.lot(db.session.scalar(select(Sku).where(Sku.code == code)), store, on_shelf=10_000_000)
        self.stall = open_stalls(store, 1)[0]
        self.till = db.session.get_one(Till, self.stall.place.till_id)
        self.cash, self.sold = 500_000, list[dict[str, Any]]()
        self.code = self.stall.shift

    def run(self, steps: int) -> Counter[str]:
        """Take so many steps; the last one closes."""
        done: Counter[str] = Counter()
        acts: list[tuple[Callable[[], None], int]] = [
            (self.sell, 10), (self.give_back, 3), (self.pay_in, 1), (self.pay_out, 2), (self.look, 2), (self.close, 1),
        ]  # fmt: skip
        for _step in range(steps):
            act = self.dice.choices([one for one, _w in acts], [weight for _o, weight in acts])[0]
            act()
            done[act.__name__] += 1
        self.look()
        self.close()
        return done

    def sell(self) -> None:
        """Pieces or grams, in cash (rounded), by card, or both."""
        lines = [(code, self.dice.randint(1, 999 if code == self.packs[1] else 3)) for code in self.packs]
        net = PRICE * lines[0][1] + (PRICE * lines[1][1] + 500) // 1000
        is_split = self.dice.random() < 0.3
        rounding = 0 if is_split else (net + 500) // 1000 * 1000 - net
        cash = net // 2 if is_split else net + rounding
        tenders = [{"way": "cash", "amount": cash}]
        if is_split:
            tenders.append({"way": "card", "amount": net - cash, "reference": f"C{self.dice.randrange(10**6)}"})
        body = self.stall.body(lines) | {
            "shift": self.code, "total": net + rounding, "rounding": rounding, "tenders": tenders,
        }  # fmt: skip
        asked = read_sale(SaleIn().load(body))  # type: ignore[arg-type]
        answer = json.loads(selling.sell(self.stall.place, asked, self.stall.cashier).body)
        self.cash += cash
        self.sold.append(answer)

    def give_back(self) -> None:
        """Some of an earlier sale, in cash."""
        if not self.sold:
            return
        sale = self.sold.pop(self.dice.randrange(len(self.sold)))
        lines = [{"position": 1, "quantity": 1, "to": self.dice.choice(["shelf", "damage"])}]
        asked = {"sale": sale["code"], "lines": lines, "is_cash": True}
        total = returning.quote(self.till, asked)["total"]
        if total > min(self.cash, 500_000):
            return
        body = {
            "uuid": str(uuid4()), "sale": sale["code"], "lines": lines, "approvals": [],
            "tenders": [{"way": "cash", "amount": total, "reference": None}] if total else [],
        }  # fmt: skip
        returning.take_back(self.stall.place, body, "x", self.stall.cashier)
        self.cash -= total

    def pay_in(self) -> None:
        """Change is laid in."""
        self._move("pay_in", self.dice.randint(1, 300_000))

    def pay_out(self) -> None:
        """Something is bought for the shop, if there is so much."""
        amount = self.dice.randint(1, 200_000)
        if amount <= self.cash:
            self._move("pay_out", amount)

    def look(self) -> None:
        """The X report says what the books say."""
        expected = shifts.report(shifts.get_shift(self.code))["expected"]
        assert expected == self.cash, f"X report {expected}, books {self.cash}"

    def close(self) -> None:
        """Count, more or less well; the next shift begins with what was found."""
        found = self.cash // 1000 * 1000 + self.dice.choice([-1000, 0, 0, 1000]) if self.cash >= 1000 else 0
        pieces = {1000: found // 1000}
        closed = shifts.close_shift(self.till, self.code, shifts.Counted(pieces), self.stall.cashier)
        assert (closed.expected_vnd, closed.difference_vnd) == (self.cash, found - self.cash)
        self.code = shifts.open_shift(self.till, found, self.stall.cashier).code
        self.cash, self.sold = found, self.sold[-20:]

    def _move(self, kind: str, amount: int) -> None:
        shifts.move_cash(self.till, self.code, kind, amount, "thử", self.stall.cashier)
        self.cash += amount if kind == "pay_in" else -amount


SCENARIOS = (
    Scenario("drawer", lambda house: drawer_machine(house, 60)),
    Scenario("drawer, control", drawer_tampered),
    Scenario("drawer, two thousand steps", drawer_machine, quick=False),
)
