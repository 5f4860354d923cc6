"""Deliveries against a real receiver on this machine: signed, tried again, and nobody waits for the slow."""

import json
import threading
from collections.abc import Generator
from datetime import timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from sqlalchemy import select

from core.accounts.actor import SYSTEM, Actor, Scope
from core.clock import now, today
from core.db import db, transaction
from core.errors import Forbidden, NotFound
from core.worker import run_pending
from shop.hooks import sending, service
from shop.hooks.jobs import forget_told, give_up
from shop.hooks.models import HookDelivery, HookEndpoint, HookEvent
from shop.hooks.refusals import AddressNotAllowed, EndpointNotFound, TooMany
from shop.hooks.rules import BOTH_VALID, GIVE_UP, KEPT, MOST_ENDPOINTS, is_signed
from shop.hooks.secrets import secret_of
from shop.hooks.service import Told
from tests.support.clock import Clock
from tests.support.live import Live

pytestmark = pytest.mark.long("postgresql")

STORE = Scope("store", "kien-thuy")


class Receiver:
    """A program that listens; keeps what came."""

    def __init__(self) -> None:
        self.status = 200
        self.asked, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        self.got: list[tuple[dict[str, str], bytes]] = []
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mine.asked.set()
                mine.may_answer.wait(4)
                mine.got.append((dict(self.headers), body))
                self.send_response(mine.status)
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver() -> Generator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def listen(receiver: Receiver, scope: Scope | None = STORE, topics: tuple[str, ...] = ("order",)) -> HookEndpoint:
    return service.create_endpoint(SYSTEM, scope, receiver.url, "Phần mềm bán hàng", topics)


def placed(number: str = "DH-1", *scopes: str) -> int:
    with transaction():
        return service.tell(Told("order.placed", {"number": number}, frozenset(scopes or ("store:kien-thuy",))))


def deliver_all() -> int:
    count = 0
    while sending.deliver_one():
        count += 1
    return count


def delivery() -> HookDelivery:
    db.session.expire_all()
    return db.session.scalars(select(HookDelivery).order_by(HookDelivery.id)).all()[-1]


def test_an_event_comes_signed_and_once(app: Flask, receiver: Receiver) -> None:
    endpoint = listen(receiver)
    assert placed() == 1
    assert (deliver_all(), deliver_all()) == (1, 0)
    ((headers, body),) = receiver.got
    assert is_signed(headers["OCOP-Signature"], secret_of(endpoint.code, 1), body, int(now().timestamp()))
    told = json.loads(body)
    assert set(told) == {"id", "type", "created", "version", "data"}
    assert (told["type"], told["data"], headers["OCOP-Event-Id"]) == ("order.placed", {"number": "DH-1"}, told["id"])
    row = delivery()
    assert (row.state, row.status, row.answer, row.attempts) == ("done", 200, "thanks", 1)


def test_a_failure_is_tried_again_with_the_same_body(app: Flask, receiver: Receiver, clock: Clock) -> None:
    clock.on(today())
    listen(receiver)
    placed()
    receiver.status = 503
    assert deliver_all() == 1
    assert (delivery().state, delivery().attempts) == ("waiting", 1)
    clock.forward(seconds=9)
    assert deliver_all() == 0
    receiver.status = 200
    clock.forward(seconds=2)
    assert deliver_all() == 1
    assert receiver.got[0][1] == receiver.got[1][1], "the same event, byte for byte"
    assert delivery().state == "done"


