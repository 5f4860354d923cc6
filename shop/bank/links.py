"""Signed addresses of a transfer: its reference, and a proof that we gave it out."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from core.config import Config


def token_of(reference: str) -> str:
    """The part of an address that stands for a payment."""
    return _signer().dumps(reference)


def read_token(token: str) -> str | None:
    """The payment's reference, or None for a token that we did not make."""
    try:
        found = _signer().loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, str) else None


def _signer() -> URLSafeSerializer:
    config: Config = current_app.extensions["config"]
    return URLSafeSerializer(config.secret_key, salt="bank transfer")
