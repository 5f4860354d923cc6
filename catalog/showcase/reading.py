"""Reading live listings for the showcase: a fixed number of statements, for all of them or for some products."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select

from catalog.certificates.models import PAUSE, SPAN, Certificate
from catalog.certificates.queries import GOVERNING, Governing
from catalog.certificates.rules import Pause
from catalog.listings.models import LIVE, Listing, Sku
from catalog.listings.prices import Planned, planned_prices
from catalog.photos.queries import first_photos
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.showcase.faces import Face, Pack, Span
from core.db import db, in_chunks

_FACES = (
    select(
        Listing.id, Product.id, Product.code, Product.slug, Product.name, Listing.summary, Producer.id, Producer.code,
        Producer.name, Product.set_no, func.coalesce(Product.area_id, Producer.area_id), Product.is_demo,
        Listing.is_gift, Listing.published_at,
    )
    .join(Product, Product.id == Listing.product_id)
    .join(Producer, Producer.id == Product.producer_id)
    .where(Listing.state == LIVE)
    .order_by(Listing.id)
)  # fmt: skip
_SPANS = (
    select(*GOVERNING).join(SPAN, SPAN.c.certificate_id == Certificate.id).where(SPAN.c.starts_on <= SPAN.c.ends_on)
)
_PAUSES = select(PAUSE.c.certificate_id, PAUSE.c.from_on, PAUSE.c.until_on)
_PACKS = (
    select(Sku.listing_id, Sku.id, Sku.code, Sku.label, Sku.unit, Sku.price_vnd)
    .where(Sku.is_active)
    .order_by(Sku.listing_id, Sku.price_vnd, Sku.id)
)


def read_faces(product_ids: Collection[int] | None = None) -> list[Face]:
    """Live listings by rising id, all of them or those of some products."""
    rows = list(_rows(_FACES, Listing.product_id, product_ids))
    among = None if product_ids is None else [row[1] for row in rows]
    spans, photos = _spans(among), first_photos(among)
    packs = _packs(None if product_ids is None else [row[0] for row in rows])
    return [
        Face(*row, packs=packs.get(row[0], ()), spans=spans.get(row[1], ()), photo=photos.get(row[1])) for row in rows
    ]


def products_of(producer_ids: Collection[int]) -> set[int]:
    """Ids of all products of these producers."""
    found: set[int] = set()
    for chunk in in_chunks(producer_ids):
        found |= set(db.session.scalars(select(Product.id).where(Product.producer_id.in_(chunk))))
    return found


def _spans(product_ids: Collection[int] | None) -> dict[int, tuple[Span, ...]]:
    governing = [Governing(*row) for row in _rows(_SPANS, Certificate.product_id, product_ids)]
    among = None if product_ids is None else [one.certificate_id for one in governing]
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for certificate_id, from_on, until_on in _rows(_PAUSES, PAUSE.c.certificate_id, among):
        pauses[certificate_id].append(Pause(from_on, until_on))
    found: dict[int, list[Span]] = defaultdict(list)
    for one in governing:
        found[one.product_id].append(Span(one, tuple(pauses.get(one.certificate_id, ()))))
    return _frozen(found)


def _packs(listing_ids: Collection[int] | None) -> dict[int, tuple[Pack, ...]]:
    rows = list(_rows(_PACKS, Sku.listing_id, listing_ids))
    planned: dict[int, list[Planned]] = planned_prices(None if listing_ids is None else [row[1] for row in rows])
    found: dict[int, list[Pack]] = defaultdict(list)
    for listing_id, sku_id, *facts in rows:
        found[listing_id].append(Pack(sku_id, *facts, planned=tuple(planned.get(sku_id, ()))))
    return _frozen(found)


def _rows(query: Any, key: Any, among: Collection[int] | None) -> Iterator[Any]:
    """The rows of a statement, of everything or of some ids."""
    if among is None:
        yield from db.session.execute(query)
        return
    for chunk in in_chunks(among):
        yield from db.session.execute(query.where(key.in_(chunk)))


def _frozen(found: dict[int, list[Any]]) -> dict[int, tuple[Any, ...]]:
    return {key: tuple(values) for key, values in found.items()}
