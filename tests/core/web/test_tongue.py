"""The other language is one press away on every page, also on the answer to a form: its way back is a page."""

import re
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.forms import submit

pytestmark = [pytest.mark.on("sqlite")]


def way_back(answer: TestResponse) -> str:
    found = re.search(r'action="/ngon-ngu">.*?name="next" value="([^"]*)"', answer.text, re.DOTALL)
    assert found
    return found[1].replace("&amp;", "&")


def switch(client: FlaskClient, answer: TestResponse) -> TestResponse:
    sent = submit(client, "/ngon-ngu", {"language": "en", "next": way_back(answer)})
    assert sent.status_code == 303
    return client.get(str(sent.location))


def test_a_page_leads_back_to_itself_without_the_language_of_its_address(client: FlaskClient) -> None:
    assert way_back(client.get("/san-pham?q=tra&lang=vi&page=1")) == "/san-pham?q=tra&page=1"


def test_a_wrong_coupon_then_the_other_language(make: ModuleType, client: FlaskClient) -> None:
    sku = make.sku()
    make.lot(sku)
    submit(client, "/gio-hang", {"sku": sku.code})
    refused = submit(client, "/gio-hang/ma-giam-gia", {"code": "KHONGCO"})
    assert refused.status_code >= 400
    page = switch(client, refused)
    assert page.status_code == 200 and '<html lang="en">' in page.text
    assert page.request.path == "/gio-hang"


def test_the_page_that_it_came_from_is_preferred(client: FlaskClient) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/gio-hang").text)
    assert token

    def back_from(referer: str | None) -> str:
        headers = {"Referer": referer} if referer else {}
        return way_back(client.post("/gio-hang/dong/X/bo", data={"csrf_token": token[1]}, headers=headers))

    assert back_from("http://localhost/san-pham?q=tra&lang=en") == "/san-pham?q=tra"
    for nothing in (None, "https://evil.example/san-pham", "http://localhost/gio-hang/gon", "http://localhost//evil"):
        assert back_from(nothing) == "/gio-hang", nothing


def test_a_guest_whose_form_was_refused_finds_her_order_again(make: ModuleType, client: FlaskClient) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    cart = client.post("/api/v1/carts", json={"lines": [{"sku": sku.code, "quantity": 1}]}).get_json()["token"]
    body = {
        "contact": {"name": "Người thử", "phone": "0912345678"}, "payment": {"provider": "at_store"},
        "fulfilment": {"method": "pickup", "store": store.code}, "expected_total": 120_000,
    }  # fmt: skip
    order = client.post(f"/api/v1/carts/{cart}/checkout", json=body).get_json()
    page, token = f"/don-hang/{order['number']}", order["token"]
    answer = submit(client, f"{page}/nguoi-lay", {"token": token, "name": "Anh Hai", "phone": "12"})
    assert answer.status_code == 422
    assert way_back(answer) == f"{page}?token={token}"
