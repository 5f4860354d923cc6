"""Shifts: the drawer adds up, a closed shift never changes, PINs let in and few tries keep out."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import db, transaction
from shop.tills import shifts
from shop.tills.models import TillShift
from tests.shop.tills.conftest import MANAGER_PIN, PIN, Counter, healthy
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")


def test_a_day_at_the_drawer_adds_up_and_the_z_report_stays(counter: Counter) -> None:
    honey, _lot = counter.goods(price=120_000, on_shelf=20)
    path = f"/api/v1/till/shifts/{counter.shift.code}"
    first = counter.sell(counter.line(honey, 2)).json
    counter.sell(counter.line(honey), tenders=[{"way": "card", "amount": 120_000, "reference": "C1"}])
    assert counter.back(first["code"], {"position": 1, "quantity": 1}).status_code == 201
    assert counter.post(f"{path}/cash", {"kind": "pay_in", "amount": 50_000, "reason": "Tiền lẻ"}).status_code == 201
    assert counter.post(f"{path}/cash", {"kind": "pay_out", "amount": 30_000, "reason": "Nước"}).status_code == 201
    boss = counter.actor("store_manager")
    x = shifts.report_for(shifts.get_shift(counter.shift.code), boss)
    assert (x["is_closed"], x["expected"]) == (False, 500_000 + 240_000 - 120_000 + 50_000 - 30_000)
    counted = {"500000": 1, "100000": 1, "20000": 1, "10000": 1}
    z = counter.post(f"{path}/closing", {"counted": counted, "note": "thiếu 10 nghìn"})
    assert z.status_code == 200, z.json
    assert (z.json["counted"], z.json["difference"], z.json["number"]) == (630_000, -10_000, 1)
    assert [(one["way"], one["taken"], one["given_back"]) for one in z.json["ways"]] == [
        ("cash", 240_000, 120_000), ("vietqr", 0, 0), ("card", 120_000, 0)
    ]  # fmt: skip
    assert counter.get(f"{path}/report").json == z.json
    closed = counter.sell(counter.line(honey))
    assert (closed.status_code, closed.json["code"]) == (409, "shift.closed")
    again = counter.post(f"{path}/closing", {"counted": counted})
    assert (again.status_code, again.json["code"]) == (409, "shift.closed")
    healthy()


def test_who_counts_the_drawer_is_not_told_what_should_be_in_it(counter: Counter) -> None:
    honey, _lot = counter.goods(price=120_000, on_shelf=20)
    counter.sell(counter.line(honey, 2))
    counter.sell(counter.line(honey), tenders=[{"way": "card", "amount": 120_000, "reference": "C1"}])
    path = f"/api/v1/till/shifts/{counter.shift.code}"
    x = counter.get(f"{path}/report").json
    assert (x["is_blind"], x["expected"], x["sales_total"], x["returns_total"]) == (True, None, None, None)
    assert (x["vat"], x["exceptions_cash"], x["sales_count"]) == ([], None, 2)
    assert [(one["way"], one["taken"]) for one in x["ways"]] == [("cash", None), ("vietqr", 0), ("card", 120_000)]
    told = str(x)
    assert not any(str(number) in told for number in (740_000, 360_000, 240_000)), "no sum of cash by another name"
    desk = Browser(counter.client).become(counter.cashier).get(f"/quan-ly/ca/{counter.shift.code}").text
    assert "Đếm mù" in desk and "740.000" not in desk and "240.000" not in desk
    boss = Browser(counter.client).become(counter.manager).get(f"/quan-ly/ca/{counter.shift.code}").text
    assert "740.000" in boss and "Đếm mù" not in boss
    z = counter.post(f"{path}/closing", {"counted": {"500000": 1}}).json
    assert (z["is_blind"], z["expected"], z["difference"]) == (False, 740_000, -240_000)
    assert counter.get(f"{path}/report").json["expected"] == 740_000, "counted, she may know"


def test_a_manager_by_pin_sees_the_drawer_at_the_till(counter: Counter) -> None:
    told = counter.client.post("/api/v1/till/cashier", json={"user": counter.manager.id, "pin": MANAGER_PIN})
    assert told.status_code == 200
    x = counter.client.get(f"/api/v1/till/shifts/{counter.shift.code}/report").json
    assert (x["is_blind"], x["expected"]) == (False, 500_000)


def test_the_database_keeps_a_closed_shift_and_its_numbers(counter: Counter) -> None:
    counter.post(f"/api/v1/till/shifts/{counter.shift.code}/closing", {"counted": {"500000": 1}})
    for statement in (
        "UPDATE till_shift SET note = 'x'",
        "DELETE FROM till_shift",
        (
            "INSERT INTO till_cash (code, shift_id, kind, amount_vnd, reason, actor, at) "
            f"SELECT 'TC-X', id, 'pay_in', 1, 'x', 'x', opened_at FROM till_shift WHERE id = {counter.shift.id}"
        ),
        (
            "INSERT INTO till_shift (code, till_id, store_id, number, opened_at, opened_by, float_vnd, counted, report,"
            " version) SELECT 'CA-X', till_id, store_id, 3, opened_at, 'x', 0, '{}', '{}', 1 FROM till_shift"
        ),
    ):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(text(statement))
    opened = counter.post("/api/v1/till/shifts", {"float": 0})
    assert (opened.status_code, opened.json["number"]) == (201, 2)
    twice = counter.post("/api/v1/till/shifts", {"float": 0})
    assert (twice.status_code, twice.json["code"]) == (409, "shift.open")
    assert [one.number for one in db.session.query(TillShift).order_by(TillShift.id)] == [1, 2]


def test_pay_outs_beyond_the_limit_or_the_drawer_are_refused(counter: Counter) -> None:
    path = f"/api/v1/till/shifts/{counter.shift.code}/cash"
    much = {"kind": "pay_out", "amount": 300_000, "reason": "Nộp quỹ"}
    refused = counter.post(path, much)
    assert (refused.status_code, refused.json["code"]) == (403, "approval.needed")
    asked = {"act": "cash", "manager": counter.manager.id, "pin": "975310", "amount": 300_000}
    token = counter.post("/api/v1/till/approvals", asked).json["token"]
    assert counter.post(path, {**much, "approvals": [token]}).status_code == 201
    token = counter.post("/api/v1/till/approvals", {**asked, "amount": 201_000}).json["token"]
    short = counter.post(path, {**much, "amount": 201_000, "approvals": [token]})
    assert (short.status_code, short.json["code"], short.json["in_drawer"]) == (409, "drawer.short", 200_000)


def test_six_digits_open_a_narrow_session_bound_to_the_browser(counter: Counter) -> None:
    client = counter.client
    before = client.get("/api/v1/till").json
    assert before["cashier"] is None
    assert [(one["name"], one["is_manager"]) for one in before["cashiers"]] == [("Hoa", True), ("Lan", False)]
    wrong = client.post("/api/v1/till/cashier", json={"user": counter.cashier.id, "pin": "111111"})
    assert (wrong.status_code, wrong.json["code"]) == (403, "pin.wrong")
    right = client.post("/api/v1/till/cashier", json={"user": counter.cashier.id, "pin": PIN})
    assert (right.status_code, right.json["cashier"]["name"]) == (200, "Lan")
    token = {"X-CSRFToken": right.json["csrf"]}
    assert client.get(f"/api/v1/till/shifts/{counter.shift.code}/report").status_code == 200
    assert client.get("/tai-khoan").status_code == 403
    assert client.get("/quan-ly/nguoi-dung").status_code == 403
    honey, _lot = counter.goods()
    body = counter.body(counter.line(honey))
    assert counter.send(body, headers={}).status_code == 403  # no CSRF token
    assert counter.send(body, headers=token).status_code == 201
    client.delete_cookie("device")
    assert client.get(f"/api/v1/till/shifts/{counter.shift.code}/report").status_code == 401
    client.set_cookie("device", counter.secret)
    assert client.delete("/api/v1/till/cashier", headers=token).status_code == 204
    assert client.get(f"/api/v1/till/shifts/{counter.shift.code}/report").status_code == 401


def test_few_wrong_digits_shut_the_door_for_a_while(counter: Counter) -> None:
    body = {"user": counter.cashier.id, "pin": "111111"}
    told = [counter.client.post("/api/v1/till/cashier", json=body).status_code for _try in range(6)]
    assert told == [403] * 5 + [429]
    right = counter.client.post("/api/v1/till/cashier", json={**body, "pin": PIN})
    assert right.status_code == 429


def test_a_stranger_to_the_store_signs_in_nowhere(counter: Counter, another: Callable[[], Counter]) -> None:
    other = another()  # its cookie is now the browser's
    told = other.client.post("/api/v1/till/cashier", json={"user": counter.cashier.id, "pin": PIN})
    assert (told.status_code, told.json["code"]) == (403, "pin.wrong")
    foreign = counter.get(f"/api/v1/till/shifts/{other.shift.code}/report")
    assert foreign.status_code == 404


def test_closing_signs_the_cashier_out(counter: Counter) -> None:
    right = counter.client.post("/api/v1/till/cashier", json={"user": counter.cashier.id, "pin": PIN})
    token = {"X-CSRFToken": right.json["csrf"]}
    path = f"/api/v1/till/shifts/{counter.shift.code}/closing"
    assert counter.post(path, {"counted": {"500000": 1}}, headers=token).status_code == 200
    assert counter.client.get("/api/v1/till").json["cashier"] is None
