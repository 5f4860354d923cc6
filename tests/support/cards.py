"""Cards in a test: an order paid by card, against the stand-in in a thread of this process.

The SDK, its HTTP and the stand-in are real; only webhooks are carried by hand, since nobody listens on a port.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS
from core.clock import now
from core.config import Config
from core.db import end_reading
from core.worker import run_pending
from shop.cards import sessions
from shop.carts import service as carts
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import reference_of
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.stores.models import Store
from tests.fakes.stripe.server import StandIn
from tests.fakes.stripe.webhooks import body_of, sign
from tests.fakes.stripe.world import Event, Intent
from tests.support.clock import Clock

KEY, SECRET = "sk_test_51Standin", "whsec_of_the_tests"
GOOD, DECLINED, ASKS = "4242424242424242", "4000000000000002", "4000002760003184"


@contextmanager
def configured(app: Flask, stand_in: StandIn, **more: Any) -> Generator[None]:
    """The application with a card provider: the stand-in."""
    config: Config = app.extensions["config"]
    settings = {"stripe_api_key": KEY, "stripe_api_base": stand_in.url, "stripe_webhook_secret": SECRET}
    app.extensions["config"] = replace(config, **(settings | more))
    try:
        yield
    finally:
        app.extensions["config"] = config
        app.extensions.pop("stripe", None)


@dataclass
class Cards:
    """What a test does with cards."""

    stand_in: StandIn
    client: FlaskClient
    clock: Clock

    def live_at(self, instant: datetime) -> None:
        """Both clocks stand at an instant."""
        self.clock.set(instant)
        self.stand_in.world.clock = instant.timestamp

    def order(self, sku: Sku, store: Store, units: int = 1) -> Order:
        """An order to be paid by card."""
        token = carts.start_cart().token
        carts.set_line(token, sku.code, units)
        contact = Contact("Người mua thử", "+84912345678", "mua@example.test")
        wanted = Fulfilment("pickup", store.code)
        return place_order(Checkout(token, contact, wanted, "stripe", 10**9), ANONYMOUS)

    def page_of(self, order: Order) -> str:
        """The provider's id of the page to which the buyer is led."""
        url = sessions.lead_to_page(str(self.payment(order).token))
        assert url is not None
        return url.rsplit("/", 1)[1]

    def pay(self, order: Order, card: str = GOOD) -> dict[str, Any]:
        """The buyer goes there and types a card; a question of her bank she answers with yes."""
        return self.stand_in.control_pay(self.page_of(order), card)

    def payment(self, order: Order) -> Payment:
        """The payment as it is now."""
        end_reading()
        return get_payment(reference_of(order.number))

    def state(self, order: Order) -> str:
        """The order's state now."""
        end_reading()
        return get_order(order.number).state

    def intent(self, order: Order) -> Intent:
        """The one money of an order, as the stand-in has it."""
        (found,) = [one for one in self.intents() if one.metadata["reference"] == reference_of(order.number)]
        return found

    def intents(self) -> list[Intent]:
        """All money that the stand-in knows."""
        return list(self.stand_in.world.intents.values())

    def events(self) -> list[Event]:
        """All events that the stand-in would send, oldest first."""
        return list(self.stand_in.world.events.values())

    def send(self, event: Event, **headers: str) -> TestResponse:
        """Carry one webhook to the shop."""
        body = body_of(event)
        signed = {"Stripe-Signature": sign(SECRET, body, int(now().timestamp()))} | headers
        return self.post(body, signed)

    def post(self, body: bytes, headers: Mapping[str, str]) -> TestResponse:
        """Any body to the webhook's address."""
        return self.client.post("/webhooks/stripe", data=body, headers={"Content-Type": "application/json", **headers})

    def send_all(self) -> None:
        """Carry everything that has not been carried, and let the worker work until nothing is due."""
        for event in self.events():
            if not event.is_delivered:
                event.is_delivered = self.send(event).status_code == 200
        self.work()

    def work(self) -> None:
        """Let the worker do what is due."""
        while run_pending():
            end_reading()
