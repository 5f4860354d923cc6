"""Secret addresses of invitations, questions to partners, papers from outside and refusals of news.

Each is what it is about, a code and a serial with a signature, so that nothing secret is stored and another serial ends
the earlier link.
"""

import hashlib
import hmac
from enum import StrEnum

from flask import current_app

from shop.exhibitors.refusals import LinkUnknown


class About(StrEnum):
    """What a link is for: a key of one kind opens nothing of another."""

    INVITATION = "moi"
    PARTNER = "ghep"
    OUTSIDER = "ngoai"
    NEWS = "tin"


def key_of(about: About, code: str, serial: int) -> str:
    """What stands in the address: ``LM-7K3M9QXT.1.`` and 128 bits of signature."""
    return f"{code}.{serial}.{_signature(about, f'{code}.{serial}')}"


def read_key(about: About, key: str) -> tuple[str, int]:
    """The code and the serial. Raises LinkUnknown when the signature is not ours."""
    said, _dot, signature = key.rpartition(".")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(about, said).encode()):
        raise LinkUnknown
    code, _dot, serial = said.rpartition(".")
    return code, int(serial)


def _signature(about: About, said: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    text = f"exhibitor-{about}:{said}".encode("utf-8", "replace")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:32]
