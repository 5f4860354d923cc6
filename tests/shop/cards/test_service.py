"""An order paid by card: reserved, judged again, taken; and every way in which it is not."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.certificates import service as certificates
from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import local_day, now
from core.db import transaction
from core.doctor import examine
from core.outbox import OutboxRow
from core.schedule import run_due
from shop.cards import capturing, jobs, sessions, settling
from shop.cards.alarms import list_alarms
from shop.cards.models import CardSession, CardSignal
from shop.cards.refusals import CardPageNotFound
from shop.inventory.models import StockHold, StockLevel
from shop.orders import service as orders
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import reference_of
from shop.payments import refunds, reserving
from shop.payments import service as payments
from shop.payments.models import Refund
from shop.payments.providers.port import Payee, Request, get_provider, offered
from shop.payments.providers.stripe import ProviderAway
from shop.payments.refusals import AmountOutOfRange
from shop.payments.rules import CAPTURE_MARGIN
from shop.stores.models import Store
from tests.shop.cards.conftest import LAST_DAY, MIDNIGHT
from tests.support.cards import ASKS, DECLINED, GOOD, Cards

pytestmark = pytest.mark.long("postgresql")

MINUTE = timedelta(minutes=1)


def alarms() -> list[str]:
    return sorted(one.kind for one in list_alarms(is_open=True)[0])


def held(session: Session) -> int:
    return int(session.scalar(select(func.sum(StockLevel.held))) or 0)


def revoke(order: Order) -> None:
    code = order.lines[0].certificate_code
    certificates.revoke(SYSTEM, code, decision_number="1/QĐ-TH", ground="breach", effective_on=local_day(now()))


def broken() -> list[str]:
    """Every invariant but the outbox's, whose clock stands still here."""
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


def books(cards: Cards, order: Order) -> tuple[Any, ...]:
    """What both sides say about the money: ours, theirs."""
    payment, intent = cards.payment(order), cards.intent(order)
    charge = cards.stand_in.world.charges[intent.charge or ""]
    return payment.captured_vnd, payment.refunded_vnd, intent.received, charge.refunded


def test_cards_are_offered_where_a_key_is_set(cards: Cards) -> None:
    assert "stripe" in [one.name for one in offered(Payee(1, "Thử"))]


@pytest.mark.parametrize("amount", [14_999, 100_000_000])
def test_a_sum_that_no_card_takes_is_refused_at_checkout(cards: Cards, amount: int) -> None:
    request = Request("ord:DH-1", amount, "OCOP", Payee(1, "Thử"))
    with pytest.raises(AmountOutOfRange):
        get_provider("stripe", request.payee).open(request)


def test_an_order_is_reserved_judged_and_paid(cards: Cards, order: Order, session: Session) -> None:
    cards.pay(order)
    assert cards.intent(order).status == "requires_capture"
    cards.send_all()
    paid = get_order(order.number)
    assert paid.state == "paid"
    assert paid.decided_at == cards.payment(order).capture_at == now()
    assert [one.action for one in paid.events] == ["place", "authorise", "pay"]
    assert books(cards, order) == (120_000, 0, 120_000, 0)
    assert session.scalars(select(StockHold.expires_at)).all() == [None]
    assert alarms() == [] and broken() == []


def test_every_amount_at_the_provider_is_the_total_in_dong(cards: Cards, order: Order) -> None:
    cards.pay(order)
    cards.send_all()
    (page,) = cards.stand_in.world.sessions.values()
    intent = cards.intent(order)
    assert (page.amount, page.currency, intent.amount, intent.received) == (120_000, "vnd", 120_000, 120_000)


def test_the_buyer_is_led_to_one_page_however_often_she_comes(cards: Cards, order: Order) -> None:
    assert cards.page_of(order) == cards.page_of(order) == cards.page_of(order)
    assert len(cards.stand_in.world.sessions) == 1


