"""A voucher on pages and over REST: the holder's, the counter's, and what nobody else sees."""

import io
from email.message import EmailMessage
from types import ModuleType

import pytest
import segno
from flask import current_app
from flask.testing import FlaskClient

from catalog.producers.models import Producer
from core.db import db, transaction
from core.web.links import address_of
from shop.vouchers import service
from shop.vouchers.rules import shown_code
from shop.vouchers.words import place_of
from tests.shop.vouchers.conftest import DAY, Office
from tests.support.browser import Browser
from tests.support.mails import text_of

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def at_counter(make: ModuleType, client: FlaskClient, office: Office, role: str = "cashier") -> Browser:
    scope = ("store", office.store.code) if role != "producer" else ("producer", office.product.producer.code)
    return Browser(client).become(make.user(role, scope))


def test_the_holders_page_and_paper(client: FlaskClient, office: Office) -> None:
    order = office.bought(1)
    (one,) = office.vouchers(order)
    page = client.get(f"/phieu/{one.code}")
    assert page.status_code == 200
    assert shown_code(one.code) in page.text and "31/03/2027" in page.text and "nhận lại tiền" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["X-Robots-Tag"] == "noindex"
    paper = client.get(f"/phieu/{one.code}/in.pdf")
    assert (paper.status_code, paper.data[:5]) == (200, b"%PDF-")
    mine = client.get(f"/don-hang/{order.number}?token={order.token}").text
    assert shown_code(one.code) in mine
    for wrong in ("PV-000000000000", "x", "PV-" + "0" * 300):
        assert client.get(f"/phieu/{wrong}").status_code == 404


