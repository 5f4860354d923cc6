"""What machines are told: maps, robots, feeds, cards, JSON-LD; all of it with the gate."""

import json
import re
from datetime import date, timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from catalog.listings.models import Listing
from catalog.listings.prices import PriceChange
from catalog.products.models import Product
from catalog.products.service import edit_product
from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import db, transaction
from shop.front import machines
from tests import make

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

HERE = "http://127.0.0.1:8000"
EVIL = "</script><script>alert(1)</script>\"'&<!--"


def product_of(listing: Listing) -> Product:
    return db.session.get_one(Product, listing.product_id)


def data_of(page: str, kind: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return next(one for one in map(json.loads, found) if one["@type"] == kind)


def locations(xml: bytes) -> list[str]:
    root: Element = fromstring(xml)
    return [one.text or "" for one in root.iter() if one.tag.endswith("}loc")]


def test_robots_speak_for_the_public_address_alone(client: FlaskClient) -> None:
    own = client.get("/robots.txt", base_url=HERE)
    assert own.mimetype == "text/plain"
    for line in ("Disallow: /quan-ly", "Disallow: /gio-hang", "Disallow: /*?*q=", f"Sitemap: {HERE}/sitemap.xml"):
        assert line in own.text.splitlines()
    assert "Disallow: /\n" not in own.text
    for other in ("http://evil.test", "http://127.0.0.1:9000", "https://127.0.0.1:8000"):
        assert client.get("/robots.txt", base_url=other).text == "User-agent: *\nDisallow: /\n"


def test_the_map_holds_what_is_open_and_nothing_else(client: FlaskClient) -> None:
    shown = product_of(make.listing(name="Trà mở"))
    gone = product_of(make.listing(name="Trà đóng", valid_until=today() - timedelta(days=1)))
    withdrawn = make.listing(name="Trà rút")
    with transaction():
        db.session.get_one(Listing, withdrawn.id).state = "withdrawn"
    parts = locations(client.get("/sitemap.xml").data)
    assert parts == [f"{HERE}/sitemap-trang.xml", f"{HERE}/sitemap-san-pham-1.xml"]
    products = locations(client.get("/sitemap-san-pham-1.xml").data)
    assert products == [f"{HERE}/san-pham/{shown.slug}"]
    assert gone.slug not in "".join(products)
    pages = locations(client.get("/sitemap-trang.xml").data)
    assert f"{HERE}/nhom/thuc-pham" in pages
    assert f"{HERE}/nhom/do-uong" not in pages, "empty today"
    assert all(client.get(one.removeprefix(HERE)).status_code == 200 for one in pages)


@pytest.mark.long
def test_the_map_is_cut_into_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "PART", 2)
    for number in range(5):
        make.listing(name=f"Trà {number}")
    parts = locations(client.get("/sitemap.xml").data)[1:]
    assert len(parts) == 3
    found = [one for part in parts for one in locations(client.get(part.removeprefix(HERE)).data)]
    assert len(found) == len(set(found)) == 5
    assert client.get("/sitemap-san-pham-4.xml").status_code == 404
    assert client.get("/sitemap-san-pham-0.xml").status_code == 404
    assert client.get(f"/sitemap-san-pham-{'9' * 30}.xml").status_code == 404


@pytest.mark.long
def test_an_empty_shop_has_a_map_and_a_feed(client: FlaskClient) -> None:
    assert locations(client.get("/sitemap.xml").data) == [f"{HERE}/sitemap-trang.xml"]
    assert b"<entry>" not in client.get("/moi.atom").data