def test_a_page_whose_answer_was_lost_is_the_same_page(cards: Cards, order: Order) -> None:
    cards.stand_in.control_faults([{"act": "drop", "path": "/v1/checkout/sessions", "times": 1}])
    with pytest.raises(ProviderAway):
        cards.page_of(order)
    assert cards.page_of(order) in cards.stand_in.world.sessions
    assert len(cards.stand_in.world.sessions) == 1


def test_a_page_that_was_closed_is_followed_by_a_new_one(cards: Cards, order: Order) -> None:
    first = cards.page_of(order)
    cards.stand_in.world.expire_session(first)
    assert cards.page_of(order) != first
    cards.pay(order)
    cards.send_all()
    assert cards.state(order) == "paid"


def test_an_unknown_token_is_not_found(cards: Cards) -> None:
    with pytest.raises(CardPageNotFound):
        sessions.lead_to_page("nobody")


def test_the_provider_is_never_asked_inside_a_transaction(cards: Cards, order: Order) -> None:
    with transaction(), pytest.raises(RuntimeError):
        sessions.get_by_token(str(cards.payment(order).token))
        cards.page_of(order)


def test_a_declined_card_ends_nothing_and_another_pays(cards: Cards, order: Order) -> None:
    assert cards.pay(order, DECLINED) == {"error": "card_declined"}
    cards.send_all()
    assert cards.state(order) == "placed"
    assert cards.pay(order, ASKS)["status"] == "requires_capture"
    cards.send_all()
    assert cards.state(order) == "paid"
    assert len(cards.intents()) == 1


def test_nobody_told_us_and_the_clock_finds_out(cards: Cards, order: Order) -> None:
    cards.pay(order)
    assert jobs.look_for_lost(now()) == 4, "every event of the provider's is fetched"
    cards.work()
    assert cards.state(order) == "paid"


def test_a_payment_that_waits_is_looked_up_even_without_any_event(cards: Cards, order: Order) -> None:
    cards.pay(order)
    for event in cards.events():
        event.is_delivered = True  # the provider believes that we were told
    jobs.look_for_lost(now())
    cards.work()
    assert cards.state(order) == "placed"
    cards.clock.forward(minutes=11)
    jobs.look_for_lost(now())
    cards.work()
    assert cards.state(order) == "paid"


def test_the_buyers_return_is_enough(cards: Cards, order: Order) -> None:
    cards.pay(order)
    answer = cards.client.get(f"/thanh-toan/the/{cards.payment(order).token}/xong")
    assert answer.status_code == 200 and answer.headers["Refresh"].startswith("2; ")
    cards.work()
    assert cards.state(order) == "paid"
    answer = cards.client.get(f"/thanh-toan/the/{cards.payment(order).token}/xong")
    assert answer.status_code == 303 and order.number in answer.location


def test_a_card_reserved_after_the_window_is_let_go(cards: Cards, order: Order, session: Session) -> None:
    page = cards.page_of(order)
    cards.clock.forward(minutes=31)
    cards.stand_in.control_pay(page, GOOD)
    cards.send_all()
    assert cards.state(order) == "cancelled"
    assert cards.payment(order).status == "expired"
    assert cards.intent(order).status == "canceled"
    assert held(session) == 0


def test_when_the_window_ends_nobody_can_pay_any_more(cards: Cards, order: Order) -> None:
    page = cards.page_of(order)
    cards.clock.forward(minutes=31)
    payments.expire_due(now())
    cards.work()
    assert cards.stand_in.world.sessions[page].status == "expired"
    assert cards.state(order) == "cancelled"


def test_an_order_called_off_lets_the_reserved_money_go(cards: Cards, order: Order, session: Session) -> None:
    cards.pay(order)
    settling.look(reference_of(order.number))  # reserved, and not yet taken
    assert cards.state(order) == "authorised"
    orders.cancel(order.number, order.token, ANONYMOUS)
    cards.work()
    assert cards.intent(order).status == "canceled"
    assert (cards.state(order), cards.payment(order).status, held(session)) == ("cancelled", "cancelled", 0)


