"""What a buyer typed at checkout survives the cart, the other language, the second order and a lost session."""

import random
import re
from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.accounts.service import register
from core.clock import today
from shop.orders import kept
from shop.orders.models import Order
from shop.stores.models import Store
from shop.stores.service import open_store
from tests.support.clock import Clock
from tests.support.forms import submit

pytestmark = [pytest.mark.on("sqlite")]

TYPED = {
    "name": "Chị Mua Thử", "phone": "0912 345 678", "email": "mua@example.test", "method": "delivery",
    "province": "31", "address": "Số 5, thôn Đoài", "note": "Gọi trước khi đến", "provider": "vietqr",
    "marketing": "true", "invoice": "true", "company": "HTX Mua Thử", "tax_code": "", "invoice_address": "Số 6",
    "invoice_email": "ke-toan@example.test",
}  # fmt: skip
SHOWN = tuple(TYPED[name] for name in ("name", "phone", "email", "address", "note", "company", "invoice_address"))


class Buyer:
    """A browser with one jar in its cart."""

    def __init__(self, make: ModuleType, client: FlaskClient) -> None:
        self.client, self.home, self.store = client, make.area("Xã Kiến Hải").code, make.store()
        self.add(make, self.store)

    def add(self, make: ModuleType, store: Store) -> str:
        sku = make.sku()
        make.lot(sku, store)
        submit(self.client, "/gio-hang", {"sku": sku.code})
        return str(sku.code)

    @property
    def page(self) -> str:
        return self.client.get("/thanh-toan").text

    def send(self, *, headers: dict[str, str] | None = None, **changes: str) -> TestResponse:
        """Press a button of the form as it stands, with what is typed."""
        page, names = self.page, ("csrf_token", "cart", "expected_total")
        found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in names}
        hidden = {name: match[1] for name, match in found.items() if match}
        return self.client.post("/thanh-toan", data=hidden | TYPED | {"area": self.home} | changes, headers=headers)


@pytest.fixture
def buyer(make: ModuleType, client: FlaskClient) -> Buyer:
    return Buyer(make, client)


def shown(page: str) -> list[str]:
    """Which of the typed texts stand on the page."""
    return [text for text in SHOWN if text in page]


def is_ticked(page: str, name: str) -> bool:
    box = re.search(rf'<input type="checkbox"[^>]*name="{name}"[^>]*>', page)
    return box is not None and "checked" in box[0]


def test_going_to_the_cart_and_back_loses_nothing(buyer: Buyer, session: Session) -> None:
    answer = buyer.send(to="/gio-hang", phone="0912 345 678")
    assert (answer.status_code, answer.location) == (303, "/gio-hang")
    assert session.scalar(select(func.count(Order.id))) == 0
    page = buyer.page
    assert shown(page) == list(SHOWN)
    assert f'<option value="{buyer.home}" selected>' in page
    assert 'value="delivery" required checked' in page
    assert is_ticked(page, "invoice") and not is_ticked(page, "marketing"), "no consent is ticked for her"


def test_a_refused_form_is_kept_too(buyer: Buyer) -> None:
    assert buyer.send(phone="12").status_code == 422
    assert "Chị Mua Thử" in buyer.page and 'value="12"' in buyer.page


def test_both_ways_to_the_cart_are_buttons_of_the_form(buyer: Buyer, make: ModuleType) -> None:
    buyer.add(make, make.store())  # of another seller, so it cannot be sent together
    piece = buyer.client.get(f"/thanh-toan/tong?method=delivery&province=31&area={buyer.home}").text
    assert 'name="to" value="/gio-hang"' in piece
    assert '<a href="/gio-hang' not in piece


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(buyer: Buyer, to: str) -> None:
    assert buyer.send(to=to).location == "/gio-hang"


