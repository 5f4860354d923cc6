"""Passwords: argon2id, a cap on how many are computed at once, and the same time for unknown accounts."""

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from core.config import Config
from core.errors import Busy, Invalid

MIN_LENGTH = 8
MAX_LENGTH = 128
#: The commonest passwords of Vietnamese leaks that are long enough to pass; more would be theatre.
COMMON = frozenset(
    {"12345678", "123456789", "1234567890", "password", "11111111", "00000000", "88888888", "matkhau123"}
    | {"anhyeuem", "abcd1234", "qwertyuiop", "12341234", "87654321", "iloveyou", "matkhau1", "password1"}
)

#: 19 MiB and two passes (OWASP's second profile): about 30 ms here; two at once per process bound the memory.
STRONG = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: Under test the strength proves nothing.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_slots = BoundedSemaphore(2)
_WAIT_SECONDS = 10


def init_app(app: Flask, config: Config) -> None:
    """Choose the cost once, at start."""
    app.extensions["password_hasher"] = CHEAP if config.testing else STRONG


def hash_password(password: str) -> str:
    """The argon2id hash of a password, in its own notation."""
    with _Slot():
        return _hasher().hash(_normal(password))


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Without a hash it takes as long and answers False."""
    with _Slot():
        try:
            _hasher().verify(password_hash or _decoy(_hasher()), _normal(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None


def check_strength(password: str, *personal: str | None, field: str = "password") -> None:
    """Refuse (Invalid) what is too short, too long, too common, or the person's own name or address."""
    lowered = password.lower()
    if len(password) < MIN_LENGTH:
        raise Invalid({field: [_l("Mật khẩu cần ít nhất %(n)s ký tự.", n=MIN_LENGTH)]})
    if len(password) > MAX_LENGTH:
        raise Invalid({field: [_l("Mật khẩu dài nhất %(n)s ký tự.", n=MAX_LENGTH)]})
    if lowered in COMMON or len(set(lowered)) < 3 or lowered in {p.lower() for p in personal if p}:
        raise Invalid({field: [_l("Mật khẩu này quá dễ đoán.")]})


def _normal(password: str) -> str:
    """One form for the same letters typed on different keyboards (NFKC, as RFC 8265 advises)."""
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    return current_app.extensions["password_hasher"]


@cache
def _decoy(hasher: PasswordHasher) -> str:
    """A hash that nobody's password has, made with the same parameters."""
    return hasher.hash("no account has this password")


class _Slot:
    """One of the few places in which a hash may be computed; raises Busy after ten seconds of waiting."""

    def __enter__(self) -> None:
        if not _slots.acquire(timeout=_WAIT_SECONDS):
            raise Busy

    def __exit__(self, *_: object) -> None:
        _slots.release()
