"""The desk of parcels: queues, many at once, papers, the counter, a carrier's file, acts that do not fit."""

import io
from datetime import date
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS
from core.clock import today
from shop.carts import service as carts
from shop.coupons import service as coupons
from shop.orders import parcels
from shop.orders.asked import Checkout, Contact, Fulfilment, InvoiceWish
from shop.orders.checkout import place_order
from shop.orders.collecting import pickup_code
from shop.orders.models import Order, OrderNote, Shipment
from shop.orders.queries import get_order
from shop.returns import service as returns
from shop.returns.rules import Kind, Reason
from shop.returns.service import Wish
from tests.admin.conftest import Staff
from tests.shop.orders.parcel_stage import keeper, placed
from tests.support.clock import Clock
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both

ORDERS, COUNTER, FILES = "/quan-ly/don-hang", "/quan-ly/nhan-hang", "/quan-ly/don-hang/van-chuyen"


@pytest.fixture
def store(make: ModuleType, clock: Clock):
    clock.on(date(2026, 11, 23))
    return make.store()


@pytest.fixture
def sku(make: ModuleType, store):
    one = make.sku()
    make.lot(one, store, on_shelf=30)
    return one


def state(session: Session, order: Order) -> str:
    session.expire_all()
    return session.query(Shipment.state).filter(Shipment.order_id == order.id).scalar()


def test_a_second_press_is_told_and_not_a_bare_page(staff: Staff, make, store, sku) -> None:
    order = placed(make, (sku, 1), store=store, provider="at_store", method="pickup")
    cashier, page = staff("cashier", ("store", store.code)), f"{ORDERS}/{order.number}"
    assert cashier.post(f"{page}/pack", page=page).status_code == 303
    again = cashier.post(f"{page}/pack", page=page)
    assert again.status_code == 409
    assert "Hiện nay: Sẵn sàng để lấy" in again.text
    assert "Diễn biến" in again.text


def test_several_parcels_are_packed_at_once_and_each_fault_is_named(staff: Staff, make, store, sku, session) -> None:
    one, two = (placed(make, (sku, 1), store=store) for _n in range(2))
    by = staff("cashier", ("store", store.code))
    codes = [f"{one.number}-1", f"{two.number}-1"]
    assert by.post(f"{ORDERS}/nhieu", page=ORDERS, parcel=codes, act="pack").status_code == 303
    assert [state(session, order) for order in (one, two)] == ["packed", "packed"]
    parcels.ship(one.number, keeper(make, store))
    answer = by.post(f"{ORDERS}/nhieu", page=ORDERS, parcel=codes, act="ship")
    assert answer.status_code == 409
    assert codes[0] in answer.text
    assert state(session, two) == "shipped"
    assert by.post(f"{ORDERS}/nhieu", page=ORDERS, act="pack").status_code == 422
    assert by.post(f"{ORDERS}/nhieu", page=ORDERS, parcel=codes, act="burn").status_code == 404


def test_papers_come_as_files_and_only_to_the_parcel_s_store(staff: Staff, make, store, sku) -> None:
    order = placed(make, (sku, 1), store=store)
    by, other = staff("cashier", ("store", store.code)), staff("cashier", ("store", make.store().code))
    code = f"{order.number}-1"
    for act, kind in (("slips", "application/pdf"), ("labels", "application/pdf"), ("csv", "text/csv")):
        answer = by.post(f"{ORDERS}/nhieu", page=ORDERS, parcel=code, act=act)
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert "no-store" in answer.headers["Cache-Control"]
        assert other.post(f"{ORDERS}/nhieu", page=ORDERS, parcel=code, act=act).status_code == 404
    listed = by.post(f"{ORDERS}/nhieu", page=ORDERS, parcel=code, act="csv").text
    assert code in listed
    assert "mua@example.test" not in listed


def test_the_counter_finds_by_digits_and_hands_over(staff: Staff, make, store, sku, session) -> None:
    order = placed(make, (sku, 1), store=store, provider="at_store", method="pickup")
    parcels.pack(order.number, keeper(make, store))
    by, code = staff("cashier", ("store", store.code)), pickup_code(order)
    assert order.number in by.get(COUNTER).text
    found = by.get(f"{COUNTER}?q={code}")
    assert found.status_code == 200
    assert order.number in found.text
    assert "Thu của khách" in found.text
    assert by.get(f"{COUNTER}?q=12345").status_code == 422
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert by.get(f"{COUNTER}?q={wrong}").status_code == 404
    assert staff("cashier", ("store", make.store().code)).get(f"{COUNTER}?q={code}").status_code == 404
    done = by.post(f"{ORDERS}/{order.number}/hand_over", page=COUNTER, to="Người nhà", back="collect")
    assert (done.status_code, done.location) == (303, COUNTER)
    assert state(session, order) == "delivered"
    assert get_order(order.number).events[-1].data["to"] == "Người nhà"


