"""The API's calls: form fields in, the real objects out, and Idempotency-Key as the real one keeps it.

A key remembers the answer of a call that began to work, whatever it was: an error of the bank's or the server's
too. The same key with other parameters is 400 `idempotency_error`; while the first still runs it is 409.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.stripe.faults import Fault, Script
from tests.fakes.stripe.forms import listed, read_form, whole
from tests.fakes.stripe.shapes import draw, draw_event
from tests.fakes.stripe.world import METHODS, ApiError, World, invalid, new_session

Answer = tuple[int, dict[str, Any]]


class Dropped(Exception):
    """No answer at all: the connection is closed."""


@dataclass
class _Kept:
    """What a key stands for; `answer` None while the first call runs."""

    fingerprint: str
    answer: Answer | None = None


@dataclass
class Api:
    """The calls of one account. Raises Dropped where a fault says so."""

    world: World
    script: Script = field(default_factory=Script)
    account: str = "acct_standin"
    keys: dict[str, _Kept] = field(default_factory=dict[str, _Kept])
    #: Every call that reached us: (method, path, key).
    calls: list[tuple[str, str, str | None]] = field(default_factory=list[tuple[str, str, str | None]])
    lock: Any = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, text: str, authorization: str, key: str | None) -> Answer:
        """One call, with whatever goes wrong on the way."""
        self.calls.append((method, path, key))
        fault = self.script.pick(method, path)
        if (early := _before(fault)) is not None:
            return early
        try:
            _check_key(authorization)
            params = read_form(text)
            if fault and fault.act == "error_kept":
                answer = self._once(key, method + path + text, _broken)
            else:
                answer = self._once(key, method + path + text, lambda: self._work(method, path, params))
        except ApiError as error:
            answer = error.status, error.body
        return _after(fault, answer)

    def _once(self, key: str | None, sent: str, work: Callable[[], Answer]) -> Answer:
        """Do it once for a key; the answer is kept unless the question itself could not be read."""
        if key is None:
            return work()
        fingerprint = hashlib.sha256(sent.encode()).hexdigest()
        with self.lock:
            known = self.keys.get(key)
            if known is not None:
                return _replay(known, fingerprint)
            self.keys[key] = kept = _Kept(fingerprint)
        try:
            kept.answer = work()
        except ApiError as error:
            if error.kind == "invalid_request_error" and not error.code:
                with self.lock:
                    del self.keys[key]  # it never began
                raise
            kept.answer = error.status, error.body
        return kept.answer

    def _work(self, method: str, path: str, params: dict[str, Any]) -> Answer:
        for verb, pattern, call in _ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                try:
                    return 200, call(self.world, params, *found.groups())
                except (KeyError, ValueError, TypeError) as error:
                    raise ApiError(400, "invalid_request_error", f"Missing or invalid parameter: {error}") from error
        raise ApiError(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")


def _create_session(world: World, params: dict[str, Any]) -> dict[str, Any]:
    if params.get("mode") != "payment":
        raise ValueError("mode")
    items = listed(params["line_items"])
    amount = sum(
        whole(item["price_data"]["unit_amount"], "unit_amount") * whole(item["quantity"], "quantity") for item in items
    )
    data = params.get("payment_intent_data", {})
    now = world.now()
    given: dict[str, Any] = {
        "amount": amount, "currency": items[0]["price_data"]["currency"],
        "title": items[0]["price_data"]["product_data"]["name"],
        "success_url": params["success_url"], "cancel_url": params["cancel_url"],
        "capture_method": data.get("capture_method", "automatic"), "metadata": params.get("metadata", {}),
        "intent_metadata": data.get("metadata", {}), "client_reference_id": params.get("client_reference_id"),
    }  # fmt: skip
    if "expires_at" in params:
        given["expires_at"] = whole(params["expires_at"], "expires_at")
    return draw(world, world.create_session(new_session(now, **given)), _expand(params))


def _get_session(world: World, params: dict[str, Any], session_id: str) -> dict[str, Any]:
    return draw(world, world.get_session(session_id), _expand(params))


def _expire_session(world: World, params: dict[str, Any], session_id: str) -> dict[str, Any]:
    return draw(world, world.expire_session(session_id), _expand(params))


def _create_intent(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Without a page, by a trial payment method: what contract tests use at the real one too."""
    if params.get("confirm") != "true":
        raise ValueError("confirm")
    amount, card = whole(params["amount"], "amount"), METHODS[params["payment_method"]]
    given: dict[str, Any] = {
        "amount": amount, "currency": params["currency"], "title": "", "success_url": "", "cancel_url": "",
        "capture_method": params.get("capture_method", "automatic"), "metadata": {},
        "intent_metadata": params.get("metadata", {}),
    }  # fmt: skip
    session = world.create_session(new_session(world.now(), **given))
    return draw(world, world.pay(session.id, card), _expand(params))


def _get_intent(world: World, params: dict[str, Any], intent_id: str) -> dict[str, Any]:
    return draw(world, world.get_intent(intent_id), _expand(params))


