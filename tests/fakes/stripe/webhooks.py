"""Signed webhooks with retries, and what happens to them on the way: lost, late, twice, in another order."""

import hashlib
import heapq
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.stripe.shapes import draw_event
from tests.fakes.stripe.world import Event, World

#: Seconds before the n-th retry; the last one repeats, so many times in all.
RETRIES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
MOST_TRIES = 12


def body_of(event: Event) -> bytes:
    """The bytes that are sent and signed."""
    return json.dumps(draw_event(event)).encode()


def sign(secret: str, body: bytes, at: int) -> str:
    """The signature header of a body."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


@dataclass
class Manners:
    """How the post behaves: share lost, copies of each and seconds late (least, most), held back."""

    lose: float = 0.0
    copies: tuple[int, int] = (1, 1)
    late: tuple[float, float] = (0.0, 0.0)
    hold: bool = False


@dataclass
class Post:
    """One thread that delivers events to one address until each was answered with 2xx."""

    world: World
    url: str
    secret: str
    manners: Manners = field(default_factory=Manners)
    chance: random.Random = field(default_factory=lambda: random.Random(29))
    _due: list[tuple[float, int, str]] = field(default_factory=list[tuple[float, int, str]])
    _held: list[str] = field(default_factory=list[str])
    _number: int = 0
    _wake: Any = field(default_factory=threading.Condition)
    _over: bool = False

    def start(self) -> "Post":
        """Begin to deliver what happens from now on."""
        self.world.tell = self.take
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def take(self, event: Event) -> None:
        """Something happened: send it, or lose it, or hold it back."""
        with self._wake:
            if self.manners.hold:
                self._held.append(event.id)
            elif self.chance.random() < self.manners.lose:
                event.is_lost = True
            else:
                for _copy in range(self.chance.randint(*self.manners.copies)):
                    self._put(event.id, self.chance.uniform(*self.manners.late))

    def change(self, manners: Manners) -> None:
        """Behave like that from now on; what was held back is sent when nothing is held any more."""
        with self._wake:
            self.manners = manners
            if not manners.hold:
                for event_id in self._held:
                    self._put(event_id, self.chance.uniform(*manners.late))
                self._held.clear()

    def stop(self) -> None:
        """Deliver nothing more."""
        with self._wake:
            self._over = True
            self._wake.notify()

    def _put(self, event_id: str, seconds: float) -> None:
        self._number += 1
        heapq.heappush(self._due, (time.monotonic() + seconds, self._number, event_id))
        self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._over and (not self._due or self._due[0][0] > time.monotonic()):
                    self._wake.wait(max(0.01, self._due[0][0] - time.monotonic()) if self._due else None)
                if self._over:
                    return
                event_id = heapq.heappop(self._due)[2]
            threading.Thread(target=self._deliver, args=(event_id,), daemon=True).start()

    def _deliver(self, event_id: str) -> None:
        event = self.world.events[event_id]
        event.attempts += 1
        if self._send(event):
            event.is_delivered = True
        elif event.attempts < MOST_TRIES and not event.is_delivered:
            with self._wake:
                self._put(event_id, RETRIES[min(event.attempts, len(RETRIES)) - 1])

    def _send(self, event: Event) -> bool:
        body = body_of(event)
        headers = {"Content-Type": "application/json", "Stripe-Signature": sign(self.secret, body, self.world.now())}
        asked = urllib.request.Request(self.url, body, headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return 200 <= answer.status < 300
        except (OSError, urllib.error.HTTPError, ValueError):
            return False
