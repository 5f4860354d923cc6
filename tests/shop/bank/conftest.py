"""A seller whose orders are paid by transfer, and a bank that tells of credits."""

import json
from collections.abc import Callable
from datetime import datetime
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.clock import now
from core.db import db
from core.doctor import examine
from shop.bank import feed, service
from shop.bank.models import Credit
from shop.bank.rules import Seen, Source
from shop.carts import service as carts
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.stores.models import Seller, Store

_numbers = count(1)


class Till:
    """One store with goods, its seller, and everything that a bank may say to it."""

    def __init__(self, make: ModuleType) -> None:
        self.make = make
        self.store: Store = make.store()
        self.sku = make.sku()
        make.lot(self.sku, self.store, on_shelf=50)

    @property
    def seller(self) -> Seller:
        return db.session.get_one(Seller, db.session.get_one(Store, self.store.id).seller_id)

    def order(self, provider: str = "vietqr", units: int = 1) -> Order:
        token = carts.start_cart().token
        carts.set_line(token, self.sku.code, units)
        contact = Contact("Người mua thử", "+84912345678")
        return place_order(Checkout(token, contact, Fulfilment("pickup", self.store.code), provider, 10**9), ANONYMOUS)

    def payment(self, order: Order) -> Payment:
        return get_payment(f"ord:{order.number}")

    def seen(self, memo: str, amount: int, ref: str | None = None, at: datetime | None = None, **more: Any) -> Seen:
        return Seen(self.seller.bank_account or "", ref or f"FT{next(_numbers):05}", amount, at or now(), memo, **more)

    def tell(self, memo: str, amount: int, ref: str | None = None, **more: Any) -> Credit:
        """The bank tells of one credit, and it is matched."""
        seen = self.seen(memo, amount, ref, **more)
        kept = service.keep(self.seller, [seen], Source.STATEMENT, SYSTEM)
        for line_id in kept.fresh:
            service.match(line_id)
        return self.line(seen.bank_ref)

    def line(self, ref: str) -> Credit:
        return db.session.scalars(select(Credit).where(Credit.bank_ref == ref)).one()

    def state(self, order: Order) -> str:
        return get_order(order.number).state

    def manager(self) -> Actor:
        return self.make.actor("store_manager", ("store", self.store.code))

    def breaches(self) -> list[str]:
        found = examine()
        return [f"{one.invariant.code}: {x}" for one in found for x in one.breaches if one.invariant.code != "I12"]


Send = Callable[..., TestResponse]


@pytest.fixture
def till(make: ModuleType, session: Session) -> Till:
    return Till(make)


@pytest.fixture
def send(till: Till, client: FlaskClient) -> Send:
    """The bank sends a notice: ``send(memo, amount, ref)``; parts of the envelope can be forged."""
    secret = feed.open_feed(till.seller, SYSTEM)
    code = till.seller.code

    def post(*lines: Seen, body: bytes | None = None, header: str | None = None, **forged: Any) -> TestResponse:
        sent = body if body is not None else notice(*lines)
        at = forged.get("at", int(now().timestamp()))
        digest = feed.sign(forged.get("secret", secret), at, forged.get("signed", sent))
        head = header if header is not None else f"k={forged.get('seller', code)},t={at},v1={digest}"
        return client.post("/webhooks/bank", data=sent, headers={feed.HEADER: head, **forged.get("headers", {})})

    return post


def notice(*lines: Seen) -> bytes:
    """The body of a notice."""
    told = [
        {
            "account": one.account, "reference": one.bank_ref, "amount": one.amount_vnd,
            "booked_at": one.booked_at.isoformat(), "memo": one.memo, "payer_bank": one.payer_bin,
            "payer_account": one.payer_account, "payer_name": one.payer_holder,
        }
        for one in lines
    ]  # fmt: skip
    return json.dumps({"lines": told}).encode()