def test_guessing_digits_comes_to_an_end(staff: Staff, store) -> None:
    by = staff("cashier", ("store", store.code))
    answers = [by.get(f"{COUNTER}?q=000000").status_code for _n in range(31)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_failed_parcel_comes_back_and_its_goods_are_looked_at(staff: Staff, make, store, sku, session) -> None:
    order = placed(make, (sku, 1), store=store)
    by, page = staff("store_manager", ("store", store.code)), f"{ORDERS}/{order.number}"
    by.post(f"{page}/pack", page=page, parcel=1)
    assert by.post(f"{page}/ship", page=page, parcel=1, carrier="ghn", tracking="GA1").status_code == 303
    assert "donhang.ghn.vn" in by.get(page).text
    assert by.post(f"{page}/fail", page=page, parcel=1, reason="vì mưa").status_code == 422
    assert by.post(f"{page}/fail", page=page, parcel=1, reason="refused").status_code == 303
    assert by.post(f"{page}/take_back", page=page, parcel=1, condition="unfit").status_code == 422
    assert by.post(f"{page}/take_back", page=page, parcel=1, condition="unfit", note="vỡ").status_code == 303
    assert state(session, order) == "returned"
    assert by.post(f"{page}/send_again", page=page, parcel=1).status_code == 303
    assert by.post(f"{page}/nonsense", page=page).status_code == 404
    assert by.post(f"{page}/pack", page=page, parcel=9).status_code == 404


def test_a_parcel_leaves_with_a_carrier_s_name(staff: Staff, make, store, sku, session) -> None:
    order = placed(make, (sku, 1), store=store)
    by, page = staff("store_manager", ("store", store.code)), f"{ORDERS}/{order.number}"
    by.post(f"{page}/pack", page=page, parcel=1)
    for act, said in (("ship", {}), ("ship", {"courier": "", "tracking": "X1"}), ("track", {"tracking": "X1"})):
        answer = by.post(f"{page}/{act}", page=page, parcel=1, carrier="", **said)
        assert answer.status_code == 422
        assert "Hãy chọn đơn vị vận chuyển, hoặc ghi tên." in answer.text
        assert state(session, order) == "packed"
    assert by.post(f"{page}/ship", page=page, parcel=1, carrier="", courier="Xe của cửa hàng").status_code == 303
    assert get_order(order.number).shipments[0].courier == "Xe của cửa hàng"


def test_the_order_says_that_a_return_waits_and_which_coupon_it_had(staff: Staff, make, store, sku, session) -> None:
    coupons.create("CHAO10", coupons.Wish("Chào", today(), today(), 5, percent=10), make.actor("admin"))
    token = carts.start_cart().token
    carts.set_line(token, sku.code, 2)
    carts.set_coupon(token, "CHAO10")
    contact, wanted = Contact("Người mua thử", "+84912345678", None), Fulfilment("pickup", store.code)
    wish = InvoiceWish("Công ty Thử", "Số 9, đường Thử", "ke.toan@example.test", "0200000007")
    order = place_order(Checkout(token, contact, wanted, "at_store", 10**9, invoice=wish), ANONYMOUS)
    by, page = staff("store_manager", ("store", store.code)), f"{ORDERS}/{order.number}"
    assert "Mã giảm giá CHAO10" in by.get(page).text
    assert "Công ty Thử, mã số thuế 0200000007" in by.get(page).text
    parcels.hand_over(order.number, keeper(make, store))
    asked = returns.ask(order.number, order.token, Wish(Kind.RETURN, Reason.BROKEN, {1: 1}), ANONYMOUS)
    seen = by.get(page).text
    assert f"/quan-ly/tra-hang/{asked.code}" in seen and "Chờ cửa hàng trả lời" in seen
    returns.withdraw(asked.code, order.token, ANONYMOUS)
    assert asked.code not in by.get(page).text


def test_notes_are_for_the_staff(staff: Staff, client: FlaskClient, make, store, sku, session) -> None:
    order = placed(make, (sku, 1), store=store)
    by, page = staff("cashier", ("store", store.code)), f"{ORDERS}/{order.number}"
    assert by.post(f"{page}/note", page=page, text="Khách hẹn thứ Bảy").status_code == 303
    assert by.post(f"{page}/note", page=page, text=" ").status_code == 422
    assert "Khách hẹn thứ Bảy" in by.get(page).text
    assert session.query(OrderNote).count() == 1
    assert "Khách hẹn thứ Bảy" not in client.get(f"/don-hang/{order.number}?token={order.token}").text


def test_a_carrier_s_file_is_tried_and_then_written(staff: Staff, make, store, sku, session) -> None:
    order = placed(make, (sku, 1), store=store)
    by, code = staff("cashier", ("store", store.code)), f"{order.number}-1"
    parcels.pack(order.number, keeper(make, store))
    data = f"Mã kiện,Đơn vị vận chuyển,Mã vận đơn,Kết quả\n{code},GHN,GA1,Đang giao\n".encode()
    trial = by.post(FILES, page=FILES, file=(io.BytesIO(data), "x.csv"))
    assert trial.status_code == 200
    assert state(session, order) == "packed"
    key = trial.text.split('name="key" value="')[1][:64]
    assert by.post(FILES, page=FILES, key=key, confirm="1").status_code == 303
    assert state(session, order) == "shipped"
    wrong = by.post(FILES, page=FILES, file=(io.BytesIO(data.replace(b"-1,", b"-7,")), "x.csv"))
    assert wrong.status_code == 422
    assert "Cửa hàng không có kiện này" in wrong.text
    assert by.post(FILES, page=FILES, key="x" * 64).status_code == 422
    assert by.get(f"{FILES}/mau").mimetype.endswith("spreadsheetml.sheet")


def test_a_queue_costs_the_same_for_one_order_and_for_many(staff: Staff, make, store, sku) -> None:
    by = staff("cashier", ("store", store.code))
    placed(make, (sku, 1), store=store)
    by.get(ORDERS)
    one = counted(lambda: by.get(ORDERS), "SELECT")
    for _n in range(3):
        placed(make, (sku, 1), store=store)
    assert counted(lambda: by.get(ORDERS), "SELECT") == one
