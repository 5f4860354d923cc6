"""Verbs on products."""

from typing import Any

from catalog.areas.queries import get_area
from catalog.producers.models import Producer
from catalog.producers.queries import find_producer, scope_of
from catalog.producers.refusals import ProducerUnknown
from catalog.products.events import ProductChanged
from catalog.products.models import Product, ProductSlug
from catalog.products.queries import get_product, taken_slugs
from catalog.products.rules import slug_of
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.events import publish
from core.ids import short_code
from core.text import fold, slugify


def create_product(
    by: Actor,
    *,
    name: str,
    producer: str,
    set_no: int,
    area: str | None = None,
    ocop_code: str | None = None,
    note: str = "",
    is_demo: bool = False,
    code: str | None = None,
) -> Product:
    """Enter a product of a producer (by code); without a certificate it is a candidate.

    code: the stable one that a registry gave it.
    Raises ProducerUnknown, AreaUnknown; NotFound when a producer's own people name another's.
    """
    with transaction() as session:
        at = now()
        maker = _producer(producer)
        authorize(by, "products.create", scope_of(maker))
        area_id = get_area(area, local_day(at)).id if area else maker.area_id
        product = Product(
            code=code or short_code("SP"),
            slug=_free_slug(name, maker),
            name=name,
            name_folded=fold(name),
            producer_id=maker.id,
            set_no=set_no,
            area_id=area_id,
            ocop_code=ocop_code,
            note=note,
            is_demo=is_demo,
            created_at=at,
        )
        session.add(product)
        session.flush()
        record("product.created", f"product:{product.code}", by, name=name, producer=producer, set=set_no)
    return product


def edit_product(by: Actor, key: str, version: int, changes: dict[str, Any]) -> Product:
    """Change a product: name (a new address; the old one redirects), set_no, area (code), ocop_code, note.

    Raises ProductNotFound (also for another's), EditConflict when `version` is stale, AreaUnknown.
    """
    with transaction() as session:
        product = get_product(key)
        authorize(by, "products.edit", scope_of(product.producer))
        check_version(product, version)
        values = dict(changes)
        if "area" in values:
            code = values.pop("area")
            values["area_id"] = get_area(code, local_day(now())).id if code else None
        if "name" in values and values["name"] != product.name:
            values |= _renamed(product, values["name"])
        before = {field: getattr(product, field) for field in values}
        for field, value in values.items():
            setattr(product, field, value)
        session.flush()
        record("product.edited", f"product:{product.code}", by, before=before, after=values)
        publish(ProductChanged(product_id=product.id))
    return product


def _renamed(product: Product, name: str) -> dict[str, str]:
    """New name and address; the old address is kept to redirect."""
    changed = {"name_folded": fold(name)}
    slug = product.slug if slugify(name) == slugify(product.name) else _free_slug(name, product.producer)
    if slug != product.slug:
        changed["slug"] = slug
        db.session.add(ProductSlug(slug=product.slug, product_id=product.id))
    return changed


def _free_slug(name: str, maker: Producer) -> str:
    return slug_of(name, maker.name, taken_slugs(slugify(name) or "san-pham"))


def _producer(code: str) -> Producer:
    found = find_producer(code)
    if found is None:
        raise ProducerUnknown(producer=code)
    return found
