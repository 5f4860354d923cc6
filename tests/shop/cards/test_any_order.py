"""P28: the signals of one order, in any order, any number of times, early or late: the same end.

Six things happen to one payment. Each permutation is told with duplicates, once while the provider already holds
the end (as after an outage), and once while every look sees the provider as it was when that event happened (the
worst that a lagging provider could show). A savepoint takes every walk back.
"""

import random
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, permutations
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import Connection, func, select

from core.clock import now
from core.db import db, end_reading
from shop.cards import inbox, settling
from shop.cards.alarms import list_alarms
from shop.cards.capturing import take
from shop.cards.models import CardSignal
from shop.inventory.models import StockLevel
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import reference_of
from shop.payments.models import Payment, PaymentEvent, Refund
from shop.payments.providers.stripe import GivenBack, Intent, Page, Told
from shop.payments.queries import get_payment
from tests.support.cards import KEY, Cards

KINDS = (
    "payment_intent.payment_failed", "payment_intent.amount_capturable_updated", "checkout.session.completed",
    "payment_intent.succeeded", "charge.refunded", "charge.dispute.created",
)  # fmt: skip
EVERY = list(permutations(range(len(KINDS))))
#: How far a payment has come: it may never fall back.
RANK = {"pending": 0, "authorised": 1, "captured": 2}
GIVEN = GivenBack("re_1", "succeeded", 20_000, None, None)


@dataclass
class Lagging:
    """The provider, seen as it was when the present event happened; what we do to it counts at once."""

    base: str
    reference: str
    page_id: str
    stage: int = 5
    key: str = KEY
    is_live: bool = False
    taken: bool = False

    def intent(self) -> Intent:
        """The money at this stage."""
        amount, taken = 120_000, self.taken or self.stage >= 3
        status = "succeeded" if taken else "requires_capture" if self.stage else "requires_payment_method"
        return Intent(
            "pi_1", status, amount, amount if taken else 0, "vnd", False, self.reference, now() if taken else None,
            refunded=20_000 if self.stage >= 4 else 0, is_disputed=self.stage >= 5, charge_id="ch_1",
        )  # fmt: skip

    def get_page(self, page_id: str) -> Page:
        """The page at this stage."""
        return Page(page_id, "complete" if self.stage else "open", None, self.intent())

    def get_intent(self, _intent_id: str) -> Intent:
        """The money."""
        return self.intent()

    def capture(self, _intent_id: str, _amount_vnd: int, _key: str) -> Intent:
        """Taken at once."""
        self.taken = True
        return self.intent()

    def let_go(self, _intent_id: str) -> Intent:
        """Freed."""
        return replace(self.intent(), status="canceled")

    def close_page(self, _page_id: str) -> None:
        """Closed."""

    def list_given_back(self, _intent_id: str) -> list[GivenBack]:
        """What went back by now."""
        return [GIVEN] if self.stage >= 4 else []


@contextmanager
def taken_back() -> Generator[None]:
    """Undo everything at the end."""
    end_reading()
    db.session.remove()
    connection = db.engine
    assert isinstance(connection, Connection)
    point = connection.begin_nested()
    try:
        yield
    finally:
        end_reading()
        db.session.remove()
        point.rollback()


def told(provider: Lagging, number: int) -> Told:
    return Told(f"evt_{number}", KINDS[number], now(), False, None, provider.reference, "pi_1")


def walk(provider: Lagging, order: Sequence[int], dice: random.Random, *, lag: bool) -> None:
    """Tell the events in this order, each one to three times, some again at the end, and do what the worker does."""
    again = [number for number in order if dice.random() < 0.5]
    waiting = set[int]()
    for number in [*order, *again]:
        provider.stage = number if lag else 5
        for _ in range(dice.randint(1, 3)):
            inbox.store(told(provider, number), "webhook")
        waiting.add(number)
        if lag or dice.random() < 0.5:
            work_off(provider.reference, waiting)
    work_off(provider.reference, waiting)


def work_off(reference: str, waiting: set[int]) -> None:
    """Deal with what came, then take what is reserved: the worker's part, without the letters."""
    for number in sorted(waiting):
        inbox.deal_with(f"evt_{number}")
    waiting.clear()
    take(reference)
    end_reading()


