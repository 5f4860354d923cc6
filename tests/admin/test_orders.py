import pytest
from sqlalchemy.orm import Session

from shop.orders.models import Order
from tests.admin.conftest import Staff

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

ORDERS = "/quan-ly/don-hang"


@pytest.fixture
def placed(client, make) -> tuple[str, str]:
    """An order to fetch and pay at the store, placed over the API: its number and its store's code."""
    store, pack = make.store(), make.pack_of(make.listing())
    make.lot(pack, store)
    token = client.post("/api/v1/carts", json={"store": store.code}).json["token"]
    client.put(f"/api/v1/carts/{token}/lines/{pack.code}", json={"quantity": 2})
    body = {
        "contact": {"name": "Người Mua Thử", "phone": "0912345678"},
        "fulfilment": {"method": "pickup", "store": store.code},
        "payment": {"provider": "at_store"},
        "expected_total": 240_000,
    }
    answer = client.post(f"/api/v1/carts/{token}/checkout", json=body)
    assert answer.status_code == 201, answer.json
    return answer.json["number"], store.code


def test_a_store_packs_and_hands_over(staff: Staff, placed: tuple[str, str], session: Session) -> None:
    number, code = placed
    cashier, page = staff("cashier", ("store", code)), f"{ORDERS}/{number}"
    assert number in cashier.get(ORDERS).text
    assert "Người Mua Thử" in cashier.get(page).text
    assert cashier.post(f"{page}/pack", page=page).status_code == 303
    assert cashier.post(f"{page}/pack").status_code == 409
    assert cashier.post(f"{page}/hand_over", page=page).status_code == 303
    assert session.query(Order.state).filter(Order.number == number).scalar() == "handed_over"
    assert number not in cashier.get(ORDERS).text
    assert number in cashier.get(f"{ORDERS}?state=all").text


def test_calling_off_needs_a_reason_and_a_manager(staff: Staff, placed: tuple[str, str], session: Session) -> None:
    number, code = placed
    page = f"{ORDERS}/{number}"
    assert staff("cashier", ("store", code)).post(f"{page}/call_off", reason="hết hàng").status_code == 403
    manager = staff("store_manager", ("store", code))
    assert manager.post(f"{page}/call_off", page=page).status_code == 422
    assert manager.post(f"{page}/call_off", page=page, reason="a\x00b").status_code == 422
    assert manager.post(f"{page}/call_off", page=page, reason="hết hàng").status_code == 303
    assert session.query(Order.state).filter(Order.number == number).scalar() == "cancelled"


def test_another_store_s_order_is_not_found(staff: Staff, placed: tuple[str, str], make) -> None:
    number, _code = placed
    other = staff("store_manager", ("store", make.store().code))
    assert other.get(f"{ORDERS}/{number}").status_code == 404
    assert other.post(f"{ORDERS}/{number}/pack").status_code == 404
    assert number not in other.get(f"{ORDERS}?state=all").text


def test_an_unknown_act_is_not_found(staff: Staff, placed: tuple[str, str]) -> None:
    number, code = placed
    assert staff("store_manager", ("store", code)).post(f"{ORDERS}/{number}/burn").status_code == 404
