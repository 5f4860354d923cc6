"""/api/v1/listings and /why: strict input, versions, scopes."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.listings.models import Listing
from catalog.products.models import Product
from core.db import db
from tests import make

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

API = "/api/v1/listings"
PACK: dict[str, Any] = {"label": "Hũ 500 g", "price": 120_000, "storage": make.KEPT}
BODY: dict[str, Any] = {"summary": "Mật ong rừng", "skus": [PACK], **make.label()}


def test_a_producer_lists_a_certifier_publishes(client: FlaskClient) -> None:
    product = make.product("Mật ong rừng")
    make.certificate(product)
    own = make.headers("producer", ("producer", product.producer.code))
    made = client.post(API, json={**BODY, "product": product.slug}, headers=own)
    assert made.status_code == 201
    address = f"{API}/{made.get_json()['id']}"
    assert client.post(f"{address}/submission", headers=own).get_json()["state"] == "submitted"
    assert client.post(f"{address}/publication", headers=own).status_code == 403
    live = client.post(f"{address}/publication", headers=make.headers("certifier"))
    assert live.get_json()["state"] == "live"
    found = client.get("/api/v1/products?q=mat+ong+rung").get_json()
    assert [item["slug"] for item in found["items"]] == [product.slug]
    why = client.get(f"/api/v1/products/{product.slug}/why", headers=own).get_json()
    assert (why["is_sellable"], why["rule"]) == (True, "open")
    gone = client.post(f"{address}/withdrawal", json={"reason": "Hết mùa"}, headers=own)
    assert gone.get_json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"}, {"product": 5}, {"summary": "a" * 301}, {"skus": "x"}, {"skus": [{"label": "Hũ"}]},
        {"skus": [{"label": "Hũ", "price": 0}]}, {"skus": [{"label": "Hũ", "price": 2.5}]},
        {"skus": [{"label": "Hũ", "price": "120000"}]}, {"skus": [{"label": "Hũ", "price": 1e30}]},
        {"skus": [{"label": "Hũ", "price": 1, "gtin": "8938505974195"}]}, {"is_gift": "maybe"},
        {"skus": [{"label": "Hũ", "price": 1, "unit": "litre"}]}, {"skus": [{"label": None, "price": 1}]},
        {"skus": [{"label": "Hũ", "price": 1, "is_active": None}]}, {"summary": "a\u202eb"},
    ],
)  # fmt: skip
@pytest.mark.on("sqlite")
def test_bad_bodies_write_nothing(client: FlaskClient, change: dict[str, Any]) -> None:
    product = make.product()
    answer = client.post(API, json={**BODY, "product": product.slug, **change}, headers=make.headers("admin"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"]
    assert db.session.query(Listing).count() == 0


def test_unknown_products_and_listings(client: FlaskClient) -> None:
    admin = make.headers("admin")
    answer = client.post(API, json={**BODY, "product": "khong-co"}, headers=admin)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "product.unknown")
    assert client.get(f"{API}/999999", headers=admin).get_json()["code"] == "listing.not_found"
    assert client.get(f"{API}/99999999999999999999", headers=admin).status_code == 404
    assert client.get("/api/v1/products/%00", headers=admin).status_code == 404
    assert client.get("/san-pham/%00").status_code == 404
    assert client.get(API).status_code == 401
    assert client.get(f"{API}?state=gone", headers=admin).status_code == 422


def test_edits_need_the_version_they_edit(client: FlaskClient) -> None:
    listing, admin = make.listing(), make.headers("admin")
    address = f"{API}/{listing.id}"
    client.post(f"{address}/withdrawal", json={"reason": "Sửa lại"}, headers=admin)  # what is live waits: test_changes
    etag = client.get(address, headers=admin).headers["ETag"]
    assert client.patch(address, json={"summary": "Một"}, headers=admin).status_code == 428
    first = client.patch(address, json={"summary": "Một"}, headers={**admin, "If-Match": etag})
    assert first.status_code == 200
    stale = client.patch(address, json={"summary": "Hai"}, headers={**admin, "If-Match": etag})
    assert (stale.status_code, stale.get_json()["code"]) == (412, "edit.conflict")
    assert client.get(address, headers=admin).get_json()["summary"] == "Một"
    pack = make.pack_of(listing)
    priced = client.patch(f"/api/v1/skus/{pack.code}", json={"price": 5000}, headers={**admin, "If-Match": '"1"'})
    assert priced.get_json()["price"] == 5000


def test_another_s_listing_is_not_there(client: FlaskClient) -> None:
    listing = make.listing()
    stranger = make.headers("producer", ("producer", make.producer().code))
    product = db.session.get_one(Product, listing.product_id)
    assert client.get(f"{API}/{listing.id}", headers=stranger).status_code == 404
    assert client.post(f"{API}/{listing.id}/submission", headers=stranger).status_code == 404
    assert client.get(API, headers=stranger).get_json()["total"] == 0
    assert client.get(f"/api/v1/products/{product.slug}/why", headers=stranger).status_code == 404
    assert client.get(f"/api/v1/products/{product.slug}/why", headers=make.headers("auditor")).status_code == 200


def test_the_same_key_lists_once(client: FlaskClient) -> None:
    product = make.product()
    headers = {**make.headers("admin"), "Idempotency-Key": "k1"}
    body = {**BODY, "product": product.slug}
    one, two = (client.post(API, json=body, headers=headers) for _ in range(2))
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.get_json() == two.get_json()
    assert db.session.query(Listing).count() == 1
