"""One credit told by everybody at once: by the bank, by a statement, by hand; on real connections."""

import pytest
from sqlalchemy import func, select

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db
from core.errors import Busy, Refusal
from shop.bank import feed, importing, service
from shop.bank.models import Credit
from shop.bank.rules import Source
from shop.orders import service as orders
from shop.payments import service as payments
from shop.payments.service import BankLine
from tests import make
from tests.shop.bank.conftest import Till, notice
from tests.support.live import Live

pytestmark = pytest.mark.long("sqlite")  # one writer at a time there, by construction

THREADS = 6


@pytest.fixture
def town(live: Live) -> tuple[Till, str, str, int]:
    """A till, an order's number, the secret of the bank, and the order's sum."""

    def open_it() -> tuple[Till, str, str, int]:
        till = Till(make)
        secret = feed.open_feed(till.seller, SYSTEM)
        order = till.order()
        return till, order.number, secret, order.total_vnd

    return live.run(open_it)


def by_webhook(till: Till, secret: str, number: str, total: int) -> None:
    body, at = notice(till.seen(number, total, "FT1")), int(now().timestamp())
    feed.take_notice(f"k={till.seller.code},t={at},v1={feed.sign(secret, at, body)}", body)


def by_statement(till: Till, number: str, total: int) -> None:
    day = f"{now():%Y-%m-%d}"
    data = f"Ngày,Ghi có,Nội dung,Mã giao dịch\n{day},{total},{number},FT1\n{day},5000,khác,FT2\n".encode()
    importing.take_statement(till.seller, data, "a.csv", {}, SYSTEM)


def test_one_line_from_three_sides_counts_once(live: Live, town: tuple[Till, str, str, int]) -> None:
    till, number, secret, total = town

    def tell(turn: int) -> None:
        for _ in range(8):
            try:
                if turn % 3 == 0:
                    return by_webhook(till, secret, number, total)
                if turn % 3 == 1:
                    return by_statement(till, number, total)
                orders.confirm_transfer(number, BankLine(total, "FT1", now()), SYSTEM)
            except Busy:
                continue
            return None
        raise AssertionError("busy for ever")

    answers = live.together(THREADS, tell)
    assert [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refusal)] == []
    live.run(lambda: service.match_new(now()))

    def after() -> tuple[int, int, str, list[str]]:
        payment = payments.lock_payment(f"ord:{number}")
        count = db.session.scalar(select(func.count()).select_from(Credit).where(Credit.bank_ref == "FT1")) or 0
        return count, payment.captured_vnd, till.line("FT1").state, till.breaches()

    assert live.run(after) == (1, total, "paid", [])


@pytest.mark.daily("postgresql")
def test_parts_that_come_at_once_pay_once(live: Live, town: tuple[Till, str, str, int]) -> None:
    till, number, _secret, total = town
    part = total // THREADS

    def tell(turn: int) -> None:
        amount = part if turn else total - part * (THREADS - 1)
        kept = service.keep(till.seller, [till.seen(number, amount, f"P{turn}")], Source.WEBHOOK, SYSTEM)
        service.match(kept.fresh[0])

    answers = live.together(THREADS, tell)
    assert [one for one in answers if isinstance(one, Exception)] == []
    live.run(lambda: service.match_new(now()))

    def after() -> tuple[str, set[str], list[str]]:
        states = set(db.session.scalars(select(Credit.state)))
        return payments.lock_payment(f"ord:{number}").status, states, till.breaches()

    assert live.run(after) == ("captured", {"paid"}, [])


def test_the_order_ends_while_the_rest_comes(live: Live, town: tuple[Till, str, str, int]) -> None:
    till, number, _secret, total = town
    live.run(lambda: till.tell(number, 1_000, "P1", payer_bin="970436", payer_account="1", payer_holder="A"))

    def act(turn: int) -> None:
        if turn:
            kept = service.keep(till.seller, [till.seen(number, total - 1_000, "P2")], Source.WEBHOOK, SYSTEM)
            service.match(kept.fresh[0])
        else:
            orders.call_off(number, SYSTEM, "hết hàng")

    answers = live.together(2, act)
    assert [one for one in answers if isinstance(one, Exception)] == []

    def after() -> tuple[str, int, list[str]]:
        payment = payments.lock_payment(f"ord:{number}")
        return payment.status, payment.captured_vnd, till.breaches()

    status, captured, breaches = live.run(after)
    assert (status, captured) in (("to_refund", total), ("cancelled", 0))
    assert breaches == []
