"""The secret address of one request: its code and a serial with a signature, so that nothing secret is stored."""

import hashlib
import hmac

from flask import current_app

from shop.replenish.refusals import LinkUnknown


def key_of(code: str, serial: int) -> str:
    """What stands in the address: ``PD-7K3M9QXT.1.`` and 128 bits of signature."""
    return f"{code}.{serial}.{_signature(f'{code}.{serial}')}"


def read_key(key: str) -> tuple[str, int]:
    """The request's code and the link's serial. Raises LinkUnknown when the signature is not ours."""
    said, _dot, signature = key.rpartition(".")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(said).encode()):
        raise LinkUnknown
    code, _dot, serial = said.rpartition(".")
    return code, int(serial)


def _signature(said: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"supply:" + said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
