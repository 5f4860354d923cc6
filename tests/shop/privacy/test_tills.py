"""Who gave her phone number at a till sees what was kept with it; it goes everywhere, and nothing else does."""

import json
import re
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from core.clock import now, today
from core.db import db, transaction
from core.doctor import invariants
from core.messages.sms import Sms
from core.worker import run_pending
from shop.inventory.service import settle_stars
from shop.privacy import service
from shop.privacy.gathering import gather
from shop.privacy.jobs import erase_who_asked, forget_old_receipts
from shop.privacy.models import PrivacyRequest
from shop.privacy.rules import CONTACT_KEPT, Wish
from shop.privacy.subject import Subject
from shop.tills import deciding
from shop.tills.models import TillAnswer, TillException, TillSale
from tests.shop.privacy.conftest import DAY, EMAIL, NAME, PHONE, Person, markers_left
from tests.shop.tills.conftest import Counter, open_counter
from tests.support.browser import Browser
from tests.support.clock import Clock

HOME = "/du-lieu-cua-toi"
WISH = {"company": NAME, "address": "Ngõ Marker 7", "email": EMAIL}
#: Papers of the law that name her, and whom nobody asked: her account is another matter.
KEPT = frozenset({"invoice", "invoice_event"})
pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def counter(make: ModuleType, client: FlaskClient, clock: Clock) -> Counter:
    clock.on(DAY)
    return open_counter(make, client)


@pytest.fixture
def texts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Sms]:
    sent: list[Sms] = []
    monkeypatch.setitem(app.extensions, "texter", sent.append)
    return sent


def sell(counter: Counter, phone: str | None = PHONE, **more: Any) -> str:
    """One pack, its receipt sent to a phone; the receipt's code."""
    honey, _lot = counter.goods()
    told = counter.sell(counter.line(honey), customer_phone=phone, **more)
    assert told.status_code == 201, told.json
    work()
    return str(told.json["code"])  # type: ignore[index]


def wait(counter: Counter, clock: Clock) -> str:
    """A sale made without the network that needs a decision, which nobody has made; its code."""
    honey, lot = counter.goods(valid_until=today())
    token = counter.get("/api/v1/till/list").json["token"]
    body = counter.body(counter.line(honey), is_offline=True, list=token, customer_phone=PHONE, invoice=WISH)
    clock.set(now() + timedelta(days=1))
    settle_stars([lot.product_id], today())
    told = counter.send(body)
    assert told.status_code == 202, told.json
    return str(told.json["exception"]["code"])


def work() -> None:
    while run_pending():
        pass


def left() -> list[tuple[str, str, str]]:
    return [found for found in markers_left() if found[0] not in KEPT]


def erased(clock: Clock, subject: Subject, person: Any) -> None:
    service.ask(subject, Wish.ERASE, person)
    clock.forward(days=1)
    assert erase_who_asked(today()) == 1


def test_receipts_wishes_and_answers_forget_her(counter: Counter, clock: Clock, texts: list[Sms]) -> None:
    receipt, other = sell(counter, invoice=WISH), sell(counter, "+84901112223")
    assert counter.back(receipt, {"position": 1, "quantity": 1}).status_code == 201
    work()
    waiting, decided = wait(counter, clock), wait(counter, clock)
    boss = counter.actor("store_manager")
    deciding.write_off(decided, boss, "Không liên lạc được")
    tables = {table for table, _column, _value in markers_left()}
    assert {"till_sale", "till_answer", "till_exception"} <= tables
    sums = "SELECT sum(total_vnd), count(*) FROM till_sale"
    before = db.session.execute(text(sums)).one()
    erased(clock, Subject(contact=PHONE), boss)
    assert left() == []
    assert db.session.execute(text(sums)).one() == before
    codes = {one.code: one for one in db.session.scalars(select(TillException))}
    assert (codes[waiting].body["customer_phone"], codes[waiting].state, codes[decided].outcome) == (
        None, "waiting", "loss"
    )  # fmt: skip
    stays = db.session.scalars(select(TillSale).where(TillSale.code == other)).one()
    assert stays.customer_phone == "+84901112223"
    answers = [json.loads(one.body) for one in db.session.scalars(select(TillAnswer))]
    assert {one["customer_phone"] for one in answers} == {None, "+84901112223"}
    assert counter.get(f"/api/v1/stores/{counter.store.code}/sales/{receipt}").json["customer_phone"] is None
    assert deciding.accept(waiting, boss), "what waits can still be decided"
    assert [line for one in invariants() if one.code in ("I31", "I32") for line in one.check()] == []


