"""Verbs of carts. None of them touches stock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, func, insert, select, update

from catalog.listings.queries import Offer, get_offer, offers_by_code
from core.clock import local_day, now
from core.db import db, run, table_of, transaction, written
from core.errors import Invalid, NotFound
from core.ids import secret_token
from shop.carts.models import Cart, CartCharge, CartLine
from shop.carts.queries import quantities
from shop.carts.refusals import CartClosed, CartFull
from shop.carts.rules import MOST, MOST_CHARGES, MOST_LINES, Wrap, merge
from shop.coupons.queries import find_coupon
from shop.coupons.refusals import CouponUnknown
from shop.stores.models import Store

_BLIND = {"synchronize_session": False}
_carts, _stores = table_of(Cart), table_of(Store)
_NEW_CART = insert(_carts).returning(_carts.c.id)
#: The same for the store of a code, when that one trades: looked up by the statement that writes.
_PLAIN = [column for column in _carts.c if column.name not in ("id", "store_id")]
_NEW_CART_AT = (
    insert(_carts)
    .from_select(
        [*(column.name for column in _PLAIN), "store_id"],
        select(*(bindparam(column.name, type_=column.type) for column in _PLAIN), _stores.c.id).where(
            _stores.c.code == bindparam("store"), _stores.c.is_active
        ),
    )
    .returning(_carts.c.id, _carts.c.store_id)
)
_NEW_LINES = insert(table_of(CartLine))


def start_cart(store: Store | None = None, user_id: int | None = None, *, is_adult: bool = False) -> Cart:
    """An empty cart under a fresh token."""
    return start_with({}, store.code if store else None, user_id, is_adult=is_adult)[0]


def start_with(
    wants: Mapping[str, int], store: str | None, user_id: int | None, *, is_adult: bool
) -> tuple[Cart, dict[int, Offer]]:
    """A cart with these lines (units by SKU code) at a store of this code, and what is offered of them today by SKU id.

    Raises the catalog's refusal for the first SKU that may not be sold today, Invalid (``store``) where no such store
    trades; then there is no cart.
    """
    with transaction():
        at = now()
        offered = offers_by_code(list(wants), local_day(at)) if wants else {}
        for code in wants:
            if code not in offered:
                get_offer(code, local_day(at))  # says why not
        values = {
            "token": secret_token(), "user_id": user_id, "is_adult": is_adult,
            "coupon_code": None, "created_at": at, "updated_at": at, "closed_at": None,
        }  # fmt: skip
        cart = _write_cart(values, store)
        rows = [
            {"cart_id": cart.id, "sku_id": offered[code].sku_id, "quantity": quantity, "added_at": at}
            for code, quantity in wants.items()
        ]
        if rows:
            run(_NEW_LINES, rows)
        return cart, {one.sku_id: one for one in offered.values()}


def _write_cart(values: Mapping[str, Any], store: str | None) -> Cart:
    """A cart's row, at the store of a code or at none yet. Raises Invalid where no such store trades."""
    if store is None:
        return written(Cart(id=run(_NEW_CART, {**values, "store_id": None}).scalar_one(), store_id=None, **values))
    made = run(_NEW_CART_AT, {**values, "store": store}).one_or_none()
    if made is None:
        raise Invalid({"store": [_("Không có cửa hàng này.")]})
    return written(Cart(id=made.id, store_id=made.store_id, **values))


def set_coupon(token: str, code: str | None) -> Cart:
    """Let a coupon work on the cart (its code as `coupons.rules.normalise` writes it), in place of the one before;
    None: no coupon. Raises CouponUnknown; what else stands in its way is told at each look.
    """
    with transaction():
        cart = lock_cart(token)
        if code is not None and find_coupon(code) is None:
            raise CouponUnknown
        cart.coupon_code = code
        cart.updated_at = now()
        return cart


def set_line(token: str, sku_code: str, quantity: int) -> Cart:
    """Want exactly so many units of a SKU (pieces, or grams).

    Raises the catalog's refusal when the SKU may not be sold today: what has lapsed enters no cart and
    grows in none. Too little stock is no refusal here: the line says so.
    """
    with transaction():
        cart = lock_cart(token)
        offer = get_offer(sku_code, local_day(now()))
        _put(cart, offer.sku_id, quantity)
        return cart


def add_line(token: str, sku_code: str, quantity: int) -> Cart:
    """Want so many units more of a SKU. Raises as ``set_line``."""
    with transaction():
        cart = lock_cart(token)
        offer = get_offer(sku_code, local_day(now()))
        _put(cart, offer.sku_id, min(quantities(cart.id).get(offer.sku_id, 0) + quantity, MOST))
        return cart


def remove_line(token: str, sku_id: int) -> Cart:
    """Want a SKU no more. Raises NotFound when it is not in the cart."""
    with transaction():
        cart = lock_cart(token)
        line = _line(cart.id, sku_id)
        if line is None:
            raise NotFound
        db.session.delete(line)
        cart.updated_at = now()
        return cart


