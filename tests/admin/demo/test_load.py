"""The demonstration loads whole, is found, keeps every promise, and is loaded once."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin.demo.load import load_demo
from admin.demo.people import PASSWORD
from admin.demo.synthetic import MARK
from catalog.areas.load import HAI_PHONG
from catalog.areas.queries import list_districts
from catalog.certificates.queries import governing
from catalog.listings.models import Listing
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.models import UserAccount, UserGrant
from core.accounts.service import sign_in
from core.clock import today
from core.db import db
from core.doctor import examine
from core.schedule import run_nightly
from shop.fairs.models import Booking, Fair
from shop.orders.models import Order
from shop.stores.queries import list_stores
from tests.support.live import Live

#: One of each kind: on sale, suspended, lapsed, revoked, candidates.
ASKED = {
    "Mắm nêm Seagull": 200,
    "Cà phê Rin": 410,
    "Khoai lang Lệ Cần": 410,
    "Chả hấp": 410,
    "Rong nho tách nước": 404,
    "Than hoạt tính": 404,
}


@pytest.mark.long
@pytest.mark.on("sqlite")
@pytest.mark.timeout(300)
def test_the_demonstration(live: Live) -> None:
    with live.app.app_context():
        done = load_demo(seed=2026, synthetic=30)
        assert (done.products, done.synthetic) == (121, 30)
        again = load_demo(seed=2026, synthetic=30)
        assert (again.products, again.orders, again.synthetic) == (0, 0, 0)
        it_keeps_its_promises()
        a_mart_serves_each_district()
        it_looks_used()
        assert sign_in("verifier@demo.test", PASSWORD)
        run_nightly(today())
        it_keeps_its_promises()
    shoppers_see_what_they_may(live.app)


def it_keeps_its_promises() -> None:
    assert {f.invariant.code: f.breaches for f in examine() if f.breaches} == {}


def a_mart_serves_each_district() -> None:
    from admin.demo.sample import OLD_DAY

    served = {store.serves_area_id for store in list_stores() if store.kind == "mart"}
    assert served == {area.id for area in list_districts(HAI_PHONG, OLD_DAY)}
    assert len(served) == 15
    assert all(store.area.valid_until is None for store in list_stores())


def it_looks_used() -> None:
    assert db.session.scalar(select(func.count()).select_from(Order)) >= 40  # type: ignore[operator]
    assert db.session.scalar(select(func.count()).select_from(Fair)) == 3
    states = set(db.session.scalars(select(Booking.state)))
    assert {"paid", "hold"} <= states
    hers = select(Producer.id).join(UserGrant, UserGrant.scope_id == Producer.code)
    hers = hers.join(UserAccount, UserAccount.id == UserGrant.user_id)
    mine = hers.where(UserAccount.email == "producer@demo.test", UserGrant.scope_type == "producer")
    paid = select(func.count()).where(Booking.producer_id.in_(mine), Booking.state == "paid")
    assert db.session.scalar(paid) == 1, "who tries the exhibitor's pages finds a booth"


def shoppers_see_what_they_may(app: Flask) -> None:
    client = app.test_client()
    honey = client.get("/api/v1/products?q=mat+ong").json["items"]
    assert honey[0]["name"] == "Mật ong hoa rừng Cát Bà"
    with app.app_context():
        names = {p.slug: p for p in db.session.scalars(select(Product))}
        covered = governing([p.id for p in names.values()], today())
        listed = set(db.session.scalars(select(Listing.product_id)))
        drafts = set(db.session.scalars(select(Listing.product_id).where(Listing.state == "draft")))
        assert len(drafts) == 1
        db.session.remove()
    shown: set[str] = set()
    page = 1
    while items := client.get(f"/api/v1/products?per_page=100&adult=1&page={page}").json["items"]:
        shown |= {item["slug"] for item in items}
        page += 1
    assert shown == {slug for slug, p in names.items() if p.id in covered and p.id in listed - drafts}
    assert any(MARK in names[slug].name for slug in shown)
    asked = [p for p in names.values() if p.name in ASKED]
    assert len(asked) == len(ASKED)
    for product in asked:
        expected = 200 if product.id in covered else 410 if product.id in listed else 404
        assert client.get(f"/api/v1/products/{product.slug}").status_code == expected == ASKED[product.name]
