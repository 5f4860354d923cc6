"""Services alone are vouchers: nothing is sent, so no delivery, no fee and no cash at a door."""

from types import ModuleType

import pytest
from flask.testing import FlaskClient

from tests.support.forms import submit

pytestmark = [pytest.mark.on("sqlite")]

TOUR = 26


def cart_over_rest(client: FlaskClient, *codes: str) -> str:
    lines = [{"sku": code, "quantity": 1} for code in codes]
    return str(client.post("/api/v1/carts", json={"lines": lines}).get_json()["token"])


def test_services_alone_are_not_delivered(make: ModuleType, client: FlaskClient) -> None:
    store, tour = make.store(), make.sku(set_no=TOUR, price_vnd=350_000)
    make.lot(tour, store)
    home = make.area("Xã Kiến Hải").code
    address = f"/api/v1/carts/{cart_over_rest(client, tour.code)}"
    quoted = client.get(f"{address}/quote?method=delivery&area={home}")
    assert (quoted.status_code, quoted.get_json()["code"]) == (409, "fulfilment.unavailable")
    body = {
        "contact": {"name": "Người thử", "phone": "0912345678"}, "payment": {"provider": "cod"},
        "fulfilment": {"method": "delivery", "address": {"line": "Số 5", "area": home}}, "expected_total": 999_999,
    }  # fmt: skip
    placed = client.post(f"{address}/checkout", json=body)
    assert (placed.status_code, placed.get_json()["code"]) == (409, "fulfilment.unavailable")
    body |= {"fulfilment": {"method": "pickup", "store": store.code}, "payment": {"provider": "vietqr"}}
    assert client.post(f"{address}/checkout", json=body).get_json()["total"] == 350_000


def test_services_beside_goods_still_go_along(make: ModuleType, client: FlaskClient) -> None:
    store, tour, honey = make.store(), make.sku(set_no=TOUR, price_vnd=350_000), make.sku(price_vnd=100_000)
    for sku in (tour, honey):
        make.lot(sku, store)
    home = make.area("Xã Kiến Hải").code
    token = cart_over_rest(client, tour.code, honey.code)
    assert client.get(f"/api/v1/carts/{token}/quote?method=delivery&area={home}").status_code == 200


def test_the_page_offers_neither_delivery_nor_cash_at_the_door(make: ModuleType, client: FlaskClient) -> None:
    store, tour = make.store(), make.sku(set_no=TOUR, price_vnd=350_000)
    make.lot(tour, store)
    submit(client, "/gio-hang", {"sku": tour.code})
    page = client.get("/thanh-toan").text
    assert 'value="delivery"' not in page and 'value="cod"' not in page
    assert 'name="method" value="pickup" id="f-method" required checked' in page
    assert "không gửi hàng" in page
    honey = make.sku()
    make.lot(honey, store)
    submit(client, "/gio-hang", {"sku": honey.code})
    page = client.get("/thanh-toan").text
    assert 'value="delivery"' in page and 'value="cod"' in page
