"""Clock work of privacy: erasures that were asked for, contact data whose time is over, links that lead nowhere."""

from datetime import date, timedelta

from sqlalchemy import delete, select

from core.clock import day_start
from core.db import db, end_reading, transaction
from core.schedule import nightly
from shop.orders.models import Order
from shop.privacy import service
from shop.privacy.erasing import erase_orders
from shop.privacy.models import PrivacyLink
from shop.privacy.needs import needed_of
from shop.privacy.rules import CONTACT_KEPT, OVER
from shop.privacy.tills import erase_receipts, receipts_before

#: Orders in one transaction: short enough that nobody waits for it.
BATCH = 100


@nightly
def erase_who_asked(today: date) -> int:
    """Erase everybody who asked before today; whoever opened an order since waits for the officer."""
    return service.run_due(today)


@nightly
def forget_old_contacts(today: date) -> int:
    """Make nobody's the orders that ended three years ago; sums, lines and invoices stay. Answers how many."""
    old = Order.placed_on < today - CONTACT_KEPT, Order.state.in_(OVER), Order.contact_phone != ""
    count, last = 0, 0
    while True:
        orders = db.session.scalars(select(Order).where(*old, Order.id > last).order_by(Order.id).limit(BATCH)).all()
        if not orders:
            return count
        last = orders[-1].id
        needed = {one.number for one in needed_of(orders, today)}
        numbers = [order.number for order in orders if order.number not in needed]
        end_reading()
        count += _forget(numbers)


@nightly
def forget_old_receipts(today: date) -> int:
    """Forget whose the receipts of tills were, three years after; answers how many rows changed."""
    count = 0
    while found := receipts_before(today - CONTACT_KEPT, BATCH):
        count += erase_receipts(found).total()
    return count


@nightly
def forget_links(today: date) -> int:
    """Drop links and visits that ended before today."""
    with transaction() as session:
        over = delete(PrivacyLink).where(PrivacyLink.expires_at < day_start(today) - timedelta(days=1))
        return session.execute(over).rowcount  # pyright: ignore[reportAttributeAccessIssue] a CursorResult


def _forget(numbers: list[str]) -> int:
    with transaction() as session:
        query = select(Order).where(Order.number.in_(numbers)).order_by(Order.id).with_for_update()
        return erase_orders(session.scalars(query.execution_options(populate_existing=True)).all())["shop_order"]
