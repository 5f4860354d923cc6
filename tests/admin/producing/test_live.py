"""The same screens on a listing that is live: words wait for a moderator, prices act at once."""

from types import ModuleType

import pytest

from catalog.changes.queries import find_open
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.db import db
from tests.admin.conftest import Staff

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both


@pytest.fixture
def listing(make: ModuleType) -> Listing:
    one = make.listing(name="Mật ong", set_no=4)
    make.pack_of(one)
    return one


def test_words_wait_and_the_shopper_sees_the_old_ones(make: ModuleType, staff: Staff, listing: Listing) -> None:
    product = db.session.get_one(Product, listing.product_id)
    her = staff("producer", ("producer", product.producer.code))
    base = f"/quan-ly/san-xuat/{listing.id}"
    assert her.get(base).headers["Location"].endswith("doc-lai")
    page = f"{base}/tom-tat?ve=doc-lai"
    told = "Mật ong mới, quay tay, thơm hoa nhãn và hoa vải."
    assert her.post(page, page=page, ve="doc-lai", answer=told).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Listing, listing.id).summary == ""
    request = find_open(listing.id)
    assert request is not None
    assert [(one.field, one.after) for one in request.fields] == [("summary", told)]
    read = her.get(f"{base}/doc-lai").text
    assert told in read
    assert "chờ duyệt" in read
    assert told in her.get(f"{base}/tom-tat").text
    assert "Đang bán, có sửa đổi chờ duyệt" in her.get("/quan-ly/san-xuat").text


def test_a_price_acts_at_once_and_a_big_change_is_asked_about(make: ModuleType, staff: Staff, listing: Listing) -> None:
    product = db.session.get_one(Product, listing.product_id)
    her = staff("producer", ("producer", product.producer.code))
    sku = make.pack_of(listing)
    page = f"/quan-ly/san-xuat/{listing.id}/goi/{sku.code}/gia"
    assert her.post(page, page=page, price="130.000").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Sku, sku.id).price_vnd == 130_000
    asked = her.post(page, page=page, price="13.000")
    assert asked.status_code >= 400
    assert "tôi muốn đổi giá nhiều như vậy" in asked.text
    assert her.post(page, page=page, price="13.000", sure="1").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Sku, sku.id).price_vnd == 13_000


def test_a_live_label_never_loses_what_the_law_asks_for(make: ModuleType, staff: Staff, listing: Listing) -> None:
    """Nothing empty can be answered; and the API's door refuses it too."""
    product = db.session.get_one(Product, listing.product_id)
    her = staff("producer", ("producer", product.producer.code))
    page = f"/quan-ly/san-xuat/{listing.id}/thanh-phan"
    assert her.post(page, page=page, answer="   ").status_code == 422
    headers = make.headers("producer", ("producer", product.producer.code))
    refused = her.client.patch(
        f"/api/v1/listings/{listing.id}",
        json={"ingredients": ""},
        headers={**headers, "If-Match": f'"{listing.version}"'},
    )
    assert (refused.status_code, refused.get_json()["code"]) == (422, "listing.label")
    assert refused.get_json()["label"][0]["field"] == "ingredients"


def test_a_new_pack_of_a_live_listing_waits_too(make: ModuleType, staff: Staff, listing: Listing) -> None:
    product = db.session.get_one(Product, listing.product_id)
    her = staff("producer", ("producer", product.producer.code))
    base = f"/quan-ly/san-xuat/{listing.id}"
    first, price = f"{base}/goi/moi/dong-goi", f"{base}/goi/moi/gia"
    assert her.post(first, page=first, container="Hũ", amount="1", unit="kg").status_code == 303
    done = her.post(price, page=price, price="230.000")
    assert (done.status_code, done.headers["Location"].endswith("cac-goi")) == (303, True)
    db.session.expire_all()
    assert len(db.session.get_one(Listing, listing.id).skus) == 1
    assert find_open(listing.id) is not None
