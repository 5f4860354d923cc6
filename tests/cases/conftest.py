"""A small shop at the certificates' edge: one honey whose last day is 30/11/2026, and hands for every deed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from catalog.certificates import service as certificates
from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.audit import AuditEntry
from core.clock import ZONE, now, today
from core.db import db, transaction
from core.doctor import examine
from core.schedule import run_nightly
from core.worker import run_pending
from shop.carts import service as carts
from shop.inventory.models import Lot, StockLevel
from shop.orders import service as orders
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.service import BankLine
from shop.stores.models import Store
from tests.support.clock import Clock

#: The day on which every case begins, and the last day of the certificate.
DAY, LAST = date(2026, 11, 22), date(2026, 11, 30)
NEXT = LAST + timedelta(days=1)
MIDNIGHT = datetime.combine(NEXT, time(), tzinfo=ZONE)


@dataclass
class World:
    """One product on sale with ten units on the shelf of one store."""

    make: ModuleType
    clock: Clock
    client: FlaskClient
    product: Product
    certificate: Certificate
    sku: Sku
    store: Store
    lot: Lot
    certifier: Actor
    second: Actor
    keeper: Actor

    def cart(self, units: int = 1, sku: Sku | None = None) -> str:
        token = carts.start_cart().token
        carts.set_line(token, (sku or self.sku).code, units)
        return token

    def order(self, provider: str = "at_store", *, cart: str | None = None, units: int = 1) -> Order:
        wanted = Fulfilment("pickup", self.store.code, None, None)
        contact = Contact("Người mua thử", "+84912345678", "mua@example.test")
        return place_order(Checkout(cart or self.cart(units), contact, wanted, provider, 10**9), ANONYMOUS)

    def pay(self, order: Order, at: datetime | None = None) -> Order:
        line = BankLine(order.total_vnd, f"FT-{order.number}", at or now())
        return orders.confirm_transfer(order.number, line, self.keeper)

    def state(self, order: Order) -> str:
        db.session.expire_all()
        return get_order(order.number).state

    def revoke(self, on: date | None = None, ground: str = "breach", certificate: Certificate | None = None) -> None:
        code = (certificate or self.certificate).code
        certificates.revoke(self.certifier, code, decision_number="9/QĐ-TH", ground=ground, effective_on=on)

    def renewed(self, begins: date, stars: int = 4, until: date | None = None) -> Certificate:
        """A new certificate of the product, entered and not yet verified."""
        return self.make.certificate(
            self.product, stars=stars, valid_from=begins, valid_until=until or begins + timedelta(days=900),
            verified=False,
        )  # fmt: skip

    def verify(self, one: Certificate) -> Certificate:
        return certificates.verify(self.second, one.code, stars=one.stars, valid_until=one.valid_until)

    def worker(self) -> None:
        """The worker does whatever waits."""
        while run_pending():
            pass

    def night(self) -> dict[str, int]:
        """The nightly round of today, then the worker."""
        results = run_nightly(today())
        self.worker()
        return results

    def get(self, path: str) -> tuple[int, str]:
        """Status and code (or nothing) of a GET of the API."""
        answer = self.client.get(f"/api/v1{path}")
        return answer.status_code, answer.json["code"] if answer.status_code >= 400 else ""  # type: ignore[index]

    def found(self, query: str = "mat ong") -> list[str]:
        """Slugs that search finds."""
        return [one["slug"] for one in self.client.get("/api/v1/products", query_string={"q": query}).json["items"]]  # type: ignore[index]

    def on_hand(self) -> tuple[int, int]:
        """Units on hand and promised, over all places."""
        db.session.expire_all()
        levels = db.session.query(StockLevel).all()
        return sum(one.on_hand for one in levels), sum(one.held for one in levels)

    def lot_state(self) -> tuple[str, str | None]:
        db.session.expire_all()
        one = db.session.get_one(Lot, self.lot.id)
        return one.state, one.ground

    def trail(self, action: str, certificate: Certificate | None = None) -> list[dict[str, object]]:
        """What the trail says of such deeds on the certificate."""
        subject = f"certificate:{(certificate or self.certificate).code}"
        query = db.session.query(AuditEntry).filter_by(action=action, subject=subject).order_by(AuditEntry.id)
        return [one.data for one in query]

    def breaches(self, *apart: str) -> list[str]:
        """What the doctor finds; `apart` from these."""
        ignored = {"I12", *apart}
        found = [one for one in examine() if one.invariant.code not in ignored]
        return [f"{one.invariant.code}: {line}" for one in found for line in one.breaches]


@pytest.fixture
def world(make: ModuleType, clock: Clock, client: FlaskClient) -> World:
    """The shop on 22/11/2026."""
    clock.on(DAY)
    product = make.product("Mật ong thử")
    certificate = make.certificate(product, valid_from=date(2023, 12, 1), valid_until=LAST)
    listing: Listing = make.listing(product)
    with transaction():
        listing.summary = "Quà quê tự tay làm."
        remember(certificate, "verified", SYSTEM, certificate.verified_at)
    sku, store = make.pack_of(listing), make.store()
    lot = make.lot(sku, store, on_shelf=10)
    keeper = make.actor("store_manager", ("store", store.code))
    return World(
        make, clock, client, product, certificate, sku, store, lot, make.actor("certifier"), make.actor("certifier"),
        keeper,
    )  # fmt: skip
