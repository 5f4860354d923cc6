"""Reading stops."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, and_, func, or_, select
from sqlalchemy.orm import lazyload

from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.refusals import StopNotFound
from catalog.stops.rules import Stop, stop_on
from core.db import db, in_chunks

#: Joins a product with every stop that is its own or its producer's.
TOUCHES = or_(ProductStop.product_id == Product.id, ProductStop.producer_id == Product.producer_id)


def holding(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Whether a stop is in force on that day, in SQL."""
    return and_(
        ProductStop.from_on <= on,
        or_(ProductStop.until_on.is_(None), ProductStop.until_on >= on),
        or_(ProductStop.lifted_on.is_(None), ProductStop.lifted_on > on),
    )


def stops_of(product_ids: Collection[int], known: datetime | None = None) -> dict[int, list[Stop]]:
    """Every stop of each of these products, past and to come; products without any are missing.

    known: as it was known at that instant; left out: as it is known now.
    """
    found: dict[int, list[Stop]] = defaultdict(list)
    wanted = list(product_ids)
    for some_of in in_chunks(wanted):
        query = select(Product.id, ProductStop).join(ProductStop, TOUCHES).options(lazyload("*"))
        query = query.where(Product.id.in_(some_of)).order_by(ProductStop.id)
        if known is not None:
            query = query.where(ProductStop.recorded_at <= known)
        for product_id, row in db.session.execute(query):
            found[product_id].append(stop_of(row, known))
    return found


def stop_of(row: ProductStop, known: datetime | None = None) -> Stop:
    """A stop as the rules see it; a lifting recorded after `known` was not known."""
    is_lifted = row.lifted_at is not None and (known is None or row.lifted_at <= known)
    return Stop(
        from_on=row.from_on, until_on=row.until_on, lifted_on=row.lifted_on if is_lifted else None,
        id=row.id, code=row.code,
        kind=row.kind, number=row.number, authority=row.authority, ground=row.ground,
    )  # fmt: skip


def find_stop(product_id: int, on: date) -> Stop | None:
    """What stops the product on that day, to be told beside its certificate."""
    return stop_on(stops_of([product_id]).get(product_id, []), on)


def get_stop(code: str) -> ProductStop:
    """A stop by its code. Raises StopNotFound."""
    found = db.session.scalars(select(ProductStop).where(ProductStop.code == code)).first()
    if found is None:
        raise StopNotFound
    return found


def list_stops(on: date, *, is_open: bool, page: int = 1, per_page: int = 30) -> tuple[Sequence[ProductStop], int]:
    """Stops in force or to come (or those that are over), newest first, and how many."""
    lasts = and_(
        or_(ProductStop.until_on.is_(None), ProductStop.until_on >= on),
        or_(
            ProductStop.lifted_on.is_(None),
            and_(ProductStop.lifted_on > on, ProductStop.lifted_on > ProductStop.from_on),
        ),
    )
    query = select(ProductStop).where(lasts if is_open else ~lasts)
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(ProductStop.id).subquery())) or 0
    rows = query.order_by(ProductStop.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def list_own(products: Iterable[int], on: date) -> dict[int, Stop]:
    """The stop in force of each of these products that has one."""
    found = stops_of(list(products))
    stopped = {product_id: stop_on(stops, on) for product_id, stops in found.items()}
    return {product_id: stop for product_id, stop in stopped.items() if stop}


def touched_products(stop: ProductStop) -> list[int]:
    """Ids of the products that it stops, in order."""
    query = select(Product.id).order_by(Product.id)
    if stop.product_id is not None:
        return [stop.product_id]
    return list(db.session.scalars(query.where(Product.producer_id == stop.producer_id)))
