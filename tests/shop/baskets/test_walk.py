"""A gift basket on its pages, from the list to the checkout."""

import pytest
from flask.testing import FlaskClient

from tests.shop.baskets.conftest import Gift
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def test_from_the_list_into_the_cart_and_to_the_checkout(gift: Gift, client: FlaskClient) -> None:
    visitor, url = Browser(client), f"/gio-qua/{gift.slug}"
    assert "Giỏ quà Tết thử" in visitor.get("/gio-qua").text
    page = visitor.get(url)
    assert page.status_code == 200 and "560.000" in page.text and "30/11/2026" in page.text
    taken = visitor.post(url, url, quantity="2")
    assert (taken.status_code, taken.location) == (303, "/gio-hang")
    cart = visitor.get("/gio-hang").text
    assert "1.120.000" in cart and "Gói quà" in cart
    short = visitor.post(url, url, quantity="1")
    assert short.status_code == 409 and "Mật ong thử" in short.text
    assert "1.120.000" in visitor.get("/gio-hang").text, "all or nothing"
    assert "1.120.000" in visitor.get("/thanh-toan").text
