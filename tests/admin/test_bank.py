"""The desk of money that came, as a store's manager uses it; and who may not."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.clock import ZONE, now
from shop.bank import queries
from shop.bank.models import BankStatement, Credit
from shop.bank.queries import find_profile
from tests.admin.conftest import Staff
from tests.shop.bank.conftest import Till, till
from tests.support.browser import Browser
from tests.support.clock import Clock

__all__ = ["till"]

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both

HOME = "/quan-ly/tien-ve"


@pytest.fixture(autouse=True)
def _day(clock: Clock) -> None:
    """The day that the statements tell of."""
    clock.on(date(2026, 11, 22))


@pytest.fixture
def manager(till: Till, staff: Staff) -> Browser:
    return staff("store_manager", ("store", till.store.code))


def act(browser: Browser, credit: Credit, what: str, **typed: Any) -> TestResponse:
    return browser.post(f"{HOME}/{credit.id}/{what}", **{"version": credit.version, **typed})


def test_the_queue_says_why_each_line_waits(till: Till, manager: Browser) -> None:
    order = till.order()
    till.tell(order.number, 1_000)
    till.tell("=HYPERLINK(1)", order.total_vnd)
    text = manager.get(HOME).text
    assert "chưa đủ tiền, chờ phần còn lại" in text
    assert "không đọc được số đơn trong nội dung" in text
    assert "khoản tiền về chờ xử lý" in manager.get("/quan-ly/").text
    file = manager.get(f"{HOME}/tai-ve.csv?state=waiting")
    assert "'=HYPERLINK(1)" in file.get_data().decode("utf-8-sig")
    assert manager.get(f"{HOME}?q={order.number}").text.count("<tr>") == 2
    assert "Không có khoản nào ở đây" in manager.get(f"{HOME}?q=khong-co").text


def test_a_line_is_assigned_from_its_suggestion(till: Till, manager: Browser) -> None:
    order = till.order()
    credit = till.tell("mua mat ong", order.total_vnd)
    page = manager.get(f"{HOME}/{credit.id}").text
    assert order.number in page
    assert "đúng số tiền" in page
    assert act(manager, credit, "gan", number="DH-00000000").status_code == 422
    assert act(manager, credit, "gan", number=order.number).status_code == 303
    assert till.state(order) == "paid"
    assert "Đã ghép với đơn" in manager.get(f"{HOME}/{credit.id}").text


def test_an_assigned_line_that_pays_nothing_says_why(till: Till, manager: Browser) -> None:
    order = till.order()
    credit = till.tell("mua mat ong", order.total_vnd - 1_000)
    assert act(manager, credit, "gan", number=order.number).status_code == 303
    assert "Đã gán cho đơn. Chờ xử lý: chưa đủ tiền" in manager.get(f"{HOME}/{credit.id}").text
    assert till.state(order) == "placed"


def test_a_suggestion_says_whether_the_number_is_exact(till: Till, manager: Browser) -> None:
    order, other = till.order(), till.order()
    line = till.tell(f"{order.number} va {other.number[:-1]}", 1_000)
    found = {one.payment.reference: one for one in queries.suggest(line, now())}
    assert [found[f"ord:{one.number}"].exact for one in (order, other)] == [True, False]
    text = manager.get(f"{HOME}/{line.id}").text
    assert (text.count("đúng số đơn"), text.count("số đơn gần giống")) == (1, 1)
    assert text.index("đúng số đơn") < text.index("số đơn gần giống")


def test_a_wrong_hour_typed_by_hand_is_answered_by_assigning(till: Till, manager: Browser) -> None:
    order = till.order()
    typed = {"seller": till.seller.code, "amount": str(order.total_vnd), "reference": "FT1", "memo": order.number}
    manager.post(f"{HOME}/ghi", **typed, booked=f"{now().astimezone(ZONE) - timedelta(minutes=44):%d/%m/%Y %H:%M}")
    credit = till.line("FT1")
    assert "Gán cho đơn này" in manager.get(f"{HOME}/{credit.id}").text
    assert act(manager, credit, "gan", number=order.number).status_code == 303
    text = manager.get(f"{HOME}/{credit.id}").text
    assert "Đã gán cho đơn." in text
    assert "Đã gán cho đơn. Chờ" not in text
    assert till.state(order) == "paid"


@pytest.mark.long
def test_what_goes_back_needs_an_account(till: Till, manager: Browser) -> None:
    credit = till.tell("x", 9_000)
    answer = act(manager, credit, "tra-lai", bank_bin="970436", account="001")
    assert answer.status_code == 422
    assert 'value="001"' in answer.text
    assert act(manager, credit, "tra-lai", bank_bin="970436", account="001", holder="A").status_code == 303
    assert till.line(credit.bank_ref).state == "to_return"
    assert act(manager, credit, "tra-lai", bank_bin="970436", account="001", holder="A").status_code == 409


@pytest.mark.long
def test_too_much_is_taken_and_the_rest_returned(till: Till, manager: Browser) -> None:
    order = till.order()
    credit = till.tell(order.number, order.total_vnd + 5_000)
    assert "Nhận đủ, trả lại phần thừa" in manager.get(f"{HOME}/{credit.id}").text
    assert act(manager, credit, "lay-du").status_code == 303
    assert (till.line(credit.bank_ref).return_vnd, till.state(order)) == (5_000, "paid")


@pytest.mark.long
def test_several_are_set_aside_at_once(till: Till, manager: Browser) -> None:
    credits_ = [till.tell("lai", 100 + n) for n in range(3)]
    ids = [str(one.id) for one in credits_]
    assert manager.post(f"{HOME}/de-rieng", line=ids[:2]).status_code == 303  # no reason: nothing is done
    assert till.line(credits_[0].bank_ref).state == "waiting"
    manager.post(f"{HOME}/de-rieng", line=ids[:2], note="lãi ngân hàng")
    assert [till.line(one.bank_ref).state for one in credits_] == ["aside", "aside", "waiting"]
    assert act(manager, till.line(credits_[0].bank_ref), "xem-lai").status_code == 303
    assert act(manager, till.line(credits_[0].bank_ref), "ghi-chu", note="đã hỏi").status_code == 303
    assert act(manager, till.line(credits_[0].bank_ref), "khac").status_code == 404


@pytest.mark.long
def test_a_credit_is_written_down_by_hand(till: Till, manager: Browser, session: Session) -> None:
    order = till.order()
    typed = {"seller": till.seller.code, "amount": "120.000", "reference": "ft 1", "memo": order.number}
    answer = manager.post(f"{HOME}/ghi", **typed, booked="hôm nay")
    assert answer.status_code == 422
    assert "Viết như 22/11/2026 10:05." in answer.text
    for said in ("Đã ghi khoản tiền.", "Mã giao dịch FT1 đã được ghi trước đó"):
        answer = manager.post(f"{HOME}/ghi", **typed, booked="2026-11-22")
        assert (answer.status_code, answer.location) == (303, f"{HOME}/{till.line('FT1').id}")
        text = manager.get(answer.location).text
        assert said in text
        assert ("Đã ghi khoản tiền." in text) == (said == "Đã ghi khoản tiền.")
    assert till.line("FT1").memo == order.number
    assert session.scalar(select(func.count()).select_from(Credit)) == 1


def statement(*rows: str, by: str = ";", coding: str = "utf-8-sig") -> bytes:
    head = by.join(["Ngày giao dịch", "Số tiền ghi nợ", "Số tiền ghi có", "Nội dung", "Số tham chiếu"])
    return "\r\n".join(["SAO KÊ TÀI KHOẢN", "", head, *rows, ""]).encode(coding)


def send(browser: Browser, till: Till, data: bytes, **more: Any) -> TestResponse:
    file = (io.BytesIO(data), "sao-ke.csv")
    return browser.post(f"{HOME}/sao-ke", seller=till.seller.code, file=file, **more)


def test_a_statement_is_tried_then_taken_whole(till: Till, manager: Browser, session: Session) -> None:
    order = till.order()
    data = statement(
        f"22/11/2026;;{order.total_vnd:,};IB {order.number};FT1", "22/11/2026;500.000;;rút tiền;FT2",
        "22/11/2026;;1.000,00;=1+1;FT3",
    )  # fmt: skip
    tried = send(manager, till, data)
    assert tried.status_code == 200
    assert "2 khoản mới, 0 khoản đã có, 1 dòng không phải tiền vào" in tried.text
    assert session.scalar(select(func.count()).select_from(Credit)) == 0
    assert send(manager, till, data, confirm="1").status_code == 303
    assert till.state(order) == "paid"
    assert till.line("FT3").memo == "=1+1"
    profile = find_profile(till.seller)
    assert profile is not None
    assert profile.columns["reference"] == "Số tham chiếu"
    assert send(manager, till, data, confirm="1").status_code == 303
    assert [(one.fresh, one.known) for one in session.scalars(select(BankStatement))] == [(2, 0), (0, 2)]
    assert till.breaches() == []


def test_one_bad_line_keeps_a_statement_out(till: Till, manager: Browser, session: Session) -> None:
    answer = send(manager, till, statement("22/11/2026;;100;a;FT1", "32/11/2026;;abc;b;"), confirm="1")
    assert answer.status_code == 422
    assert "chưa ghi gì" in answer.text
    assert "Không phải số tiền" in answer.text
    assert session.scalar(select(func.count()).select_from(Credit)) == 0
    assert send(manager, till, b"").status_code == 422
    assert send(manager, till, b"\x89PNG\x00\x00").status_code == 422


@pytest.mark.long
def test_a_statement_with_another_sum_for_a_known_reference_is_refused(till: Till, manager: Browser) -> None:
    till.tell("x", 100, "FT1")
    answer = send(manager, till, statement("22/11/2026;;999;a;FT1"), confirm="1")
    assert answer.status_code == 422
    assert till.line("FT1").amount_vnd == 100


@pytest.mark.long
def test_a_channel_is_opened_by_the_admin_alone(till: Till, manager: Browser, staff: Staff) -> None:
    assert manager.get(f"{HOME}/kenh").status_code == 403
    admin = staff("admin")
    page = admin.post(f"{HOME}/kenh", seller=till.seller.code, act="open")
    assert "bank_" in page.text
    assert "bank_" not in admin.get(f"{HOME}/kenh").text.replace("bank_feed", "")
    assert admin.post(f"{HOME}/kenh", seller=till.seller.code, act="close").status_code == 303
    assert admin.post(f"{HOME}/kenh", seller="nobody", act="open").status_code == 404


def test_anothers_money_is_not_seen(till: Till, staff: Staff, make: Any) -> None:
    credit = till.tell("riêng tư", 1_000)
    other = staff("store_manager", ("store", make.store().code))
    assert "riêng tư" not in other.get(HOME).text
    assert other.get(f"{HOME}/{credit.id}").status_code == 404
    assert act(other, credit, "de-rieng", note="x").status_code == 404
    assert "riêng tư" not in other.get(f"{HOME}?seller={till.seller.code}&state=all").text
    for role, scope in (("cashier", ("store", till.store.code)), ("producer", ("producer", "x")), (None, None)):
        assert staff(role, scope).get(HOME).status_code == 403
    auditor = staff("auditor")
    assert "riêng tư" in auditor.get(HOME).text
    assert act(auditor, credit, "de-rieng", note="x").status_code == 403
