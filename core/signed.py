"""Bodies signed for somebody who shares a secret: HMAC-SHA256 in hex over ``seconds.body``."""

import hashlib
import hmac


def sign(secret: str, at: int, body: bytes) -> str:
    """The digest of a body sent at a unix time."""
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
