"""The secret address of one refund, and the code to say at the counter: signed, so that nothing secret is stored."""

import hashlib
import hmac

from flask import current_app

from shop.payouts.refusals import LinkUnknown

#: Signs of a code at the counter.
CODE_LENGTH = 6


def key_of(code: str, serial: int) -> str:
    """What stands in the address: ``HT-7K3M9QXT.1.`` and 128 bits of signature."""
    return f"{code}.{serial}.{_signature(f'{code}.{serial}')[:32]}"


def read_key(key: str) -> tuple[str, int]:
    """The refund's code and the link's serial. Raises LinkUnknown when the signature is not ours."""
    said, _dot, signature = key.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(said)[:32].encode()):
        raise LinkUnknown
    code, _dot, serial = said.rpartition(".")
    return code, int(serial)


def counter_code(code: str) -> str:
    """Six digits that the buyer says at the counter to have her cash."""
    return f"{int(_signature('cash:' + code)[:12], 16) % 10**CODE_LENGTH:0{CODE_LENGTH}d}"


def is_counter_code(code: str, said: str) -> bool:
    """Whether these are the digits of a refund."""
    return hmac.compare_digest(counter_code(code).encode(), said.strip().encode())


def _signature(said: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"payout:" + said.encode(), hashlib.sha256).hexdigest()
