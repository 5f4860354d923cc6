"""What a buyer typed at checkout, kept until she has ordered: the cart, the other language and the next order cost her
nothing.

It lies in her session's signed cookie, nowhere else: it goes with the session, with the order after which nothing
waits, after `HOURS`, and for whoever signs in or out. Consents are not kept.
"""

from collections.abc import Mapping
from datetime import timedelta

from flask import session

from core.clock import now
from core.web.access import current_actor
from shop.carts.models import Cart

_KEY = "checkout"
HOURS = 2
#: The weightier first: what does not fit is left out from the end.
_FIELDS = (
    "name", "phone", "address", "province", "area", "method", "store", "email", "provider", "invoice", "company",
    "tax_code", "invoice_address", "invoice_email", "note",
)  # fmt: skip
#: What concerns one order alone.
_OF_ONE_ORDER = ("store", "note")
#: Bytes of UTF-8; browsers drop a cookie of more than 4096, the cart with it.
_MOST = 1_800


def keep(values: Mapping[str, str], cart: Cart | None) -> None:
    """Keep what was typed (as typed, right or wrong), as far as there is room."""
    fields: dict[str, str] = {}
    left = _MOST
    for name in _FIELDS:
        text = str(values.get(name, ""))
        if text and len(text.encode()) <= left:
            fields[name] = text
            left -= len(text.encode())
    until = now() + timedelta(hours=HOURS)
    session[_KEY] = {"by": _by(), "until": until.timestamp(), "store": _store_of(cart), "fields": fields}


def recall(cart: Cart) -> dict[str, str]:
    """What was kept, for the person who typed it; a store that the cart names since is the newer word."""
    kept = session.get(_KEY)
    if kept is None:
        return {}
    if kept["by"] != _by() or kept["until"] <= now().timestamp():
        forget()
        return {}
    fields: dict[str, str] = kept["fields"]
    is_newer = kept["store"] != _store_of(cart)
    return {name: text for name, text in fields.items() if not (is_newer and name == "store")}


def forget_order(next_cart: Cart | None) -> None:
    """An order was placed: the next one begins with who and where to; with nothing waiting all of it goes."""
    kept = session.get(_KEY)
    if next_cart is None or kept is None:
        forget()
    else:
        keep({name: text for name, text in kept["fields"].items() if name not in _OF_ONE_ORDER}, next_cart)


def forget() -> None:
    """Keep nothing."""
    if _KEY in session:
        session.pop(_KEY)


def _by() -> int | None:
    return current_actor().user_id


def _store_of(cart: Cart | None) -> int | None:
    return cart.store_id if cart else None
