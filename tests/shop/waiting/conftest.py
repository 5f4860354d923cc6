"""A product that is sold out at its only store, on 22/11/2026; its star ends on 30/11."""

import re
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate
from catalog.listings.models import Sku
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.accounts.contacts import get_contact
from core.clock import now
from core.db import db, transaction
from core.worker import run_pending
from shop.inventory.service import Delivered, receive
from shop.stores.models import Store
from shop.waiting import service
from shop.waiting.models import Wait
from tests.support.clock import Clock
from tests.support.mails import text_of

DAY, LAST = date(2026, 11, 22), date(2026, 11, 30)


@dataclass
class SoldOut:
    """What is gone, where."""

    make: ModuleType
    clock: Clock
    product: Product
    certificate: Certificate
    sku: Sku
    store: Store

    def ask(self, contact: str = "+84912345678", by: Actor = ANONYMOUS, **more: str) -> None:
        service.note(by, get_contact(contact), self.product.slug, **more)

    def crowd(self, count: int, first: int = 0) -> None:
        for number in range(first, first + count):
            self.ask(f"+849123{number:05}")

    def restock(self, units: int) -> None:
        line = Delivered(self.sku.code, "L1", units, None, None, is_consigned=True, unit_cost_vnd=1)
        receive(self.store, [line], SYSTEM)
        work()

    def states(self) -> list[str]:
        db.session.expire_all()
        return list(db.session.scalars(select(Wait.state).order_by(Wait.id)))

    def waits(self) -> list[Wait]:
        db.session.expire_all()
        return list(db.session.scalars(select(Wait).order_by(Wait.id)))

    def sweep(self) -> int:
        found = service.call_all(now())
        work()
        return found


def build(make: ModuleType, clock: Clock) -> SoldOut:
    """The same outside a fixture, for races."""
    clock.on(DAY)
    product = make.product("Mật ong thử")
    certificate = make.certificate(product, valid_from=date(2023, 12, 1), valid_until=LAST)
    listing, store = make.listing(product), make.store()
    with transaction():
        remember(certificate, "verified", SYSTEM, certificate.verified_at)
    return SoldOut(make, clock, product, certificate, make.pack_of(listing), store)


def work() -> None:
    """The worker does whatever waits."""
    while run_pending():
        pass


def key_in(mail: EmailMessage) -> str:
    """The secret half of the address in a mail."""
    address = re.findall(r"http\S+/bao-toi/\S+", text_of(mail))[-1]
    return urlsplit(address).path.rsplit("/", 1)[1]


@pytest.fixture
def gone(make: ModuleType, clock: Clock) -> SoldOut:
    return build(make, clock)


@pytest.fixture(autouse=True)
def mails(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """What was sent."""
    sent: list[EmailMessage] = []
    if "gone" in request.fixturenames or "client" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        monkeypatch.setitem(app.extensions, "mailer", sent.append)
    return sent
