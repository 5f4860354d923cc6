"""The public story of a lot: who made it and where, under which certificate, and how it came to the shelf.

One step back, one step forward: Circular 02/2024/TT-BKHCN asks for name and picture, the producer with address, the
time of production, the lot's number and the shelf life. Quantities, prices and buyers are nobody's business.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from catalog.certificates.models import Certificate
from catalog.certificates.queries import Governing, governing, standings, status_on
from catalog.listings.places import places
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
    """A lot as anybody may see it."""

    lot: Lot
    product: Product
    producer: Producer
    #: Street, commune and province of today of the producer, as far as they are known.
    address: str
    #: The certificate under which the lot came into the shop.
    certificate: Certificate
    #: That certificate's status today: valid, lapsed, revoked …
    status: str
    #: How the product stood on the day of production and on the day it came in, as known now; None: no such day.
    status_made: str | None
    status_received: str | None
    #: How it stands today.
    status_today: str | None
    #: The certificate that covers the product today, whichever it is.
    governing: Governing | None
    #: Whether goods of this lot may be sold today (under this certificate or a newer one).
    is_on_sale: bool
    steps: list[Step]

    @property
    def received(self) -> Step | None:
        """The lot's first arrival: one step back stands its producer."""
        return next((step for step in self.steps if step.kind == "receipt"), None)

    @property
    def forward(self) -> list[Step]:
        """One step forward: each store that it came to, and since when."""
        return [step for step in self.steps if step.store is not None]


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
    on, steps = local_day(at), _steps(lot)
    received = next((step.on for step in steps if step.kind == "receipt"), None)
    return Traced(
        lot=lot, product=product, producer=producer, address=_address(producer, product), certificate=certificate,
        status=status_on(certificate, on).value, status_made=_stood(product.id, lot.made_on),
        status_received=_stood(product.id, received), status_today=_stood(product.id, on),
        governing=governing([product.id], on).get(product.id),
        is_on_sale=is_sellable(lot.state, lot.expires_on, on) and lot.sku_id in offers([lot.sku_id], on), steps=steps,
    )  # fmt: skip


def _stood(product_id: int, on: date | None) -> str | None:
    return None if on is None else standings([product_id], on)[product_id].status.value


def _address(producer: Producer, product: Product) -> str:
    tree, area_id = places(), producer.area_id or product.area_id
    found = [tree.locality(area_id), tree.province(area_id)]
    names = [producer.address, *(place.name for place in found if place)]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _steps(lot: Lot) -> list[Step]:
    made = [Step("made", lot.made_on)] if lot.made_on else []
    return made + [Step(reason, local_day(at), store) for store, at, reason in stores_of_lot(lot.id)]