def test_what_is_kept_is_gathered_for_whoever_proved_the_phone(counter: Counter, clock: Clock) -> None:
    receipt = sell(counter, invoice=WISH)
    sell(counter, "+84901112223")
    waiting = wait(counter, clock)
    found = gather(Subject(contact=PHONE))
    assert [(one["code"], one["phone"]) for one in found["receipts"]] == [(receipt, PHONE), (waiting, PHONE)]
    assert found["receipts"][0]["invoice_wish"] == WISH and found["receipts"][0]["lines"][0]["total"] == 120_000
    assert [one["buyer_name"] for one in found["invoices"]] == [NAME]
    assert [one["kind"] for one in found["messages"]] != []
    assert gather(Subject(contact=EMAIL))["receipts"] == [], "an e-mail proves no phone"


def test_an_account_may_not_look_by_a_phone_that_it_only_typed(person: Person, counter: Counter) -> None:
    """Anybody can register with another's number: it erases nothing of value, but shows nothing."""
    receipt = sell(counter)
    assert gather(person.subject)["receipts"] == []
    page = Browser(counter.client).become(person.user).get(HOME)
    assert receipt not in page.text and "Phiếu mua tại quầy" in page.text
    erased(person.clock, person.subject, person.actor)
    assert db.session.scalars(select(TillSale.customer_phone).where(TillSale.code == receipt)).one() is None


def test_a_receipt_and_its_phone_bring_a_link(counter: Counter, client: FlaskClient, texts: list[Sms]) -> None:
    receipt = sell(counter, invoice=WISH)
    texts.clear()
    browser = Browser(client)
    for number, phone in ((receipt, "0901 112 223"), ("BL-XXXXXXXX", "0987 001 234"), (receipt, "0987 001 234")):
        assert browser.post(HOME, page=HOME, number=number, phone=phone).status_code == 200
        work()
    (sms,) = texts
    way = re.search(r"/du-lieu-cua-toi/mo/\S+", sms.text)
    assert way is not None
    browser.post(way[0], page=way[0])
    page = browser.get(HOME)
    assert receipt in page.text and NAME in page.text and "0987 001 234" in page.text
    file = json.loads(browser.get(f"{HOME}/tai-ve").data)
    assert [one["code"] for one in file["receipts"]] == [receipt]


def test_without_a_gateway_somebody_calls(counter: Counter, client: FlaskClient) -> None:
    receipt = sell(counter)
    Browser(client).post(HOME, page=HOME, number=receipt, phone="0987 001 234")
    request = db.session.scalars(select(PrivacyRequest)).one()
    assert (request.wish, request.number, request.contact) == ("access", receipt, PHONE)
    desk = Browser(client).become(counter.make.user("data_officer"))
    assert f"{receipt} ·" in desk.get(f"/quan-ly/du-lieu/{request.code}").text


def test_after_three_years_receipts_are_nobodys(counter: Counter, clock: Clock) -> None:
    sell(counter, invoice=WISH)
    sell(counter, None, invoice=WISH)
    wait(counter, clock)
    assert forget_old_receipts(DAY + CONTACT_KEPT) == 0
    assert forget_old_receipts(DAY + CONTACT_KEPT + timedelta(days=3)) > 0
    assert forget_old_receipts(DAY + CONTACT_KEPT + timedelta(days=3)) == 0
    assert {"till_sale", "till_answer", "till_exception"} & {found[0] for found in markers_left()} == set()


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("UPDATE till_answer SET body = '{}'", "till_answer"),
        ("UPDATE till_answer SET status = 200", "till_answer"),
        ("UPDATE till_answer SET body = replace(body, '120000', '1')", "till_answer"),
        ("UPDATE till_exception SET body = '{}'", "till_exception"),
        ("UPDATE till_exception SET total_vnd = 1", "till_exception"),
        ("UPDATE till_exception SET note = 'khác'", "till_exception"),
        ("UPDATE till_exception SET state = 'waiting', outcome = NULL, decided_at = NULL", "till_exception"),
        ("DELETE FROM till_answer", "till_answer"),
    ],
)
def test_only_forgetting_her_is_let_through(counter: Counter, clock: Clock, change: str, guard: str) -> None:
    """The controls of the guards that let the number go."""
    sell(counter)
    deciding.write_off(wait(counter, clock), counter.actor("store_manager"), "mất liên lạc")
    with pytest.raises(DBAPIError, match=guard), transaction() as session:
        session.execute(text(change))


def test_another_number_is_not_let_in(counter: Counter) -> None:
    sell(counter)
    with pytest.raises(DBAPIError, match="till_answer"), transaction() as session:
        session.execute(text("UPDATE till_answer SET body = replace(body, '987001234', '901112223')"))
    with pytest.raises(DBAPIError, match="till_sale"), transaction() as session:
        session.execute(update(TillSale).values(total_vnd=1))
