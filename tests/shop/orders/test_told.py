"""What buyers are told of their orders, by letter, by telephone and on the order's page."""

from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import now
from core.messages.rendering import render
from core.messages.service import Message
from core.messages.sms import Sms
from core.worker import run_pending
from shop.carts import service as carts
from shop.orders import parcels, service
from shop.orders.asked import Checkout, Contact, Fulfilment, InvoiceWish
from shop.orders.checkout import place_order
from shop.orders.letters import build
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.service import BankLine
from shop.stores.models import Store
from tests.shop.orders.parcel_stage import keeper
from tests.support.mails import text_of

pytestmark = pytest.mark.long("postgresql")  # what is told is the same on both

WISH = InvoiceWish("Công ty Thử & Bạn", "Số 9, đường Thử", "ke.toan@example.test", "0200000007")
PAY_THERE = "Bạn có thể thanh toán hoặc hủy đơn ở trang đơn"


@pytest.fixture
def store(make: ModuleType) -> Store:
    return make.store()


@pytest.fixture
def sku(make: ModuleType, store: Store) -> Sku:
    one = make.sku()
    make.lot(one, store, on_shelf=10)
    return one


@pytest.fixture
def place(make: ModuleType, store: Store, sku: Sku) -> Callable[..., Order]:
    """``place("pickup", "at_store")``: one unit; ``email`` None is a buyer with a telephone alone."""

    def placed(method: str, provider: str, email: str | None = "mua@example.test", **more: object) -> Order:
        token = carts.start_cart().token
        carts.set_line(token, sku.code, 1)
        contact = Contact("Người mua thử", "+84912345678", email)
        wanted = Fulfilment(method, store.code, "Số 5 ngõ Thử", make.area().code)
        return place_order(Checkout(token, contact, wanted, provider, 10**9, **more), ANONYMOUS)  # type: ignore[arg-type]

    return placed


def letter(message: Message) -> str:
    return render(message.kind, message.context, message.locale).text


def page(client: FlaskClient, order: Order) -> str:
    return client.get(f"/don-hang/{order.number}?token={order.token}").text


def pay(order: Order) -> None:
    service.confirm_transfer(order.number, BankLine(order.total_vnd, f"FT-{order.number}", now()), SYSTEM)


def test_the_confirmation_of_a_pick_up_names_the_store(place: Callable[..., Order], store: Store) -> None:
    text = letter(build.placed(place("pickup", "at_store").number))
    assert f"Cửa hàng: {store.name}" in text
    assert f"Địa chỉ: {store.address}, {store.area.name}" in text
    assert "Thanh toán: Trả tại cửa hàng" in text
    assert PAY_THERE not in text and "Bạn có thể hủy đơn ở trang đơn" in text


def test_the_confirmation_of_a_delivery_names_the_address(place: Callable[..., Order], store: Store) -> None:
    order = place("delivery", "cod")
    text = letter(build.placed(order.number))
    assert f"Địa chỉ: Số 5 ngõ Thử, {order.area_name}" in text
    assert "Thanh toán: Trả tiền khi nhận hàng" in text
    assert PAY_THERE not in text and f"Cửa hàng: {store.name}" not in text


def test_only_who_can_pay_on_her_page_is_sent_there(place: Callable[..., Order]) -> None:
    order = place("pickup", "vietqr")
    assert PAY_THERE in letter(build.placed(order.number))
    pay(order)
    assert PAY_THERE not in letter(build.placed(order.number))


def test_the_invoice_she_asked_for_is_seen_before_it_is_written(
    place: Callable[..., Order], client: FlaskClient
) -> None:
    order = place("pickup", "at_store", invoice=WISH)
    told = "Công ty Thử & Bạn, mã số thuế 0200000007, Số 9, đường Thử, ke.toan@example.test"
    assert f"Xuất hóa đơn cho: {told}" in letter(build.placed(order.number))
    assert told.replace("&", "&amp;") in page(client, order)
    assert "Xuất hóa đơn cho" not in page(client, place("pickup", "at_store"))


def test_who_left_only_a_telephone_hears_that_it_left(
    place: Callable[..., Order], make: ModuleType, store: Store, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[Sms] = []
    monkeypatch.setitem(app.extensions, "texter", texts.append)
    order, by = place("delivery", "cod", None), keeper(make, store)
    run_pending()
    texts.clear()
    parcels.pack(order.number, by)
    parcels.ship(order.number, by, "Viettel Post", "VTP8842019377")
    run_pending()
    (sms,) = texts
    assert sms.key == f"order-shipped:{order.number}-1:0"
    due = f"ban tra {order.total_vnd:,}".replace(",", ".")
    assert all(one in sms.text for one in (order.number, "Viettel Post VTP8842019377.", due)) and sms.text.isascii()


def test_what_she_called_off_is_not_told_as_somebody_elses(
    place: Callable[..., Order], client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", mails.append)
    order = place("pickup", "at_store")
    assert "ai có nó đều xem và hủy được đơn" in page(client, order)
    service.cancel(order.number, order.token, ANONYMOUS)
    run_pending()
    assert "đã hủy: theo yêu cầu của bạn." in text_of(mails[-1])
    seen = page(client, order)
    assert "Lý do: theo yêu cầu của bạn." in seen and "người mua hủy" not in seen
    assert "ai có nó đều xem được đơn" in seen and "hủy được đơn" not in seen


def test_a_transfer_says_what_follows_only_while_it_follows(
    place: Callable[..., Order], client: FlaskClient, make: ModuleType, store: Store
) -> None:
    order = place("pickup", "vietqr")
    pay(order)
    assert "Cửa hàng chuẩn bị hàng" in page(client, order)
    parcels.pack(order.number, keeper(make, store))
    parcels.hand_over(order.number, keeper(make, store))
    seen = page(client, get_order(order.number))
    assert "Ngân hàng ghi có lúc" in seen and "Cửa hàng chuẩn bị hàng" not in seen
