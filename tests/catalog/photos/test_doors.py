"""Photos over HTTP: the file and who may see it today, the API, the producer's page without scripts."""

import io
import re
from collections.abc import Callable
from datetime import date, time
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.listings.models import Listing
from catalog.photos.queries import standing_of
from catalog.photos.rules import inspect
from catalog.photos.service import add_sound, approve
from catalog.products.models import Product
from tests.catalog.photos import pictures
from tests.support.browser import Browser
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")
SOUND = inspect(pictures.photo(size=(640, 480)))


def shown(make: ModuleType, session: Session, **wishes: object) -> tuple[Listing, Product, str]:
    """A live listing with one approved photo."""
    listing: Listing = make.listing(**wishes)
    product = session.get_one(Product, listing.product_id)
    code = add_sound(make.actor("admin"), product.code, SOUND).photo.code
    approve(make.actor("certifier"), product_id=product.id)
    return listing, product, code


def test_a_shopper_sees_the_photo_of_what_is_open(
    client: FlaskClient, make: ModuleType, session: Session, clock: Clock
) -> None:
    clock.on(date(2026, 11, 22))
    listing, product, code = shown(make, session)
    answer = client.get(f"/anh/{code}-800.webp")
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert answer.data == SOUND.files[800]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=600"
    again = client.get(f"/anh/{code}-800.webp", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for wrong in (f"{code}-801", "AH-0000000000-800", f"{code}-0", "x-800"):
        assert client.get(f"/anh/{wrong}.webp").status_code == 404
    make.lot(make.pack_of(listing))
    item = client.get(f"/api/v1/products/{product.slug}").get_json()
    assert item["image"] == item["images"][0]
    assert item["image"].endswith(f"/anh/{code}-1600.webp")
    page = client.get(f"/san-pham/{product.slug}").text
    assert f'/anh/{code}-320.webp 320w, /anh/{code}-800.webp 640w" sizes=' in page
    assert 'width="640" height="480" fetchpriority="high"' in page
    assert f"/anh/{code}-1600.webp" in re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]  # type: ignore[index]


def test_no_photo_outlives_its_certificate(
    client: FlaskClient, make: ModuleType, session: Session, clock: Clock
) -> None:
    clock.on(date(2026, 11, 22), time(23, 57))
    _listing, _product, code = shown(make, session, valid_until=date(2026, 11, 22))
    answer = client.get(f"/anh/{code}-320.webp")
    assert answer.headers["Cache-Control"] == "private, max-age=180", "until midnight, no longer"
    clock.forward(minutes=3)
    gone = client.get(f"/anh/{code}-320.webp", headers={"If-None-Match": answer.headers["ETag"]})
    assert gone.status_code == 410, "not even as 'unchanged'"


def test_what_waits_is_seen_by_its_keepers_alone(client: FlaskClient, make: ModuleType) -> None:
    product = make.product()
    code = add_sound(make.actor("admin"), product.code, SOUND).photo.code
    url = f"/anh/{code}-320.webp"
    assert client.get(url).status_code == 404
    assert client.get(url, headers=make.headers("producer", ("producer", "CT-1"))).status_code == 404
    for role, scope in (("producer", ("producer", product.producer.code)), ("certifier", None), ("auditor", None)):
        answer = client.get(url, headers=make.headers(role, scope))
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")


