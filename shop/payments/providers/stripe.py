"""Cards through Stripe's hosted Checkout, with the real SDK: the way to pay, and the calls that stand behind it.

VND has no minor unit at Stripe: amounts are whole đồng, never multiplied. Every call has a time limit and none is
repeated here; whoever calls stands outside any transaction and repeats with the same key. After two answers in a
row that did not come in time the provider is left alone for some seconds, so that it delays nobody else.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

import stripe
import structlog
from flask import current_app, has_app_context
from flask_babel import lazy_gettext as _l

from core.config import Config
from core.db import in_transaction
from core.errors import Unavailable
from shop.payments.providers.port import Payee, Request, Started
from shop.payments.refusals import AmountOutOfRange

log = structlog.get_logger()
T = TypeVar("T")

#: The name in API and table.
NAME = "stripe"
#: Decision 6: goods are held for thirty minutes.
WINDOW_SECONDS = 30 * 60
#: How long a hosted page lives; longer than any window, so that a repeat of its creation is still accepted.
PAGE_LIVES = timedelta(minutes=61)
#: Seconds to connect, and to wait for an answer.
TIMEOUT = (3.0, 5.0)
#: Answers that may come too late in a row, and seconds of rest after them.
PATIENCE, REST_SECONDS = 2, 10.0
#: What one card payment may be, in đồng: about half a dollar, and eight digits.
LEAST_VND, MOST_VND = 15_000, 99_999_999
CURRENCY = "vnd"
_EXPAND = ["payment_intent.latest_charge.balance_transaction"]


class ProviderAway(Unavailable):
    """The provider did not answer, or has not answered lately: nothing is known, the same may be asked again."""

    code = "payment.provider_away"
    text = _l("Cổng thẻ chưa trả lời. Chưa trừ khoản nào; hãy thử lại sau giây lát.")


class ProviderRefused(Exception):
    """The provider said no; `code` is its word, `is_final` when the same question under the same key stays no."""

    def __init__(self, code: str, message: str, *, is_final: bool) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.is_final = code, is_final


@dataclass(frozen=True)
class StripeCard:
    """The way to pay: on the provider's own page, reserved first and taken after we have looked again."""

    name: str = NAME
    is_cash: bool = False
    window_seconds: int | None = WINDOW_SECONDS

    def is_offered(self, payee: Payee) -> bool:
        """Where a key is set."""
        return has_app_context() and bool(_config().stripe_api_key)

    def open(self, request: Request) -> Started:
        """A hosted page, made when the buyer goes there. Refuses AmountOutOfRange."""
        if not LEAST_VND <= request.amount_vnd <= MOST_VND:
            raise AmountOutOfRange(amount_vnd=request.amount_vnd, least_vnd=LEAST_VND, most_vnd=MOST_VND)
        return Started(is_hosted=True)


@dataclass(frozen=True)
class GivenBack:
    """A refund as the provider knows it; `code` is ours, None when somebody made it at the provider's desk."""

    id: str
    status: str
    amount_vnd: int
    code: str | None
    trouble: str | None


@dataclass(frozen=True)
class Intent:
    """Money as the provider knows it now: `amount`, `received` in the currency's smallest unit (đồng for vnd)."""

    id: str
    status: str
    amount: int
    received: int
    currency: str
    is_live: bool
    #: Our reference, as we gave it.
    reference: str | None
    #: When the money was taken, by the provider's clock.
    taken_at: datetime | None = None
    refunded: int = 0
    is_disputed: bool = False
    charge_id: str | None = None


@dataclass(frozen=True)
class Page:
    """A hosted page: `open`, `complete` or `expired`, with its money once somebody has tried to pay."""

    id: str
    status: str
    url: str | None
    intent: Intent | None


@dataclass(frozen=True)
class Told:
    """An event of the provider's: what it is about, never what to believe."""

    id: str
    kind: str
    at: datetime
    is_live: bool
    account: str | None
    reference: str | None
    intent_id: str | None


@dataclass(frozen=True)
class PageAsked:
    """What a hosted page is made from. The same facts under the same key are the same page."""

    reference: str
    amount_vnd: int
    title: str
    success_url: str
    cancel_url: str
    ends_at: datetime
    locale: str
    key: str


