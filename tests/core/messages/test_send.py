"""Sending: which way, once for one key, noted without words, tried again, and sent again by staff."""

from email.message import EmailMessage
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.accounts.actor import Actor
from core.audit import AuditEntry
from core.clock import today
from core.db import db, transaction
from core.errors import NotFound
from core.messages import Message, Recipient, send
from core.messages.jobs import KEPT, forget_sent
from core.messages.kinds import get_kind
from core.messages.models import MessageSent
from core.messages.refusals import NotAgain
from core.messages.service import MOST_ATTEMPTS, ask_again, rebuilds
from core.messages.sms import GatewayRefused, Sms
from core.worker import run_pending
from tests.support.clock import Clock

LAN = Recipient("lan@demo.test", "+84912345678", "Lan")
STAFF = Actor(None, "nhân viên")


class Out:
    """Both ways out, with what went by them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.texts: list[Sms] = []
        self.failure: Exception | None = None

    def mail(self, message: EmailMessage) -> None:
        if self.failure is not None:
            raise self.failure
        self.mails.append(message)

    def text(self, sms: Sms) -> None:
        if self.failure is not None:
            raise self.failure
        self.texts.append(sms)


@pytest.fixture
def out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Out:
    made = Out()
    monkeypatch.setitem(app.extensions, "mailer", made.mail)
    monkeypatch.setitem(app.extensions, "texter", made.text)
    return made


def message(to: Recipient = LAN, kind: str = "order.ready", key: str = "order-ready:DH-1", **more: Any) -> Message:
    return Message(to, kind, key, context=get_kind(kind).sample, about="order:DH-1", **more)


def noted() -> list[tuple[str, str, str, int]]:
    db.session.expire_all()
    rows = db.session.scalars(select(MessageSent).order_by(MessageSent.id))
    return [(one.channel, one.outcome, one.recipient, one.attempts) for one in rows]


def test_an_email_first_and_once_for_one_key(out: Out) -> None:
    assert (send(message()), send(message())) == ("sent", "sent")
    assert len(out.mails) == 1 and out.texts == []
    assert noted() == [("mail", "sent", "la***@demo.test", 1)]


def test_by_telephone_what_must_be_known(out: Out) -> None:
    phone = Recipient(phone="+84912345678")
    assert send(message(phone)) == "sent"
    assert send(message(phone, "order.held", "order-held:DH-1")) == "unreachable"
    assert [one.to for one in out.texts] == ["+84912345678"]
    assert out.texts[0].text.startswith("OCOP Mart: Don ")
    assert noted() == [("sms", "sent", "0912 *** 678", 1), ("none", "unreachable", "0912 *** 678", 1)]


def test_letters_with_marks_by_configuration(out: Out, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    object.__setattr__(app.extensions["config"], "sms_text", "unicode")
    try:
        send(message(Recipient(phone="+84912345678")))
    finally:
        object.__setattr__(app.extensions["config"], "sms_text", "plain")
    assert "Đơn" in out.texts[0].text


def test_without_a_gateway_nobody_is_texted(out: Out, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "texter", None)
    assert send(message(Recipient(phone="+84912345678"))) == "unreachable"


def test_a_shut_way_is_tried_again_under_the_same_id(out: Out) -> None:
    out.failure = ConnectionRefusedError(111, "lan@demo.test is not welcome")
    with pytest.raises(ConnectionRefusedError):
        send(message())
    assert noted() == [("mail", "failed", "la***@demo.test", 1)]
    out.failure = None
    assert send(message()) == "sent"
    assert noted() == [("mail", "sent", "la***@demo.test", 2)]


def test_it_is_given_up_after_a_day(out: Out) -> None:
    out.failure = TimeoutError()
    for _try in range(MOST_ATTEMPTS - 1):
        with pytest.raises(TimeoutError):
            send(message())
    assert send(message()) == "failed"
    assert noted()[0][3] == MOST_ATTEMPTS


@pytest.mark.parametrize(
    "failure", [SMTPRecipientsRefused({"lan@demo.test": (550, b"no such user lan@demo.test")}), GatewayRefused("400")]
)
def test_what_is_refused_for_good_ends_and_tells_no_address(out: Out, failure: Exception) -> None:
    out.failure = failure
    assert send(message()) == "refused"
    assert send(message()) == "refused"
    row = db.session.scalars(select(MessageSent)).one()
    assert row.attempts == 1 and "lan@demo.test" not in (row.error or "")


def test_nothing_leaves_inside_a_transaction(out: Out) -> None:
    with transaction(), pytest.raises(RuntimeError, match="transaction"):
        send(message())
    assert out.mails == []


def test_no_words_are_kept(out: Out) -> None:
    secret = "mQ9yV3cX7kT2pL5rW8sN4bH6jF1gD0a"
    send(Message(LAN, "account.reset", "reset:1", context={"url": f"https://x.test/dat-lai/{secret}"}))
    assert secret in str(out.mails[0])
    for row in db.session.scalars(select(MessageSent)):
        kept = " ".join(str(value) for value in vars(row).values())
        assert secret not in kept and "lan@demo.test" not in kept


def test_staff_send_it_again_as_it_is_now(out: Out) -> None:
    rebuilds("order.ready")(lambda number: message() if number == "DH-1" else None)
    send(message())
    first = db.session.scalars(select(MessageSent)).one()
    for presses in (2, 1):
        for _press in range(presses):
            ask_again(first.id, STAFF)
        while run_pending():
            pass
    assert len(out.mails) == 3 and len({one["Message-ID"] for one in out.mails}) == 3
    keys = db.session.scalars(select(MessageSent.key).order_by(MessageSent.id)).all()
    assert list(keys) == ["order-ready:DH-1", "order-ready:DH-1#2", "order-ready:DH-1#3"]
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "message.sent_again")).all()
    assert [one.subject for one in told] == ["order:DH-1"] * 3, "two presses before it went made one message"


def test_a_secret_is_not_sent_again_and_an_unknown_one_is_not_found(out: Out) -> None:
    send(Message(LAN, "account.reset", "reset:1", context={"url": "https://x.test/"}))
    with pytest.raises(NotAgain):
        ask_again(db.session.scalars(select(MessageSent.id)).one(), STAFF)
    with pytest.raises(NotFound):
        ask_again(10**9, STAFF)


def test_after_a_year_it_is_forgotten(out: Out, clock: Clock) -> None:
    clock.on(today())
    send(message())
    assert forget_sent(today() + KEPT) == 0
    clock.forward(days=366)
    assert forget_sent(today()) == 1
    assert noted() == []


def test_a_kind_that_nobody_knows_is_a_mistake(out: Out) -> None:
    with pytest.raises(LookupError):
        send(Message(LAN, "no.such", "k"))
