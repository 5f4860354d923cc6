"""How the stand-in draws its objects: the fields of the real API that a shop reads, under their real names."""

from typing import Any

from tests.fakes.stripe.world import Charge, Event, Intent, Refund, Session, World

#: What a hosted page's address begins with; set by the server, which knows its own.
BASE = {"url": "http://127.0.0.1:0"}


def draw(world: World, about: Any, expand: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Any object; `expand` names the parts that come whole, dotted as in the real API."""
    makers: dict[type, Any] = {Session: _session, Intent: _intent, Charge: _charge, Refund: _refund}
    return makers[type(about)](world, about, expand)


def draw_event(event: Event) -> dict[str, Any]:
    """An event as it is listed and sent."""
    return {
        "id": event.id, "object": "event", "api_version": "2026-10-28.endive", "created": event.created,
        "data": {"object": event.object}, "livemode": False, "type": event.type,
        "pending_webhooks": 0 if event.is_delivered else 1, "request": {"id": None, "idempotency_key": None},
    }  # fmt: skip


def _session(world: World, one: Session, expand: frozenset[str]) -> dict[str, Any]:
    intent = world.intents.get(one.intent or "")
    whole = intent is not None and any(name.split(".")[0] == "payment_intent" for name in expand)
    paid = intent is not None and intent.status == "succeeded"
    return {
        "id": one.id, "object": "checkout.session", "amount_total": one.amount, "amount_subtotal": one.amount,
        "currency": one.currency, "created": one.created, "expires_at": one.expires_at, "livemode": False,
        "mode": "payment", "status": one.status, "payment_status": "paid" if paid else "unpaid",
        "success_url": one.success_url, "cancel_url": one.cancel_url, "metadata": one.metadata,
        "client_reference_id": one.client_reference_id,
        "url": f"{BASE['url']}/c/pay/{one.id}" if one.status == "open" else None,
        "payment_intent": _intent(world, intent, _inner(expand, "payment_intent")) if whole and intent else one.intent,
    }  # fmt: skip


def _intent(world: World, one: Intent, expand: frozenset[str]) -> dict[str, Any]:
    charge = world.charges.get(one.charge or "")
    whole = charge is not None and any(name.split(".")[0] == "latest_charge" for name in expand)
    return {
        "id": one.id, "object": "payment_intent", "amount": one.amount, "amount_received": one.received,
        "amount_capturable": one.amount if one.status == "requires_capture" else 0, "currency": one.currency,
        "capture_method": one.capture_method, "created": one.created, "livemode": False, "metadata": one.metadata,
        "status": one.status, "last_payment_error": one.error,
        "latest_charge": _charge(world, charge, _inner(expand, "latest_charge")) if whole and charge else one.charge,
    }  # fmt: skip


def _charge(world: World, one: Charge, expand: frozenset[str]) -> dict[str, Any]:
    booked = f"txn_{one.id}" if one.taken_at is not None else None
    whole = {"id": booked, "object": "balance_transaction", "amount": one.amount, "created": one.taken_at}
    return {
        "id": one.id, "object": "charge", "amount": one.amount, "amount_captured": one.amount if one.captured else 0,
        "amount_refunded": one.refunded, "captured": one.captured, "currency": one.currency, "created": one.created,
        "disputed": one.disputed, "livemode": False, "metadata": one.metadata, "paid": not one.failed,
        "payment_intent": one.intent, "refunded": one.refunded == one.amount,
        "status": "failed" if one.failed else "succeeded",
        "balance_transaction": whole if booked and "balance_transaction" in expand else booked,
    }  # fmt: skip


def _refund(_world: World, one: Refund, _expand: frozenset[str]) -> dict[str, Any]:
    return {
        "id": one.id, "object": "refund", "amount": one.amount, "charge": one.charge, "created": one.created,
        "currency": one.currency, "metadata": one.metadata, "payment_intent": one.intent, "status": one.status,
        **({"failure_reason": one.failure_reason} if one.failure_reason else {}),
    }  # fmt: skip


def _dispute(one: Charge) -> dict[str, Any]:
    return {
        "id": f"du_{one.id}", "object": "dispute", "amount": one.amount, "charge": one.id, "currency": one.currency,
        "created": one.created, "livemode": False, "metadata": {}, "payment_intent": one.intent, "reason": "general",
        "status": "needs_response",
    }  # fmt: skip


def _inner(expand: frozenset[str], name: str) -> frozenset[str]:
    return frozenset(one.removeprefix(f"{name}.") for one in expand if one.startswith(f"{name}."))


def draw_for_event(world: World, about: Any, kind: str) -> dict[str, Any]:
    """The object of an event: a complaint is about a charge."""
    return _dispute(about) if kind.startswith("charge.dispute") else draw(world, about)
