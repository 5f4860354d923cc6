"""The stand-in as a web server: the API, the payable page, and a control through which tests pull its strings."""

import json
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.stripe import hosted, shapes
from tests.fakes.stripe.api import Api, Dropped
from tests.fakes.stripe.webhooks import Manners, Post, body_of, sign
from tests.fakes.stripe.world import ApiError, World

CONTROL = "/_control/"


class StandIn(ThreadingHTTPServer):
    """One account at one address. ``serve_forever`` in a process or a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0, *, world: World | None = None, post: Post | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.world = world or World()
        self.world.draw = shapes.draw_for_event
        self.api = Api(self.world)
        self.post = post
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        shapes.BASE["url"] = self.url
        if post is not None:
            post.start()

    def in_thread(self) -> "StandIn":
        """Serve from a thread of this process."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def close(self) -> None:
        """Serve no more."""
        if self.post is not None:
            self.post.stop()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away, or a dropped answer, is no news."""

    def ledger(self) -> dict[str, Any]:
        """Everything this side knows."""
        with self.world.lock:
            kinds = ("sessions", "intents", "charges", "refunds")
            books = {name: [asdict(one) for one in getattr(self.world, name).values()] for name in kinds}
            events = [{**asdict(one), "object": one.object["id"]} for one in self.world.events.values()]
            return books | {
                "events": events, "balance": self.world.balance, "struck": dict(self.api.script.struck),
                "calls": list(self.api.calls),
            }  # fmt: skip

    def control(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Pull a string. Raises KeyError for one that there is not."""
        return getattr(self, f"control_{name}")(**body) or {}

    def control_ledger(self) -> dict[str, Any]:
        """Read the books."""
        return self.ledger()

    def control_faults(self, faults: list[dict[str, Any]]) -> None:
        """Put a fault script in force."""
        self.api.script.put(faults)

    def control_webhooks(self, **manners: Any) -> None:
        """Change how events travel."""
        assert self.post, "this stand-in sends no webhooks"
        pairs = {name: tuple(value) if isinstance(value, list) else value for name, value in manners.items()}
        self.post.change(Manners(**pairs))

    def control_clock(self, offset: float) -> None:
        """Go by another time, so many seconds ahead."""
        self.world.offset = offset

    def control_balance(self, limit: int | None) -> None:
        """Let refunds find only so much."""
        self.world.balance_limit = limit

    def control_pay(self, session: str, card: str, confirm: bool = True) -> dict[str, Any]:
        """Type a card on a page, and answer the bank's question."""
        try:
            intent = self.world.pay(session, card)
            if intent.status == "requires_action":
                intent = self.world.confirm(session, confirm)
        except ApiError as error:
            return {"error": error.code}
        return {"intent": intent.id, "status": intent.status}

    def control_capture(self, intent: str, amount: int | None = None) -> dict[str, Any]:
        """Take reserved money at the provider's own desk."""
        return {"status": self.world.capture(intent, amount).status}

    def control_cancel(self, intent: str) -> dict[str, Any]:
        """Free reserved money at the provider's own desk, or by the bank after some days."""
        return {"status": self.world.cancel(intent).status}

    def control_refund(self, intent: str, amount: int | None = None) -> dict[str, Any]:
        """Send money back at the provider's own desk."""
        return {"refund": self.world.refund(intent, amount, {}).id}

    def control_dispute(self, intent: str) -> dict[str, Any]:
        """Let the holder complain."""
        return {"charge": self.world.dispute(intent).id}

    def control_signed(self, secret: str) -> dict[str, Any]:
        """Every event as it would be sent now, in the order in which they happened."""
        at = self.world.now()
        bodies = [(one.type, body_of(one)) for one in self.world.events.values()]
        return {"events": [{"type": t, "body": b.decode(), "header": sign(secret, b, at)} for t, b in bodies]}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: StandIn

    def do_GET(self) -> None:
        """API, page or control."""
        self._answer("GET")

    def do_POST(self) -> None:
        """API, page or control."""
        self._answer("POST")

    def log_message(self, format: str, *args: Any) -> None:
        """Be quiet."""

    def _answer(self, method: str) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        try:
            if parts.path.startswith("/v1/"):
                text = parts.query if method == "GET" else body
                status, told = self.server.api.answer(
                    method, parts.path, text, self.headers.get("Authorization", ""),
                    self.headers.get("Idempotency-Key"),
                )  # fmt: skip
                self._send(status, "application/json", json.dumps(told))
            elif parts.path.startswith(CONTROL):
                told = self.server.control(parts.path.removeprefix(CONTROL), json.loads(body or "{}"))
                self._send(200, "application/json", json.dumps(told))
            else:
                self._show(method, parts.path, {name: values[0] for name, values in parse_qs(body).items()})
        except Dropped:
            self.close_connection = True
        except ApiError as error:
            self._send(error.status, "application/json", json.dumps(error.body))

    def _show(self, method: str, path: str, sent: dict[str, str]) -> None:
        """The payable page `/c/pay/ID` and the bank's question `/c/bank/ID`."""
        place, _slash, session_id = path.removeprefix("/c/").partition("/")
        world = self.server.world
        if place not in ("pay", "bank"):
            self._send(404, "text/html; charset=utf-8", "<h1>404</h1>")
            return
        session = world.get_session(session_id)
        if session.status != "open":
            self._send(200, "text/html; charset=utf-8", hosted.over_page(session))
        elif method == "GET":
            page = hosted.pay_page(session) if place == "pay" else hosted.bank_page(session)
            self._send(200, "text/html; charset=utf-8", page)
        else:
            self._pay(place, session_id, sent)

    def _pay(self, place: str, session_id: str, sent: dict[str, str]) -> None:
        world = self.server.world
        try:
            if place == "pay":
                intent = world.pay(session_id, sent.get("card", ""))
            else:
                intent = world.confirm(session_id, sent.get("answer") == "yes")
        except ApiError as error:
            page = hosted.pay_page(world.get_session(session_id), error.code)
            self._send(402, "text/html; charset=utf-8", page)
            return
        asks = intent.status == "requires_action"
        self._send(303, "text/html", "", f"/c/bank/{session_id}" if asks else world.get_session(session_id).success_url)

    def _send(self, status: int, kind: str, text: str, location: str | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)
