"""Orders that hold products: recorded, judged by date, lifted, and kept."""

from datetime import date, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.certificates.events import CertificateEnded, CertificateResumed
from catalog.certificates.queries import governing, standings
from catalog.certificates.rules import Status
from catalog.listings.models import Sku
from catalog.listings.queries import get_offer, open_listings
from catalog.listings.why import explain, refusal_of
from catalog.products.models import Product
from catalog.stops.jobs import turn_stops
from catalog.stops.refusals import ProductIsStopped, StopOver, StopTwice
from catalog.stops.service import lift_stop, order_stop
from core.accounts.actor import Actor
from core.audit import AuditEntry
from core.clock import now, today
from core.db import db, transaction
from core.errors import Forbidden, Invalid
from tests.support.clock import Clock

DAY = timedelta(days=1)
ORDER = {"number": "118/LĐ-QLTT", "authority": "Chi cục Quản lý thị trường", "ground": "Mẫu thử vượt mức cho phép"}


@pytest.fixture
def certifier(make: ModuleType) -> Actor:
    return make.actor("certifier")


def product_of(sku: Sku) -> Product:
    return db.session.get_one(Product, sku.listing.product_id)


def is_open(product_id: int, on: date) -> bool:
    """By the SQL gate and by the rule, which must agree."""
    by_sql = product_id in governing([product_id], on)
    assert by_sql is (standings([product_id], on)[product_id].governing is not None)
    return by_sql


