"""Codes and secrets that leave the house."""

import hashlib
import secrets

#: Crockford's base 32: no I, L, O or U, so that a code survives a telephone call.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def short_code(prefix: str, length: int = 8) -> str:
    """A random code such as ``DH-7K3M9QXT``: public, speakable, hard to guess in bulk (5 bits a sign)."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def secret_token() -> str:
    """256 random bits, URL-safe: for links, sessions and API tokens. Store only its digest."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex of a random secret: enough for secrets that are random (never for passwords)."""
    return hashlib.sha256(secret.encode()).hexdigest()
