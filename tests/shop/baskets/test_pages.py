"""Gift baskets on pages and over REST."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.shop.baskets.conftest import LAST, Gift
from tests.support.browser import Browser

pytestmark = pytest.mark.long  # the walk of every day stands in test_walk.py


def test_its_page_after_midnight_names_the_part(gift: Gift, client: FlaskClient) -> None:
    gift.clock.on(LAST + timedelta(days=1))
    visitor, url = Browser(client), f"/gio-qua/{gift.slug}"
    assert "Giỏ quà Tết thử" not in visitor.get("/gio-qua").text
    page = visitor.get(url)
    assert page.status_code == 410 and "tạm ngừng bán" in page.text and 'value="1:drop"' in page.text
    assert visitor.post(url, url, quantity="1").status_code == 410
    assert visitor.post(url, url, quantity="1", changes="1:drop").status_code == 303
    assert "Mật ong thử" not in visitor.get("/gio-hang").text.split("<main")[1].split('class="cart-sum"')[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "0"}, {"quantity": "21"}, {"quantity": "x"}, {"changes": "1"}, {"changes": "x:drop"},
        {"changes": "2:drop"}, {"changes": "99:drop"}, {"switch": "maybe"},
    ],
)  # fmt: skip
def test_a_wrong_form_puts_nothing_in(gift: Gift, client: FlaskClient, wrong: dict[str, str]) -> None:
    visitor, url = Browser(client), f"/gio-qua/{gift.slug}"
    assert visitor.post(url, url, **{"quantity": "1", **wrong}).status_code == 422
    assert "Giỏ hàng đang trống" in visitor.get("/gio-hang").text


def test_wine_asks_for_the_age_first(gift: Gift, client: FlaskClient) -> None:
    wine = gift.make.sku(name="Rượu thử", set_no=14)
    gift.make.lot(wine, gift.store, on_shelf=5)
    gift.compose((gift.honey.code, 1), (wine.code, 1))
    visitor, url = Browser(client), f"/gio-qua/{gift.slug}"
    assert "Rượu thử" not in visitor.get(url).text + visitor.get("/gio-qua").text
    assert client.get(f"/api/v1/baskets/{gift.slug}").json["code"] == "adult.required"
    assert client.get("/api/v1/baskets").json["total"] == 0
    visitor.post("/tuoi", url)
    assert "Rượu thử" in visitor.get(url).text and "18+" in visitor.get("/gio-qua").text
    assert client.get("/api/v1/baskets?adult=1").json["items"][0]["adult"] is True


def test_over_rest(gift: Gift, client: FlaskClient) -> None:
    shown = client.get(f"/api/v1/baskets/{gift.slug}").json
    assert (shown["goods"], shown["wrapping"], shown["total"]) == (530_000, 30_000, 560_000)
    assert (shown["sellable_until"], shown["in_stock"], len(shown["parts"])) == ("2026-11-30", 2, 3)
    token = client.post("/api/v1/carts", json={}).json["token"]
    cart = client.post(f"/api/v1/carts/{token}/baskets/{gift.slug}", json={"quantity": 1})
    assert (cart.status_code, cart.json["total"], cart.json["charges_total"]) == (200, 530_000, 30_000)
    for wrong in ({"quantity": 0}, {"quantity": "1"}, {"changes": "1:drop"}, {"changes": ["drop"]}, {"more": 1}):
        assert client.post(f"/api/v1/carts/{token}/baskets/{gift.slug}", json=wrong).status_code == 422, wrong
    over = client.post(f"/api/v1/carts/{token}/baskets/{gift.slug}", json={"quantity": 20})
    assert (over.status_code, over.json["code"]) == (409, "stock.short")
    assert client.post(f"/api/v1/carts/no/baskets/{gift.slug}", json={}).status_code == 404
    assert client.get("/api/v1/baskets/khong-co").status_code == 404
    charge = cart.json["charges"][0]["id"]
    assert client.delete(f"/api/v1/carts/{token}/charges/{charge}").json["charges"] == []
    gift.clock.on(LAST + timedelta(days=1))
    gone = client.get(f"/api/v1/baskets/{gift.slug}")
    assert (gone.status_code, gone.json["code"], gone.json["parts"][0]["name"]) == (410, "basket.closed", "Mật ong thử")