@dataclass
class Stripe:
    """The provider's API. Raises ProviderAway and ProviderRefused; RuntimeError inside a transaction."""

    key: str
    base: str = ""
    _late: int = 0
    _rests_until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Make the SDK's client: no repeats of its own, our time limit."""
        addresses: Any = {"api": self.base} if self.base else None
        http = stripe.RequestsClient(timeout=TIMEOUT)
        self._client = stripe.StripeClient(
            self.key, base_addresses=addresses, http_client=http, max_network_retries=0
        )  # fmt: skip

    @property
    def is_live(self) -> bool:
        """Whether the key moves real money."""
        return "_live_" in self.key

    def make_page(self, asked: PageAsked) -> Page:
        """A hosted page on which exactly this sum can be reserved."""
        metadata = {"reference": asked.reference}
        item = {
            "quantity": 1,
            "price_data": {
                "currency": CURRENCY, "unit_amount": asked.amount_vnd, "product_data": {"name": asked.title},
            },
        }  # fmt: skip
        params: Any = {
            "mode": "payment", "line_items": [item], "metadata": metadata, "client_reference_id": asked.reference,
            "payment_intent_data": {"capture_method": "manual", "metadata": metadata},
            "success_url": asked.success_url, "cancel_url": asked.cancel_url, "locale": asked.locale,
            "expires_at": int(asked.ends_at.timestamp()), "payment_method_types": ["card"], "expand": _EXPAND,
        }  # fmt: skip
        made = self._ask(lambda: self._client.v1.checkout.sessions.create(params, {"idempotency_key": asked.key}))
        return _page(made)

    def get_page(self, page_id: str) -> Page:
        """The page as it is now, with its money."""
        params: Any = {"expand": _EXPAND}
        return _page(self._ask(lambda: self._client.v1.checkout.sessions.retrieve(page_id, params)))

    def close_page(self, page_id: str) -> None:
        """Let nobody pay there any more. Raises ProviderRefused when it is closed or paid already."""
        self._ask(lambda: self._client.v1.checkout.sessions.expire(page_id))

    def get_intent(self, intent_id: str) -> Intent:
        """The money as it is now."""
        params: Any = {"expand": ["latest_charge.balance_transaction"]}
        return _intent(self._ask(lambda: self._client.v1.payment_intents.retrieve(intent_id, params)))

    def capture(self, intent_id: str, amount_vnd: int, key: str) -> Intent:
        """Take what is reserved."""
        params: Any = {"amount_to_capture": amount_vnd, "expand": ["latest_charge.balance_transaction"]}
        options: Any = {"idempotency_key": key}
        return _intent(self._ask(lambda: self._client.v1.payment_intents.capture(intent_id, params, options)))

    def let_go(self, intent_id: str) -> Intent:
        """Free what is reserved. Raises ProviderRefused when it was taken."""
        return _intent(self._ask(lambda: self._client.v1.payment_intents.cancel(intent_id)))

    def give_back(self, intent_id: str, amount_vnd: int, code: str, key: str) -> GivenBack:
        """Send so much of what was taken back to its card, under our refund's code."""
        params: Any = {"payment_intent": intent_id, "amount": amount_vnd, "metadata": {"refund": code}}
        return _given_back(self._ask(lambda: self._client.v1.refunds.create(params, {"idempotency_key": key})))

    def list_given_back(self, intent_id: str) -> list[GivenBack]:
        """Everything that went back of this money, whoever sent it, newest first (a hundred at most)."""
        params: Any = {"payment_intent": intent_id, "limit": 100}
        return [_given_back(one) for one in self._ask(lambda: self._client.v1.refunds.list(params)).data]

    def list_undelivered(self, since: datetime, pages: int = 10) -> Iterator[Told]:
        """Events that did not reach us, newest first; at most so many pages of a hundred."""
        params: Any = {"delivery_success": False, "created": {"gte": int(since.timestamp())}, "limit": 100}
        for _number in range(pages):
            listed = self._ask(lambda: self._client.v1.events.list(params))
            yield from (_told(one.to_dict()) for one in listed.data)
            if not listed.has_more:
                return
            params["starting_after"] = listed.data[-1].id

    def _ask(self, call: Callable[[], T]) -> T:
        """One call, outside any transaction, within the time limit."""
        if in_transaction():
            raise RuntimeError("the provider is never asked inside a transaction")
        if time.monotonic() < self._rests_until:
            raise ProviderAway(retry_after=int(REST_SECONDS))
        try:
            answer = call()
        except stripe.APIConnectionError as error:
            self._note_late(is_late="timed out" in str(error).lower() or "timeout" in str(error).lower())
            raise ProviderAway(retry_after=1) from error
        except stripe.RateLimitError as error:
            raise ProviderAway(retry_after=1) from error
        except stripe.StripeError as error:
            self._note_late(is_late=False)
            raise _refusal(error) from error
        self._note_late(is_late=False)
        return answer

    def _note_late(self, *, is_late: bool) -> None:
        with self._lock:
            self._late = self._late + 1 if is_late else 0
            if self._late >= PATIENCE:
                log.warning("stripe.away", rests_seconds=REST_SECONDS)
                self._rests_until, self._late = time.monotonic() + REST_SECONDS, PATIENCE - 1


