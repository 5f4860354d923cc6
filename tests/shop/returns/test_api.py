"""Returns and refunds over HTTP: the contract's call, the buyer's pages, foreign eyes, bad input."""

import re
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS
from core.clock import now
from core.worker import run_pending
from shop.carts.models import CartLine
from shop.orders import service as orders
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.queries import get_payment
from shop.payments.refunds import change_way, list_refunds
from shop.payments.rules import Way
from shop.payments.service import BankLine
from shop.payouts.links import counter_code, key_of
from tests.shop.returns.bought import bought, manager, place
from tests.support.browser import Browser
from tests.support.mails import text_of

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

LINE = {"line": 1, "quantity": 1}
ACCOUNT = {"bank": "970436", "account": "0011 0000 12345", "holder": "Nguyễn Thị Đào"}


class Desk:
    """Calls as staff of the order's store, or of another."""

    def __init__(self, make: ModuleType, client: FlaskClient) -> None:
        self.make, self.client = make, client

    def post(self, order: Order, path: str, role: str = "store_manager", store: str | None = None, **body: Any) -> Any:
        headers = self.make.headers(role, ("store", store or order.store.code))
        return self.client.post(f"/api/v1/{path}", json=body, headers=headers)

    def refund(self, order: Order, **body: Any) -> Any:
        return self.post(order, f"orders/{order.number}/refunds", **body)


@pytest.fixture
def desk(make: ModuleType, client: FlaskClient) -> Desk:
    return Desk(make, client)


def test_a_reference_alone_says_that_all_that_was_owed_has_gone_in_cash(make: ModuleType, desk: Desk) -> None:
    order = place(make, "vietqr")
    by = manager(make, order)
    orders.confirm_transfer(order.number, BankLine(order.total_vnd, "FT-IN", now()), by)
    assert orders.cancel(order.number, order.token, ANONYMOUS).state == "to_refund"
    refused = desk.refund(order, reference="FT-BACK")
    assert (refused.status_code, refused.json["code"]) == (409, "refund.by_file")
    [owed] = list_refunds(get_payment(f"ord:{order.number}").id)
    assert (owed.state, refused.json["refunds"]) == ("promised", [owed.code])
    change_way(owed.code, Way.CASH, ANONYMOUS)  # as the buyer does by her link
    for _ in range(2):
        answer = desk.refund(order, reference="TM-1")
        assert (answer.status_code, answer.json["state"]) == (200, "refunded")
    assert answer.json["payment"]["refunded"] == order.total_vnd
    elsewhere = make.store().code
    assert desk.post(order, f"orders/{order.number}/refunds", store=elsewhere, reference="FT-X").status_code == 404


def test_a_sum_or_lines_with_a_reason(make: ModuleType, desk: Desk) -> None:
    order = bought(make, "vietqr")
    sku = order.lines[0].sku_code
    assert desk.refund(order, amount=20_000, reason="goodwill").json["payment"]["refunded"] == 0
    answer = desk.refund(order, lines=[{"sku": sku, "quantity": 1}], reason="broken", reference="FT-1")
    assert (answer.status_code, answer.json["state"], answer.json["payment"]["refunded"]) == (
        200,
        "part_refunded",
        120_000,
    )
    assert get_payment(f"ord:{order.number}").refunding_vnd == 140_000
    too_much = desk.refund(order, amount=order.total_vnd, reason="goodwill")
    assert (too_much.status_code, too_much.json["code"]) == (409, "refund.too_much")


def test_a_large_sum_waits_for_a_second_person(make: ModuleType, desk: Desk) -> None:
    order = bought(make, "vietqr", (20,))
    waits = desk.refund(order, amount=2_100_000, reason="goodwill")
    assert (waits.status_code, get_payment(f"ord:{order.number}").refunding_vnd) == (202, 0)
    code = desk.client.get(f"/api/v1/orders/{order.number}/returns?token={order.token}").json[0]["code"]
    done = desk.post(order, f"returns/{code}/settlement")
    assert (done.status_code, done.json["state"], done.json["refund"]["amount"]) == (200, "done", 2_100_000)


BAD = (
    {}, {"amount": 0, "reason": "broken"}, {"amount": 2.5, "reason": "broken"}, {"amount": "5", "reason": "broken"},
    {"amount": 5}, {"amount": 5, "reason": "x"}, {"amount": 5, "lines": [LINE], "reason": "broken"},
    {"lines": [], "reason": "broken"}, {"lines": [{"quantity": 1}], "reason": "broken"},
    {"lines": [LINE, LINE], "reason": "broken"}, {"lines": [{"line": 9, "quantity": 1}], "reason": "broken"},
    {"lines": [{"line": 1, "quantity": -1}], "reason": "broken"}, {"reference": "x" * 81}, {"other": 1},
    {"amount": 10**16, "reason": "broken"}, {"amount": True, "reason": "broken"},
)  # fmt: skip


def test_bad_input_is_answered_and_writes_nothing(make: ModuleType, desk: Desk) -> None:
    order = bought(make)
    assert [desk.refund(order, **body).status_code for body in BAD] == [422] * len(BAD)
    assert get_payment(f"ord:{order.number}").refunding_vnd == 0


