"""The pages of the shop front, as a browser without scripts sees them."""

import json
import re

import pytest
from flask.testing import FlaskClient

from catalog.listings.models import Listing
from catalog.products.models import Product
from core.db import db
from tests import make

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def slug_of(listing: Listing) -> str:
    return db.session.get_one(Product, listing.product_id).slug


def token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]


def test_home_without_goods_and_with(client: FlaskClient) -> None:
    assert "Kệ còn trống" in client.get("/").text
    make.listing(name="Mật ong hoa rừng", stars=5)
    page = client.get("/").text
    assert "Mật ong hoa rừng" in page
    assert "Có hiệu lực đến" in page


def test_browse_tells_a_guess_and_an_empty_result(client: FlaskClient) -> None:
    make.listing(name="Mật ong hoa rừng")
    page = client.get("/san-pham?q=mật+ogn").text
    assert "Ý bạn là" in page
    assert ">mật ong</a>?" in page
    assert "Mật ong hoa rừng" in page.replace("<mark>", "").replace("</mark>", "")
    assert "Chưa tìm thấy" in client.get("/san-pham?q=xyzxyz").text


def test_a_product_page_sells(client: FlaskClient) -> None:
    listing = make.listing(name='Mật ong "Cát Bà" </script>')
    pack = make.pack_of(listing)
    make.lot(pack)
    page = client.get(f"/san-pham/{slug_of(listing)}").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page)[1])  # type: ignore[index]
    assert data["offers"][0]["price"] == pack.price_vnd
    assert data["name"] == 'Mật ong "Cát Bà" </script>'
    answer = client.post("/gio-hang", data={"csrf_token": token(page), "sku": pack.code, "quantity": "2"})
    assert answer.status_code == 303
    assert "Mật ong" in client.get("/gio-hang").text


def test_age_is_asked_once(client: FlaskClient) -> None:
    listing = make.listing(name="Rượu nếp", set_no=14)
    address = f"/san-pham/{slug_of(listing)}"
    page = client.get(address).text
    assert "Thêm vào giỏ" not in page
    answer = client.post("/tuoi", data={"csrf_token": token(page), "next": address})
    assert answer.headers["Location"] == address
    assert "Tôi đã đủ 18 tuổi" not in client.get(address).text
    assert "<mark>Rượu</mark> nếp" in client.get("/san-pham?q=ruou").text
    assert client.get("/api/v1/suggest?q=ruou").get_json()["items"]


def test_the_question_of_age_leads_nowhere_else(client: FlaskClient) -> None:
    page = client.get("/san-pham").text
    answer = client.post("/tuoi", data={"csrf_token": token(page), "next": "https://evil.test/"})
    assert answer.headers["Location"] == "/san-pham"


def test_the_drawn_picture_is_a_file(client: FlaskClient) -> None:
    listing = make.listing(name="Mật ong <b>")
    answer = client.get(f"/san-pham/{slug_of(listing)}.svg")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert "<b>" not in answer.text
