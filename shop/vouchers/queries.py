"""Reading vouchers."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload

from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import SERVICE
from core.accounts.actor import Actor, Scope
from core.accounts.permissions import actions, is_allowed, may
from core.db import db
from shop.orders.given_back import find_given_back
from shop.orders.models import Order, OrderLine
from shop.orders.rules import Parcel
from shop.payments.refunds import list_refunds
from shop.payments.rules import RefundState
from shop.stores.models import Store
from shop.vouchers.models import Voucher
from shop.vouchers.refusals import VoucherNotFound
from shop.vouchers.rules import State, clean_code

#: Keys of refunds: the promise anew of one that failed, and of a parcel that was called off (counted by the parcel).
_AGAIN, _PARCEL = "again:", "parcel:"
_WITH = (joinedload(Voucher.order), joinedload(Voucher.store), joinedload(Voucher.producer))


def find_voucher(text: str) -> Voucher | None:
    """A voucher by its code, however it was typed or scanned, or None."""
    code = clean_code(text)
    query = select(Voucher).where(Voucher.code == code).options(*_WITH)
    return db.session.scalar(query.execution_options(populate_existing=True)) if code else None


def get_voucher(text: str) -> Voucher:
    """A voucher by its code. Refuses VoucherNotFound. Says nothing about who may see it."""
    found = find_voucher(text)
    if found is None:
        raise VoucherNotFound
    return found


def get_visible(text: str, by: Actor, action: str = "vouchers.read") -> Voucher:
    """A voucher that this member of staff may see: of her store or of her producer. Refuses VoucherNotFound."""
    found = get_voucher(text)
    if not is_allowed(by, action, *scopes_of(found)):
        raise VoucherNotFound
    return found


def scopes_of(voucher: Voucher) -> tuple[Scope, Scope]:
    """Where a voucher belongs: the store that sold it, the producer who serves."""
    return Scope("store", voucher.store.code), Scope("producer", voucher.producer.code)


def list_of_order(order_id: int) -> Sequence[Voucher]:
    """The vouchers of an order, in the order of its lines."""
    query = select(Voucher).where(Voucher.order_id == order_id).options(*_WITH)
    return db.session.scalars(query.order_by(Voucher.order_line_id, Voucher.position)).all()


def spent_by_line(order_id: int) -> dict[int, int]:
    """How many vouchers of each line are used, or given back by themselves: nobody can ask money for them again."""
    query = select(Voucher.order_line_id, func.count()).where(Voucher.order_id == order_id)
    query = query.where(Voucher.state.in_([State.REDEEMED, State.RETURNED])).group_by(Voucher.order_line_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def pieces_gone(order: Order, payment_id: int) -> Counter[int]:
    """How many pieces of each line were called off with a parcel, or are paid back, by the line's id.

    What failed and goes back another way counts by the lines of its first promise.
    """
    gone: Counter[int] = Counter()
    for parcel in order.shipments:
        if parcel.state == Parcel.CANCELLED:
            gone.update({one.order_line_id: one.quantity for one in parcel.lines})
    refunds = list_refunds(payment_id)
    keys = {one.code: one.key for one in refunds}
    for refund in refunds:
        key = refund.key
        while key.startswith(_AGAIN) and (first := keys.get(key.removeprefix(_AGAIN))):
            key = first
        if refund.state != RefundState.FAILED and not key.startswith(_PARCEL):
            gone.update({one.line_id: one.quantity for one in find_given_back(key) or () if one.line_id})
    return gone


def service_lines(order_id: int) -> Sequence[OrderLine]:
    """The lines of an order that are services: product set 26."""
    query = select(OrderLine).join(Product, Product.id == OrderLine.product_id)
    query = query.where(OrderLine.order_id == order_id, Product.set_no == SERVICE)
    return db.session.scalars(query.order_by(OrderLine.position)).all()


def list_vouchers(by: Actor, state: str | None, page: int, per_page: int) -> tuple[list[Voucher], int]:
    """A page of the vouchers of my stores and producers, the newest first, with the whole number."""
    where = [_mine(by), *([Voucher.state == state] if state else [])]
    joined = (Store, Store.id == Voucher.store_id), (Producer, Producer.id == Voucher.producer_id)
    counting = select(func.count()).select_from(Voucher).join(*joined[0]).join(*joined[1]).where(*where)
    query = select(Voucher).join(*joined[0]).join(*joined[1]).where(*where).options(*_WITH)
    query = query.order_by(Voucher.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(query)), db.session.scalar(counting) or 0


def line_of(voucher: Voucher) -> OrderLine:
    """The line of the order that it was sold by: name, pack, certificate as printed."""
    return db.session.get_one(OrderLine, voucher.order_line_id)


def lines_of(vouchers: Sequence[Voucher]) -> dict[int, OrderLine]:
    """The lines of several vouchers by id. One query."""
    query = select(OrderLine).where(OrderLine.id.in_({one.order_line_id for one in vouchers}))
    return {one.id: one for one in db.session.scalars(query)}


def _mine(by: Actor) -> ColumnElement[bool]:
    """The condition under which a voucher is of this caller's stores or producers."""
    if not may(by, "vouchers.read"):
        return ~true()
    held = [grant for grant in by.grants if grant.role in actions()["vouchers.read"]]
    if by.via == "system" or any(grant.scope is None for grant in held):
        return true()
    codes = {kind: [one.scope.code for one in held if one.scope and one.scope.kind == kind]
             for kind in ("store", "producer")}  # fmt: skip
    return Store.code.in_(codes["store"]) | Producer.code.in_(codes["producer"])