def end_of(number: str) -> tuple[Any, ...]:
    """Everything that must be the same."""
    db.session.expire_all()
    order, payment = get_order(number), get_payment(reference_of(number))
    refunds = [(one.amount_vnd, one.state, one.provider_ref) for one in db.session.scalars(select(Refund))]
    return (
        order.state, order.decided_at, payment.status, payment.captured_vnd, payment.refunded_vnd,
        payment.refunding_vnd, tuple(refunds), tuple(sorted(one.kind for one in list_alarms(is_open=True)[0])),
        tuple(sorted(one.event_id for one in db.session.scalars(select(CardSignal)) if one.outcome == "settled")),
        db.session.scalar(select(func.sum(StockLevel.held))),
    )  # fmt: skip


def never_backwards(number: str) -> None:
    """No step of the payment leads back, and none is taken twice."""
    query = select(PaymentEvent.status).join(Payment, Payment.id == PaymentEvent.payment_id)
    seen = list(db.session.scalars(query.where(Payment.reference == reference_of(number)).order_by(PaymentEvent.id)))
    ranks = [RANK[one] for one in seen]
    assert ranks == sorted(ranks), seen
    assert seen[0] == "pending" and seen.count("authorised") == 1, seen


EXPECTED_ALARMS = ("dispute", "refund_by_hand")


@pytest.fixture
def provider(cards: Cards, order: Order) -> Lagging:
    page_id = cards.page_of(order)
    made = Lagging(current_app.extensions["config"].stripe_api_base, reference_of(order.number), page_id)
    current_app.extensions["stripe"] = made
    return made


def every_walk_ends_alike(provider: Lagging, orders: Sequence[Sequence[int]], *, lag: bool) -> None:
    number, ends = provider.reference.removeprefix("ord:"), set[tuple[Any, ...]]()
    for seed, order in enumerate(orders):
        with taken_back():
            provider.taken, provider.stage = False, 5
            walk(provider, order, random.Random(seed), lag=lag)
            ends.add(end_of(number))
            never_backwards(number)
        assert len(ends) == 1, f"{order} ends otherwise: {ends}"
    (end,) = ends
    assert end[0] == "paid" and end[1] is not None
    assert end[2:6] == ("captured", 120_000, 20_000, 20_000)
    assert end[6] == ((20_000, "done", "re_1"),) and end[7] == EXPECTED_ALARMS
    assert len(end[8]) == len(KINDS) and end[9] == 1


@pytest.mark.parametrize("lag", [False, True], ids=["at the end", "as it was then"])
@pytest.mark.long("postgresql")
def test_some_orders_of_six_events_end_alike(provider: Lagging, lag: bool) -> None:
    every_walk_ends_alike(provider, [EVERY[0], EVERY[-1], *islice(EVERY, 77, None, 300)], lag=lag)


@pytest.mark.parametrize("first", range(len(KINDS)))
@pytest.mark.parametrize("lag", [False, True], ids=["at the end", "as it was then"])
@pytest.mark.on("sqlite")
@pytest.mark.long
@pytest.mark.timeout(600)
def test_all_720_orders_of_six_events_end_alike(provider: Lagging, lag: bool, first: int) -> None:
    """Six parts of 120 walks, by the event that is told first."""
    part = [order for order in EVERY if order[0] == first]
    assert len(EVERY) == 720 and len(part) == 120
    every_walk_ends_alike(provider, part, lag=lag)


@pytest.mark.long("postgresql")
def test_a_program_that_believes_the_last_word_ends_in_many_ways(
    provider: Lagging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: what was seen last is not the same in all orders, so the walks do tell programs apart."""
    seen, lasts = list[str](), set[str]()
    monkeypatch.setattr(settling, "settle", lambda _reference, intent: seen.append(intent.status))
    for order in (EVERY[0], EVERY[-1]):
        with taken_back():
            walk(provider, order, random.Random(7), lag=True)
            lasts.add(seen[-1])
    assert len(lasts) > 1
