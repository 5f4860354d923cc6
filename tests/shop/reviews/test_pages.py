"""Reviews on pages and over REST: written by a guest with her order's address, read by everybody."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.certificates import service as certificates
from catalog.certificates.models import Certificate
from shop.reviews.models import Review
from tests.shop.reviews.conftest import Bought
from tests.support.browser import Browser

pytestmark = pytest.mark.long  # the walk of every day stands in test_walk.py


TYPED = {"marks": "4", "words": "Thơm, đặc", "naming": "initials"}


def address(bought: Bought, code: str | None = None) -> str:
    return f"/don-hang/{bought.order.number}/danh-gia/{code or bought.product.code}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"marks": ""}, {"marks": "0"}, {"marks": "6"}, {"marks": "4.5"}, {"marks": "năm"}, {"words": "x" * 2001},
        {"words": "a\u202eb"}, {"words": "z" + "\u0301" * 9}, {"naming": "phone"}, {"version": "x"},
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_as_typed(bought: Bought, client: FlaskClient, session: Session, wrong) -> None:
    guest, token = Browser(client), bought.order.token
    answer = guest.post(address(bought), f"{address(bought)}?token={token}", token=token, **{**TYPED, **wrong})
    assert answer.status_code == 422
    assert "words" in wrong or "Thơm, đặc" in answer.text
    assert session.scalars(select(Review)).all() == []


def test_nobody_else_writes_or_sees(bought: Bought, client: FlaskClient) -> None:
    stranger = Browser(client)
    for path in (address(bought), f"{address(bought)}?token=x", f"/don-hang/{bought.order.number}/danh-gia"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(address(bought), token="x", **TYPED).status_code == 404
    assert stranger.get(f"{address(bought, 'SP-NO')}?token={bought.order.token}").status_code == 404
    waiting = bought.buy(bought.sku, hand_over=False)
    url = f"/don-hang/{waiting.number}/danh-gia/{bought.product.code}?token={waiting.token}"
    assert stranger.get(url).status_code == 409


def test_words_are_words(bought: Bought, client: FlaskClient) -> None:
    token, bad = bought.order.token, "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    body = {"product": bought.product.slug, "marks": 1, "words": bad, "token": token}
    assert client.post(f"/api/v1/orders/{bought.order.number}/reviews", json=body).status_code == 201
    for path in (f"/san-pham/{bought.product.slug}", f"/san-pham/{bought.product.slug}/danh-gia"):
        text = client.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text and "&lt;script&gt;" in text


def test_a_closed_product_keeps_its_reviews_and_sells_nothing(
    bought: Bought, client: FlaskClient, session: Session
) -> None:
    body = {"product": bought.product.slug, "marks": 5, "words": "Ngon lắm", "token": bought.order.token}
    client.post(f"/api/v1/orders/{bought.order.number}/reviews", json=body)
    code = session.scalar(select(Certificate.code).where(Certificate.product_id == bought.product.id))
    by = bought.make.actor("certifier")
    certificates.revoke(by, code, decision_number="9/QĐ", ground="breach", effective_on=None)
    closed = client.get(f"/san-pham/{bought.product.slug}")
    assert closed.status_code == 410 and "Ngon lắm" in closed.text and 'action="/gio-hang"' not in closed.text
    every = client.get(f"/san-pham/{bought.product.slug}/danh-gia")
    assert every.status_code == 200 and "hiện không bán" in every.text and "noindex" in every.text
    assert client.get(f"/api/v1/products/{bought.product.slug}/reviews").json["total"] == 1
    assert client.get(f"/api/v1/products/{bought.product.slug}").status_code == 410


def test_marks_are_never_drawn_as_stars(bought: Bought, client: FlaskClient) -> None:
    body = {"product": bought.product.slug, "marks": 5, "token": bought.order.token}
    client.post(f"/api/v1/orders/{bought.order.number}/reviews", json=body)
    panel = client.get(f"/san-pham/{bought.product.slug}").text.split('id="danh-gia"')[1].split("</section>")[0]
    assert "5 trên 5 điểm" in panel and 'class="stars' not in panel and "không phải sao OCOP" in panel


def test_over_rest(bought: Bought, client: FlaskClient, make_admin) -> None:
    url, token = f"/api/v1/orders/{bought.order.number}/reviews", bought.order.token
    body = {"product": bought.product.slug, "marks": 4, "words": "Thơm", "token": token}
    made = client.post(url, json=body)
    assert (made.status_code, made.json["state"], made.headers["ETag"]) == (201, "shown", '"1"')
    again = client.post(url, json=body)
    assert (again.status_code, again.json["code"], again.json["review"]) == (409, "review.exists", made.json["code"])
    listed = client.get(f"/api/v1/products/{bought.product.slug}/reviews").json
    assert (listed["total"], listed["rating"]) == (1, {"average": 4.0, "count": 1, "counts": [0, 0, 0, 1, 0]})
    assert listed["items"][0]["bought"] == "2026-11" and "token" not in listed["items"][0]
    one = f"/api/v1/reviews/{made.json['code']}"
    edit = {"marks": 3, "words": "Vừa", "token": token}
    assert client.patch(one, json=edit).status_code == 428
    assert client.patch(one, json=edit, headers={"If-Match": '"9"'}).status_code == 412
    assert client.patch(one, json={**edit, "token": "x"}, headers={"If-Match": '"1"'}).status_code == 404
    assert client.patch(one, json=edit, headers={"If-Match": '"1"'}).json["marks"] == 3
    admin = bought.make.headers("admin")
    assert client.get("/api/v1/reviews").status_code == 401
    assert client.get("/api/v1/reviews?kind=shown", headers=admin).json["total"] == 1
    hiding = {"ground": "insult", "note": "Câu thứ hai"}
    assert client.post(f"{one}/hiding", json=hiding).status_code == 401
    hidden = client.post(f"{one}/hiding", json=hiding, headers={**admin, "If-Match": '"2"'})
    assert (hidden.status_code, hidden.json["state"], hidden.json["ground"]) == (200, "hidden", "insult")
    for no_ground in ({"ground": "bad opinion", "note": "Chê quá"}, {"ground": "insult"}, {"note": "Chê quá"}):
        refused = client.post(f"{one}/hiding", json=no_ground, headers={**admin, "If-Match": '"3"'})
        assert refused.status_code == 422
    assert client.delete(one, json={"token": token}).status_code == 204
    assert client.get(f"/api/v1/products/{bought.product.slug}/reviews").json["rating"]["count"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"marks": 0}, {"marks": 6}, {"marks": "5"}, {"marks": 4.5}, {"marks": True}, {"marks": None}, {"words": 7},
        {"words": "x" * 2001}, {"naming": "phone"}, {"product": ""}, {"product": "khong-co"}, {"more": 1},
        {"token": "x"}, {"words": "\u0000"},
    ],
)  # fmt: skip
def test_bad_bodies_write_nothing(bought: Bought, client: FlaskClient, session: Session, wrong) -> None:
    body = {"product": bought.product.slug, "marks": 5, "words": "Thơm", "token": bought.order.token, **wrong}
    answer = client.post(f"/api/v1/orders/{bought.order.number}/reviews", json=body)
    assert answer.status_code == (404 if {"token", "product"} & wrong.keys() and wrong.get("product") != "" else 422)
    assert answer.json["code"] and session.scalars(select(Review)).all() == []


def test_lists_are_paged_and_refuse_nonsense(bought: Bought, client: FlaskClient) -> None:
    url = f"/api/v1/products/{bought.product.slug}/reviews"
    for wrong in ("sort=best", "page=0", "per_page=101", "page=x", "more=1"):
        assert client.get(f"{url}?{wrong}").status_code == 422, wrong
    assert client.get("/api/v1/products/khong-co/reviews").status_code == 404
    assert client.get(f"/san-pham/{bought.product.slug}/danh-gia?sort=best&page=99999").status_code == 200
    assert client.get("/san-pham/khong-co/danh-gia").status_code == 404


def test_a_report_from_anybody(bought: Bought, client: FlaskClient) -> None:
    body = {"product": bought.product.slug, "marks": 1, "words": "Tệ", "token": bought.order.token}
    code = client.post(f"/api/v1/orders/{bought.order.number}/reviews", json=body).json["code"]
    visitor, url = Browser(client), f"/danh-gia/{code}/bao"
    assert visitor.post(url, url, ground="", note="").status_code == 422
    assert visitor.post(url, url, ground="insult", note="nói xấu").status_code == 303
    assert visitor.post(url, url, ground="insult", note="nói xấu").status_code == 429
    assert visitor.get("/danh-gia/DG-NO/bao").status_code == 404
    assert visitor.get(f"/danh-gia/{code}/bao").status_code == 200


def test_no_more_invitations_by_one_press(bought: Bought, client: FlaskClient) -> None:
    url, token = f"/don-hang/{bought.order.number}/thoi-moi", bought.order.token
    assert Browser(client).get(url).status_code == 404
    assert Browser(client).post(url, f"{url}?token={token}", token=token).status_code == 303