def get_stripe() -> Stripe:
    """The provider as it is configured, made once for an application. Raises ProviderAway when no key is set."""
    config = _config()
    if not config.stripe_api_key:
        raise ProviderAway(retry_after=60)
    made = current_app.extensions.get(NAME)
    if made is None or (made.key, made.base) != (config.stripe_api_key, config.stripe_api_base):
        made = current_app.extensions[NAME] = Stripe(config.stripe_api_key, config.stripe_api_base)
    return made


def read_event(body: dict[str, Any]) -> Told:
    """An event's own words. Raises KeyError, TypeError or ValueError when it is no event."""
    if body["object"] != "event":
        raise ValueError("no event")
    return _told(body)


def _config() -> Config:
    return current_app.extensions["config"]


def _refusal(error: stripe.StripeError) -> Exception:
    """The provider's answer as one of ours: 409 and its own faults may be asked again, a no is a no."""
    status, code = error.http_status or 500, str(error.code or type(error).__name__)
    if status in (409, 429):
        return ProviderAway(retry_after=1)
    return ProviderRefused(code, str(error.user_message or error), is_final=status < 500)


def _page(made: Any) -> Page:
    intent = made.payment_intent
    return Page(made.id, made.status, made.url, None if intent is None else _intent(intent))


def _intent(made: Any) -> Intent:
    charge, booked = _whole(made, "latest_charge"), None
    if charge is not None:
        booked = _whole(charge, "balance_transaction")
    return Intent(
        id=made.id, status=made.status, amount=made.amount, received=made.amount_received, currency=made.currency,
        is_live=bool(made.livemode), reference=_named(made.metadata, "reference"),
        taken_at=datetime.fromtimestamp(booked.created, UTC) if booked else None,
        refunded=charge.amount_refunded if charge else 0, is_disputed=bool(charge.disputed) if charge else False,
        charge_id=charge.id if charge else None,
    )  # fmt: skip


def _whole(made: Any, name: str) -> Any:
    """A part of an object that was asked for with it; None where there is none, or only its id."""
    part = made[name] if name in made else None  # noqa: SIM401 a StripeObject has no get()
    return None if isinstance(part, str) else part


def _given_back(made: Any) -> GivenBack:
    trouble = made.failure_reason if "failure_reason" in made else None
    return GivenBack(made.id, made.status, made.amount, _named(made.metadata, "refund"), trouble)


def _named(metadata: Any, name: str) -> str | None:
    return str(metadata[name]) if metadata and name in metadata else None


def _told(body: dict[str, Any]) -> Told:
    """What an event is about: our reference where its object carries it, else the money that it names."""
    about: dict[str, Any] = body["data"]["object"]
    intent = about["id"] if about.get("object") == "payment_intent" else about.get("payment_intent")
    metadata: dict[str, Any] = about.get("metadata") or {}
    reference = metadata.get("reference") or about.get("client_reference_id")
    return Told(
        id=_text(body["id"]), kind=_text(body["type"]), at=datetime.fromtimestamp(int(body["created"]), UTC),
        is_live=body["livemode"] is not False, account=body.get("account"),
        reference=_text(reference) if reference is not None else None,
        intent_id=_text(intent) if intent is not None else None,
    )  # fmt: skip


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 120:
        raise ValueError("a short text was expected")
    return value
