"""The stand-in's own ledger: sessions, intents, charges, refunds, events, a balance. The second source of truth.

It knows what the real one does to a shop: amounts in the currency's smallest unit, money that is reserved before
it is taken, refunds that never exceed what was taken nor what the balance holds, an event for everything.
"""

import json
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

#: Cards and what becomes of them: a word, or the decline's code.
CARDS = {
    "4242424242424242": "ok",
    "5555555555554444": "ok",
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000002760003184": "confirm",
    "4000002500003155": "confirm",
}
#: Trial payment methods, by the card that they stand for.
METHODS = {"pm_card_visa": "4242424242424242", "pm_card_visa_chargeDeclined": "4000000000000002"}
#: Currencies without a minor unit; their amounts are never multiplied.
ZERO_DECIMAL = frozenset({"vnd", "jpy", "krw"})
LEAST = {"vnd": 13_000}
MOST = 99_999_999
HALF_HOUR, DAY = 1_800, 86_400


class ApiError(Exception):
    """A no as the real one says it."""

    def __init__(self, status: int, kind: str, message: str, code: str = "", param: str = "") -> None:
        super().__init__(message)
        self.status, self.kind, self.message, self.code, self.param = status, kind, message, code, param

    @property
    def body(self) -> dict[str, Any]:
        """The answer's body."""
        told = {"type": self.kind, "message": self.message, "code": self.code or None, "param": self.param or None}
        return {"error": {name: value for name, value in told.items() if value is not None}}


def invalid(message: str, code: str = "", param: str = "") -> ApiError:
    """A question that cannot be answered."""
    return ApiError(400, "invalid_request_error", message, code, param)


@dataclass
class Session:
    """A hosted page."""

    id: str
    amount: int
    currency: str
    title: str
    created: int
    expires_at: int
    success_url: str
    cancel_url: str
    capture_method: str
    metadata: dict[str, str]
    intent_metadata: dict[str, str]
    client_reference_id: str | None = None
    status: str = "open"
    intent: str | None = None


@dataclass
class Intent:
    """Money that somebody means to pay."""

    id: str
    amount: int
    currency: str
    created: int
    capture_method: str
    metadata: dict[str, str]
    session: str | None = None
    status: str = "requires_payment_method"
    received: int = 0
    charge: str | None = None
    error: dict[str, Any] | None = None


@dataclass
class Charge:
    """A try that reached the bank."""

    id: str
    intent: str
    amount: int
    currency: str
    created: int
    metadata: dict[str, str]
    captured: bool = False
    failed: bool = False
    refunded: int = 0
    disputed: bool = False
    taken_at: int | None = None


@dataclass
class Refund:
    """Money sent back."""

    id: str
    intent: str
    charge: str
    amount: int
    currency: str
    created: int
    metadata: dict[str, str]
    status: str = "succeeded"
    failure_reason: str | None = None


@dataclass
class Event:
    """Something that happened, with the object as it was then."""

    id: str
    type: str
    created: int
    object: dict[str, Any]
    attempts: int = 0
    is_delivered: bool = False
    is_lost: bool = False


