"""The registry as it stands: every producer and product, and every certificate that a second person has confirmed."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.areas.models import Area
from catalog.certificates.models import Certificate
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.registry.format import COLUMNS, Tables, Values, ordered
from core.db import db

#: Columns of a certificate that are called otherwise here.
_RENAMED = {
    "score": "score_hundredths", "score_a": "score_a_hundredths", "score_b": "score_b_hundredths",
    "score_c": "score_c_hundredths",
}  # fmt: skip
_OWN = [column for column in COLUMNS["certificates"] if column != "product"]


def collect() -> Tables:
    """Everything, in the order of the format. An unverified entry is no fact, so it is left out."""
    producers = db.session.scalars(select(Producer).options(joinedload(Producer.area)))
    products = db.session.execute(
        select(Product, Producer.code)
        .join(Producer, Producer.id == Product.producer_id)
        .options(joinedload(Product.area))
    )
    certificates = db.session.execute(
        select(Certificate, Product.code)
        .join(Product, Product.id == Certificate.product_id)
        .where(Certificate.verified_at.is_not(None))
    ).all()
    return ordered(
        {
            "producers": [producer_row(one) for one in producers],
            "products": [product_row(one, maker) for one, maker in products],
            "certificates": [certificate_row(one, product) for one, product in certificates],
            "suspensions": [row for one, _product in certificates for row in suspension_rows(one)],
        }
    )


def producer_row(one: Producer) -> Values:
    """A producer as a row."""
    own = {name: getattr(one, name) for name in ("code", "name", "kind", "tax_code", "address", "phone", "is_demo")}
    return own | _epoch(one.area)


def product_row(one: Product, producer: str) -> Values:
    """A product as a row."""
    own = {name: getattr(one, name) for name in ("code", "ocop_code", "name", "is_demo")}
    return own | _epoch(one.area) | {"producer": producer, "set": one.set_no}


def certificate_row(one: Certificate, product: str) -> Values:
    """A certificate as a row."""
    return {name: getattr(one, _RENAMED.get(name, name)) for name in _OWN} | {"product": product}


def suspension_rows(one: Certificate) -> list[Values]:
    """The suspensions of a certificate as rows."""
    own = ("from_on", "until_on", "decision_number", "ground")
    return [{"certificate": one.code} | {name: getattr(pause, name) for name in own} for pause in one.suspensions]


def _epoch(area: Area | None) -> dict[str, Any]:
    """An area is its code and its first day: codes are used again."""
    return {"area": area.code if area else None, "area_from": area.valid_from if area else None}
