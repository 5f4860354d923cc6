"""A stopped product passes no door of a sale, the database's own included."""

from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.listings.models import Sku
from catalog.products.models import Product
from catalog.stops.service import lift_stop, order_stop
from core.accounts.actor import ANONYMOUS
from core.clock import now, today
from core.db import db, transaction
from core.worker import run_pending
from shop.orders import doctor, gate, refusals
from shop.orders.checkout import place_order
from shop.orders.models import Order, OrderLine
from tests.shop.orders.test_checkout import ask, cart_of
from tests.support.clock import Clock

ORDER = {"number": "118/LĐ-QLTT", "authority": "Chi cục Quản lý thị trường", "ground": "Mẫu thử vượt mức"}


def product_of(sku: Sku) -> Product:
    return db.session.get_one(Product, sku.listing.product_id)


def copy_line(session: Session, position: int) -> None:
    """One more line of the same product, past every Python gate."""
    names = ", ".join(c.name for c in OrderLine.__table__.columns if c.name not in ("id", "position"))
    copy = f"INSERT INTO order_line ({names}, position) SELECT {names}, :to FROM order_line WHERE position = 1"
    with transaction():
        session.execute(text(copy), {"to": position})


def test_checkout_names_the_stopped_line(make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    cart = cart_of(make, (sku, 1))
    order_stop(make.actor("admin"), product=product_of(sku).code, **ORDER)
    with pytest.raises(refusals.LinesStopped) as told:
        place_order(ask(cart, store.code, 120_000), ANONYMOUS)
    assert [line["code"] for line in told.value.facts["lines"]] == ["product.stopped"]
    assert session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.daily
@pytest.mark.parametrize("whose", ["product", "producer"])
def test_the_database_refuses_a_line_of_a_stopped_product(
    whose: str, make: ModuleType, session: Session, clock: Clock
) -> None:
    clock.on(date(2026, 11, 22))
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000), ANONYMOUS)
    copy_line(session, 2)  # the control: nothing stops it yet, and the same statement is stored
    product = product_of(sku)
    target = {"product": product.code} if whose == "product" else {"producer": product.producer.code}
    stop = order_stop(make.actor("admin"), **target, **ORDER)
    with pytest.raises(IntegrityError, match="order_line_uncovered"):
        copy_line(session, 3)
    lift_stop(make.actor("admin"), stop.code, reason="Đạt")
    copy_line(session, 3)


def test_the_gate_removed_the_database_still_refuses(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    cart = cart_of(make, (sku, 1))
    honest = gate.offers([sku.id], today())
    order_stop(make.actor("admin"), product=product_of(sku).code, **ORDER)
    monkeypatch.setattr(gate, "offers", lambda ids, on: honest)
    with pytest.raises(refusals.LinesLapsed):
        place_order(ask(cart, store.code, 120_000), ANONYMOUS)


@pytest.mark.daily
def test_a_decision_on_a_stopped_day_is_refused(make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    order = place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000, "vietqr"), ANONYMOUS)
    order_stop(make.actor("admin"), product=product_of(sku).code, from_on=date(2026, 11, 23), **ORDER)
    clock.on(date(2026, 11, 23))
    with pytest.raises(IntegrityError, match="order_line_uncovered"), transaction():
        order.lines[0].decided_at, order.lines[0].decided_on = now(), today()
        db.session.flush()


def test_undecided_orders_end_and_lots_stand_aside_until_it_is_lifted(make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku()
    lot = make.lot(sku, store)
    undecided = place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000, "vietqr"), ANONYMOUS)
    decided = place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000), ANONYMOUS)
    admin = make.actor("admin")
    stop = order_stop(admin, product=product_of(sku).code, **ORDER)
    run_pending()
    session.expire_all()
    assert (undecided.state, decided.state) == ("cancelled_lapsed", "held")
    assert (lot.state, lot.ground) == ("blocked", "certificate")
    lift_stop(admin, stop.code, reason="Đạt")
    session.expire_all()
    assert lot.state == "ok"


def test_what_was_decided_before_it_was_recorded_stays_good(make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000), ANONYMOUS)
    clock.forward(hours=1)
    order_stop(make.actor("admin"), product=product_of(sku).code, from_on=date(2026, 11, 1), **ORDER)
    assert list(doctor.sold_with_star()) == []


@pytest.mark.parametrize("whose", ["product", "producer"])
def test_the_doctor_sees_a_sale_after_a_recorded_stop(whose: str, make: ModuleType, clock: Clock) -> None:
    clock.set(now())
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    order = place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000), ANONYMOUS)
    clock.forward(hours=-1)  # as if it had been recorded an hour before the sale
    product = product_of(sku)
    target = {"product": product.code} if whose == "product" else {"producer": product.producer.code}
    order_stop(make.actor("admin"), **target, from_on=order.placed_on, **ORDER)
    assert [line for line in doctor.sold_with_star() if order.number in line]