@dataclass
class World:
    """Everything there is. Every verb holds the lock; `tell` is called with each new event."""

    sessions: dict[str, Session] = field(default_factory=dict[str, Session])
    intents: dict[str, Intent] = field(default_factory=dict[str, Intent])
    charges: dict[str, Charge] = field(default_factory=dict[str, Charge])
    refunds: dict[str, Refund] = field(default_factory=dict[str, Refund])
    events: dict[str, Event] = field(default_factory=dict[str, Event])
    #: Money that refunds can be paid from, besides what was taken; may be made small by the control.
    balance: int = 0
    #: The most that is there for refunds; None: what was taken.
    balance_limit: int | None = None
    lock: Any = field(default_factory=threading.RLock)
    tell: Callable[[Event], None] = lambda _event: None
    #: How an event draws the object that it is about; the server brings the real form.
    draw: Callable[[Any, Any, str], dict[str, Any]] = lambda _world, about, _kind: asdict(about)
    clock: Callable[[], float] = time.time
    offset: float = 0.0
    file: Path | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(15))

    def now(self) -> int:
        """Whole seconds since 1970, by this machine's clock or a test's."""
        return int(self.clock() + self.offset)

    def create_session(self, asked: Session) -> Session:
        """A page to pay on. The caller has filled everything but its life."""
        with self.lock:
            _check_amount(asked.amount, asked.currency)
            if not HALF_HOUR - 60 <= asked.expires_at - self.now() <= DAY:
                raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours.", param="expires_at")
            self.sessions[asked.id] = asked
            self.save()
            return asked

    def get_session(self, session_id: str) -> Session:
        """A page, expired when its time is over."""
        with self.lock:
            found = self.sessions.get(session_id)
            if found is None:
                raise _missing("checkout.session", session_id)
            if found.status == "open" and found.expires_at <= self.now():
                self._close(found)
            return found

    def expire_session(self, session_id: str) -> Session:
        """Nobody pays there any more."""
        with self.lock:
            session = self.get_session(session_id)
            if session.status != "open":
                raise invalid(f"Only Checkout Sessions with a status in [open] can be expired; it is {session.status}.")
            self._close(session)
            return session

    def pay(self, session_id: str, card: str) -> Intent:
        """Somebody typed a card. Raises ApiError 402 for one that is declined."""
        with self.lock:
            session = self.get_session(session_id)
            if session.status != "open":
                raise invalid("This Checkout Session can be paid no more.", "checkout_session_inactive")
            outcome = CARDS.get(card.replace(" ", ""))
            if outcome is None:
                raise ApiError(402, "card_error", "Your card number is incorrect.", "incorrect_number")
            intent = self._intent_of(session)
            if outcome == "confirm":
                intent.status = "requires_action"
                self.emit("payment_intent.requires_action", intent)
                return intent
            return self._reach_bank(session, intent, outcome)

    def confirm(self, session_id: str, agrees: bool) -> Intent:
        """The holder answered the bank's question (3-D Secure)."""
        with self.lock:
            session = self.get_session(session_id)
            intent = self._intent_of(session)
            if intent.status != "requires_action" or session.status != "open":
                raise invalid("Nothing to confirm.")
            return self._reach_bank(session, intent, "ok" if agrees else "payment_intent_authentication_failure")

    def get_intent(self, intent_id: str) -> Intent:
        """Money by its id."""
        with self.lock:
            if intent_id not in self.intents:
                raise _missing("payment_intent", intent_id)
            return self.intents[intent_id]

    def capture(self, intent_id: str, amount: int | None = None) -> Intent:
        """Take what is reserved."""
        with self.lock:
            intent = self.get_intent(intent_id)
            if intent.status != "requires_capture":
                raise _unexpected(intent, "captured")
            wanted = intent.amount if amount is None else amount
            if not 0 < wanted <= intent.amount:
                raise invalid("The amount to capture is greater than what can be captured.", "amount_too_large")
            charge = self.charges[intent.charge or ""]
            charge.captured, charge.taken_at, charge.amount = True, self.now(), wanted
            intent.status, intent.received = "succeeded", wanted
            self.balance += wanted
            self.emit("charge.captured", charge)
            self.emit("payment_intent.succeeded", intent)
            return intent

    def cancel(self, intent_id: str) -> Intent:
        """Free what is reserved."""
        with self.lock:
            intent = self.get_intent(intent_id)
            session = self.sessions.get(intent.session or "")
            if intent.status in ("succeeded", "canceled"):
                raise _unexpected(intent, "canceled")
            if intent.status != "requires_capture" and session is not None and session.status == "open":
                raise invalid("You cannot cancel this PaymentIntent: expire its Checkout Session instead.")
            intent.status = "canceled"
            self.emit("payment_intent.canceled", intent)
            return intent

    def refund(self, intent_id: str, amount: int | None, metadata: dict[str, str]) -> Refund:
        """Send money back: never more than was taken, nor than the balance holds."""
        with self.lock:
            intent = self.get_intent(intent_id)
            charge = self.charges.get(intent.charge or "")
            if charge is None or not charge.captured:
                raise invalid("This PaymentIntent has no successful charge to refund.")
            left = charge.amount - charge.refunded
            wanted = left if amount is None else amount
            if left == 0:
                raise invalid("The charge has already been refunded.", "charge_already_refunded", "charge")
            if not 0 < wanted <= left:
                raise invalid(f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left}).")
            if wanted > self.available():
                raise invalid("Insufficient funds in your balance to refund this amount.", "balance_insufficient")
            refund = Refund(
                _id("re"), intent.id, charge.id, wanted, intent.currency, self.now(), dict(metadata)
            )  # fmt: skip
            self.refunds[refund.id] = refund
            charge.refunded += wanted
            self.balance -= wanted
            self.emit("refund.created", refund)
            self.emit("charge.refunded", charge)
            return refund

    def bounce(self, refund_id: str, *, lowers: bool = True) -> Refund:
        """The card's bank would not take it: the money is in the balance again, up to weeks after it had gone.

        `lowers`: the charge counts it no more; without it the charge still says that it was refunded.
        """
        with self.lock:
            refund = self.refunds[refund_id]
            refund.status, refund.failure_reason = "failed", "lost_or_stolen_card"
            if lowers:
                self.charges[refund.charge].refunded -= refund.amount
            self.balance += refund.amount
            self.emit("refund.updated", refund)
            self.emit("refund.failed", refund)
            return refund

    def dispute(self, intent_id: str) -> Charge:
        """The holder complains at her bank."""
        with self.lock:
            charge = self.charges[self.get_intent(intent_id).charge or ""]
            charge.disputed = True
            self.emit("charge.dispute.created", charge)
            return charge

    def available(self) -> int:
        """What refunds can be paid from."""
        return self.balance if self.balance_limit is None else min(self.balance, self.balance_limit)

    def emit(self, kind: str, about: Any) -> Event:
        """Note what happened, with the object as it is now, and tell it."""
        event = Event(_id("evt"), kind, self.now(), self.draw(self, about, kind))
        self.events[event.id] = event
        self.save()
        self.tell(event)
        return event

    def save(self) -> None:
        """Keep everything in a file, when one is given: a demonstration goes on after a restart."""
        if self.file is not None:
            kept = {name: [asdict(one) for one in getattr(self, name).values()] for name in _KEPT}
            self.file.write_text(json.dumps(kept | {"balance": self.balance}))

    def load(self) -> None:
        """Read the file, when there is one."""
        if self.file is None or not self.file.exists():
            return
        kept = json.loads(self.file.read_text())
        for name, kind in _KEPT.items():
            setattr(self, name, {one["id"]: kind(**one) for one in kept[name]})
        self.balance = kept["balance"]

    def _close(self, session: Session) -> None:
        session.status = "expired"
        intent = self.intents.get(session.intent or "")
        if intent is not None and intent.status not in ("succeeded", "canceled", "requires_capture"):
            intent.status = "canceled"
            self.emit("payment_intent.canceled", intent)
        self.emit("checkout.session.expired", session)

    def _intent_of(self, session: Session) -> Intent:
        if session.intent is None:
            intent = Intent(
                _id("pi"), session.amount, session.currency, self.now(), session.capture_method,
                dict(session.intent_metadata), session.id,
            )  # fmt: skip
            self.intents[intent.id] = intent
            session.intent = intent.id
            self.emit("payment_intent.created", intent)
        return self.intents[session.intent]

    def _reach_bank(self, session: Session, intent: Intent, outcome: str) -> Intent:
        charge = Charge(
            _id("ch"), intent.id, intent.amount, intent.currency, self.now(), dict(intent.metadata)
        )  # fmt: skip
        self.charges[charge.id] = charge
        intent.charge = charge.id
        if outcome != "ok":
            charge.failed = True
            intent.status = "requires_payment_method"
            intent.error = {"type": "card_error", "code": "card_declined", "decline_code": outcome}
            self.emit("payment_intent.payment_failed", intent)
            raise ApiError(402, "card_error", "Your card was declined.", outcome)
        intent.error, session.status = None, "complete"
        if intent.capture_method == "manual":
            intent.status = "requires_capture"
            self.emit("payment_intent.amount_capturable_updated", intent)
        else:
            intent.status = "requires_capture"
            self.capture(intent.id)
        self.emit("charge.succeeded", charge)
        self.emit("checkout.session.completed", session)
        return intent


def new_session(now: int, **given: Any) -> Session:
    """A page that lives a day unless it is told otherwise."""
    return Session(id=_id("cs_test"), created=now, **({"expires_at": now + DAY} | given))


def _id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def _missing(kind: str, name: str) -> ApiError:
    return ApiError(404, "invalid_request_error", f"No such {kind}: '{name}'", "resource_missing", "id")


def _unexpected(intent: Intent, verb: str) -> ApiError:
    return invalid(
        f"This PaymentIntent could not be {verb} because it has a status of {intent.status}.",
        "payment_intent_unexpected_state",
    )


def _check_amount(amount: int, currency: str) -> None:
    if amount > MOST:
        raise invalid("Amount must be no more than 99,999,999.", "amount_too_large", "line_items[0]")
    if amount < LEAST.get(currency, 50):
        raise invalid("The amount is too small for this currency.", "amount_too_small", "line_items[0]")


_KEPT: dict[str, Any] = {
    "sessions": Session, "intents": Intent, "charges": Charge, "refunds": Refund, "events": Event,
}  # fmt: skip
