"""Desks of messages and webhooks: previews, what went about an order, secrets shown once."""

import re
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.db import db
from core.messages.kinds import kinds
from core.messages.models import MessageSent
from core.worker import run_pending
from shop.hooks.models import HookDelivery, HookEndpoint
from tests.shop.privacy.conftest import bought
from tests.support.browser import Browser
from tests.support.client import FreshClient

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def mails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    sent: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", sent.append)
    return sent


def test_every_kind_can_be_looked_at(client: FlaskClient, make: ModuleType) -> None:
    admin = Browser(client).become(make.user("admin"))
    for one in kinds():
        page = admin.get(f"/quan-ly/tin-nhan?kind={one.name}&ngon-ngu=en")
        assert page.status_code == 200 and "<iframe" in page.text, one.name
    mail = admin.get("/quan-ly/tin-nhan/order.placed/thu")
    assert "sandbox" in mail.headers["Content-Security-Policy"] and "DH-7K3M9QXT" in mail.text
    assert admin.get("/quan-ly/tin-nhan/no.such/thu").status_code == 404
    assert admin.get("/quan-ly/tin-nhan?kind=no.such&ngon-ngu=xx").status_code == 200
    assert (
        Browser(FreshClient(client.application)).become(make.user("certifier")).get("/quan-ly/tin-nhan").status_code
        == 403
    )


def test_what_went_about_an_order_and_again(client: FlaskClient, make: ModuleType, mails: list[EmailMessage]) -> None:
    order = bought(make)
    while run_pending():
        pass
    keeper = Browser(client).become(make.user("store_manager", ("store", order.store.code)))
    page = keeper.get(f"/quan-ly/don-hang/{order.number}").text
    assert "Xác nhận đơn hàng" in page and "ma***@example.test" in page
    sent = db.session.scalars(select(MessageSent)).one()
    other = Browser(FreshClient(client.application)).become(make.user("store_manager", ("store", make.store().code)))
    assert other.post(f"/quan-ly/tin-nhan/{sent.id}/gui-lai").status_code == 404
    assert keeper.post(f"/quan-ly/tin-nhan/{sent.id}/gui-lai").status_code == 303
    assert keeper.post("/quan-ly/tin-nhan/999999/gui-lai").status_code == 404
    while run_pending():
        pass
    assert [mail["Subject"] for mail in mails] == [f"Đơn hàng {order.number}"] * 2


def test_a_webhooks_secret_is_shown_once(client: FlaskClient, make: ModuleType) -> None:
    store = make.store()
    keeper = Browser(client).become(make.user("store_manager", ("store", store.code)))
    form = {"name": "POS", "url": "https://pos.example.vn/hook", "scope": f"store:{store.code}", "topics": ["order"]}
    made = sent(keeper, form)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    secret = re.search(r"whsec_[\w-]{43}", made.text)
    code = db.session.scalars(select(HookEndpoint.code)).one()
    page = f"/quan-ly/webhook/{code}"
    assert secret and secret[0] not in keeper.get(page).text
    rotated = re.search(r"whsec_[\w-]{43}", keeper.post(f"{page}/khoa", page=page).text)
    assert rotated and rotated[0] != secret[0]
    assert keeper.post(f"{page}/thu", page=page).status_code == 303
    assert db.session.scalars(select(HookDelivery)).one().event.kind == "ping"
    assert keeper.post(f"{page}/bat", page=page, on="maybe").status_code == 422
    assert keeper.post(f"{page}/bat", page=page, on="no").status_code == 303
    stranger = Browser(FreshClient(client.application)).become(make.user("store_manager", ("store", make.store().code)))
    assert stranger.get(page).status_code == 404
    for wrong in ({"url": "http://10.0.0.1/"}, {"topics": []}, {"topics": ["money"]}, {"name": ""}):
        assert sent(keeper, form | wrong).status_code == 422
    assert sent(keeper, form | {"scope": "store:khac"}).status_code == 404


def sent(browser: Browser, form: dict[str, object]) -> TestResponse:
    """The form of a new endpoint, whose field is called as the address of a browser's act."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/quan-ly/webhook").text)
    assert token
    return browser.client.post("/quan-ly/webhook", data={"csrf_token": token[1], **form})
