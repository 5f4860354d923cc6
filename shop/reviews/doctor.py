"""What must never be found among reviews."""

from collections.abc import Iterable

from sqlalchemy import case, func, select

from core.db import db
from core.doctor import invariant
from shop.orders.models import Order, OrderLine
from shop.orders.rules import WITH_BUYER
from shop.reviews.models import ProductRating, Review
from shop.reviews.rules import SHOWN

_MARKS = (1, 2, 3, 4, 5)


@invariant("I20", "every product's marks are exactly what its shown reviews come to")
def ratings_are_exact() -> Iterable[str]:
    """A line for each product whose kept sums differ from a count."""
    sums = [func.sum(case((Review.marks == n, 1), else_=0)) for n in _MARKS]
    query = select(Review.product_id, *sums).where(Review.state == SHOWN).group_by(Review.product_id)
    counted = {row[0]: tuple(int(n) for n in row[1:]) for row in db.session.execute(query)}
    kept = {
        row.product_id: tuple(getattr(row, f"marks_{n}") for n in _MARKS)
        for row in db.session.scalars(select(ProductRating))
    }
    for product_id in sorted(counted.keys() | kept.keys()):
        true, told = counted.get(product_id, (0,) * 5), kept.get(product_id, (0,) * 5)
        if true != told:
            yield f"product {product_id}: kept {told}, counted {true}"


@invariant("I21", "every review stands on a line of its product in an order that was handed over")
def reviews_were_bought() -> Iterable[str]:
    """A line for each review without its purchase."""
    line = select(OrderLine.id).where(OrderLine.order_id == Order.id, OrderLine.product_id == Review.product_id)
    query = select(Review.code).join(Order, Order.id == Review.order_id)
    bare = query.where(~line.exists() | (Order.state.not_in(WITH_BUYER))).order_by(Review.id)
    for code in db.session.scalars(bare):
        yield f"review {code} without a purchase"