def add_charge(token: str, wanted: Wrap) -> Cart:
    """Charge something beside the lines: the same thing again is once more of it. Raises NotFound, CartClosed."""
    with transaction():
        cart = lock_cart(token)
        parts = {str(sku): units for sku, units in sorted(wanted.parts.items())}
        rows = db.session.scalars(select(CartCharge).where(CartCharge.cart_id == cart.id))
        same = next((row for row in rows if row.reference == wanted.reference and row.parts == parts), None)
        if same is not None:
            same.quantity, same.amount_vnd = min(same.quantity + wanted.quantity, MOST_CHARGES), wanted.amount_vnd
        else:
            db.session.add(CartCharge(
                cart_id=cart.id, kind="gift_wrap", label=wanted.label, reference=wanted.reference,
                store_id=wanted.store_id, amount_vnd=wanted.amount_vnd, quantity=wanted.quantity, parts=parts,
                added_at=now(),
            ))  # fmt: skip
        cart.updated_at = now()
        return cart


def remove_charge(token: str, charge_id: int) -> Cart:
    """Have it no more; the lines stay. Raises NotFound when the cart has no such charge."""
    with transaction():
        cart = lock_cart(token)
        gone = delete(CartCharge).where(CartCharge.id == charge_id, CartCharge.cart_id == cart.id)
        if not db.session.execute(gone).rowcount:  # type: ignore[attr-defined]
            raise NotFound
        return cart


def reprice_charges(reference: str, amount_vnd: int | None) -> None:
    """What it costs has changed, or (None) it is done no more: in every open cart."""
    with transaction():
        still = select(Cart.id).where(Cart.closed_at.is_(None))
        theirs = CartCharge.reference == reference, CartCharge.cart_id.in_(still)
        if amount_vnd is None:
            db.session.execute(delete(CartCharge).where(*theirs), execution_options=_BLIND)
        else:
            changed = update(CartCharge).where(*theirs).values(amount_vnd=amount_vnd)
            db.session.execute(changed, execution_options=_BLIND)


def choose_store(token: str, store: Store | None) -> Cart:
    """Buy from this store (None: undecided); availability is then judged there."""
    with transaction():
        cart = lock_cart(token)
        cart.store_id = store.id if store else None
        cart.updated_at = now()
        return cart


def confirm_adult(token: str) -> Cart:
    """The visitor says that he or she is 18 or older (asked once)."""
    with transaction():
        cart = lock_cart(token)
        cart.is_adult = True
        return cart


def adopt(token: str, user_id: int) -> Cart:
    """The cart of a visitor who has signed in: joined with the account's own open cart, no line lost.

    Twice has the effect of once.
    """
    with transaction():
        cart = lock_cart(token)
        others = select(Cart).where(Cart.user_id == user_id, Cart.closed_at.is_(None), Cart.id != cart.id)
        for other in db.session.scalars(others.order_by(Cart.id).with_for_update()):
            for sku_id, quantity in merge(quantities(cart.id), quantities(other.id)).items():
                _put(cart, sku_id, quantity)
            _move_charges(other, cart)
            cart.is_adult = cart.is_adult or other.is_adult
            cart.coupon_code = cart.coupon_code or other.coupon_code
            _drop(other)
        cart.user_id = user_id
        return cart


def lock_cart(token: str) -> Cart:
    """The open cart behind a token, locked until the transaction ends. Raises NotFound, CartClosed."""
    query = select(Cart).where(Cart.token == token).with_for_update()
    cart = db.session.scalar(query.execution_options(populate_existing=True))
    if cart is None:
        raise NotFound
    if cart.closed_at is not None:
        raise CartClosed
    return cart


def forget_carts(before: datetime) -> int:
    """Drop carts that nobody has touched since an instant and that never became an order; answers how many."""
    with transaction():
        old = select(Cart).where(Cart.closed_at.is_(None), Cart.updated_at < before).limit(1000)
        carts = list(db.session.scalars(old))
        for cart in carts:
            _drop(cart)
        return len(carts)


def _put(cart: Cart, sku_id: int, quantity: int) -> None:
    line = _line(cart.id, sku_id)
    if line is not None:
        line.quantity = quantity
    else:
        count = db.session.scalar(select(func.count()).where(CartLine.cart_id == cart.id)) or 0
        if count >= MOST_LINES:
            raise CartFull(limit=MOST_LINES)
        db.session.add(CartLine(cart_id=cart.id, sku_id=sku_id, quantity=quantity, added_at=now()))
    cart.updated_at = now()
    db.session.flush()


def _line(cart_id: int, sku_id: int) -> CartLine | None:
    return db.session.scalar(select(CartLine).where(CartLine.cart_id == cart_id, CartLine.sku_id == sku_id))


def _move_charges(other: Cart, cart: Cart) -> None:
    """Charges of a cart that is joined, but for what the other has already."""
    known = select(CartCharge.reference).where(CartCharge.cart_id == cart.id)
    theirs = CartCharge.cart_id == other.id, CartCharge.reference.not_in(list(db.session.scalars(known)))
    db.session.execute(update(CartCharge).where(*theirs).values(cart_id=cart.id), execution_options=_BLIND)


def _drop(cart: Cart) -> None:
    db.session.execute(delete(CartCharge).where(CartCharge.cart_id == cart.id), execution_options=_BLIND)
    db.session.execute(delete(CartLine).where(CartLine.cart_id == cart.id))
    db.session.delete(cart)
    db.session.flush()
