"""The visitor's own cart: which one belongs to this browser or account."""

from flask import g, session

from core.web.access import current_actor
from shop.carts import service
from shop.carts.models import Cart
from shop.carts.queries import count_lines, find_cart, find_open_cart_of

_KEY, _ASIDE = "cart", "cart_aside"


def find_mine() -> Cart | None:
    """The open cart of this browser, what it put aside for the next order, or the cart of the account that is signed
    in. Writes nothing.
    """
    token = session.get(_KEY)
    cart = find_cart(token) if isinstance(token, str) else None
    user_id = current_actor().user_id
    if cart is not None and cart.closed_at is None and cart.user_id in (None, user_id):
        return cart
    if (waiting := find_aside()) is not None:
        return waiting
    return find_open_cart_of(user_id) if user_id is not None else None


def is_ordered() -> bool:
    """Whether the cart that this browser remembers has become an order."""
    token = session.get(_KEY)
    cart = find_cart(token) if isinstance(token, str) else None
    return cart is not None and cart.closed_at is not None


def find_aside() -> Cart | None:
    """What this browser put aside for the next order, while it is not the visitor's cart itself."""
    token = session.get(_ASIDE)
    cart = find_cart(token) if isinstance(token, str) and token != session.get(_KEY) else None
    return cart if cart is not None and cart.closed_at is None else None


def remember_aside(token: str | None) -> None:
    """Keep in mind which cart waits for the next order (None: none any more)."""
    session.pop(_ASIDE, None)
    if token is not None:
        session[_ASIDE] = token


def take_mine() -> Cart | None:
    """As ``find_mine``, and joined with the account's own cart once the visitor has signed in."""
    cart, user_id = find_mine(), current_actor().user_id
    if cart is not None and user_id is not None and cart.user_id is None:
        cart = service.adopt(cart.token, user_id)
    if cart is not None:
        session[_KEY] = cart.token
    return cart


def open_mine() -> Cart:
    """As ``take_mine``; an empty cart where there is none yet."""
    cart = take_mine()
    if cart is None:
        cart = service.start_cart(user_id=current_actor().user_id, is_adult=bool(session.get("adult")))
        session[_KEY] = cart.token
    return cart


def badge() -> int | None:
    """How many lines are in the visitor's cart; None for an empty one. Asked once per request."""
    if "cart_badge" not in g:
        cart = find_mine()
        g.cart_badge = count_lines(cart.token) if cart else 0
    return g.cart_badge or None