def test_after_three_days_it_is_given_up_and_its_owner_is_told(
    app: Flask, make, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", mails.append)
    clock.on(today())
    owner = make.user("admin", email="it@example.test")
    by = Actor(owner.id, owner.name, make.actor("admin").grants)
    endpoint = service.create_endpoint(by, None, receiver.url, "Kho", ("order",))
    placed()
    receiver.status = 500
    for _hours in range(90):
        deliver_all()
        clock.forward(hours=1)
    assert (delivery().state, delivery().ended_at is not None) == ("given_up", True)
    placed("DH-2")
    deliver_all()
    db.session.expire_all()
    assert (endpoint.is_active, endpoint.disabled_because) == (False, "failing")
    while run_pending():
        pass
    assert [mail["To"] for mail in mails] == ["it@example.test"]
    assert placed("DH-3") == 0, "nobody listens"
    service.switch(by, endpoint.code, on=True)
    receiver.status = 200
    clock.forward(minutes=1)
    assert deliver_all() == 1
    assert receiver.events[-1]["data"] == {"number": "DH-2"}, "what still waited goes when it is on again"


def test_gone_is_gone_at_once(app: Flask, receiver: Receiver) -> None:
    endpoint = listen(receiver)
    placed()
    receiver.status = 410
    deliver_all()
    db.session.expire_all()
    assert (endpoint.is_active, endpoint.disabled_because) == (False, "gone")


def test_the_desk_sends_it_again_under_the_same_id(app: Flask, receiver: Receiver) -> None:
    endpoint = listen(receiver)
    placed()
    deliver_all()
    service.replay(SYSTEM, endpoint.code, delivery().id)
    assert deliver_all() == 1
    assert receiver.events[0]["id"] == receiver.events[1]["id"]


def test_a_new_secret_and_the_old_one_are_valid_together_for_a_day(
    app: Flask, receiver: Receiver, clock: Clock
) -> None:
    clock.on(today())
    endpoint = listen(receiver)
    old = secret_of(endpoint.code, 1)
    new = service.rotate_secret(SYSTEM, endpoint.code)
    placed()
    deliver_all()
    headers, body = receiver.got[0]
    at = int(now().timestamp())
    assert new != old and all(is_signed(headers["OCOP-Signature"], one, body, at) for one in (old, new))
    clock.forward(seconds=int(BOTH_VALID.total_seconds()))
    placed("DH-2")
    deliver_all()
    headers, body = receiver.got[1]
    at = int(now().timestamp())
    assert is_signed(headers["OCOP-Signature"], new, body, at)
    assert not is_signed(headers["OCOP-Signature"], old, body, at)


def test_no_secret_is_stored(app: Flask, receiver: Receiver) -> None:
    endpoint = listen(receiver)
    placed()
    deliver_all()
    secret = secret_of(endpoint.code, 1).removeprefix("whsec_")
    for model in (HookEndpoint, HookEvent, HookDelivery):
        for row in db.session.scalars(select(model)):
            assert secret not in str(vars(row))


def test_only_whose_business_it_is(app: Flask, receiver: Receiver) -> None:
    listen(receiver)
    assert placed("DH-1", "store:do-son") == 0
    with transaction():
        assert service.tell(Told("stock.came", {}, frozenset({"store:kien-thuy"}))) == 0, "it asked for orders only"
    assert db.session.scalars(select(HookEvent)).all() == []


def test_each_keeps_her_own(app: Flask, make, receiver: Receiver) -> None:
    store, other = make.store(), make.store()
    mine = make.actor("store_manager", ("store", store.code))
    theirs = make.actor("store_manager", ("store", other.code))
    endpoint = service.create_endpoint(mine, Scope("store", store.code), receiver.url, "x", ("order",))
    for act in (
        lambda: service.rotate_secret(theirs, endpoint.code),
        lambda: service.switch(theirs, endpoint.code, on=False),
        lambda: service.create_endpoint(theirs, Scope("store", store.code), receiver.url, "x", ("order",)),
        lambda: service.create_endpoint(mine, None, receiver.url, "x", ("order",)),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(EndpointNotFound):
        service.get_endpoint(mine, "WH-00000000")
    with pytest.raises(Forbidden):
        service.create_endpoint(make.actor("auditor"), None, receiver.url, "x", ("order",))


def test_an_owner_has_only_so_many(app: Flask, receiver: Receiver) -> None:
    for _one in range(MOST_ENDPOINTS):
        listen(receiver)
    with pytest.raises(TooMany):
        listen(receiver)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "ftp://x.vn/", "https://u:p@x.vn/", "http://example.vn/"])
def test_addresses_are_refused_as_typed(app: Flask, url: str) -> None:
    with pytest.raises(AddressNotAllowed):
        service.create_endpoint(SYSTEM, None, url, "x", ("order",))


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/"])
def test_a_closed_address_is_never_called(
    app: Flask, receiver: Receiver, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a public shop, where nothing on this machine may be called either."""
    monkeypatch.setattr(sending, "allows_loopback", lambda: False)
    endpoint = listen(receiver)
    with transaction():
        db.session.get_one(HookEndpoint, endpoint.id).url = url
    placed()
    assert deliver_all() == 1
    assert (delivery().status, delivery().answer) == (None, "the address is not on the open internet")
    assert receiver.got == []


def test_what_is_over_is_forgotten(app: Flask, receiver: Receiver, clock: Clock) -> None:
    clock.on(today())
    endpoint = listen(receiver)
    placed()
    deliver_all()
    placed("DH-2")
    service.switch(SYSTEM, endpoint.code, on=False)
    clock.forward(seconds=int(GIVE_UP.total_seconds()) + 1)
    assert give_up(now()) == 1
    assert forget_told(today()) == 0
    assert forget_told(today() + KEPT + timedelta(days=1)) == 2
    assert db.session.scalars(select(HookDelivery)).all() == []


def test_a_slow_receiver_delays_nobody(live: Live, receiver: Receiver) -> None:
    """Its thread waits for it; another thread serves the others meanwhile."""
    slow = Receiver()
    slow.may_answer.clear()

    def begin() -> None:
        listen(slow)
        listen(receiver)
        for number in range(3):
            placed(f"DH-{number}")

    live.run(begin)
    first = threading.Thread(target=lambda: live.run(sending.deliver_one), daemon=True)
    first.start()
    assert slow.asked.wait(10)
    for _number in range(3):
        assert live.run(sending.deliver_one) == 1
    assert (len(receiver.got), len(slow.got)) == (3, 0)
    assert live.run(sending.deliver_one) == 0, "nobody calls the slow one twice at once"
    slow.may_answer.set()
    first.join(10)
    assert len(slow.got) == 1
    slow.server.shutdown()
    slow.server.server_close()
