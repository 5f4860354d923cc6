"""Many at once: on real connections of both databases, nothing rolled back."""

from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select

from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import now
from core.db import db
from core.doctor import examine
from core.errors import Busy
from shop.carts import service as carts
from shop.inventory.models import StockLevel
from shop.inventory.refusals import OutOfStock
from shop.orders import service
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.refusals import OrderStateRefused
from shop.orders.rules import State
from shop.payments import service as payments
from shop.payments.queries import get_payment
from tests import make as builders
from tests.support.live import Live

#: One writer at a time on SQLite, by construction.
pytestmark = [pytest.mark.long("sqlite"), pytest.mark.daily("postgresql")]

THREADS = 8


class Stall:
    """A store with so many units of one SKU on its shelf, in a database of its own."""

    def __init__(self, live: Live, units: int) -> None:
        self.live, self.make = live, builders
        self.store, self.sku = live.run(lambda: self._stock(builders, units))

    def _stock(self, make: ModuleType, units: int) -> tuple[str, str]:
        store, sku = make.store(), make.sku()
        make.lot(sku, store, on_shelf=units)
        return store.code, sku.code

    def ask(self, provider: str = "at_store") -> Checkout:
        token = carts.start_cart().token
        carts.set_line(token, self.sku, 1)
        contact = Contact("Người mua thử", "+84912345678")
        return Checkout(token, contact, Fulfilment("pickup", self.store), provider, 120_000)

    def place(self, asked: Checkout) -> str:
        return place_order(asked, ANONYMOUS).number

    def breaches(self) -> list[str]:
        found = self.live.run(examine)
        return [
            f"{one.invariant.code}: {line}" for one in found for line in one.breaches if one.invariant.code != "I12"
        ]


def kinds(answers: list[Any]) -> list[str]:
    return sorted("ok" if isinstance(one, str) else type(one).__name__ for one in answers)


def test_the_last_units_are_sold_exactly_once(live: Live) -> None:
    stall = Stall(live, 3)
    asked = [live.run(stall.ask) for _ in range(THREADS)]
    answers = live.together(THREADS, lambda n: stall.place(asked[n]))
    assert kinds(answers) == ["OutOfStock"] * 5 + ["ok"] * 3
    assert live.run(lambda: db.session.scalar(select(func.sum(StockLevel.held)))) == 3
    assert stall.breaches() == []


def test_one_cart_is_one_order(live: Live) -> None:
    stall = Stall(live, 10)
    asked = live.run(stall.ask)
    answers = live.together(THREADS, lambda n: stall.place(asked))
    assert len(set(answers)) == 1
    assert kinds(answers) == ["ok"] * THREADS
    assert live.run(lambda: db.session.scalar(select(func.count()).select_from(Order))) == 1
    assert stall.breaches() == []


def test_a_cancellation_and_a_handover_never_both_happen(live: Live) -> None:
    stall = Stall(live, 4)
    for _ in range(4):
        number = live.run(lambda: stall.place(stall.ask()))
        token = live.run(lambda n=number: db.session.scalar(select(Order.token).where(Order.number == n)))

        def act(n: int, number: str = number, token: str | None = token) -> str:
            order = service.cancel(number, token, ANONYMOUS) if n % 2 else service.hand_over(number, SYSTEM)
            return order.state

        answers = live.together(4, act)
        ends = {one for one in answers if isinstance(one, str)}
        assert len(ends) == 1, answers
        assert all(isinstance(one, str | OrderStateRefused | Busy) for one in answers), answers
    assert stall.breaches() == []


def test_a_transfer_confirmed_while_its_window_ends_is_kept_or_owed_back(live: Live) -> None:
    stall = Stall(live, 10)
    for _ in range(4):
        number = live.run(lambda: stall.place(stall.ask("vietqr")))
        line = payments.BankLine(120_000, f"FT-{number}", live.run(now))

        def act(n: int, number: str = number, line: payments.BankLine = line) -> str:
            if n == 0:
                return service.confirm_transfer(number, line, SYSTEM).number
            service.end_by_clock(number, "payment_window", State.PLACED)
            return "ended"

        answers = live.together(2, act)
        assert all(isinstance(one, str) for one in answers), answers
        state, status = live.run(
            lambda n=number: (
                db.session.scalar(select(Order.state).where(Order.number == n)),
                get_payment(f"ord:{n}").status,
            )
        )
        assert (state, status) in {("paid", "captured"), ("to_refund", "to_refund")}
    assert stall.breaches() == []


@pytest.mark.slow
def test_baskets_in_opposite_order_do_not_lock_each_other_out(live: Live) -> None:
    def stock() -> tuple[str, list[str]]:
        store = builders.store()
        skus = [builders.sku() for _ in range(4)]
        for sku in skus:
            builders.lot(sku, store, on_shelf=20)
        return store.code, [sku.code for sku in skus]

    store, skus = live.run(stock)

    def ask(backwards: bool) -> Checkout:
        token = carts.start_cart().token
        for sku in reversed(skus) if backwards else skus:
            carts.set_line(token, sku, 3)
        contact = Contact("Người mua thử", "+84912345678")
        return Checkout(token, contact, Fulfilment("pickup", store), "at_store", 10**9)

    asked = [live.run(lambda n=n: ask(n % 2 == 0)) for n in range(THREADS)]
    answers = live.together(THREADS, lambda n: place_order(asked[n], ANONYMOUS).number)
    assert kinds(answers) == ["OutOfStock"] * 2 + ["ok"] * 6
    assert all(isinstance(one, str | OutOfStock) for one in answers)