def test_a_revocation_before_the_capture_lets_the_money_go(cards: Cards, order: Order) -> None:
    cards.pay(order)
    settling.look(reference_of(order.number))
    revoke(order)
    cards.work()
    assert cards.intent(order).status == "canceled" and cards.intent(order).received == 0
    assert cards.state(order) == "cancelled_lapsed"


def test_ten_seconds_before_midnight_is_too_late_and_nothing_is_taken(cards: Cards, sku: Sku, store: Store) -> None:
    cards.live_at(MIDNIGHT - timedelta(minutes=5))
    order = cards.order(sku, store)
    page = cards.page_of(order)
    cards.live_at(MIDNIGHT - timedelta(seconds=10))
    cards.stand_in.control_pay(page, GOOD)
    cards.send_all()
    assert cards.intent(order).received == 0 and cards.intent(order).status == "canceled"
    assert cards.state(order) == "cancelled"
    cards.live_at(MIDNIGHT + MINUTE)
    cards.work()
    assert cards.intent(order).received == 0


def test_twenty_seconds_before_midnight_it_is_taken_on_the_last_day(cards: Cards, sku: Sku, store: Store) -> None:
    cards.live_at(MIDNIGHT - timedelta(minutes=5))
    order = cards.order(sku, store)
    page = cards.page_of(order)
    cards.live_at(MIDNIGHT - timedelta(seconds=20))
    cards.stand_in.control_pay(page, GOOD)
    cards.send_all()
    assert (cards.state(order), get_order(order.number).decided_on) == ("paid", LAST_DAY)
    cards.live_at(MIDNIGHT + MINUTE)
    assert cards.state(order) == "paid" and broken() == []


def reserved_before_midnight(cards: Cards, sku: Sku, store: Store, seconds: int = 30) -> Order:
    """An order whose capture is begun, and whose provider then does not answer any more."""
    cards.live_at(MIDNIGHT - timedelta(minutes=5))
    order = cards.order(sku, store)
    page = cards.page_of(order)
    cards.live_at(MIDNIGHT - timedelta(seconds=seconds))
    cards.stand_in.control_pay(page, GOOD)
    settling.look(reference_of(order.number))
    return order


def test_taken_before_midnight_and_told_after_is_a_sale_of_the_last_day(cards: Cards, sku: Sku, store: Store) -> None:
    order = reserved_before_midnight(cards, sku, store)
    cards.stand_in.control_faults([{"act": "drop", "path": ".*/capture", "times": 1}])
    with pytest.raises(ProviderAway):
        capturing.take(reference_of(order.number))
    cards.live_at(MIDNIGHT + MINUTE)
    payments.expire_due(now())
    assert cards.state(order) == "authorised", "a capture under way is not ended by the clock"
    cards.work()
    assert (cards.state(order), get_order(order.number).decided_on) == ("paid", LAST_DAY)
    assert broken() == []


def test_not_taken_before_midnight_is_let_go_after_it(cards: Cards, sku: Sku, store: Store, session: Session) -> None:
    order = reserved_before_midnight(cards, sku, store)
    cards.stand_in.control_faults([{"act": "drop_before", "path": ".*/capture", "times": 1}])
    with pytest.raises(ProviderAway):
        capturing.take(reference_of(order.number))
    cards.live_at(MIDNIGHT + MINUTE)
    cards.work()
    assert (cards.intent(order).status, cards.intent(order).received) == ("canceled", 0)
    assert (cards.state(order), held(session)) == ("cancelled", 0)


def test_taken_by_a_slow_provider_after_midnight_goes_back(cards: Cards, sku: Sku, store: Store) -> None:
    order = reserved_before_midnight(cards, sku, store)
    cards.stand_in.control_faults([{"act": "drop_before", "path": ".*/capture", "times": 1}])
    with pytest.raises(ProviderAway):
        capturing.take(reference_of(order.number))
    cards.live_at(MIDNIGHT + MINUTE)
    cards.stand_in.control_capture(cards.intent(order).id)  # it did the work a minute later
    cards.work()
    assert cards.state(order) == "refunded"
    assert books(cards, order) == (120_000, 120_000, 120_000, 120_000)


