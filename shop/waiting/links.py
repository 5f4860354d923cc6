"""The secret address of one wish: its code with a signature, so that nothing secret is stored and none is guessed."""

import hashlib
import hmac

from flask import current_app

from shop.waiting.refusals import WaitNotFound


def key_of(code: str) -> str:
    """What stands in the address: ``BT-7K3M9QXT.`` and 128 bits of signature."""
    return f"{code}.{_signature(code)}"


def code_of(key: str) -> str:
    """The code in a key. Raises WaitNotFound when the signature is not ours."""
    code, _dot, signature = key.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(code).encode()):
        raise WaitNotFound
    return code


def _signature(code: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"waiting:" + code.encode(), hashlib.sha256).hexdigest()[:32]
