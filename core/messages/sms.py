"""The way out by telephone, by ``OCOP_SMS_URL``: a gateway for SMS or Zalo that takes JSON, ``console:``,
``file:FOLDER``; none at all without it.

The gateway's address comes from whoever runs the shop, never from a user; it gets
``POST {"to": "+84912345678", "text": "…", "sender": "…", "reference": "…"}`` with ``Authorization: Bearer TOKEN`` and
``Idempotency-Key``, the same for the same message, and answers 2xx.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.clock import now
from core.config import Config
from core.ids import digest
from core.outward import post


@dataclass(frozen=True)
class Sms:
    """One text to one number (E.164)."""

    to: str
    text: str
    key: str


class GatewayRefused(ValueError):
    """The gateway will never take this one (4xx but 408 and 429): no such number, no such sender."""


class GatewayFailed(OSError):
    """The gateway could not take it now."""


Texter = Callable[[Sms], None]


def texter_for(config: Config) -> Texter | None:
    """The way out that the configuration names, or None."""
    scheme, _colon, rest = config.sms_url.partition(":")
    if not scheme:
        return None
    if scheme == "file":
        return _to_folder(Path(rest.removeprefix("//")))
    return _by_gateway(config) if scheme in ("https", "http") else _to_console


def _to_console(sms: Sms) -> None:
    sys.stdout.write(f"--- sms to {sms.to}: {sms.text}\n")
    sys.stdout.flush()


def _to_folder(folder: Path) -> Texter:
    def write(sms: Sms) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{now():%Y%m%dT%H%M%S%f}-{digest(sms.key)[:8]}.txt"
        (folder / name).write_text(f"To: {sms.to}\n\n{sms.text}\n")

    return write


def _by_gateway(config: Config) -> Texter:
    def deliver(sms: Sms) -> None:
        reference = digest(sms.key)[:40]
        body = {"to": sms.to, "text": sms.text, "sender": config.sms_sender, "reference": reference}
        headers = {
            "Authorization": f"Bearer {config.sms_token}", "Content-Type": "application/json",
            "Idempotency-Key": reference,
        }  # fmt: skip
        _judge(post(config.sms_url, json.dumps(body, ensure_ascii=False).encode(), headers, guarded=False).status)

    return deliver


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in (401, 403, 408, 409, 425, 429):
        raise GatewayRefused(f"gateway {status}")
    raise GatewayFailed(f"gateway {status}")