def _capture(world: World, params: dict[str, Any], intent_id: str) -> dict[str, Any]:
    amount = whole(params["amount_to_capture"], "amount_to_capture") if "amount_to_capture" in params else None
    return draw(world, world.capture(intent_id, amount), _expand(params))


def _cancel(world: World, params: dict[str, Any], intent_id: str) -> dict[str, Any]:
    return draw(world, world.cancel(intent_id), _expand(params))


def _create_refund(world: World, params: dict[str, Any]) -> dict[str, Any]:
    amount = whole(params["amount"], "amount") if "amount" in params else None
    return draw(world, world.refund(params["payment_intent"], amount, params.get("metadata", {})))


def _get_refund(world: World, _params: dict[str, Any], refund_id: str) -> dict[str, Any]:
    if refund_id not in world.refunds:
        raise ApiError(404, "invalid_request_error", f"No such refund: '{refund_id}'", "resource_missing", "id")
    return draw(world, world.refunds[refund_id])


def _list_refunds(world: World, params: dict[str, Any]) -> dict[str, Any]:
    wanted = params.get("payment_intent")
    found = [draw(world, one) for one in world.refunds.values() if wanted in (None, one.intent)]
    return _page(found[::-1], params, "/v1/refunds")


def _list_events(world: World, params: dict[str, Any]) -> dict[str, Any]:
    least = whole(params.get("created", {}).get("gte", "0"), "created")
    missed = params.get("delivery_success")
    found = [
        draw_event(one)
        for one in list(world.events.values())
        if one.created >= least
        and (missed is None or one.is_delivered == (missed == "true"))
        and params.get("type") in (None, one.type)
    ]
    return _page(found[::-1], params, "/v1/events")


def _get_event(world: World, _params: dict[str, Any], event_id: str) -> dict[str, Any]:
    if event_id not in world.events:
        raise ApiError(404, "invalid_request_error", f"No such event: '{event_id}'", "resource_missing", "id")
    return draw_event(world.events[event_id])


def _balance(world: World, _params: dict[str, Any]) -> dict[str, Any]:
    return {"object": "balance", "livemode": False, "available": [{"amount": world.available(), "currency": "vnd"}]}


def _page(found: list[dict[str, Any]], params: dict[str, Any], url: str) -> dict[str, Any]:
    limit = whole(params.get("limit", "10"), "limit")
    ids = [one["id"] for one in found]
    start = ids.index(params["starting_after"]) + 1 if "starting_after" in params else 0
    return {
        "object": "list", "url": url, "data": found[start : start + limit], "has_more": len(found) > start + limit,
    }  # fmt: skip


def _expand(params: dict[str, Any]) -> frozenset[str]:
    return frozenset(listed(params.get("expand", {})))


def _check_key(authorization: str) -> None:
    """Only keys of the test mode: a stand-in that took a live key would be a trap."""
    key = authorization.removeprefix("Bearer ").strip()
    if "_live_" in key:
        raise ApiError(401, "invalid_request_error", "A stand-in takes no live key.", "live_key_refused")
    if not re.fullmatch(r"[sr]k_test_\w+", key):
        raise ApiError(401, "invalid_request_error", "Invalid API Key provided.")


def _replay(known: _Kept, fingerprint: str) -> Answer:
    if known.fingerprint != fingerprint:
        raise ApiError(
            400, "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
        )  # fmt: skip
    if known.answer is None:
        raise ApiError(409, "idempotency_error", "Another request with this key is running.", "idempotency_key_in_use")
    return known.answer


def _broken() -> Answer:
    return 500, {"error": {"type": "api_error", "message": "An unknown error occurred."}}


def _before(fault: Fault | None) -> Answer | None:
    """What strikes before any work; an answer ends the call."""
    act = fault.act if fault else ""
    if fault and act == "delay":
        time.sleep(fault.seconds)
    if act == "drop_before":
        raise Dropped
    if act == "error_before":
        return _broken()
    return (409, _HELD.body) if act == "conflict" else None


def _after(fault: Fault | None, answer: Answer) -> Answer:
    act = fault.act if fault else ""
    if act == "drop":
        raise Dropped
    return _broken() if act == "error_after" else answer


#: Another call holds the object.
_HELD = invalid("This object cannot be accessed right now: another request holds it.", "lock_timeout")

_ROUTES: tuple[tuple[str, str, Callable[..., dict[str, Any]]], ...] = (
    ("POST", r"/v1/checkout/sessions", _create_session),
    ("GET", r"/v1/checkout/sessions/(\w+)", _get_session),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", _expire_session),
    ("POST", r"/v1/payment_intents", _create_intent),
    ("GET", r"/v1/payment_intents/(\w+)", _get_intent),
    ("POST", r"/v1/payment_intents/(\w+)/capture", _capture),
    ("POST", r"/v1/payment_intents/(\w+)/cancel", _cancel),
    ("POST", r"/v1/refunds", _create_refund),
    ("GET", r"/v1/refunds", _list_refunds),
    ("GET", r"/v1/refunds/(\w+)", _get_refund),
    ("GET", r"/v1/events", _list_events),
    ("GET", r"/v1/events/(\w+)", _get_event),
    ("GET", r"/v1/balance", _balance),
)
