"""Labels in a store: printed once, true until a star or a price changes, and never with a star that does not hold."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.certificates.models import Certificate
from catalog.listings.models import Listing, Sku
from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import db, transaction
from core.schedule import run_nightly
from shop.inventory.models import Lot
from shop.labels.models import ShelfLabel, ShelfTask
from shop.labels.refusals import NothingToPrint, TaskDone, TooManyLabels
from shop.labels.service import judge, print_shelf, tick
from shop.stores.models import Store
from tests.support.browser import Browser
from tests.support.clock import Clock

#: One guard and one walk on both; the rest is the same.
pytestmark: list[pytest.MarkDecorator] = []


@pytest.fixture
def shelf(make: ModuleType) -> tuple[Store, Lot]:
    store = make.store("kien-thuy")
    return store, make.lot(store=store)


def tasks(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    return [(one.kind, one.state) for one in session.scalars(select(ShelfTask).order_by(ShelfTask.id))]


@pytest.mark.daily
def test_the_database_refuses_a_star_that_holds_not(shelf: tuple[Store, Lot], session: Session) -> None:
    store, lot = shelf
    certificate = session.get_one(Certificate, lot.certificate_id)
    common = {"store_id": store.id, "sku_id": lot.sku_id, "printed_at": now(), "printed_by": "x", "price_vnd": 1}
    late = certificate.valid_until + timedelta(days=1)
    for wrong in (
        {"stars": certificate.stars, "printed_on": late}, {"stars": certificate.stars + 1, "printed_on": today()},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(ShelfLabel(certificate_id=certificate.id, **common, **wrong))
            session.flush()
    with session.begin_nested():  # the control: today, with its stars
        session.add(ShelfLabel(certificate_id=certificate.id, stars=certificate.stars, printed_on=today(), **common))
        session.flush()


@pytest.mark.long("postgresql")
def test_a_price_a_star_and_a_lapse_make_tasks_that_printing_or_a_tick_ends(
    shelf: tuple[Store, Lot], session: Session, clock: Clock
) -> None:
    store, lot = shelf
    clock.on(today())
    print_shelf(store, {lot.sku_id: 2}, SYSTEM, has_price=True)
    assert judge(None, now()) == 0
    with transaction():
        session.execute(update(Sku).where(Sku.id == lot.sku_id).values(price_vnd=Sku.price_vnd + 1000))
    assert judge([lot.product_id], now()) == 1
    assert judge(None, now()) == 0  # told twice, done once
    assert tasks(session) == [("price", "open")]
    print_shelf(store, {lot.sku_id: 1}, SYSTEM, has_price=True)
    assert tasks(session) == [("price", "printed")]
    certificate = session.get_one(Certificate, lot.certificate_id)
    clock.on(certificate.valid_until + timedelta(days=1))
    run_nightly(today())
    assert tasks(session)[-1] == ("star_off", "open")
    with pytest.raises(NothingToPrint):
        print_shelf(store, {lot.sku_id: 1}, SYSTEM, has_price=True)
    task = session.scalars(select(ShelfTask).where(ShelfTask.state == "open")).one()
    tick(store, task.id, SYSTEM)
    assert tasks(session)[-1] == ("star_off", "ticked")
    assert session.scalars(select(ShelfLabel)).all() == []
    with pytest.raises(TaskDone):
        tick(store, task.id, SYSTEM)


@pytest.mark.long("postgresql")
def test_what_becomes_true_again_needs_nobody(shelf: tuple[Store, Lot], session: Session) -> None:
    store, lot = shelf
    print_shelf(store, {lot.sku_id: 1}, SYSTEM, has_price=True)
    price = session.get_one(Sku, lot.sku_id).price_vnd
    for amount, last in ((price + 500, ("price", "open")), (price, ("price", "moot"))):
        with transaction():
            session.execute(update(Sku).where(Sku.id == lot.sku_id).values(price_vnd=amount))
        judge([lot.product_id], now())
        assert tasks(session)[-1] == last
    with transaction():
        session.execute(update(Listing).where(Listing.product_id == lot.product_id).values(state="withdrawn"))
    judge([lot.product_id], now())
    assert tasks(session)[-1] == ("star_off", "open")


@pytest.mark.long("postgresql")
def test_too_many_are_refused_before_anything_is_noted(shelf: tuple[Store, Lot], session: Session) -> None:
    store, lot = shelf
    for copies in (201, 0, -1):
        with pytest.raises(TooManyLabels):
            print_shelf(store, {lot.sku_id: copies}, SYSTEM, has_price=True)
    assert session.scalars(select(ShelfLabel)).all() == []


@pytest.mark.long("postgresql")
def test_the_desk_prints_a_file_and_lists_what_to_do(
    shelf: tuple[Store, Lot], make: ModuleType, client: FlaskClient, session: Session
) -> None:
    _store, lot = shelf
    desk = Browser(client).become(make.user("cashier", ("store", "kien-thuy")))
    sku = session.get_one(Sku, lot.sku_id)
    page = desk.get("/quan-ly/cua-hang/kien-thuy/nhan")
    assert (page.status_code, sku.code in page.text, "Chưa in" in page.text) == (200, True, True)
    made = desk.post("/quan-ly/cua-hang/kien-thuy/nhan", size="40x30", sku=[sku.code], **{f"n-{sku.code}": "3"})
    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    assert made.data.startswith(b"%PDF")
    for wrong, status in (
        ({"size": "a3"}, 422), ({"size": "40x30", "sku": ["KHONG"]}, 409), ({"size": "40x30"}, 409),
        ({"size": "40x30", "sku": [sku.code], f"n-{sku.code}": "99999"}, 422), ({"size": "40x30", "skip": "24"}, 422),
    ):  # fmt: skip
        assert desk.post("/quan-ly/cua-hang/kien-thuy/nhan", **wrong).status_code == status, wrong
    with transaction():
        session.execute(update(Sku).where(Sku.id == sku.id).values(price_vnd=1_000))
    judge([lot.product_id], now())
    assert "Giá đã đổi" in desk.get("/quan-ly/cua-hang/kien-thuy/nhan").text
    task = session.scalars(select(ShelfTask)).one()
    assert desk.post(f"/quan-ly/cua-hang/kien-thuy/nhan/{task.id}/xong").status_code == 303
    assert "Giá đã đổi" not in desk.get("/quan-ly/cua-hang/kien-thuy/nhan?which=again").text
    lots = desk.get(f"/quan-ly/cua-hang/kien-thuy/nhan-lo?lot={lot.code}").text
    assert lot.code in lots
    made = desk.post("/quan-ly/cua-hang/kien-thuy/nhan-lo", size="58x40", lot=[lot.code], **{f"n-{lot.code}": "2"})
    assert made.mimetype == "application/pdf"
    assert desk.get("/quan-ly/cua-hang/kien-thuy/nhan-lo?receipt=NK-KHONGCO").status_code == 404
    with transaction():
        db.session.execute(update(Lot).where(Lot.id == lot.id).values(state="recalled", ground="recall"))
    none = desk.post("/quan-ly/cua-hang/kien-thuy/nhan-lo", size="58x40", lot=[lot.code])
    assert none.status_code == 409
    make.store("khac")
    assert desk.get("/quan-ly/cua-hang/khac/nhan").status_code == 404
