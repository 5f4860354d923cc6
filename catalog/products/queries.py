"""Reading products, by code or by an address of today or of old."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select

from catalog.producers.models import Producer
from catalog.products.models import Product, ProductSlug
from catalog.products.refusals import ProductNotFound
from core.db import db
from core.text import fold


def find_product(key: str) -> Product | None:
    """The product of this code or present slug."""
    query = select(Product).where(or_(Product.code == key, Product.slug == key))
    return db.session.scalars(query).first()


def get_product(key: str) -> Product:
    """As `find_product`; refuses with ProductNotFound."""
    product = find_product(key)
    if product is None:
        raise ProductNotFound
    return product


def find_moved(slug: str) -> Product | None:
    """The product that had this address before."""
    query = select(Product).join(ProductSlug, ProductSlug.product_id == Product.id)
    return db.session.scalars(query.where(ProductSlug.slug == slug)).first()


def taken_slugs(stem: str) -> set[str]:
    """Every address, present or old, that begins with this stem."""
    now = select(Product.slug).where(Product.slug.startswith(stem, autoescape=True))
    old = select(ProductSlug.slug).where(ProductSlug.slug.startswith(stem, autoescape=True))
    return set(db.session.scalars(now)) | set(db.session.scalars(old))


def list_products(
    *, q: str | None, producer: str | None, page: int, per_page: int, producers: Collection[str] | None = None
) -> tuple[Sequence[Product], int]:
    """A page of products for the desks, candidates included, newest first, and how many there are.

    producers: only these producers' codes (a producer's own people); None: everybody's.
    """
    query = select(Product).join(Producer, Producer.id == Product.producer_id)
    if q:
        query = query.where(Product.name_folded.contains(fold(q), autoescape=True))
    if producer:
        query = query.where(Producer.code == producer)
    if producers is not None:
        query = query.where(Producer.code.in_(producers))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page_of = query.order_by(Product.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(page_of).all(), total
