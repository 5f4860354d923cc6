"""The inbox: forged signals leave nothing behind, true ones are kept once, acknowledged after that, and never lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db, end_reading
from core.outbox import OutboxRow
from shop.cards import inbox, rules
from shop.cards.alarms import list_alarms
from shop.cards.models import CardSignal
from shop.orders.models import Order
from tests.fakes.stripe.webhooks import body_of, sign
from tests.support.cards import SECRET, Cards

Forge = Callable[[bytes, int], tuple[bytes, str]]


def changed(**fields: Any) -> Forge:
    """A body signed by us, which is not the provider's for us: of another account, mode or form."""

    def forge(body: bytes, at: int) -> tuple[bytes, str]:
        other = json.dumps(json.loads(body) | fields).encode()
        return other, sign(SECRET, other, at)

    return forge


def headed(header: Callable[[bytes, int], str]) -> Forge:
    return lambda body, at: (body, header(body, at))


def without_field(name: str) -> Forge:
    def forge(body: bytes, at: int) -> tuple[bytes, str]:
        other = json.dumps({key: value for key, value in json.loads(body).items() if key != name}).encode()
        return other, sign(SECRET, other, at)

    return forge


def raw(body: bytes) -> Forge:
    return lambda _body, at: (body, sign(SECRET, body, at))


FORGED: dict[str, Forge] = {
    "no signature": headed(lambda _b, _at: ""),
    "another secret": headed(lambda b, at: sign("whsec_other", b, at)),
    "an empty secret": headed(lambda b, at: sign("", b, at)),
    "the key as secret": headed(lambda b, at: sign("sk_test_51Standin", b, at)),
    "a byte of the body changed": lambda b, at: (b.replace(b"evt_", b"evx_", 1), sign(SECRET, b, at)),
    "a space after the body": lambda b, at: (b + b" ", sign(SECRET, b, at)),
    "another event's signature": headed(lambda _b, at: sign(SECRET, b"{}", at)),
    "an instant changed": headed(lambda b, at: sign(SECRET, b, at).replace(f"t={at}", f"t={at + 1}")),
    "301 seconds old": headed(lambda b, at: sign(SECRET, b, at - 301)),
    "301 seconds ahead": headed(lambda b, at: sign(SECRET, b, at + 301)),
    "ten years ahead": headed(lambda b, at: sign(SECRET, b, at + 315_360_000)),
    "an instant before 1970": headed(lambda b, _at: sign(SECRET, b, -1)),
    "no instant": headed(lambda b, at: sign(SECRET, b, at).split(",", 1)[1]),
    "two instants, the first stale": headed(lambda b, at: f"t={at - 9999}," + sign(SECRET, b, at)),
    "two instants, the second stale": headed(lambda b, at: sign(SECRET, b, at) + f",t={at - 9999}"),
    "an instant that is no number": headed(lambda b, at: sign(SECRET, b, at).replace(f"t={at}", "t=soon")),
    "digits of another script": headed(lambda b, at: sign(SECRET, b, at).replace(f"t={at}", "t=١٧")),
    "no v1": headed(lambda b, at: sign(SECRET, b, at).replace("v1=", "v0=")),
    "half a signature": headed(lambda b, at: sign(SECRET, b, at)[:-20]),
    "no JSON": raw(b"hello"),
    "a list": raw(b"[]"),
    "no event": raw(b'{"object": "charge", "id": "evt_1"}'),
    "a key twice": raw(b'{"object": "event", "id": "evt_1", "id": "evt_2"}'),
    "broken UTF-8": raw(b'{"object": "event", "id": "\xff"}'),
    "no object inside": without_field("data"),
    "no id": without_field("id"),
    "an id that is a number": changed(id=7),
    "an id without end": changed(id="evt_" + "x" * 500),
    "of another account": changed(account="acct_other"),
    "of the live mode": changed(livemode=True),
    "of no mode": changed(livemode=None),
}


