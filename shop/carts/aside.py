"""Lines that wait for the next order: goods of another seller, which this order cannot take along.

They lie in a cart of their own, known to the browser only, which becomes the visitor's once the first is ordered.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, update

from core.clock import now
from core.db import db, transaction
from shop.carts.models import Cart, CartLine
from shop.carts.queries import quantities
from shop.carts.refusals import CartFull
from shop.carts.rules import MOST_LINES, merge
from shop.carts.service import lock_cart, start_cart


def put_aside(token: str, skus: Collection[int], aside: str | None) -> Cart:
    """Move the lines of these SKUs (ids) out of a cart, into the one that waits; answers that.

    aside: the token of the waiting cart, if there is another. Raises NotFound, CartClosed, CartFull.
    """
    with transaction():
        cart = lock_cart(token)
        waiting = lock_cart(aside) if aside and aside != token else start_cart(is_adult=cart.is_adult)
        _move(cart, waiting, skus)
        return waiting


def take_along(token: str, aside: str) -> Cart:
    """Move everything that waits back into a cart; answers it. Raises NotFound, CartClosed, CartFull."""
    with transaction():
        cart = lock_cart(token)
        if aside != token:
            waiting = lock_cart(aside)
            _move(waiting, cart, quantities(waiting.id))
        return cart


def _move(source: Cart, target: Cart, skus: Collection[int]) -> None:
    """Lines change their cart; where the other has the SKU too, the larger quantity stays."""
    given = {sku: units for sku, units in quantities(source.id).items() if sku in skus}
    held = quantities(target.id)
    together = merge(held, given)
    if len(together) > MOST_LINES:
        raise CartFull(limit=MOST_LINES)
    for sku in given:
        mine, theirs = _line(source, sku), _line(target, sku)
        if sku in held:
            db.session.execute(update(CartLine).where(*theirs).values(quantity=together[sku]))
            db.session.execute(delete(CartLine).where(*mine))
        else:
            db.session.execute(update(CartLine).where(*mine).values(cart_id=target.id))
    source.updated_at = target.updated_at = now()


def _line(cart: Cart, sku: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CartLine.cart_id == cart.id, CartLine.sku_id == sku
