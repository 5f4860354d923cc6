"""Codes of an authenticator (RFC 6238: HMAC-SHA-1, six digits, half a minute) and codes on paper.

A person's secret is made from this shop's key and the nonce of her enrolment, so that it stands in no table: neither
the database nor a backup of it makes a code. Another key (``OCOP_SECRET_KEY``) ends every enrolment.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote

from flask import current_app

from core.ids import short_code

STEP_SECONDS: Final = 30
DIGITS: Final = 6
#: Steps before and after this one that are taken too: clocks of phones are some seconds off.
DRIFT: Final = 1
#: Codes on paper, and the random letters of each (five bits each).
PAPER_CODES, PAPER_LETTERS = 10, 16


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a half minute since 1970 (RFC 4226, 5.3)."""
    made = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = made[-1] & 0x0F
    number = int.from_bytes(made[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(at: datetime) -> int:
    """The half minute of an instant."""
    return int(at.timestamp()) // STEP_SECONDS


def find_step(secret: bytes, code: str, at: datetime, last_step: int) -> int | None:
    """The half minute whose code this is, among those near ``at`` and after ``last_step``; None: wrong, or used."""
    now = step_of(at)
    fits = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(code_at(secret, step), code) and step > last_step
    ]
    return fits[0] if fits else None


def secret_of(user_id: int, nonce: str) -> bytes:
    """The 160 bits that a person's authenticator holds, the same each time."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"second factor:{user_id}:{nonce}".encode(), hashlib.sha256).digest()[:20]


def letters_of(secret: bytes) -> str:
    """The secret as people type it into an authenticator: base 32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address_for(secret: bytes, who: str, site: str) -> str:
    """What the QR carries (otpauth, as authenticators read it)."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{quote(site)}:{quote(who)}?secret={text}&issuer={quote(site)}"


def new_paper_codes() -> list[str]:
    """Ten codes for a drawer at home: ``7K3M-9QXT-…``."""
    made = [short_code("", PAPER_LETTERS).lstrip("-") for _one in range(PAPER_CODES)]
    return ["-".join(text[place : place + 4] for place in range(0, len(text), 4)) for text in made]


def plain_code(typed: str) -> str:
    """A code as typed, without spaces and dashes; letters that people mistake for digits are read as digits."""
    return "".join(typed.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))[:40]
