"""The pages of checkout and orders, without any script; on both databases."""

import re
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.listings.models import Sku
from core.clock import today
from core.db import transaction
from shop.coupons import service as coupons
from shop.orders.models import Order

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TYPED = {"name": "Chị Mua Thử", "phone": "0912 345 678", "method": "pickup", "provider": "at_store"}


class Shopper:
    """A browser with a cart of two units."""

    def __init__(self, make: ModuleType, client: FlaskClient) -> None:
        self.client = client
        self.store, self.sku = make.store(), make.sku()
        make.lot(self.sku, self.store, on_shelf=5)
        self.client.post("/gio-hang", data={"csrf_token": self.csrf(), "sku": self.sku.code, "quantity": "2"})

    def csrf(self) -> str:
        return self.field("/don-hang", "csrf_token")

    def field(self, path: str, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.client.get(path).text)
        assert found, (path, name)
        return found[1]

    def send(self, **changes: str | None) -> tuple[int, str, str]:
        """Post the form as it stands, changed; answers status, text and where it leads."""
        page = "/thanh-toan"
        hidden = {name: self.field(page, name) for name in ("csrf_token", "cart", "expected_total")}
        typed = {**hidden, **TYPED, "store": self.store.code, **changes}
        answer = self.client.post(page, data={k: v for k, v in typed.items() if v is not None})
        return answer.status_code, answer.text, answer.headers.get("Location", "")


@pytest.fixture
def shopper(make: ModuleType, client: FlaskClient) -> Shopper:
    return Shopper(make, client)


def test_an_order_over_the_pages(shopper: Shopper) -> None:
    status, _text, to = shopper.send(email="mua@example.test")
    assert status == 303
    page = shopper.client.get(to)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "240.000" in page.text
    assert "Mật ong thử" in page.text
    assert "/QĐ-UBND" in page.text
    assert "0912 345 678" in page.text


def test_what_a_coupon_took_off_stands_in_the_sum(shopper: Shopper, make: ModuleType) -> None:
    terms = coupons.Wish("Chào", today(), today(), 5, percent=10)
    coupons.create("CHAO10", terms, make.actor("admin"))
    shopper.client.post("/gio-hang/ma-giam-gia", data={"csrf_token": shopper.csrf(), "code": "CHAO10"})
    text = shopper.client.get(shopper.send()[2]).text
    assert "Mã giảm giá CHAO10" in text
    assert [sum_ in text for sum_ in ("240.000", "−24.000", "216.000")] == [True] * 3


def test_sent_twice_it_is_one_order(shopper: Shopper, session: Session) -> None:
    hidden = {name: shopper.field("/thanh-toan", name) for name in ("csrf_token", "cart", "expected_total")}
    sent = {**hidden, **TYPED, "store": shopper.store.code}
    first, second = (shopper.client.post("/thanh-toan", data=sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count()).select_from(Order)) == 1


def test_the_form_comes_back_with_what_was_typed(shopper: Shopper) -> None:
    status, text, _to = shopper.send(phone="12", provider=None, note="Gọi trước khi đến")
    assert status == 422
    assert 'value="Chị Mua Thử"' in text
    assert "Gọi trước khi đến" in text
    assert 'href="#f-phone"' in text
    assert 'href="#f-provider"' in text


def test_delivery_asks_for_commune_and_address(shopper: Shopper) -> None:
    status, text, _to = shopper.send(method="delivery", provider="cod")
    assert status == 422
    assert 'href="#f-area"' in text
    assert 'href="#f-address"' in text


def test_who_lives_where_nothing_is_delivered_hears_it_before_typing(shopper: Shopper) -> None:
    assert "Chỉ giao đến các tỉnh, thành phố trong danh sách" in shopper.client.get("/thanh-toan").text


def test_no_consent_is_ticked_for_her(shopper: Shopper, session: Session) -> None:
    text = shopper.client.get("/thanh-toan").text
    box = re.search(r"<input type=\"checkbox\"[^>]*name=\"marketing\"[^>]*>", text)
    assert box
    assert "checked" not in box[0]
    shopper.send()
    assert session.scalars(select(Order)).one().consents == {"items": []}


def test_a_price_that_rose_is_shown_with_both_sums_and_must_be_confirmed(shopper: Shopper, session: Session) -> None:
    seen = shopper.field("/thanh-toan", "expected_total")
    with transaction():
        session.get_one(Sku, shopper.sku.id).price_vnd = 130_000
    status, text, _to = shopper.send(expected_total=seen)
    assert status == 409
    assert "260.000" in text
    assert "240.000" in text
    assert 'name="expected_total" value="260000"' in text
    assert shopper.send()[0] == 303


def test_the_fee_is_in_the_sum_before_ordering(shopper: Shopper, make: ModuleType) -> None:
    home = make.area("Xã Kiến Hải")
    piece = shopper.client.get(f"/thanh-toan/tong?method=delivery&province=31&area={home.code}").text
    assert "20.000" in piece
    assert 'name="expected_total" value="260000"' in piece
    status, _text, to = shopper.send(
        method="delivery", provider="cod", area=home.code, province="31", address="Số 5", expected_total="260000"
    )
    assert status == 303
    assert "Xã Kiến Hải, Thành phố Hải Phòng" in shopper.client.get(to).text


def test_a_transfer_shows_its_qr_and_can_be_cancelled(shopper: Shopper) -> None:
    _status, _text, to = shopper.send(provider="vietqr")
    text = shopper.client.get(to).text
    assert "<svg" in text
    assert "OCOP DH " in text
    assert "Vietcombank" in text
    number, token = re.findall(r"/don-hang/([^?]+)\?token=(.+)", to)[0]
    done = shopper.client.post(f"/don-hang/{number}/huy", data={"csrf_token": shopper.csrf(), "token": token})
    assert done.status_code == 303
    assert "Đã hủy" in shopper.client.get(to).text


def test_looking_up_answers_the_same_whatever_is_wrong(shopper: Shopper) -> None:
    _status, _text, to = shopper.send()
    number = re.findall(r"/don-hang/([^?]+)\?", to)[0]

    def look(number: str, phone: str) -> tuple[int, str, str]:
        data = {"csrf_token": shopper.csrf(), "number": number, "phone": phone}
        answer = shopper.client.post("/don-hang", data=data)
        return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text), answer.headers.get("Location", "")

    assert look(number.lower(), "+84 912 345 678")[2] == to
    assert look(number.replace("-", " "), "0912345678")[2] == to  # as in the memo of her transfer
    assert look(number.removeprefix("DH-"), "0912345678")[2] == to
    assert look(number, "0912345679")[:2] == look("DH-00000000", "0912345678")[:2]
    for _ in range(12):
        status = look("DH-00000000", "0987654321")[0]
    assert status == 429


def test_nobody_else_sees_an_order(shopper: Shopper) -> None:
    _status, _text, to = shopper.send()
    assert shopper.client.get(to.split("?")[0]).status_code == 404
    assert shopper.client.get(to[:-3] + "abc").status_code == 404


def test_an_empty_cart_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/thanh-toan")
    assert page.status_code == 200
    assert "/san-pham" in page.text
