"""One person who has left traces wherever a customer can: every value of hers is a marker that can be searched for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Table, cast, func, or_, select
from sqlalchemy.types import Text

from catalog.complaints.models import Complaint
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.accounts.models import UserAccount
from core.accounts.queries import actor_of
from core.accounts.service import begin_session
from core.clock import now, today
from core.db import Base, db, transaction
from core.ids import digest
from core.worker import run_pending
from shop.carts import service as carts
from shop.orders import parcels
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order, OrderNote
from shop.orders.rules import Parcel, State
from shop.privacy.subject import Subject
from shop.reviews.service import write
from shop.waiting.models import Wait
from tests.support.clock import Clock

DAY = date(2026, 11, 22)
PHONE, EMAIL, NAME = "+84987001234", "markerlan@example.test", "Markerlan Nguyễn"
#: Anything that would tell who she is.
MARKERS = ("987001234", "987 001 234", "markerlan", "marker 7", "markerwords")
#: Where the law, or another person's right, keeps something of a customer; docs/privacy.md says why of each.
KEPT = frozenset({"invoice", "invoice_event", "bank_line", "payout_claim", "payout_debt", "payout_item", "payout_file"})


@dataclass
class Person:
    """Her account, and an order of hers that is over."""

    user: UserAccount
    order: Order
    make: ModuleType
    clock: Clock

    @property
    def subject(self) -> Subject:
        return Subject(user_id=self.user.id)

    @property
    def actor(self) -> Actor:
        return actor_of(self.user)


def bought(make: ModuleType, by: Actor = ANONYMOUS, user_id: int | None = None, *, email: str | None = EMAIL) -> Order:
    """An order at the counter, with every field that a person can fill."""
    sku, store = make.sku(valid_until=date(2027, 11, 30)), make.store()
    make.lot(sku, store, on_shelf=10)
    token = carts.start_cart(user_id=user_id).token
    carts.set_line(token, sku.code, 2)
    wanted = Fulfilment("pickup", store.code, note="Markerwords: gọi cổng sau")
    asked = Checkout(token, Contact(NAME, PHONE, email), wanted, "at_store", 10**9, consents=("marketing",))
    return place_order(asked, by)


def end(order: Order, state: State = State.COMPLETED) -> None:
    """Let an order be over, without walking its whole way."""
    with transaction() as session:
        row = session.get_one(Order, order.id)
        row.state = state
        for parcel in row.shipments:
            parcel.state, parcel.delivered_at = Parcel.DELIVERED, parcel.delivered_at or now()


def markers_left() -> Iterator[tuple[str, str, str]]:
    """Every (table, column, value) that still holds a marker, in ALL tables of the database."""
    db.session.expire_all()
    for table in Base.metadata.sorted_tables:
        yield from _in_table(table)


def _in_table(table: Table) -> Iterator[tuple[str, str, str]]:
    texts = [one for one in table.columns if isinstance(one.type, String | JSON)]
    if not texts:
        return
    holds = {
        one.name: or_(*(func.lower(cast(one, Text)).contains(marker, autoescape=True) for marker in MARKERS))
        for one in texts
    }
    query = select(*(cast(one, Text).label(one.name) for one in texts)).where(or_(*holds.values()))
    for row in db.session.execute(query).mappings():
        for name, value in row.items():
            if value and any(marker in value.lower() for marker in MARKERS):
                yield table.name, name, value[:120]


@pytest.fixture
def person(app: Flask, make: ModuleType, clock: Clock) -> Person:
    clock.on(DAY)
    user = make.user(email=EMAIL, name=NAME)
    with transaction() as session:
        session.get_one(UserAccount, user.id).phone = PHONE
    by = actor_of(user)
    begin_session(user.id, "Markerlan's phone", "test")
    order = bought(make, by, user.id)
    parcels.pack(order.number, SYSTEM)
    parcels.hand_over(order.number, SYSTEM)
    write(by, order.number, order.token, product=order.lines[0].slug, marks=5, words="Ngon", naming="full")
    end(order)
    _traces(order, user)
    while run_pending():
        pass
    return Person(user, order, make, clock)


def _traces(order: Order, user: UserAccount) -> None:
    """What other doors leave behind."""
    at = now()
    with transaction() as session:
        row = session.get_one(Order, order.id)
        row.address_line, row.collector_name, row.collector_phone = "Ngõ Marker 7", NAME, PHONE
        row.user_id = user.id
        row.invoice_wish = {"name": NAME, "email": EMAIL}
        session.add(OrderNote(order_id=order.id, at=at, actor="nhân viên", text=f"Gọi {PHONE}: Markerwords"))
        product_id = order.lines[0].product_id
        wait = Wait(
            code="BT-MARKER1", product_id=product_id, contact=PHONE, reason="sold_out", state="waiting",
            consent="waiting-1", asked_at=at, expires_at=at,
        )  # fmt: skip
        complaint = Complaint(
            code="KN-MARKER1", about="x", topic="quality", words="Mở ra bị hỏng", name=NAME, contact="0987001234",
            state="closed", received_at=at, due_on=today(), token=digest("x"),
        )  # fmt: skip
        session.add_all([wait, complaint])