def test_forged_signals_are_400_and_leave_no_row(cards: Cards, order: Order, session: Session) -> None:
    assert len(FORGED) >= 25
    cards.pay(order)
    for name, forge in FORGED.items():
        body, header = forge(body_of(cards.events()[-1]), int(now().timestamp()))
        answer = cards.post(body, {"Stripe-Signature": header})
        assert (answer.status_code, answer.json["code"]) == (400, "webhook.refused"), name
        assert session.scalar(select(func.count(CardSignal.id))) == 0, name
    cards.work()
    assert cards.state(order) == "placed"


def test_signed_for_us_and_yet_not_ours_is_told(cards: Cards, order: Order) -> None:
    cards.pay(order)
    for forge in (FORGED["of another account"], FORGED["of the live mode"]):
        body, header = forge(body_of(cards.events()[-1]), int(now().timestamp()))
        cards.post(body, {"Stripe-Signature": header})
    assert [one.kind for one in list_alarms(is_open=True)[0]] == ["foreign_signal"]


def test_within_five_minutes_on_either_side_it_is_taken(cards: Cards, order: Order) -> None:
    cards.pay(order)
    body = body_of(cards.events()[-1])
    for seconds in (-300, -1, 0, 299, 300):
        signed = sign(SECRET, body, int(now().timestamp()) + seconds)
        assert cards.post(body, {"Stripe-Signature": signed}).status_code == 200, seconds


