"""Verbs on stops: order, lift. Each is one transaction, and takes effect by date at every door.

One person suffices: a stop protects, it sells nothing. It takes the locks that a checkout takes (the certificates'
rows) before it reads the clock, so that no sale is decided after it without having seen it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Integer, column, select, table

from catalog.producers.models import Producer
from catalog.producers.queries import find_producer
from catalog.products.models import Product
from catalog.products.queries import find_product
from catalog.stops.events import ProductFreed, ProductStopped
from catalog.stops.models import ProductStop
from catalog.stops.queries import get_stop, stop_of, touched_products
from catalog.stops.refusals import StopOfPaper, StopOver, StopTwice
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code

#: The certificates' rows by name only: their feature stands above this one, and its rows are the lock of a sale.
_CERTIFICATE = table("certificate", column("id", Integer()), column("product_id", Integer()))


@dataclass(frozen=True, slots=True)
class Target:
    """What a stop is about: exactly one of the two."""

    product: Product | None = None
    producer: Producer | None = None

    @property
    def subject(self) -> str:
        """As the audit trail names it."""
        if self.product is not None:
            return f"product:{self.product.code}"
        return f"producer:{self.producer.code}" if self.producer else ""


def order_stop(
    by: Actor,
    *,
    number: str,
    authority: str,
    ground: str,
    product: str | None = None,
    producer: str | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> ProductStop:
    """Record an authority's order over a product, or over all products of a producer, by code.

    It stops from `from_on` (today when left out) to `until_on`, or until it is lifted. Raises Invalid (which
    product, days out of order), StopTwice.
    """
    authorize(by, "stops.order")
    target = find_target(product, producer)
    kind = "takedown" if target.product else "subject"
    return place(by, target, kind=kind, number=number, authority=authority, ground=ground, from_on=from_on,
                 until_on=until_on)  # fmt: skip


def lift_stop(by: Actor, code: str, *, reason: str) -> ProductStop:
    """End an order: from today it stops nothing. Raises StopNotFound, StopOver, StopOfPaper."""
    authorize(by, "stops.order")
    with transaction():
        stop = _locked(code)
        if stop.source is not None:
            raise StopOfPaper
        today = local_day(now())
        last = stop_of(stop).last_on
        if last is not None and last < today:
            raise StopOver
        end(by, stop, on=today, reason=reason)
    return stop


def find_target(product: str | None, producer: str | None) -> Target:
    """The product or the producer that was named. Raises Invalid unless exactly one is, and is there."""
    if bool(product) == bool(producer):
        text = _("Ghi một sản phẩm, hoặc một chủ thể, không phải cả hai.")
        raise Invalid({"product": [text]})
    found = Target(find_product(product) if product else None, find_producer(producer) if producer else None)
    if product and found.product is None:
        raise Invalid({"product": [_("Không có sản phẩm mang mã này.")]})
    if producer and found.producer is None:
        raise Invalid({"producer": [_("Không có chủ thể mang mã này.")]})
    return found


def place(
    by: Actor,
    target: Target,
    *,
    kind: str,
    number: str,
    authority: str,
    ground: str,
    from_on: date | None = None,
    until_on: date | None = None,
    source: str | None = None,
) -> ProductStop:
    """Write a stop behind the locks of a sale; told at once when its first day has come. Raises StopTwice, Invalid."""
    with transaction() as session:
        lock_certificates(target)
        at = now()
        first = from_on or local_day(at)
        if until_on is not None and until_on < first:
            raise Invalid({"until_on": [_("Không thể trước ngày bắt đầu.")]})
        if source is None:
            _check_new(target, number, authority, local_day(at))
        stop = ProductStop(
            code=short_code("LG"), product_id=target.product.id if target.product else None,
            producer_id=target.producer.id if target.producer else None, kind=kind, number=number,
            authority=authority, ground=ground, from_on=first, until_on=until_on, source=source, recorded_at=at,
            recorded_by=by.user_id,
        )  # fmt: skip
        session.add(stop)
        session.flush()
        record("stop.ordered", f"stop:{stop.code}", by, about=target.subject, kind=kind, number=number,
               authority=authority, from_on=first, until_on=until_on)  # fmt: skip
        if first <= local_day(at):
            stop.begun_recorded_at = at
            tell_stopped(stop)
    return stop


def end(by: Actor, stop: ProductStop, *, on: date, reason: str) -> None:
    """Free a locked stop from a day that is not past; told at once when that day is today.

    Called inside a transaction. A stop that has not begun by then never begins.
    """
    at = now()
    stop.lifted_on, stop.lifted_at, stop.lifted_by, stop.lifted_reason = on, at, by.user_id, reason
    has_begun = stop.begun_recorded_at is not None
    if on <= local_day(at):
        stop.ended_recorded_at = at
    db.session.flush()
    record("stop.lifted", f"stop:{stop.code}", by, number=stop.number, on=on, reason=reason)
    if has_begun and stop.ended_recorded_at is not None:
        tell_freed(stop, on)


def tell_stopped(stop: ProductStop) -> None:
    """Tell of every product that stands still now."""
    db.session.flush()
    for product_id in touched_products(stop):
        publish(ProductStopped(product_id, stop.from_on))


def tell_freed(stop: ProductStop, on: date) -> None:
    """Tell of every product that this stop holds no longer."""
    db.session.flush()
    for product_id in touched_products(stop):
        publish(ProductFreed(product_id, on))


def lock_certificates(target: Target) -> None:
    """Wait for the sales that hold these certificates, and make later ones wait; in id order, as everywhere."""
    touched: ColumnElement[bool]
    if target.product is not None:
        touched = _CERTIFICATE.c.product_id == target.product.id
    else:
        ids = select(Product.id).where(Product.producer_id == (target.producer.id if target.producer else 0))
        touched = _CERTIFICATE.c.product_id.in_(ids)
    db.session.execute(select(_CERTIFICATE.c.id).where(touched).order_by(_CERTIFICATE.c.id).with_for_update()).all()


def has_certificates(product_ids: Collection[int]) -> bool:
    """Whether any of these products was ever entered with a certificate."""
    entered = select(_CERTIFICATE.c.id).where(_CERTIFICATE.c.product_id.in_(list(product_ids)))
    return db.session.execute(entered.limit(1)).first() is not None


def _check_new(target: Target, number: str, authority: str, today: date) -> None:
    query = select(ProductStop).where(
        ProductStop.product_id == target.product.id if target.product else ProductStop.product_id.is_(None),
        ProductStop.producer_id == target.producer.id if target.producer else ProductStop.producer_id.is_(None),
        ProductStop.number == number,
        ProductStop.authority == authority,
    )
    for same in db.session.scalars(query):
        last = stop_of(same).last_on
        if last is None or last >= today:
            raise StopTwice(stop=same.code)


def _locked(code: str) -> ProductStop:
    stop = get_stop(code)
    lock_certificates(Target(stop.product, stop.producer))
    db.session.refresh(stop, with_for_update={"of": ProductStop})
    return stop
