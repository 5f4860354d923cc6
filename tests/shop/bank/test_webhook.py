"""The bank's notices: genuine ones are kept before they are acknowledged, every forgery leaves nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import now
from core.errors import Forbidden
from shop.bank import feed, service
from shop.bank.models import BankFeed, Credit
from shop.bank.refusals import FeedClosed
from shop.payments.refusals import PaymentStateRefused
from tests.shop.bank.conftest import Send, Till, notice
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # reading and signing do not depend on the database


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Credit)) or 0


def test_a_genuine_notice_pays_its_order(till: Till, send: Send, session: Session) -> None:
    order = till.order()
    seen = till.seen(f"IB {order.number}", order.total_vnd, "ft1", payer_bin="970436", payer_account="00 99")
    answer = send(seen)
    assert (answer.status_code, answer.json) == (200, {"received": 1, "known": 0})
    assert till.state(order) == "paid"
    line = till.line("FT1")
    assert (line.source, line.payer_account, line.memo) == ("webhook", "0099", f"IB {order.number}")
    assert session.get_one(BankFeed, till.seller.id).heard_at is not None


def test_any_number_of_times_and_in_any_order(till: Till, send: Send, session: Session) -> None:
    orders = [till.order() for _ in range(3)]
    lines = [till.seen(one.number, one.total_vnd) for one in orders]
    for sent in (lines[::-1], lines, lines[:1], lines[1:], lines):
        assert send(*sent).status_code == 200
    assert rows(session) == 3
    assert [till.state(one) for one in orders] == ["paid"] * 3
    assert till.breaches() == []


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "bank_" + "0" * 64},
        {"seller": "nobody"},
        {"signed": b"{}"},
        {"at": 1_000_000_000},
        {"header": ""},
        {"header": "t=1,v1=00"},
        {"header": "k=seller-1,t=1700000000,v1=" + "0" * 64},
        {"header": "k=../x,t=1700000000,v1=" + "f" * 64},
        {"header": "k=seller-1,t=1700000000,v1="},
        {"header": "v1=é"},
    ],
    ids=str,
)
def test_a_forgery_is_refused_and_leaves_nothing(
    till: Till, send: Send, session: Session, forged: dict[str, Any]
) -> None:
    order = till.order()
    answer = send(till.seen(order.number, order.total_vnd), **forged)
    assert (answer.status_code, answer.json["code"]) == (400, "bank.notice_unsigned")
    assert rows(session) == 0
    assert till.state(order) == "placed"


def test_anothers_secret_signs_nothing_for_this_seller(till: Till, send: Send, session: Session) -> None:
    other = Till(till.make)
    secret = feed.open_feed(other.seller, SYSTEM)
    assert send(till.seen("x", 1_000), secret=secret).status_code == 400
    assert rows(session) == 0
    sent = send(till.seen("x", 1_000), secret=secret, seller=other.seller.code)
    assert sent.status_code == 200  # genuine, and the other seller's
    assert session.scalars(select(Credit.seller_id)).one() == other.seller.id


@pytest.mark.parametrize(("off", "status"), [(-301, 400), (-299, 200), (299, 200), (301, 400)])
def test_a_notice_is_taken_within_five_minutes_on_both_sides(
    till: Till, send: Send, clock: Clock, off: int, status: int
) -> None:
    clock.forward(seconds=0)
    assert send(till.seen("x", 1_000), at=int(now().timestamp()) + off).status_code == status


def changed(**values: Any) -> bytes:
    one = {"account": "1", "reference": "FT1", "amount": 1_000, "booked_at": "2026-11-22T03:00:00Z", "memo": ""}
    return json.dumps({"lines": [one | values]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", b"{", b"\xff\xfe", b'{"lines": []}', b'{"lines": [{}]}', b'{"lines": 1}',
        b'{"lines": [1], "lines": [2]}', changed(amount=0), changed(amount=-5), changed(amount=1.5),
        changed(amount="1000"), changed(amount=True), changed(amount=10**16), changed(booked_at="hôm qua"),
        changed(booked_at="2026-11-22T10:00:00"), changed(reference=" "), changed(reference="x" * 81),
        changed(account=""), changed(memo="a\u202eb"), changed(more=1), changed(memo=None),
        changed(account="---"), json.dumps({"lines": [json.loads(changed())["lines"][0]] * 2}).encode(),
        json.dumps({"lines": [json.loads(changed(reference=f"R{n}"))["lines"][0] for n in range(201)]}).encode(),
        b'{"a":' * 200 + b"1" + b"}" * 200,
    ],
    ids=lambda body: body[:30],
)  # fmt: skip
def test_a_malformed_notice_is_refused_whole(send: Send, session: Session, body: bytes) -> None:
    answer = send(body=body)
    assert answer.status_code == 400
    assert answer.json["code"] == "bank.notice_malformed"
    assert rows(session) == 0


def test_one_bad_line_keeps_all_out(till: Till, send: Send, session: Session) -> None:
    assert send(till.seen("x", 1_000, "FT1")).status_code == 200
    answer = send(till.seen("y", 5_000, "FT0"), till.seen("x", 2_000, "FT1"), till.seen("z", 1, "FT2"))
    assert (answer.status_code, answer.json["code"]) == (409, "bank.line_differs")
    assert rows(session) == 1


def test_too_large_a_body_is_refused(send: Send, session: Session) -> None:
    assert send(body=b" " * (600 * 1024)).status_code == 413
    assert rows(session) == 0


def test_what_cannot_be_matched_is_kept_all_the_same(till: Till, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    order = till.order()

    def refuse(*_args: Any) -> None:
        raise PaymentStateRefused(status="?", signal="?")

    monkeypatch.setattr(service.payments, "confirm_lines", refuse)
    assert send(till.seen(order.number, order.total_vnd, "FT1")).status_code == 200
    assert (till.line("FT1").state, till.line("FT1").reason) == ("waiting", "refused")
    assert till.state(order) == "placed"


def test_a_renewed_secret_lets_the_old_one_work_for_a_day(till: Till, send: Send, clock: Clock) -> None:
    clock.forward(seconds=0)
    fresh = feed.open_feed(till.seller, SYSTEM)
    assert send(till.seen("x", 1)).status_code == 200
    assert send(till.seen("x", 1), secret=fresh).status_code == 200
    clock.forward(hours=25)
    assert send(till.seen("x", 1)).status_code == 400
    assert send(till.seen("x", 1), secret=fresh).status_code == 200


def test_a_closed_channel_takes_nothing(till: Till, send: Send) -> None:
    with pytest.raises(Forbidden):
        feed.open_feed(till.seller, till.manager())
    feed.close_feed(till.seller, SYSTEM)
    assert send(till.seen("x", 1)).status_code == 400
    with pytest.raises(FeedClosed):
        feed.close_feed(till.seller, SYSTEM)


def test_two_signatures_are_taken_while_a_secret_changes(till: Till, send: Send) -> None:
    body, at = notice(till.seen("x", 1)), int(now().timestamp())
    good = feed.sign(feed.secret_of(till.seller.code, 1), at, body)
    assert send(body=body, header=f"k={till.seller.code},t={at},v1={'0' * 64},v1={good}").status_code == 200


def test_a_banks_clock_is_a_little_ahead(till: Till, send: Send) -> None:
    order = till.order()
    assert send(till.seen(order.number, order.total_vnd, at=now() + timedelta(minutes=2))).status_code == 200
    assert till.state(order) == "paid"
