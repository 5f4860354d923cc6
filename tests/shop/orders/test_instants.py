"""One decision is judged at one instant, however long its locks took; on both databases."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import ModuleType

import pytest

from core.accounts.actor import SYSTEM
from shop.orders import service
from shop.orders.queries import get_order
from shop.payments import service as payments
from shop.payments.queries import get_payment
from shop.payments.service import BankLine
from tests.shop.returns.bought import place
from tests.support.clock import Clock

MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(("first", "ends"), [(-MOMENT, ("paid", "captured")), (0 * MOMENT, ("to_refund", "to_refund"))])
def test_a_transfer_at_the_end_of_its_window_is_decided_by_one_reading(
    first: timedelta, ends: tuple[str, str], make: ModuleType, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two readings of the clock the window would end: then its goods are gone, and its money is not."""
    clock.on(date(2026, 11, 22))
    order = place(make, "vietqr")
    payment = get_payment(f"ord:{order.number}")
    over = payment.expires_at
    assert over is not None
    clock.set(over - MOMENT)

    def readings() -> Iterator[datetime]:
        yield over + first
        while True:
            yield over + MOMENT

    read = readings()
    monkeypatch.setattr(service, "now", lambda: next(read))
    line = BankLine(payment.amount_vnd, "FT-1", over - timedelta(minutes=5))
    payments.confirm_transfer(f"ord:{order.number}", line, SYSTEM)
    assert (get_order(order.number).state, get_payment(f"ord:{order.number}").status) == ends