def test_a_buyer_asks_and_the_store_takes_it_back(make: ModuleType, desk: Desk) -> None:
    order = bought(make)
    body = {"kind": "return", "reason": "changed_mind", "lines": [LINE], "token": order.token}
    url = f"/api/v1/orders/{order.number}/returns"
    assert desk.client.post(url, json=body | {"token": "x"}).status_code == 404
    asked = desk.client.post(url, json=body)
    assert (asked.status_code, asked.json["state"]) == (201, "asked")
    code = asked.json["code"]
    assert desk.post(order, f"returns/{code}/decision", accepted=False).status_code == 422
    assert desk.post(order, f"returns/{code}/decision", "cashier", accepted=True).status_code == 403
    assert desk.post(order, f"returns/{code}/decision", store=make.store().code, accepted=True).status_code == 404
    assert desk.post(order, f"returns/{code}/decision", accepted=True).json["state"] == "accepted"
    back = desk.post(order, f"returns/{code}/receipt", "cashier", damaged=[{"line": 1, "quantity": 1}])
    assert (back.json["state"], back.json["refund"]["amount"], back.json["lines"][0]["worth"]) == (
        "done",
        120_000,
        120_000,
    )
    assert desk.client.post(f"/api/v1/returns/{code}/withdrawal?token={order.token}").status_code == 409
    assert desk.client.get(f"{url}?token=x").status_code == 404


def test_the_buyers_way_from_her_order_to_her_money(make: ModuleType, client: FlaskClient, session: Session) -> None:
    order, buyer = bought(make, "vietqr"), Browser(client)
    page = f"/don-hang/{order.number}?token={order.token}"
    assert "Trả hoặc đổi hàng" in buyer.get(page).text
    ask = f"/don-hang/{order.number}/tra-hang"
    empty = buyer.post(ask, token=order.token, kind="return", reason="changed_mind", words="nhầm <b>vị</b>")
    assert empty.status_code == 422 and "Chọn ít nhất một mặt hàng" in empty.text and "&lt;b&gt;" in empty.text
    many = buyer.post(ask, token=order.token, kind="exchange", reason="broken", **{"units-1": "9"})
    assert many.status_code == 409 and "nhiều hơn số còn trả được" in many.text
    kept = buyer.post(ask, token=order.token, kind="refund", reason="changed_mind", **{"units-1": "1"})
    assert kept.status_code == 422 and "Đổi ý thì hàng phải về cửa hàng" in kept.text
    assert buyer.post(ask, token="x", kind="return", reason="broken", **{"units-1": "1"}).status_code == 404
    sent = buyer.post(ask, token=order.token, kind="exchange", reason="broken", **{"units-1": "2"})
    assert sent.status_code == 303
    shown = buyer.get(page).text
    assert "Chờ cửa hàng trả lời" in shown and "Trả hoặc đổi hàng</a>" not in shown
    code = re.search(r"/tra-hang/(TH-[0-9A-Z]+)/rut", shown)
    assert code is not None
    make_anew = buyer.post(f"/tra-hang/{code[1]}/dat-lai", token=order.token)
    assert (make_anew.status_code, make_anew.headers["Location"]) == (303, "/gio-hang")
    assert [one.quantity for one in session.query(CartLine).order_by(CartLine.id.desc()).limit(1)] == [2]
    assert buyer.post(f"/tra-hang/{code[1]}/rut", token=order.token).status_code == 303
    assert "Đã rút" in buyer.get(page).text


def test_the_account_is_named_once_and_never_shown_again(make: ModuleType, client: FlaskClient, desk: Desk) -> None:
    order, buyer = bought(make, "vietqr"), Browser(client)
    desk.refund(order, lines=[LINE], reason="broken")
    refund = list_refunds(get_payment(f"ord:{order.number}").id)[0]
    url = f"/hoan-tien/{key_of(refund.code, 1)}"
    assert url in buyer.get(f"/don-hang/{order.number}?token={order.token}").text
    assert url not in desk.client.get(f"/don-hang/{order.number}").text
    wrong = buyer.post(url, url, **ACCOUNT | {"account": "12", "holder": "1", "bank": "000000"})
    assert wrong.status_code == 422 and wrong.text.count("field-error") >= 3
    assert buyer.post(url, url, **ACCOUNT).status_code == 303
    shown = buyer.get(url)
    assert "•••• 2345" in shown.text and "0011000012345" not in shown.text and "NGUYEN THI DAO" in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer" and "no-store" in shown.headers["Cache-Control"]
    assert buyer.post(url, **ACCOUNT).status_code == 410
    assert buyer.get(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 404
    assert buyer.get("/hoan-tien/%00").status_code == 404


def test_cash_is_asked_for_and_its_code_shown(make: ModuleType, client: FlaskClient, desk: Desk) -> None:
    order, buyer = bought(make, "vietqr"), Browser(client)
    desk.refund(order, lines=[LINE], reason="broken")
    refund = list_refunds(get_payment(f"ord:{order.number}").id)[0]
    url = f"/hoan-tien/{key_of(refund.code, 1)}"
    assert buyer.post(f"{url}/tien-mat", url).status_code == 303
    assert counter_code(refund.code) in buyer.get(url).text
    for _ in range(12):
        last = buyer.post(f"{url}/tien-mat")
    assert last.status_code == 429


def test_the_buyer_is_told_where_to_name_her_account(
    make: ModuleType, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails: list[EmailMessage] = []
    monkeypatch.setitem(current_app.extensions, "mailer", mails.append)
    order = bought(make, "vietqr")
    desk.refund(order, lines=[LINE], reason="broken")
    run_pending()
    refund = list_refunds(get_payment(f"ord:{order.number}").id)[0]
    assert [key_of(refund.code, 1) in text_of(one) for one in mails].count(True) == 1
    assert get_order(order.number).state == "handed_over"
