"""Asking, confirming and withdrawing on pages and over REST: the same answer for everybody."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from core.accounts.models import UserAccount
from tests.shop.waiting.conftest import LAST, SoldOut
from tests.support.browser import Browser

pytestmark = pytest.mark.long  # the walk of every day stands in test_walk.py


def form(gone: SoldOut, **more: str) -> dict[str, str]:
    return {"product": gone.product.slug, "contact": "cho@example.test", "consent": "true", **more}


def test_a_closed_page_asks_too(gone: SoldOut, client: FlaskClient) -> None:
    gone.clock.on(LAST + timedelta(days=1))
    page = f"/san-pham/{gone.product.slug}"
    closed = client.get(page)
    assert closed.status_code == 410 and "Báo tôi khi bán lại" in closed.text
    assert Browser(client).post("/bao-toi", page, **form(gone, contact="0912 345 678")).status_code == 303
    assert gone.states() == ["waiting"]


def test_one_press_for_who_is_signed_in(gone: SoldOut, client: FlaskClient) -> None:
    user: UserAccount = gone.make.user(email="toi@example.test")
    visitor, page = Browser(client).become(user), f"/san-pham/{gone.product.slug}"
    assert "to***@example.test" in visitor.get(page).text
    assert visitor.post("/bao-toi", page, product=gone.product.slug, consent="true").status_code == 303
    assert [(w.state, w.contact) for w in gone.waits()] == [("waiting", "toi@example.test")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"consent": ""}, {"consent": "false"}, {"contact": ""}, {"contact": "12345"}, {"contact": "a@b"},
        {"contact": "x" * 255}, {"sku": "SKU-NO"}, {"store": "khong-co"}, {"store": "Không Đúng"},
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_as_typed(gone: SoldOut, client: FlaskClient, wrong: dict[str, str]) -> None:
    answer = Browser(client).post("/bao-toi", f"/san-pham/{gone.product.slug}", **form(gone, **wrong))
    assert answer.status_code == 422
    assert "contact" in wrong or "cho@example.test" in answer.text
    assert gone.waits() == []


def test_what_is_not_listed_is_not_found(gone: SoldOut, client: FlaskClient) -> None:
    visitor = Browser(client)
    for slug in ("khong-co", gone.make.product("Ứng viên").slug, ""):
        assert visitor.get(f"/bao-toi?sp={slug}").status_code == 404
        assert visitor.post("/bao-toi", **form(gone, product=slug)).status_code in (404, 422)
    assert visitor.get("/bao-toi/BT-X.0").status_code == 404


def test_over_rest(gone: SoldOut, client: FlaskClient) -> None:
    body = {"product": gone.product.slug, "contact": "0912 345 678", "consent": True}
    first, second = (client.post("/api/v1/waiting", json=body) for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data) == (202, b"")
    for wrong in (
        {"consent": False}, {"consent": None}, {"contact": "x"}, {"contact": 7}, {"more": 1}, {"product": ""},
        {"sku": "no"}, {"store": "no"}, {"contact": ""},
    ):  # fmt: skip
        answer = client.post("/api/v1/waiting", json={**body, **wrong})
        assert answer.status_code == 422 and answer.json["code"], wrong
    gone.make.lot(gone.sku, gone.store, on_shelf=1)
    assert client.post("/api/v1/waiting", json=body).json["code"] == "waiting.buyable"
    assert client.get("/api/v1/waiting").status_code == 401
    own = gone.make.headers("producer", ("producer", gone.product.producer.code))
    counted = client.get("/api/v1/waiting", headers=own).json
    assert (counted["total"], counted["items"][0]["count"]) == (1, 1)
    assert "912345678" not in str(counted)
    other = gone.make.headers("producer", ("producer", "CT-KHAC"))
    assert client.get("/api/v1/waiting", headers=other).json["total"] == 0
    assert client.delete("/api/v1/waiting/BT-X.0").status_code == 404


def test_one_contact_cannot_be_flooded(gone: SoldOut, client: FlaskClient) -> None:
    body = {"product": gone.product.slug, "contact": "cho@example.test", "consent": True}
    codes = [client.post("/api/v1/waiting", json=body).status_code for _ in range(6)]
    assert codes == [202] * 5 + [429]