def test_without_our_own_clock_the_future_would_be_open(
    cards: Cards, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the SDK bounds the past only."""
    monkeypatch.setattr(rules, "is_timely", lambda *_: True)
    cards.pay(order)
    body, header = FORGED["ten years ahead"](body_of(cards.events()[-1]), int(now().timestamp()))
    assert cards.post(body, {"Stripe-Signature": header}).status_code == 200


def test_without_the_signature_anybody_could_tell_us(
    cards: Cards, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the guard taken out, a stranger's word is stored; money still moves only by what the provider holds."""
    monkeypatch.setattr(inbox.WebhookSignature, "verify_header", lambda *_: True)
    cards.page_of(order)
    told = {"id": "evt_x", "object": "event", "type": "payment_intent.succeeded", "created": 1, "livemode": False,
            "data": {"object": {"object": "payment_intent", "id": "pi_x", "status": "succeeded",
                                "metadata": {"reference": f"ord:{order.number}"}}}}  # fmt: skip
    body = json.dumps(told).encode()
    assert cards.post(body, {"Stripe-Signature": sign("whsec_thief", body, int(now().timestamp()))}).status_code == 200
    cards.work()
    assert cards.state(order) == "placed"


def test_a_signal_is_kept_once_however_often_it_comes(cards: Cards, order: Order, session: Session) -> None:
    cards.pay(order)
    answers = [cards.send(cards.events()[-1]) for _ in range(5)]
    assert [(one.status_code, one.json["new"]) for one in answers] == [(200, True)] + [(200, False)] * 4
    assert session.scalar(select(func.count(CardSignal.id))) == 1
    waiting = select(func.count(OutboxRow.id)).where(OutboxRow.reaction.contains("deal_with_signal"))
    assert session.scalar(waiting) == 1


def test_somebody_elses_money_at_the_same_account_is_left_alone(cards: Cards, order: Order, session: Session) -> None:
    cards.pay(order)
    (intent,) = cards.intents()
    other = json.loads(body_of(cards.events()[-1]))
    other["data"]["object"] = {"object": "payment_intent", "id": "pi_other", "metadata": {"reference": "ord:DH-NONE"}}
    body = json.dumps(other).encode()
    assert cards.post(body, {"Stripe-Signature": sign(SECRET, body, int(now().timestamp()))}).status_code == 200
    cards.work()
    assert session.scalars(select(CardSignal.outcome)).all() == ["foreign"]
    assert intent.status == "requires_capture" and cards.state(order) == "placed"


def test_where_cards_are_off_there_is_no_such_address(app: Flask, client: Any) -> None:
    answer = client.post("/webhooks/stripe", data=b"{}", headers={"Content-Type": "application/json"})
    assert answer.status_code == 404


def test_failed_handling_is_tried_again_until_it_succeeds(cards: Cards, order: Order, session: Session) -> None:
    cards.pay(order)
    cards.stand_in.control_faults([{"act": "drop_before", "method": "GET", "times": 3}])
    assert cards.send(cards.events()[-1]).status_code == 200
    cards.work()
    assert session.scalars(select(CardSignal.done_at)).all() == [None]
    for _ in range(4):
        cards.clock.forward(minutes=3)
        cards.work()
    assert session.scalars(select(CardSignal.outcome)).all() == ["settled"]
    assert cards.state(order) == "paid"


class Crash(Exception):
    """The process died here."""


def crash_at(statement: int) -> Callable[..., None]:
    """A listener that kills the work at its n-th statement."""
    seen = 0

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        nonlocal seen
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen += 1
            if seen == statement:
                raise Crash

    return note


def attempt(work: Callable[[], object], statement: int) -> bool:
    """Do it and die at the n-th statement; False when there is none so late and it came to its end."""
    bind = db.session.get_bind()
    note = crash_at(statement)
    event.listen(bind, "before_cursor_execute", note)
    try:
        work()
    except Crash:
        db.session.rollback()
        return True
    finally:
        event.remove(bind, "before_cursor_execute", note)
        end_reading()
    return False


@pytest.mark.long("postgresql")
def test_a_crash_at_any_statement_of_the_receipt_loses_and_doubles_nothing(
    cards: Cards, order: Order, session: Session
) -> None:
    """P30: an event is acknowledged only after its row is committed."""
    cards.pay(order)
    said, statement = cards.events()[-1], 1
    while attempt(lambda: inbox.store(told(said), "webhook"), statement):
        assert session.scalar(select(func.count(CardSignal.id))) == 0, f"half a receipt at statement {statement}"
        statement += 1
    assert statement > 2, "the crash never struck"
    assert session.scalar(select(func.count(CardSignal.id))) == 1
    cards.work()
    assert cards.state(order) == "paid"


@pytest.mark.long("postgresql")
def test_a_crash_at_any_statement_of_the_handling_loses_and_doubles_nothing(
    cards: Cards, order: Order, session: Session
) -> None:
    """P30: failed handling stays retryable, and what was half done before is not done twice."""
    cards.pay(order)
    cards.send(cards.events()[-1])
    event_id, statement = cards.events()[-1].id, 1
    while attempt(lambda: inbox.deal_with(event_id), statement):
        statement += 1
    assert statement > 10, f"only {statement} statements"
    assert session.scalars(select(CardSignal.outcome)).all() == ["settled"]
    cards.work()
    assert cards.state(order) == "paid"
    intent = cards.intent(order)
    assert (intent.received, cards.payment(order).captured_vnd) == (120_000, 120_000)


@pytest.mark.long("postgresql")
def test_a_crash_at_any_statement_of_the_capture_takes_once(cards: Cards, order: Order) -> None:
    """P31: the money is taken under one key; before and after the call any death is mended by a repeat."""
    from shop.cards.capturing import take
    from shop.cards.settling import look

    cards.pay(order)
    look(f"ord:{order.number}")
    statement = 1
    while attempt(lambda: take(f"ord:{order.number}"), statement):
        statement += 1
    assert statement > 10
    assert cards.state(order) == "paid"
    assert len([one for one in cards.stand_in.api.calls if one[1].endswith("/capture")]) >= 1
    assert cards.stand_in.world.balance == 120_000


def told(said: Any) -> Any:
    body = body_of(said)
    return inbox.read_signal(body, sign(SECRET, body, int(now().timestamp())), SECRET)
