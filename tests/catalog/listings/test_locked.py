"""Whatever belongs to the certificate, the product or a verb of its own is reached through no body of the API."""

import pytest
from flask.testing import FlaskClient

from catalog.listings.models import Listing, Sku
from catalog.listings.rules import LISTING_FIELDS, SKU_FIELDS, SKU_IDENTITY
from catalog.listings.service import add_sku, edit_listing, edit_sku, open_listing
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.db import db
from core.errors import Invalid
from tests import make

pytestmark = pytest.mark.long("postgresql")  # the refusals are the same on both

#: What no column is called, and somebody might try.
TRIED = ("stars", "certificate", "decision_number", "set", "name", "producer", "slug", "group", "valid_until")
OF_LISTING = sorted({column.key for column in Listing.__table__.columns} - LISTING_FIELDS) + list(TRIED)
OF_SKU = sorted({column.key for column in Sku.__table__.columns} - SKU_FIELDS) + list(TRIED)


@pytest.fixture
def draft(app: object) -> Listing:
    product = make.product("Mật ong", set_no=4)
    make.certificate(product)
    one = open_listing(SYSTEM, product=product.code, summary="Ngon.")
    add_sku(SYSTEM, one.id, label="Hũ 500 g", price_vnd=100_000)
    return one


def rows() -> list[object]:
    db.session.expire_all()
    return [
        {column.key: getattr(one, column.key) for column in model.__table__.columns}
        for model in (Listing, Sku)
        for one in db.session.query(model).order_by(model.id)
    ]


def test_no_body_sets_them_on_a_listing(client: FlaskClient, draft: Listing) -> None:
    product = db.session.get_one(Product, draft.product_id)
    headers = make.headers("producer", ("producer", product.producer.code))
    before = rows()
    for field in OF_LISTING:
        body = {"summary": "Khác hẳn.", field: 1}
        match = {**headers, "If-Match": f'"{draft.version}"'}
        edited = client.patch(f"/api/v1/listings/{draft.id}", json=body, headers=match)
        assert (edited.status_code, field in edited.get_json()["errors"]) == (422, True), field
        if field != "product":
            made = client.post("/api/v1/listings", json={"product": product.code, **body}, headers=headers)
            assert made.status_code == 422, field
    assert rows() == before


def test_no_body_sets_them_on_a_pack(client: FlaskClient, draft: Listing) -> None:
    product = db.session.get_one(Product, draft.product_id)
    headers = make.headers("producer", ("producer", product.producer.code))
    pack = make.pack_of(draft)
    before = rows()
    for field in OF_SKU:
        match = {**headers, "If-Match": f'"{pack.version}"'}
        edited = client.patch(f"/api/v1/skus/{pack.code}", json={"label": "Khác", field: 1}, headers=match)
        assert (edited.status_code, field in edited.get_json()["errors"]) == (422, True), field
        if field not in SKU_IDENTITY:
            body = {"label": "Khác", "price": 1000, field: 1}
            made = client.post(f"/api/v1/listings/{draft.id}/skus", json=body, headers=headers)
            assert made.status_code == 422, field
    assert rows() == before


@pytest.mark.on("sqlite")
def test_the_verbs_themselves_refuse_them(draft: Listing) -> None:
    pack = make.pack_of(draft)
    before = rows()
    for field in OF_LISTING:
        with pytest.raises(Invalid):
            edit_listing(SYSTEM, draft.id, draft.version, {field: 1})
    for field in OF_SKU:
        with pytest.raises(Invalid):
            edit_sku(SYSTEM, pack.code, pack.version, {field: 1})
    assert rows() == before


def test_what_contradicts_the_set_is_refused(client: FlaskClient, draft: Listing) -> None:
    headers = make.headers("admin")
    for wrong in ({"abv_bp": 2900}, {"vat_class": "full"}):
        body = {"label": "Hũ", "price": 1000, **wrong}
        answer = client.post(f"/api/v1/listings/{draft.id}/skus", json=body, headers=headers)
        assert (answer.status_code, set(answer.get_json()["errors"])) == (422, set(wrong))
    wine = make.product("Rượu", set_no=14)
    other = open_listing(SYSTEM, product=wine.code)
    body = {"label": "Chai", "price": 1000, "vat_class": "processed"}
    assert client.post(f"/api/v1/listings/{other.id}/skus", json=body, headers=headers).status_code == 422
    body |= {"vat_class": "full", "abv_bp": 2900, "net_ml": 500}
    made = client.post(f"/api/v1/listings/{other.id}/skus", json=body, headers=headers)
    assert (made.status_code, made.get_json()["vat_bp"], made.get_json()["net_ml"]) == (201, 1000, 500)


def test_a_short_label_is_refused_with_the_article(client: FlaskClient, draft: Listing) -> None:
    answer = client.post(f"/api/v1/listings/{draft.id}/publication", headers=make.headers("certifier"))
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (422, "listing.label")
    assert {one["field"] for one in told["label"]} >= {"ingredients", "storage", "origin", "warnings"}
    assert all(one["article"].startswith("NĐ 43/2017/NĐ-CP") for one in told["label"])
    assert db.session.get_one(Listing, draft.id).state == "draft"