def test_the_other_language_keeps_it(buyer: Buyer) -> None:
    page = buyer.page
    assert re.search(r'<button form="checkout" name="language" value="en"[^>]*formnovalidate', page)
    before, after = page.index('form="checkout" name="find"'), page.index('form="checkout" name="language"')
    assert before < after, "Enter in a field presses the first button"
    answer = buyer.send(language="en")
    assert (answer.status_code, answer.location) == (303, "/thanh-toan")
    page = buyer.page
    assert '<html lang="en">' in page and shown(page) == list(SHOWN)


def test_the_second_order_begins_with_it_and_the_last_one_takes_it_away(buyer: Buyer, make: ModuleType) -> None:
    other = open_store(
        make.actor("admin"), code="hai", name="OCOP Hai", kind="mart", seller_id=make.seller().id,
        area_id=make.area().id, address="Số 2", hours={}, has_pickup=True, has_delivery=True,
    )  # fmt: skip
    submit(buyer.client, "/gio-hang/de-lai", {"skus": buyer.add(make, other)})
    first = buyer.send(expected_total="999999", invoice="")
    assert "/don-hang/" in str(first.location)
    page = buyer.page
    assert {"Chị Mua Thử", "0912 345 678", "Số 5, thôn Đoài"} <= set(shown(page))
    assert "Gọi trước khi đến" not in page, "what was said to the one store is not said to the other"
    assert "/don-hang/" in str(buyer.send(expected_total="999999", invoice="").location)
    buyer.add(make, buyer.store)
    assert shown(buyer.page) == []


def test_it_goes_with_the_session_the_person_and_the_time(buyer: Buyer, clock: Clock) -> None:
    clock.on(today())
    buyer.send(to="/gio-hang")
    clock.forward(hours=kept.HOURS, seconds=-60)
    assert shown(buyer.page)
    clock.forward(hours=kept.HOURS)
    assert shown(buyer.page) == []
    buyer.send(to="/gio-hang")
    register("Chị Khác", "khac@example.test", "một mật khẩu dài")
    fields = {"contact": "khac@example.test", "password": "một mật khẩu dài"}
    assert submit(buyer.client, "/dang-nhap", fields, page="/dang-nhap").status_code == 303
    assert shown(buyer.page) == [], "who signs in on the same machine sees nothing of it"


def test_the_longest_form_leaves_the_cookie_small(buyer: Buyer) -> None:
    signs, some = [chr(code) for code in range(0x4E00, 0x9FFF)], random.Random(1)  # nothing that packs well
    names = ("name", "address", "note", "company", "invoice_address")
    long = {name: "".join(some.choices(signs, k=500)) for name in names}
    answer = buyer.send(to="/gio-hang", **long)
    assert len(answer.headers["Set-Cookie"]) < 4_000
    assert "0912 345 678" in buyer.page


def test_a_store_chosen_in_the_cart_since_counts(buyer: Buyer, make: ModuleType) -> None:
    other = make.store("kien-an")
    buyer.send(to="/gio-hang", method="pickup", store=buyer.store.code)
    assert f'value="{buyer.store.code}" selected' in buyer.page
    submit(buyer.client, "/gio-hang/cua-hang", {"store": other.code})
    assert 'value="kien-an" selected' in buyer.page


def test_a_lost_session_gives_the_form_back(buyer: Buyer, session: Session) -> None:
    answer = buyer.send(csrf_token="old", headers={"Origin": "http://localhost"})
    assert answer.status_code == 403
    assert shown(answer.text) == list(SHOWN) and "Phiên làm việc đã cũ" in answer.text
    assert not is_ticked(answer.text, "marketing")
    assert session.scalar(select(func.count(Order.id))) == 0
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert token
    again = buyer.send(csrf_token=token[1], expected_total="999999", invoice="")
    assert "/don-hang/" in str(again.location)


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_a_form_from_elsewhere_is_shown_nothing(buyer: Buyer, origin: str | None) -> None:
    answer = buyer.send(csrf_token="old", headers={"Origin": origin} if origin else None)
    assert answer.status_code == 403
    assert shown(answer.text) == []


def test_what_is_kept_lasts_hours_not_days() -> None:
    assert timedelta(hours=kept.HOURS) <= timedelta(hours=12)
