"""Rules of webhooks on plain values: signatures, waits, which endpoint hears what."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from core.signed import sign

#: The shape of `data`; it rises when a field changes its meaning or goes.
VERSION: Final = "2026-11-22"
#: Seconds to wait after the n-th failure; the last one repeats, until `GIVE_UP`.
BACKOFF: Final = (10, 60, 300, 1800, 7200, 18_000, 36_000)
#: An event that nobody took for so long is given up; an endpoint that took nothing for so long is switched off.
GIVE_UP: Final = timedelta(days=3)
#: After a new secret was made, the old one signs beside it for so long.
BOTH_VALID: Final = timedelta(hours=24)
#: Told events and their deliveries are kept so long.
KEPT: Final = timedelta(days=30)
#: Endpoints of one owner.
MOST_ENDPOINTS: Final = 10
#: How old a signature may be for a receiver that checks it, in seconds.
TOLERANCE_SECONDS: Final = 300

#: Every type of event.
TYPES: Final = (
    "order.placed", "order.paid", "order.ready", "order.shipped", "order.delivery_failed", "order.returned",
    "order.handed_over", "order.completed", "order.held", "order.ended", "stock.came", "listing.opened",
    "listing.changed", "listing.withdrawn", "certificate.verified", "certificate.resumed", "certificate.ended",
    "certificate.revoked", "certificate.corrected",
)  # fmt: skip
#: Sent by hand, to try an endpoint.
PING: Final = "ping"
TOPICS: Final = tuple(dict.fromkeys(one.partition(".")[0] for one in TYPES))


def header(secrets: Collection[str], at: int, body: bytes) -> str:
    """``t=1763800000,v1=…``, with one ``v1`` for each secret that is valid."""
    return ",".join([f"t={at}", *(f"v1={sign(one, at, body)}" for one in secrets)])


def is_signed(said: str, secret: str, body: bytes, at: int, tolerance: int = TOLERANCE_SECONDS) -> bool:
    """What a receiver checks: one of the signatures is right, and the time is neither old nor to come."""
    pairs = [part.partition("=") for part in said.split(",")]
    times = [value for key, _eq, value in pairs if key == "t"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdecimal():
        return False
    signed_at = int(times[0][:12])
    if abs(at - signed_at) > tolerance:
        return False
    wanted = sign(secret, signed_at, body)
    return any(hmac.compare_digest(value.encode(), wanted.encode()) for key, _eq, value in pairs if key == "v1")


def next_try(attempts: int, created_at: datetime, at: datetime) -> datetime | None:
    """When a delivery that failed ``attempts`` times is tried again; None when it is given up."""
    due = at + timedelta(seconds=BACKOFF[min(attempts, len(BACKOFF)) - 1])
    return due if due <= created_at + GIVE_UP else None


def hears(topics: Collection[str], kind: str) -> bool:
    """Whether an endpoint wants events of a type: by its topic, or by its whole name."""
    return kind == PING or kind in topics or kind.partition(".")[0] in topics


def may_hear(scope_type: str, scope_id: str, scopes: Collection[str], *, is_public: bool) -> bool:
    """Whether an event is an endpoint's business.

    ``scopes`` names whose it is (``store:kien-thuy``). What anybody may read on our pages (`is_public`) is told to
    every store and seller; a producer hears of her own things only; an endpoint without scope is the admin's.
    """
    if not scope_type:
        return True
    return f"{scope_type}:{scope_id}" in scopes or (is_public and scope_type in ("store", "seller"))
