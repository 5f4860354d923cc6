"""Clients that remember everything they asked and were told.

Each call is logged with its key, body, times, status and answer. A broken connection leaves
the outcome *unknown*: the client then does what a careful program does, and asks again with
the same Idempotency-Key until somebody tells.
"""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds after which a client gives up; then the outcome stays unknown and the run fails.
PATIENCE = 90.0


@dataclass
class Call:
    """One question and how it ended. ``status`` None: nobody ever told."""

    method: str
    path: str
    body: Any
    key: str | None
    sent_at: float
    status: int | None = None
    answer: bytes = b""
    #: How often the connection broke before the answer came.
    broken: int = 0
    #: How often "try again" was the answer.
    put_off: int = 0

    @property
    def json(self) -> Any:
        """The answer, parsed."""
        return json.loads(self.answer)

    @property
    def code(self) -> str:
        """The problem's code, or the empty string."""
        found = self.json if self.answer[:1] == b"{" else {}
        return str(found.get("code", ""))


@dataclass
class Client:
    """A program of its own, with its log."""

    port: int
    token: str | None = None
    log: list[Call] = field(default_factory=list[Call])

    def get(self, path: str) -> Call:
        """Ask."""
        return self.send("GET", path)

    def post(self, path: str, body: Any, key: str | None = None) -> Call:
        """Do, once, whatever happens on the way."""
        return self.send("POST", path, body, key or str(uuid.uuid4()))

    def put(self, path: str, body: Any) -> Call:
        """Set."""
        return self.send("PUT", path, body)

    def send(self, method: str, path: str, body: Any = None, key: str | None = None) -> Call:
        """Send until an answer comes; a broken connection or "try again" is followed by the same request."""
        call = Call(method, path, body, key, time.monotonic())
        self.log.append(call)
        while time.monotonic() - call.sent_at < PATIENCE:
            try:
                status, answer = self._once(call)
            except (OSError, http.client.HTTPException):
                call.broken += 1
                time.sleep(0.05)
                continue
            call.status, call.answer = status, answer
            if status != 503 and call.code != "idempotency.running":
                break
            call.put_off += 1
            time.sleep(0.1)
        return call

    def _once(self, call: Call) -> tuple[int, bytes]:
        headers = {"Accept": "application/json"}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.key:
            headers["Idempotency-Key"] = call.key
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = None if call.body is None else json.dumps(call.body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(call.method, call.path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def at_once(clients: list[Client], work: Callable[[Client, int], T]) -> list[T]:
    """Let every client do something at one instant, behind a barrier; answers what each got, in order.

    Raises what the first one raised, after all have come back.
    """
    barrier = threading.Barrier(len(clients))
    answers: list[T | None] = [None] * len(clients)
    errors: list[Exception] = []

    def one(number: int) -> None:
        barrier.wait(timeout=PATIENCE)
        try:
            answers[number] = work(clients[number], number)
        except Exception as error:  # noqa: BLE001 told to the caller below
            errors.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return answers  # type: ignore[return-value]
