"""Reading reviews."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db, in_chunks
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.reviews.models import ProductRating, Review, ReviewReport, ReviewStep
from shop.reviews.refusals import ReviewNotFound
from shop.reviews.rules import HELD, HIDDEN, NO_RATING, SHOWN, WITHDRAWN, Rating
from shop.stores.models import Store

#: Reviews on a product's own page; the rest have a page of theirs.
FIRST = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A review with the names that it is shown with."""

    review: Review
    store: Store
    product: Product


@dataclass(frozen=True, slots=True)
class Panel:
    """What a product's page shows of its reviews."""

    rating: Rating
    said: list[Said]


def ratings(product_ids: Collection[int]) -> dict[int, Rating]:
    """What buyers gave these products; products without a shown review are left out."""
    found: dict[int, Rating] = {}
    for chunk in in_chunks(product_ids):
        for row in db.session.scalars(select(ProductRating).where(ProductRating.product_id.in_(chunk))):
            rating = _rating(row)
            if rating.count:
                found[row.product_id] = rating
    return found


def panel(product_id: int) -> Panel:
    """The sums and the newest few, in two statements."""
    rating = ratings([product_id]).get(product_id, NO_RATING)
    return Panel(rating, list_shown(product_id, "newest", 1, FIRST) if rating.count else [])


def list_shown(product_id: int, sort: str, page: int, per_page: int) -> list[Said]:
    """A page of what is shown of a product; how many there are is its rating's count."""
    order = {"lowest": (Review.marks, Review.id.desc()), "highest": (Review.marks.desc(), Review.id.desc())}
    query = _said().where(Review.product_id == product_id, Review.state == SHOWN)
    query = query.order_by(*order.get(sort, (Review.written_at.desc(), Review.id.desc())))
    return _read(query, page, per_page)


def get_said(code: str) -> Said:
    """A review in any state. Raises ReviewNotFound."""
    found = _read(_said().where(Review.code == code), 1, 1)
    if not found:
        raise ReviewNotFound
    return found[0]


def get_shown(code: str) -> Said:
    """A review that everybody reads. Raises ReviewNotFound."""
    found = get_said(code)
    if found.review.state != SHOWN:
        raise ReviewNotFound
    return found


def steps_of(review: Review) -> Sequence[ReviewStep]:
    """Its history, oldest first."""
    return db.session.scalars(select(ReviewStep).where(ReviewStep.review_id == review.id).order_by(ReviewStep.id)).all()


def reports_of(review: Review) -> Sequence[ReviewReport]:
    """What was reported of it, newest first."""
    query = select(ReviewReport).where(ReviewReport.review_id == review.id).order_by(ReviewReport.id.desc())
    return db.session.scalars(query.limit(50)).all()


def list_moderated(kind: str, page: int, per_page: int) -> tuple[list[Said], int]:
    """The moderator's pages: ``held`` (oldest first), ``reported``, ``hidden``, ``shown``; and how many."""
    query = _said().where(*_of_kind(kind))
    ordered = query.order_by(Review.id if kind == HELD else Review.id.desc())
    return _read(ordered, page, per_page), _count(query)


def list_of_producers(codes: Collection[str], page: int, per_page: int, *, unanswered: bool) -> tuple[list[Said], int]:
    """What is shown of the products of these producers, newest first; and how many."""
    query = _said().where(Producer.code.in_(codes), Review.state == SHOWN)
    if unanswered:
        query = query.where(Review.answer.is_(None))
    return _read(query.order_by(Review.id.desc()), page, per_page), _count(query)


def count_to_moderate() -> int:
    """How many wait for a moderator: held, reported, or with an answer that waits."""
    waits = (Review.state == HELD) | (Review.reports > 0) | (Review.answer_state == HELD)
    return db.session.scalar(select(func.count()).select_from(Review).where(waits, Review.state != WITHDRAWN)) or 0


def count_unanswered(codes: Collection[str]) -> int:
    """How many shown reviews of these producers have no answer yet."""
    query = _said().where(Producer.code.in_(codes), Review.state == SHOWN, Review.answer.is_(None))
    return _count(query)


def of_order(order_id: int) -> dict[int, Review]:
    """The reviews that an order's buyer has written, by product id."""
    found = db.session.scalars(select(Review).where(Review.order_id == order_id))
    return {review.product_id: review for review in found}


def bought(order: Order) -> list[Product]:
    """The products of an order, each once, in the order of its lines."""
    lines = select(OrderLine.product_id, func.min(OrderLine.position).label("first"))
    first = lines.where(OrderLine.order_id == order.id).group_by(OrderLine.product_id).subquery()
    query = select(Product).join(first, first.c.product_id == Product.id).order_by(first.c.first)
    return list(db.session.scalars(query))


def handed_over_at(order_id: int) -> datetime | None:
    """When the buyer got the goods; None before."""
    query = select(func.min(OrderEvent.at)).where(OrderEvent.order_id == order_id, OrderEvent.action == "hand_over")
    return db.session.scalar(query)


def _of_kind(kind: str) -> list[ColumnElement[bool]]:
    """``held`` also holds answers that wait."""
    if kind == HELD:
        return [Review.state != WITHDRAWN, (Review.state == HELD) | (Review.answer_state == HELD)]
    if kind == "reported":
        return [Review.reports > 0, Review.state == SHOWN]
    return [(Review.state == HIDDEN) | (Review.answer_state == HIDDEN)] if kind == HIDDEN else [Review.state == SHOWN]


def _said() -> Select[Review, Store, Product]:
    return (
        select(Review, Store, Product)
        .join(Store, Store.id == Review.store_id)
        .join(Product, Product.id == Review.product_id)
        .join(Producer, Producer.id == Product.producer_id)
    )


def _read(query: Select[Review, Store, Product], page: int, per_page: int) -> list[Said]:
    rows = db.session.execute(query.limit(per_page).offset((page - 1) * per_page))
    return [Said(*row) for row in rows]


def _count(query: Select[Review, Store, Product]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.with_only_columns(Review.id).subquery())) or 0


def _rating(row: ProductRating) -> Rating:
    return Rating((row.marks_1, row.marks_2, row.marks_3, row.marks_4, row.marks_5))
