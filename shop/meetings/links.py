"""The secret address of a buyer's own page: the code with a signature, so that nothing secret is stored or guessed."""

import hashlib
import hmac

from flask import current_app

from shop.meetings.refusals import BuyerNotFound


def key_of(code: str) -> str:
    """What stands in the address: ``NM-7K3M9QXT.`` and 128 bits of signature."""
    return f"{code}.{_signature(code)}"


def code_of(key: str) -> str:
    """The code in a key. Raises BuyerNotFound when the signature is not ours."""
    code, _dot, signature = key.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(code).encode()):
        raise BuyerNotFound
    return code


def _signature(code: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"buyer:" + code.encode(), hashlib.sha256).hexdigest()[:32]
