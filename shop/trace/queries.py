"""The public story of a lot: who made it, under which star, and how it came to the shelf."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from catalog.certificates.models import Certificate
from catalog.certificates.queries import status_on
from catalog.listings.queries import offers
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import local_day
from core.db import db
from core.errors import NotFound
from shop.inventory.models import Lot
from shop.inventory.queries import stores_of_lot
from shop.inventory.rules import is_sellable
from shop.stores.models import Store


@dataclass(frozen=True)
class Step:
    """Something that happened to the lot: ``made``, ``receipt`` or ``transfer_in`` at a store."""

    kind: str
    on: date
    store: Store | None = None


@dataclass(frozen=True)
class Traced:
    """A lot as anybody may see it. Quantities, prices and buyers are nobody's business here."""

    lot: Lot
    product: Product
    producer: Producer
    #: The certificate under which the lot came into the shop.
    certificate: Certificate
    #: That certificate's status today: valid, lapsed, revoked …
    status: str
    #: Whether goods of this lot may be sold today (under this certificate or a newer one).
    is_on_sale: bool
    steps: list[Step]


def trace(code: str, at: datetime) -> Traced:
    """The public story of a lot as of an instant. Raises NotFound for a code that is not ours."""
    query = (
        select(Lot, Product, Producer, Certificate)
        .join(Product, Product.id == Lot.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .join(Certificate, Certificate.id == Lot.certificate_id)
        .where(Lot.code == code.upper())
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    lot, product, producer, certificate = row
    on = local_day(at)
    is_on_sale = is_sellable(lot.state, lot.expires_on, on) and lot.sku_id in offers([lot.sku_id], on)
    status = status_on(certificate, on).value
    return Traced(lot, product, producer, certificate, status, is_on_sale, _steps(lot))


def _steps(lot: Lot) -> list[Step]:
    made = [Step("made", lot.made_on)] if lot.made_on else []
    return made + [Step(reason, local_day(at), store) for store, at, reason in stores_of_lot(lot.id)]