def test_guessing_is_slow(client: FlaskClient, office: Office) -> None:
    answers = [client.get("/phieu/PV-000000000000").status_code for _ in range(40)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_at_the_counter_once(make: ModuleType, client: FlaskClient, office: Office) -> None:
    one, other = office.vouchers(office.bought(2))
    desk = at_counter(make, client, office)
    assert one.code not in desk.get("/quan-ly/phieu").text
    found = desk.get(f"/quan-ly/phieu?q={shown_code(one.code).lower()}")
    assert (found.status_code, found.headers["Location"]) == (303, f"/quan-ly/phieu/{one.code}")
    page = f"/quan-ly/phieu/{one.code}"
    assert desk.post(f"{page}/dung", page).status_code == 303
    again = desk.post(f"{page}/dung", page)
    assert again.status_code == 409
    assert "Đã dùng lúc" in again.text
    assert desk.post(f"{page}/tra", page, reason="x").status_code == 403
    chief, page = at_counter(make, client, office, "store_manager"), f"/quan-ly/phieu/{other.code}"
    assert chief.post(f"{page}/tra", page).status_code == 422
    assert chief.post(f"{page}/tra", page, reason="khách bận").status_code == 303
    assert "Đã trả lại" in chief.get(page).text


def test_a_photo_of_the_code(make: ModuleType, client: FlaskClient, office: Office) -> None:
    (one,) = office.vouchers(office.bought(1))
    desk = at_counter(make, client, office, "producer")
    picture = io.BytesIO()
    segno.make(address_of("vouchers.show", code=one.code), error="m").save(picture, kind="png", scale=8, border=4)
    sent = desk.post("/quan-ly/phieu", "/quan-ly/phieu", photo=(io.BytesIO(picture.getvalue()), "qr.png"))
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/quan-ly/phieu/{one.code}")
    for data in (b"", b"no picture"):
        assert desk.post("/quan-ly/phieu", "/quan-ly/phieu", photo=(io.BytesIO(data), "x.png")).status_code in (
            415,
            422,
        )
    assert desk.get("/quan-ly/phieu?q=PV-NO").status_code == 404


def test_over_rest(make: ModuleType, client: FlaskClient, office: Office) -> None:
    one, other = office.vouchers(office.bought(2))
    own = make.headers("producer", ("producer", office.product.producer.code))
    listed = client.get("/api/v1/vouchers", headers=own).json
    assert listed["total"] == 2
    assert {row["code"] for row in listed["items"]} == {None}
    assert client.post(f"/api/v1/vouchers/{one.code}/redemption", headers=own).json["state"] == "redeemed"
    again = client.post(f"/api/v1/vouchers/{one.code}/redemption", headers=own)
    assert (again.status_code, again.json["code"]) == (409, "voucher.used")
    assert again.json["by"] and again.json["at"]
    body = {"reason": "khách bận"}
    assert client.post(f"/api/v1/vouchers/{other.code}/return", json=body, headers=own).status_code == 403
    chief = make.headers("store_manager", ("store", office.store.code))
    for wrong in ({}, {"reason": ""}, {"reason": "x" * 301}, {"reason": "x", "more": 1}):
        assert client.post(f"/api/v1/vouchers/{other.code}/return", json=wrong, headers=chief).status_code == 422
    back = client.post(f"/api/v1/vouchers/{other.code}/return", json=body, headers=chief)
    assert (back.status_code, back.json["state"]) == (200, "returned")
    stranger = make.headers("producer", ("producer", make.producer().code))
    assert client.get(f"/api/v1/vouchers/{one.code}", headers=stranger).status_code == 404
    assert client.get(f"/api/v1/vouchers/{one.code}").status_code == 401


def test_the_offer_after_a_revocation(client: FlaskClient, office: Office) -> None:
    order = office.bought(1)
    (one,) = office.vouchers(order)
    page, guest = f"/don-hang/{order.number}", Browser(client)
    assert guest.post(f"{page}/phieu/{one.code}/tra", token="x").status_code == 404
    guest.post(f"{page}/phieu/{one.code}/tra", token=order.token)
    assert office.vouchers(order)[0].state == "live"
    service.offer_refunds(one.certificate_id, DAY)
    assert "nhận lại" in guest.get(f"{page}?token={order.token}").text
    assert guest.post(f"{page}/phieu/{one.code}/tra", token=order.token).status_code == 303
    assert office.vouchers(order)[0].state == "returned"


def test_an_order_of_services_is_told_in_its_own_words(
    make: ModuleType, client: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is packed, carried or brought back; the voucher says where to go and whom to call."""
    mails: list[EmailMessage] = []
    monkeypatch.setitem(current_app.extensions, "mailer", mails.append)
    with transaction():
        maker = db.session.get_one(Producer, office.product.producer_id)
        maker.address, maker.phone = "Thôn Thử", "+84912000001"
    order = office.bought(1)
    (one,) = office.vouchers(order)
    page = client.get(f"/don-hang/{order.number}?token={order.token}").text
    for goods in ("Bạn đã nhận", "Giao hàng cho người mua", "Cửa hàng chuẩn bị hàng"):
        assert goods not in page
    assert "Phát hành phiếu dịch vụ" in page and "Có phiếu dịch vụ" in page
    texts = [text_of(mail) for mail in mails]
    assert not any("chuẩn bị hàng" in text for text in texts)
    where, phone = place_of(one)
    assert (where, phone) == ("Thôn Thử", "0912 000 001")
    assert any(f"{one.producer.name}, {where}" in text and phone in text for text in texts)
    voucher = client.get(f"/phieu/{one.code}").text
    assert where in voucher and phone in voucher
    form = client.get(f"/don-hang/{order.number}/tra-hang?token={order.token}").text
    assert "không phải mang gì đến" in form and "Mang hàng đến" not in form


def test_goods_beside_a_service_are_told_as_goods(client: FlaskClient, office: Office) -> None:
    order = office.bought(1, honey=1)
    office.hand_over(order)
    page = client.get(f"/don-hang/{order.number}?token={order.token}").text
    assert "Bạn đã nhận" in page and "Giao hàng cho người mua" in page
