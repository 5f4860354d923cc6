"""A refund that the card's bank returned, after the provider had said that it went or while it was on its way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import now
from core.doctor import examine
from core.schedule import run_due
from shop.cards import jobs
from shop.cards.alarms import list_alarms
from shop.cards.models import CardSignal
from shop.cards.panel import facts_of
from shop.orders import service as orders
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import reference_of
from shop.payments import refunds
from shop.payments.models import Refund
from shop.payments.rules import Way
from tests.fakes.stripe.world import Refund as Given
from tests.support.cards import Cards

LOWERS = pytest.mark.parametrize("lowers", [True, False], ids=["counted-no-more", "still-counted"])


def given_back(cards: Cards, order: Order, session: Session, amount_vnd: int = 50_000) -> Refund:
    """A refund that the worker has sent."""
    refunds.promise(reference_of(order.number), amount_vnd, "goods", "try-1", SYSTEM)
    cards.work()
    cards.send_all()
    return refund_of(session)


def refund_of(session: Session) -> Refund:
    session.expire_all()
    return session.scalars(select(Refund).order_by(Refund.id)).first()  # type: ignore[return-value]


def bounce(cards: Cards, *, lowers: bool = True) -> None:
    (given,) = cards.stand_in.world.refunds.values()
    cards.stand_in.world.bounce(given.id, lowers=lowers)


def pass_hours(cards: Cards) -> None:
    """Signals come, the clock and the worker go on."""
    for _round in range(3):
        cards.send_all()
        cards.clock.forward(hours=2)
        run_due()
        cards.work()


def counters(cards: Cards, order: Order) -> tuple[str, int, int]:
    payment = cards.payment(order)
    return payment.status, payment.refunding_vnd, payment.refunded_vnd


def undone(session: Session) -> list[str]:
    return list(session.scalars(select(CardSignal.kind).where(CardSignal.done_at.is_(None))))


def alarms() -> list[str]:
    return [one.kind for one in list_alarms(is_open=True)[0]]


def broken() -> list[str]:
    """Every invariant but the outbox's, whose clock stands still here."""
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


@pytest.fixture
def paid(cards: Cards, order: Order) -> Order:
    """An order for 120.000 đồng whose money was taken."""
    cards.pay(order)
    cards.send_all()
    return order


@LOWERS
def test_a_refund_that_bounces_is_owed_again(cards: Cards, paid: Order, session: Session, lowers: bool) -> None:
    assert given_back(cards, paid, session).state == "done"
    cards.clock.forward(hours=30)
    bounce(cards, lowers=lowers)
    pass_hours(cards)
    assert refund_of(session).state == "failed" and counters(cards, paid) == ("captured", 0, 0)
    assert undone(session) == [] and alarms() == ["refund_failed"] and broken() == []


@LOWERS
def test_a_refund_that_was_pending_and_bounces_is_asked_for_no_second_time(
    cards: Cards, paid: Order, session: Session, lowers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, real = cards.stand_in.world, cards.stand_in.world.refund

    def pending(*args: Any, **more: Any) -> Given:
        made = real(*args, **more)
        made.status = "pending"
        return made

    monkeypatch.setattr(world, "refund", pending)
    assert given_back(cards, paid, session).state == "sent"
    cards.clock.forward(hours=3)
    bounce(cards, lowers=lowers)
    jobs.look_far_back(now())  # nobody has told us: the clock asks
    assert refund_of(session).state == "failed" and len(world.refunds) == 1
    pass_hours(cards)
    assert counters(cards, paid) == ("captured", 0, 0)
    assert alarms() == ["refund_failed"] and len(world.refunds) == 1


def test_an_order_that_was_refunded_waits_for_its_refund_again_and_gets_it_another_way(
    cards: Cards, paid: Order, session: Session
) -> None:
    orders.call_off(paid.number, SYSTEM, "hết hàng")
    cards.work()
    cards.send_all()
    assert (cards.state(paid), counters(cards, paid)) == ("refunded", ("refunded", 120_000, 120_000))
    bounce(cards)
    pass_hours(cards)
    assert (cards.state(paid), counters(cards, paid)) == ("to_refund", ("to_refund", 0, 0))
    assert get_order(paid.number).events[-1].action == "bounce" and broken() == []
    assert facts_of(cards.payment(paid), is_buyer=True) is None, "nothing goes to the card any more"
    anew = refunds.again(refund_of(session).code, Way.BANK, SYSTEM)
    refunds.done(anew.code, "FT26330000001", SYSTEM)
    pass_hours(cards)
    assert (cards.state(paid), counters(cards, paid)) == ("refunded", ("refunded", 120_000, 120_000))
    assert alarms() == ["refund_failed"] and broken() == []


def test_a_refund_of_the_providers_desk_that_bounces_is_here_again(cards: Cards, paid: Order, session: Session) -> None:
    cards.stand_in.control_refund(cards.intent(paid).id, 20_000)
    cards.send_all()
    assert counters(cards, paid) == ("captured", 20_000, 20_000)
    bounce(cards)
    pass_hours(cards)
    assert counters(cards, paid) == ("captured", 0, 0)
    assert sorted(alarms()) == ["refund_by_hand", "refund_failed"]


def test_what_went_by_a_later_try_stays(cards: Cards, paid: Order, session: Session) -> None:
    """An earlier version asked again under the same code: the failed try says nothing of the one that went."""
    code = given_back(cards, paid, session).code
    world = cards.stand_in.world
    first = world.refund(cards.intent(paid).id, 50_000, {"refund": code})
    world.bounce(first.id)
    pass_hours(cards)
    assert refund_of(session).state == "done" and counters(cards, paid) == ("captured", 50_000, 50_000)
    assert undone(session) == [] and alarms() == []


def test_a_bounce_that_nobody_told_is_found_when_nothing_else_is_sold(
    cards: Cards, paid: Order, session: Session
) -> None:
    given_back(cards, paid, session)
    cards.live_at(now() + timedelta(days=20))
    bounce(cards)
    jobs.look_far_back(now())
    cards.work()
    assert refund_of(session).state == "failed" and alarms() == ["refund_failed"]


def test_only_a_card_takes_its_word_back(cards: Cards, paid: Order, session: Session) -> None:
    """The table of refunds keeps what a bank or a counter paid, whatever a program asks."""
    one = refunds.promise(reference_of(paid.number), 50_000, "goods", "try-1", SYSTEM, way=Way.BANK)
    refunds.done(one.code, "FT1", SYSTEM)
    with pytest.raises(Exception, match="refund_fixed"):
        refunds.failed(one.code, "no", bounced_ref="FT1")
