"""The pages of personal data: by account, by a link, and for nobody else; and the officer's desk."""

import json
import re
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.clock import today
from core.db import db
from core.messages.sms import Sms
from core.worker import run_pending
from shop.orders.models import Order
from shop.privacy.models import PrivacyLink, PrivacyRequest
from tests.shop.privacy.conftest import EMAIL, NAME, PHONE, Person, bought
from tests.support.browser import Browser
from tests.support.client import FreshClient
from tests.support.mails import text_of

pytestmark = pytest.mark.long("postgresql")
HOME = "/du-lieu-cua-toi"


@pytest.fixture
def mails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    sent: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", sent.append)
    return sent


def link_in(text: str) -> str:
    found = re.search(r"/du-lieu-cua-toi/mo/\S+", text)
    assert found
    return found[0]


def asked(browser: Browser, number: str, phone: str = "0987 001 234") -> str:
    answer = browser.post(HOME, page=HOME, number=number, phone=phone)
    assert answer.status_code == 200
    while run_pending():
        pass
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)


def test_her_account_shows_it_and_gives_it(client: FlaskClient, person: Person) -> None:
    browser = Browser(client).become(person.user)
    page = browser.get(HOME)
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    for shown in (NAME, EMAIL, person.order.number, "Markerwords", "2026-11"):
        assert shown in page.text
    file = browser.get(f"{HOME}/tai-ve")
    data = json.loads(file.data)
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert data["orders"][0]["contact"]["phone"] == PHONE
    assert data["consents"][0]["purpose"] == "marketing" and data["reviews"][0]["words"] == "Ngon"


def test_a_guest_by_a_link_that_works_once(client: FlaskClient, person: Person, mails: list[EmailMessage]) -> None:
    browser = Browser(client)
    right = asked(browser, person.order.number)
    wrong = asked(browser, "DH-00000000")
    assert right == wrong, "nobody learns whether there is such an order"
    (mail,) = mails
    url = link_in(text_of(mail))
    assert mail["To"] == EMAIL and browser.get(url).status_code == 200
    assert db.session.scalars(select(PrivacyLink)).one().opened_at is None, "a preview spends nothing"
    assert browser.post(url, page=url).status_code == 303
    assert NAME in browser.get(HOME).text
    assert Browser(FreshClient(client.application)).get(url).status_code == 410
    person.clock.forward(minutes=31)
    assert NAME not in browser.get(HOME).text, "the visit is over"


def test_what_another_typed_shows_nothing_of_hers(
    client: FlaskClient, person: Person, make, mails: list[EmailMessage]
) -> None:
    """Somebody orders with her telephone number and his own e-mail: his link shows his order only."""
    his = bought(make, email="him@example.test")
    browser = Browser(client)
    asked(browser, his.number)
    url = link_in(text_of(mails[-1]))
    assert mails[-1]["To"] == "him@example.test"
    browser.post(url, page=url)
    page = browser.get(HOME).text
    assert his.number in page and person.order.number not in page


def test_without_email_by_sms_or_by_a_call(
    app: Flask, client: FlaskClient, person: Person, make, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = bought(make, email=None)
    browser = Browser(client)
    asked(browser, order.number)
    request = db.session.scalars(select(PrivacyRequest)).one()
    assert (request.wish, request.contact, request.shown) == ("access", PHONE, "0987 *** 234")
    texts: list[Sms] = []
    monkeypatch.setitem(app.extensions, "texter", texts.append)
    asked(browser, order.number)
    assert texts[-1].to == PHONE and link_in(texts[-1].text)


def test_nobody_sees_or_asks_without_showing_who_she_is(client: FlaskClient, person: Person) -> None:
    browser = Browser(client)
    assert browser.get(f"{HOME}/tai-ve").status_code == 303
    for path, form in (("xoa", {"confirm": "xóa"}), ("sua", {"words": "x"}), ("dong-y", {"purpose": "marketing"})):
        assert browser.post(f"{HOME}/{path}", page=HOME, **form).status_code == 303
    assert db.session.scalars(select(PrivacyRequest)).all() == []
    assert browser.get(f"{HOME}/mo/{'x' * 43}").status_code == 410


def test_erasing_wants_the_word(client: FlaskClient, person: Person) -> None:
    browser = Browser(client).become(person.user)
    wrong = browser.post(f"{HOME}/xoa", page=HOME, confirm="xong")
    assert wrong.status_code == 422 and "xong" in wrong.text
    assert browser.post(f"{HOME}/xoa", page=HOME, confirm="XOA").status_code == 303
    (request,) = db.session.scalars(select(PrivacyRequest)).all()
    assert (request.wish, request.state, request.due_on > today()) == ("erase", "open", True)
    assert browser.post(f"{HOME}/yeu-cau/{request.code}/rut", page=HOME).status_code == 303
    assert browser.post(f"{HOME}/yeu-cau/{request.code}/rut", page=HOME).status_code == 409


def test_the_officers_desk(client: FlaskClient, person: Person, make) -> None:
    browser = Browser(client).become(person.user)
    browser.post(f"{HOME}/sua", page=HOME, words="Markerwords: tên tôi là Lan")
    browser.post(f"{HOME}/xoa", page=HOME, confirm="xóa")
    assert browser.get("/quan-ly/du-lieu").status_code == 403
    officer = Browser(FreshClient(client.application)).become(make.user("data_officer"))
    page = officer.get("/quan-ly/du-lieu").text
    assert EMAIL not in page and PHONE not in page, "lists mask who asks"
    requests = {one.wish: one.code for one in db.session.scalars(select(PrivacyRequest))}
    shown = officer.get(f"/quan-ly/du-lieu/{requests['correct']}").text
    assert "Markerwords" in shown and "0987 001 234" in shown, "whoever answers must be able to call"
    answer = f"/quan-ly/du-lieu/{requests['correct']}"
    assert officer.post(f"{answer}/tra-loi", page=answer, outcome="done").status_code == 422
    assert officer.post(f"{answer}/tra-loi", page=answer, outcome="done", words="Đã sửa").status_code == 303
    erase = f"/quan-ly/du-lieu/{requests['erase']}"
    assert officer.post(f"{erase}/xoa", page=erase).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Order, person.order.id).contact_phone == ""
    assert "Markerwords" not in officer.get(answer).text