def test_an_order_holds_by_date(certifier: Actor, make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    product = make.certified_product()
    first, last = today() + 2 * DAY, today() + 4 * DAY
    stop = order_stop(certifier, product=product.code, from_on=first, until_on=last, **ORDER)
    assert stop.begun_recorded_at is None
    days = {n: is_open(product.id, today() + n * DAY) for n in range(7)}
    assert days == {0: True, 1: True, 2: False, 3: False, 4: False, 5: True, 6: True}


def test_every_door_of_the_catalog_names_it(certifier: Actor, make: ModuleType) -> None:
    sku = make.sku()
    product = product_of(sku)
    assert get_offer(sku.code, today()).product_id == product.id
    order_stop(certifier, product=product.code, **ORDER)
    with pytest.raises(ProductIsStopped) as told:
        get_offer(sku.code, today())
    assert told.value.status == 410
    assert told.value.facts["number"] == ORDER["number"]
    assert told.value.facts["authority"] == ORDER["authority"]
    assert told.value.facts["since"] == today()
    assert sku.listing_id not in set(db.session.scalars(open_listings(today())))
    why = explain([product.id], today())[product.id]
    assert (why.rule, why.is_sellable, why.since) == ("product.stopped", False, today())
    assert refusal_of(why).code == "product.stopped"


def test_it_is_told_as_a_suspension_and_back(certifier: Actor, make: ModuleType, monkeypatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr("catalog.certificates.reactions.publish", heard.append)
    product = make.certified_product()
    stop = order_stop(certifier, product=product.code, **ORDER)
    found = governing([product.id], today() - DAY)[product.id]
    assert heard == [CertificateEnded(found.certificate_id, product.id, today(), "suspended")]
    lift_stop(certifier, stop.code, reason="Kết quả thử lại đạt")
    assert heard[1:] == [CertificateResumed(found.certificate_id, product.id, today())]
    assert is_open(product.id, today())


def test_two_orders_need_two_liftings(certifier: Actor, make: ModuleType, monkeypatch) -> None:
    heard: list[object] = []
    product = make.certified_product()
    first = order_stop(certifier, product=product.code, **ORDER)
    second = order_stop(certifier, product=product.code, **{**ORDER, "number": "2"})
    monkeypatch.setattr("catalog.certificates.reactions.publish", heard.append)
    lift_stop(certifier, first.code, reason="x")
    assert not is_open(product.id, today())
    assert heard == []
    lift_stop(certifier, second.code, reason="x")
    assert is_open(product.id, today())
    assert [type(one) for one in heard] == [CertificateResumed]
    with pytest.raises(StopOver):
        lift_stop(certifier, second.code, reason="x")


def test_a_producer_s_stop_reaches_later_products(certifier: Actor, make: ModuleType) -> None:
    producer, other = make.producer(), make.certified_product()
    first = make.product(producer=producer)
    make.certificate(first)
    stop = order_stop(certifier, producer=producer.code, **ORDER)
    later = make.product(producer=producer)
    make.certificate(later)
    assert [is_open(p.id, today()) for p in (first, later, other)] == [False, False, True]
    lift_stop(certifier, stop.code, reason="x")
    assert [is_open(p.id, today()) for p in (first, later, other)] == [True, True, True]


def test_a_stop_lifted_before_its_day_never_was(certifier: Actor, make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    product = make.certified_product()
    stop = order_stop(certifier, product=product.code, from_on=today() + 5 * DAY, **ORDER)
    lift_stop(certifier, stop.code, reason="x")
    clock.on(date(2026, 12, 22))
    assert is_open(product.id, today())
    assert turn_stops(today()) == 0


def test_the_clock_tells_what_it_turned(
    certifier: Actor, make: ModuleType, clock: Clock, session: Session, monkeypatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr("catalog.certificates.reactions.publish", heard.append)
    clock.on(date(2026, 11, 22))
    product = make.certified_product()
    stop = order_stop(certifier, product=product.code, from_on=date(2026, 11, 25), until_on=date(2026, 11, 27), **ORDER)
    assert (turn_stops(today()), heard) == (0, [])
    clock.on(date(2026, 11, 26))
    assert not is_open(product.id, today()), "the door turned without any job"
    assert (turn_stops(today()), turn_stops(today())) == (1, 0)
    clock.on(date(2027, 3, 1))
    assert (turn_stops(today()), turn_stops(today())) == (1, 0)
    assert [type(one) for one in heard] == [CertificateEnded, CertificateResumed]
    deeds = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"stop:{stop.code}"))
    assert list(deeds) == ["stop.ordered", "stop.begun", "stop.over"]


def test_a_stop_is_known_from_when_it_was_recorded(certifier: Actor, make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    sku = make.sku()
    product = product_of(sku)
    product_id = product.id
    before = now()
    clock.forward(hours=1)
    stop = order_stop(certifier, product=product.code, from_on=date(2026, 11, 1), **ORDER)
    during = now()
    clock.forward(hours=1)
    lift_stop(certifier, stop.code, reason="x")
    day = date(2026, 11, 10)
    assert standings([product_id], day, before)[product_id].status is not Status.STOPPED
    assert standings([product_id], day, during)[product_id].status is Status.STOPPED
    assert standings([product_id], day)[product_id].status is Status.STOPPED, "past days stay as they were"
    assert standings([product_id], date(2026, 11, 22), during)[product_id].status is Status.STOPPED
    assert is_open(product_id, date(2026, 11, 22))


def test_bad_orders_are_refused(certifier: Actor, make: ModuleType) -> None:
    product = make.certified_product()
    bad = (
        {},
        {"product": "SP-NONE"},
        {"producer": "CT-NONE"},
        {"product": product.code, "producer": product.producer.code},
        {"product": product.code, "from_on": today(), "until_on": today() - DAY},
    )
    for wishes in bad:
        with pytest.raises(Invalid):
            order_stop(certifier, **ORDER, **wishes)
    order_stop(certifier, product=product.code, **ORDER)
    with pytest.raises(StopTwice):
        order_stop(certifier, product=product.code, **ORDER)
    for role in ("auditor", "producer", "shopper"):
        with pytest.raises(Forbidden):
            order_stop(make.actor(role), product=product.code, **ORDER)


@pytest.mark.daily
def test_the_database_keeps_it(certifier: Actor, make: ModuleType, session: Session) -> None:
    stop = order_stop(certifier, product=make.certified_product().code, **ORDER)
    for change in (
        "UPDATE product_stop SET from_on = '2030-01-01' WHERE id = :id",
        "UPDATE product_stop SET until_on = '2026-11-22' WHERE id = :id",
        "UPDATE product_stop SET number = 'x' WHERE id = :id",
        "DELETE FROM product_stop WHERE id = :id",
    ):
        with pytest.raises(DBAPIError, match="product_stop_"), transaction():
            session.execute(text(change), {"id": stop.id})
    lift_stop(certifier, stop.code, reason="x")
    for change in ("lifted_on = NULL, lifted_at = NULL", "lifted_on = '2020-01-01'"):
        with pytest.raises(DBAPIError, match="product_stop_fixed"), transaction():
            session.execute(text(f"UPDATE product_stop SET {change} WHERE id = :id"), {"id": stop.id})


def test_the_api(make: ModuleType, client: FlaskClient) -> None:
    sku = make.sku()
    product = product_of(sku)
    headers = make.headers("admin")
    made = client.post("/api/v1/stops", headers=headers, json={"product": product.code, **ORDER})
    assert (made.status_code, made.json["from_on"]) == (201, today().isoformat())
    gone = client.get(f"/api/v1/products/{product.slug}")
    assert (gone.status_code, gone.json["code"]) == (410, "product.stopped")
    assert (gone.json["number"], gone.json["authority"]) == (ORDER["number"], ORDER["authority"])
    page = client.get(f"/san-pham/{product.slug}")
    assert page.status_code == 410
    assert ORDER["number"] in page.text and ORDER["authority"] in page.text
    assert [one["code"] for one in client.get("/api/v1/stops", headers=headers).json["items"]] == [made.json["code"]]
    lifted = client.post(f"/api/v1/stops/{made.json['code']}/lifting", headers=headers, json={"reason": "Đạt"})
    assert lifted.json["lifted_on"] == today().isoformat()
    assert client.get(f"/api/v1/products/{product.slug}").status_code == 200
    assert client.get("/api/v1/stops", headers=headers).json["total"] == 0
    assert client.get("/api/v1/stops?is_open=false", headers=headers).json["total"] == 1
    assert client.post("/api/v1/stops", json={}).status_code == 401
    assert client.post("/api/v1/stops", headers=make.headers("producer", ("producer", "x")), json={}).status_code == 403