def test_the_api_keeps_orders_words_and_takes_away(client: FlaskClient, make: ModuleType) -> None:
    product = make.product("Trà hoa vàng")
    url, own = f"/api/v1/products/{product.slug}/photos", make.headers("producer", ("producer", product.producer.code))

    def send(data: bytes, **more: str) -> TestResponse:
        body = {"photo": (io.BytesIO(data), "a.jpg"), **more}
        return client.post(url, headers=own, data=body, content_type="multipart/form-data")

    made = send(pictures.photo(), shows="pack")
    one = made.get_json()
    assert (made.status_code, one["state"], one["alt"]) == (201, "pending", "Trà hoa vàng: bao bì")
    assert send(pictures.photo()).status_code == 200
    two = send(pictures.photo(shade=9), alt="Búp trà trên tay").get_json()
    assert send(pictures.photo(shade=10), shows="poem").status_code == 422
    assert send(b"no photo").get_json()["code"] == "photo.unknown_type"
    each = f"{url}/{two['code']}"
    assert client.patch(each, headers=own, json={"position": 1}).status_code == 428
    moved = client.patch(each, headers={**own, "If-Match": made.headers["ETag"]}, json={"position": 1})
    assert (moved.status_code, moved.get_json()["position"]) == (200, 1)
    stale = client.patch(each, headers={**own, "If-Match": '"1"'}, json={"alt": "Cũ rồi"})
    assert (stale.status_code, stale.get_json()["code"]) == (412, "edit.conflict")
    for wrong in ({"alt": ""}, {"alt": "a\u202eb"}, {"position": 0}, {"state": "approved"}, {"alt": "x" * 201}):
        assert client.patch(each, headers={**own, "If-Match": moved.headers["ETag"]}, json=wrong).status_code == 422
    assert [item["code"] for item in client.get(url, headers=own).get_json()["items"]] == [two["code"], one["code"]]
    assert client.delete(each, headers={**own, "If-Match": moved.headers["ETag"]}).status_code == 204
    assert client.get(each, headers=own).status_code == 404
    assert client.get(url).status_code == 401
    assert client.get(url, headers=make.headers("producer", ("producer", "CT-1"))).status_code == 404
    assert client.post(url, headers=make.headers("auditor")).status_code == 403


def maker(client: FlaskClient, make: ModuleType, product: Product) -> tuple[Callable[..., TestResponse], str]:
    """A producer's browser without scripts: how she posts, and her page."""
    browser = Browser(client).become(make.user("producer", ("producer", product.producer.code)))
    page = f"/quan-ly/anh/{product.code}"

    def post(where: str = "", **fields: object) -> TestResponse:
        answer = browser.post(page + where, page=page, **fields)
        return client.get(answer.location) if answer.status_code == 303 else answer

    return post, page


def test_a_producer_adds_several_photos_at_once(client: FlaskClient, make: ModuleType) -> None:
    product = make.product("Mật ong")
    post, page_url = maker(client, make, product)
    empty = post(photo=[(io.BytesIO(b""), "")])
    assert "Chưa có ảnh nào" in empty.text
    sent = [
        (io.BytesIO(pictures.photo()), "a.jpg"), (io.BytesIO(pictures.SVG), "<b>x</b>.jpg"),
        (io.BytesIO(pictures.photo()), "lại.jpg"), (io.BytesIO(pictures.photo("PNG", shade=7)), "c.png"),
    ]  # fmt: skip
    page = post(photo=sent, shows="label")
    assert page.status_code == 200
    assert "Đã thêm 2 ảnh" in page.text
    assert "&lt;b&gt;x&lt;/b&gt;.jpg: Tệp này không phải ảnh" in page.text
    assert "lại.jpg: ảnh này đã có rồi" in page.text
    first, second = standing_of(product.id)
    assert first.alt == "Mật ong: nhãn sản phẩm"
    wrong = post(f"/{first.code}", alt="x", version="1")
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text, "what was typed is kept"
    assert "Đã lưu" in post(f"/{second.code}", position="1", version="1").text
    stale = post(f"/{second.code}", alt="Đến muộn", version="1")
    assert stale.status_code == 412
    assert 'value="Đến muộn"' in stale.text
    assert "Đã bỏ ảnh" in post(f"/{first.code}/bo").text
    assert [one.code for one in standing_of(product.id)] == [second.code]
    assert post("/AH-0000000000/bo").status_code == 404
    there = post(f"/{second.code}/bo", next="//evil.example/x")
    assert there.request.path == page_url


def test_a_form_may_be_large_here_and_nowhere_else(client: FlaskClient, make: ModuleType) -> None:
    product = make.product()
    (post, _page), large = maker(client, make, product), b"\xff\xd8\xff" + b"\0" * (13 * 2**20)
    assert "Ảnh bị hỏng" in post(photo=[(io.BytesIO(large), "a.jpg")]).text
    assert post(photo=[(io.BytesIO(large), "a.jpg") for _ in range(5)]).status_code == 413
    other = client.post("/quan-ly/tai-lieu", data={"file": (io.BytesIO(large), "a.pdf")})
    assert other.status_code == 413
