"""An endpoint's secret: made from this shop's own key, so that none is stored and a stolen database signs nothing."""

import base64
import hashlib
import hmac
from datetime import datetime

from flask import current_app

from shop.hooks.models import HookEndpoint


def secret_of(code: str, generation: int) -> str:
    """``whsec_…``: 256 bits, the same each time."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    made = hmac.new(key, f"webhook:{code}:{generation}".encode(), hashlib.sha256).digest()
    return "whsec_" + base64.urlsafe_b64encode(made).decode().rstrip("=")


def valid_secrets(endpoint: HookEndpoint, at: datetime) -> list[str]:
    """The secrets that sign now: the newest first, and for a day the one before."""
    newest = [secret_of(endpoint.code, endpoint.generation)]
    overlaps = endpoint.previous_until is not None and at < endpoint.previous_until
    return newest + ([secret_of(endpoint.code, endpoint.generation - 1)] if overlaps else [])
