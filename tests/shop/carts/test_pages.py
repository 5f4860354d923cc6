"""The cart's page: forms without script, what was typed kept, nothing lost."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.accounts.service import register
from core.clock import today
from shop.carts.models import Cart, CartLine
from shop.carts.queries import quantities
from shop.carts.service import add_line, adopt, start_cart
from tests.support.clock import Clock
from tests.support.forms import submit

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def test_an_empty_cart_says_what_to_do(client: FlaskClient, session: Session) -> None:
    page = client.get("/gio-hang")
    assert page.status_code == 200
    assert "Giỏ hàng đang trống" in page.text
    assert session.scalar(select(func.count(Cart.id))) == 0


def test_add_change_and_remove(make: ModuleType, client: FlaskClient, session: Session) -> None:
    sku = make.sku(name="Mật ong Cát Bà", price_vnd=125_000)
    make.lot(sku, on_shelf=5)
    added = submit(client, "/gio-hang", {"sku": sku.code, "next": "/cua-hang"})
    assert (added.status_code, added.location) == (303, "/cua-hang")
    submit(client, "/gio-hang", {"sku": sku.code, "quantity": "2"})
    page = client.get("/gio-hang").text
    assert "Mật ong Cát Bà" in page
    assert "375.000" in page
    submit(client, f"/gio-hang/dong/{sku.code}", {"quantity": "5"})
    assert "625.000" in client.get("/gio-hang").text
    submit(client, f"/gio-hang/dong/{sku.code}/bo", {})
    assert session.scalar(select(func.count(CartLine.id))) == 0


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("typed", ["0", "-1", "2.5", "nhiều", "", "1e9", "9999999"])
def test_a_wrong_quantity_comes_back_as_typed(
    make: ModuleType, client: FlaskClient, session: Session, typed: str
) -> None:
    sku = make.sku()
    make.lot(sku)
    submit(client, "/gio-hang", {"sku": sku.code})
    answer = submit(client, f"/gio-hang/dong/{sku.code}", {"quantity": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    session.expire_all()
    assert session.scalar(select(CartLine.quantity)) == 1


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(make: ModuleType, client: FlaskClient, target: str) -> None:
    sku = make.sku()
    answer = submit(client, "/gio-hang", {"sku": sku.code, "next": target})
    assert answer.location == "/gio-hang"


@pytest.mark.on("sqlite")
def test_a_form_without_its_token_changes_nothing(make: ModuleType, client: FlaskClient, session: Session) -> None:
    sku = make.sku()
    assert client.post("/gio-hang", data={"sku": sku.code}).status_code == 403
    assert session.scalar(select(func.count(Cart.id))) == 0


def test_a_lapsed_line_is_shown_and_left_out(make: ModuleType, client: FlaskClient, clock: Clock) -> None:
    clock.on(today())
    sku = make.sku(name="Trà lapsed", valid_until=today())
    make.lot(sku)
    submit(client, "/gio-hang", {"sku": sku.code})
    clock.forward(days=1)
    page = client.get("/gio-hang").text
    assert "Công nhận OCOP đã hết hiệu lực" in page
    assert "Chưa có dòng nào mua được" in page
    assert submit(client, "/gio-hang", {"sku": sku.code}).status_code == 410


def test_troubled_lines_go_when_the_visitor_says_so(make: ModuleType, client: FlaskClient, session: Session) -> None:
    good, none_left = make.sku(), make.sku()
    make.lot(good)
    for sku in (good, none_left):
        submit(client, "/gio-hang", {"sku": sku.code})
    assert "/thanh-toan" not in client.get("/gio-hang").text
    submit(client, "/gio-hang/gon", {})
    assert session.scalars(select(CartLine.sku_id)).all() == [good.id]
    assert "/thanh-toan" in client.get("/gio-hang").text


def test_a_stranger_sees_nothing_of_it(make: ModuleType, client: FlaskClient, app: object) -> None:
    from tests.support.client import FreshClient

    sku = make.sku(name="Mật ong riêng")
    make.lot(sku)
    submit(client, "/gio-hang", {"sku": sku.code})
    assert "Mật ong riêng" not in FreshClient(app).get("/gio-hang").text  # type: ignore[arg-type]


def test_carts_of_one_person_become_one(make: ModuleType, session: Session) -> None:
    user, one, two = make.user(), make.sku(), make.sku()
    old, new = start_cart(user_id=user.id), start_cart()
    add_line(old.token, one.code, 3)
    add_line(old.token, two.code, 1)
    add_line(new.token, one.code, 2)
    for _ in range(2):
        kept = adopt(new.token, user.id)
        assert quantities(kept.id) == {one.id: 3, two.id: 1}
    assert session.scalar(select(func.count(Cart.id))) == 1


def test_signing_in_joins_the_cart_of_the_browser_with_ones_own(
    make: ModuleType, client: FlaskClient, session: Session
) -> None:
    one, two = make.sku(), make.sku()
    user = register("Chị Thử", "thu@example.test", "một mật khẩu dài")
    add_line(start_cart(user_id=user.id).token, one.code, 2)
    submit(client, "/gio-hang", {"sku": two.code})
    fields = {"contact": "thu@example.test", "password": "một mật khẩu dài"}
    assert submit(client, "/dang-nhap", fields, page="/dang-nhap").status_code == 303
    client.get("/gio-hang")
    kept = session.scalars(select(Cart)).one()
    assert kept.user_id == user.id
    assert quantities(kept.id) == {two.id: 1, one.id: 2}
    submit(client, "/dang-xuat", {})
    assert "Giỏ hàng đang trống" in client.get("/gio-hang").text


def test_old_carts_are_forgotten(make: ModuleType, session: Session, clock: Clock) -> None:
    from shop.carts.jobs import forget_old_carts

    clock.on(today())
    add_line(start_cart().token, make.sku().code, 1)
    assert forget_old_carts(today() + timedelta(days=89)) == 0
    assert forget_old_carts(today() + timedelta(days=91)) == 1
    assert session.scalar(select(func.count(Cart.id))) == 0