@pytest.mark.long
def test_the_feed_survives_any_name(client: FlaskClient) -> None:
    make.listing(name=f"Trà {EVIL}")
    answer = client.get("/moi.atom")
    assert answer.mimetype == "application/atom+xml"
    root: Element = fromstring(answer.data)
    titles = [one.text for one in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert f"Trà {EVIL}" in titles


def test_pages_name_their_one_address_and_their_languages(client: FlaskClient) -> None:
    slug = product_of(make.listing(name="Trà")).slug
    page = client.get(f"/san-pham/{slug}?utm_source=x&sort=price", base_url="http://evil.test").text
    assert f'<link rel="canonical" href="{HERE}/san-pham/{slug}">' in page
    assert f'hreflang="en" href="{HERE}/san-pham/{slug}?lang=en"' in page
    assert "evil.test" not in page
    english = client.get(f"/san-pham/{slug}?lang=en").text
    assert f'<link rel="canonical" href="{HERE}/san-pham/{slug}?lang=en">' in english
    listed = client.get("/san-pham?stars=4&sort=price").text
    assert f'<link rel="canonical" href="{HERE}/san-pham">' in listed
    assert '<meta name="robots" content="noindex, follow">' in listed
    assert "noindex" not in client.get("/san-pham").text


def test_nothing_breaks_out_of_the_head(client: FlaskClient) -> None:
    listing = make.listing(name=f"Trà {EVIL}")
    with transaction():
        one = db.session.get_one(Listing, listing.id)
        one.summary = one.story = EVIL
    page = client.get(f"/san-pham/{product_of(listing).slug}").text
    assert "<script>alert" not in page
    data = data_of(page, "Product")
    assert data["name"] == f"Trà {EVIL}"
    assert data["description"] == EVIL
    assert (
        data_of(client.get("/").text, "WebSite")["potentialAction"]["target"]["urlTemplate"]
        == f"{HERE}/san-pham?q={{q}}"
    )


def test_a_price_is_promised_no_longer_than_it_holds(client: FlaskClient) -> None:
    last = today() + timedelta(days=40)
    listing = make.listing(name="Trà", valid_until=last)
    path = f"/san-pham/{product_of(listing).slug}"
    assert data_of(client.get(path).text, "Product")["offers"][0]["priceValidUntil"] == last.isoformat()
    with transaction() as session:
        change = today() + timedelta(days=10)
        session.add(_planned(make.pack_of(listing).id, change))
    until = data_of(client.get(path).text, "Product")["offers"][0]["priceValidUntil"]
    assert until == (change - timedelta(days=1)).isoformat()


def _planned(sku_id: int, starts_on: date) -> PriceChange:
    return PriceChange(
        sku_id=sku_id, from_vnd=120_000, to_vnd=150_000, starts_on=starts_on, noted_at=now(), by_label="x"
    )


def test_a_card_is_a_picture_while_the_product_is_open(client: FlaskClient) -> None:
    slug = product_of(make.listing(name="Trà")).slug
    page = client.get(f"/san-pham/{slug}").text
    assert f'<meta property="og:image" content="{HERE}/san-pham/{slug}.png">' in page
    answer = client.get(f"/san-pham/{slug}.png")
    assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "image/png", b"\x89PNG")
    again = client.get(f"/san-pham/{slug}.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    gone = product_of(make.listing(name="Trà cũ", valid_until=today() - timedelta(days=1))).slug
    assert client.get(f"/san-pham/{gone}.png").status_code == 410
    assert client.get(f"/san-pham/{gone}.svg").status_code == 410
    assert client.get("/san-pham/khong-co.png").status_code == 404


@pytest.mark.long
def test_old_names_redirect_for_ever_and_chains_collapse(client: FlaskClient) -> None:
    product = product_of(make.listing(name="Trà một"))
    addresses = [product.slug]
    for name in ("Trà hai", "Trà ba", "Trà bốn"):
        edit_product(SYSTEM, product.code, product.version, {"name": name})
        addresses.append(product.slug)
    assert len(set(addresses)) == 4
    for old in addresses[:-1]:
        moved = client.get(f"/san-pham/{old}")
        assert (moved.status_code, moved.headers["Location"]) == (301, f"/san-pham/{addresses[-1]}"), "in one step"
    other = product_of(make.listing(name="Trà khác"))
    edit_product(SYSTEM, other.code, other.version, {"name": "Trà một"})
    assert other.slug not in addresses, "nobody takes an address of old"


@pytest.mark.long
def test_stores_tell_when_they_open(client: FlaskClient) -> None:
    store = make.store()
    data = data_of(client.get(f"/cua-hang/{store.code}").text, "Store")
    assert data["name"] == store.name
    assert data["url"] == f"{HERE}/cua-hang/{store.code}"


@pytest.mark.long
def test_fairs_tell_their_days_and_invite_those_who_may_come(client: FlaskClient) -> None:
    fair = make.fair(opens_on=today() + timedelta(days=30), days=3)
    path = f"/hoi-cho/{fair.slug}"
    data = data_of(client.get(path).text, "Event")
    assert data["startDate"] == fair.opens_on.isoformat()
    assert data["location"]["name"] == fair.venue