def test_without_the_margin_midnight_would_be_crossed(
    cards: Cards, sku: Sku, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a capture begun ten seconds before midnight may be taken after it."""
    monkeypatch.setattr(reserving, "CAPTURE_MARGIN", timedelta())
    order = reserved_before_midnight(cards, sku, store, seconds=10)
    capturing.take(reference_of(order.number))
    assert cards.intent(order).received == 120_000


def test_the_margin_is_longer_than_a_call_can_take() -> None:
    from shop.payments.providers.stripe import TIMEOUT

    assert timedelta(seconds=sum(TIMEOUT)) < CAPTURE_MARGIN


@pytest.mark.parametrize("act", ["drop", "drop_before", "conflict", "error_before", "error_kept", "error_after"])
def test_whatever_becomes_of_the_answer_it_is_taken_once(cards: Cards, order: Order, act: str) -> None:
    cards.pay(order)
    cards.stand_in.control_faults([{"act": act, "path": ".*/capture", "times": 1}])
    cards.send_all()
    cards.clock.forward(minutes=1)
    cards.work()
    assert cards.state(order) == "paid"
    assert books(cards, order) == (120_000, 0, 120_000, 0)


def test_reserved_money_that_was_forgotten_is_taken_by_the_clock(cards: Cards, order: Order, session: Session) -> None:
    cards.pay(order)
    settling.look(reference_of(order.number))
    session.query(OutboxRow).delete()
    session.flush()
    cards.clock.forward(minutes=3)
    jobs.look_for_lost(now())
    assert cards.state(order) == "paid"


def test_the_schedule_knows_the_jobs(cards: Cards) -> None:
    assert {"shop.cards.jobs.look_for_lost", "shop.cards.jobs.look_far_back"} <= run_due().keys()


def test_freed_by_the_bank_ends_the_order(cards: Cards, order: Order) -> None:
    cards.pay(order)
    settling.look(reference_of(order.number))
    cards.stand_in.control_cancel(cards.intent(order).id)
    cards.work()
    assert (cards.state(order), cards.payment(order).status) == ("cancelled", "failed")
    assert get_order(order.number).ended_because == "payment_failed"


def paid(cards: Cards, order: Order) -> Order:
    cards.pay(order)
    cards.send_all()
    assert cards.state(order) == "paid"
    return order


def refund_of(session: Session) -> Refund:
    session.expire_all()
    return session.scalars(select(Refund)).one()


def test_a_refund_goes_back_to_the_card_once(cards: Cards, order: Order, session: Session) -> None:
    paid(cards, order)
    refunds.promise(reference_of(order.number), 50_000, "goods", "try-1", SYSTEM)
    cards.work()
    cards.send_all()
    assert refund_of(session).state == "done"
    assert books(cards, order) == (120_000, 50_000, 120_000, 50_000)
    assert [one.metadata["refund"] for one in cards.stand_in.world.refunds.values()] == [refund_of(session).code]


@pytest.mark.parametrize("act", ["drop", "drop_before", "conflict", "error_before", "error_kept", "error_after"])
def test_whatever_becomes_of_the_answer_it_goes_back_once(
    cards: Cards, order: Order, session: Session, act: str
) -> None:
    paid(cards, order)
    cards.stand_in.control_faults([{"act": act, "method": "POST", "path": "/v1/refunds", "times": 1}])
    refunds.promise(reference_of(order.number), 50_000, "goods", "try-1", SYSTEM)
    cards.work()
    cards.clock.forward(minutes=1)
    cards.work()
    assert refund_of(session).state == "done"
    assert books(cards, order) == (120_000, 50_000, 120_000, 50_000)


def test_a_repeat_after_the_key_was_forgotten_is_still_one_refund(cards: Cards, order: Order, session: Session) -> None:
    paid(cards, order)
    cards.stand_in.control_faults([{"act": "drop", "method": "POST", "path": "/v1/refunds", "times": 1}])
    refunds.promise(reference_of(order.number), 50_000, "goods", "try-1", SYSTEM)
    cards.work()
    cards.stand_in.api.keys.clear()  # a day has gone by
    cards.clock.forward(minutes=1)
    cards.work()
    assert books(cards, order) == (120_000, 50_000, 120_000, 50_000)


def test_a_balance_that_does_not_reach_is_told_and_tried_again(cards: Cards, order: Order, session: Session) -> None:
    paid(cards, order)
    cards.stand_in.control_balance(10_000)
    refunds.promise(reference_of(order.number), 50_000, "goods", "try-1", SYSTEM)
    cards.work()
    assert refund_of(session).state == "sent" and "balance" in str(refund_of(session).trouble)
    assert alarms() == ["balance_short"]
    cards.stand_in.control_balance(None)
    cards.clock.forward(hours=2)
    cards.work()
    assert refund_of(session).state == "done" and books(cards, order)[3] == 50_000


def test_a_refund_made_at_the_providers_desk_is_booked(cards: Cards, order: Order, session: Session) -> None:
    paid(cards, order)
    cards.stand_in.control_refund(cards.intent(order).id, 20_000)
    cards.send_all()
    cards.send_all()
    assert books(cards, order) == (120_000, 20_000, 120_000, 20_000)
    assert alarms() == ["refund_by_hand"]


def test_a_complaint_is_put_before_a_person_once(cards: Cards, order: Order) -> None:
    paid(cards, order)
    cards.stand_in.control_dispute(cards.intent(order).id)
    cards.send_all()
    settling.look(reference_of(order.number))
    assert alarms() == ["dispute"]


@pytest.mark.parametrize(
    "field, value, alarm",
    [
        ("amount", 12_000_000, "other_amount"), ("currency", "usd", "other_currency"),
        ("metadata", {"reference": "ord:DH-X"}, "other_reference"), ("received", 1, "other_amount"),
    ],
)  # fmt: skip
def test_money_that_differs_never_marks_anything_paid(
    cards: Cards, order: Order, field: str, value: Any, alarm: str
) -> None:
    cards.pay(order)
    (intent,) = cards.intents()
    cards.stand_in.world.capture(intent.id)
    setattr(intent, field, value)
    settling.look(reference_of(order.number))
    assert (cards.state(order), cards.payment(order).status) == ("placed", "pending")
    assert alarms() == [alarm]


def test_money_of_the_other_mode_never_marks_anything_paid(cards: Cards, order: Order) -> None:
    cards.pay(order)
    (page,) = settling._pages(reference_of(order.number))  # pyright: ignore[reportPrivateUsage]
    intent = settling.get_stripe().get_page(page[1]).intent
    assert intent is not None
    settling.settle(reference_of(order.number), type(intent)(**(vars(intent) | {"is_live": True})))
    assert (cards.state(order), alarms()) == ("placed", ["other_mode"])


def test_without_the_comparison_a_hundredth_would_pay(
    cards: Cards, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the guard of P17 taken out, another sum marks the order paid."""
    monkeypatch.setattr(settling, "find_difference", lambda *_a, **_k: None)
    cards.pay(order)
    (intent,) = cards.intents()
    cards.stand_in.world.capture(intent.id)
    intent.amount = intent.received = 1_200
    settling.look(reference_of(order.number))
    assert cards.state(order) == "paid"


def test_a_second_charge_beside_the_first_is_freed_or_told(cards: Cards, order: Order) -> None:
    paid(cards, order)
    first = settling.get_stripe().get_intent(cards.intent(order).id)
    settling.settle(reference_of(order.number), type(first)(**(vars(first) | {"id": "pi_other"})))
    assert alarms() == ["second_charge"]
    assert cards.payment(order).captured_vnd == 120_000


def test_signals_and_pages_leave_no_trace_of_the_buyer(cards: Cards, order: Order, session: Session) -> None:
    paid(cards, order)
    kept = [str(vars(one)) for kind in (CardSignal, CardSession) for one in session.scalars(select(kind))]
    assert kept and not any("Người mua" in one or "84912" in one or "4242" in one for one in kept)
