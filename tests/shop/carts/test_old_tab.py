"""A tab with the cart of before: what it says when the cart has been ordered meanwhile."""

from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.db import transaction
from shop.carts.models import Cart, CartLine
from tests.support.forms import submit

pytestmark = [pytest.mark.on("sqlite")]

ACTS = {
    "dong/{sku}": {"quantity": "3"}, "dong/{sku}/bo": {}, "goi-qua/1/bo": {}, "ma-giam-gia": {"code": "CHAO10"},
    "ma-giam-gia/bo": {}, "gon": {}, "de-lai": {"skus": "{sku}"},
}  # fmt: skip


def order_it(session: Session) -> None:
    """As placing it does."""
    with transaction():
        session.scalars(select(Cart).order_by(Cart.id)).first().closed_at = now()  # type: ignore[union-attr]


@pytest.mark.parametrize("act", ACTS)
def test_it_says_that_the_cart_was_ordered(make: ModuleType, client: FlaskClient, session: Session, act: str) -> None:
    sku = make.sku()
    make.lot(sku)
    submit(client, "/gio-hang", {"sku": sku.code})
    order_it(session)
    fields = {name: text.format(sku=sku.code) for name, text in ACTS[act].items()}
    answer = submit(client, f"/gio-hang/{act.format(sku=sku.code)}", fields)
    assert (answer.status_code, answer.location) == (303, "/gio-hang")
    page = client.get("/gio-hang").text
    assert "Giỏ hàng này đã đặt thành đơn" in page
    session.expire_all()
    assert session.scalars(select(CartLine.quantity)).all() == [1]


def test_it_puts_nothing_into_the_cart_of_now(make: ModuleType, client: FlaskClient, session: Session) -> None:
    honey, tea = make.sku(), make.sku(name="Trà mới")
    for sku in (honey, tea):
        make.lot(sku)
    submit(client, "/gio-hang", {"sku": honey.code})
    order_it(session)
    submit(client, "/gio-hang", {"sku": tea.code})
    for act, fields in (("", {"quantity": "3"}), ("/bo", {})):
        assert submit(client, f"/gio-hang/dong/{honey.code}{act}", fields).location == "/gio-hang"
        assert "Món này không còn trong giỏ" in client.get("/gio-hang").text
    assert [session.get_one(Cart, id_).closed_at for id_ in session.scalars(
        select(CartLine.cart_id).where(CartLine.sku_id == tea.id)
    )] == [None]  # fmt: skip
    assert session.scalars(select(CartLine.quantity).where(CartLine.sku_id == honey.id)).all() == [1]


def test_without_any_cart_it_says_so(make: ModuleType, client: FlaskClient) -> None:
    answer = submit(client, f"/gio-hang/dong/{make.sku().code}", {"quantity": "3"})
    assert answer.location == "/gio-hang"
    assert "Không còn giỏ hàng nào đang mở" in client.get("/gio-hang").text
