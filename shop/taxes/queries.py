"""VAT of packs that a seller sells on a day."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from catalog.listings.queries import Offer
from catalog.producers.models import Producer
from core.db import db
from shop.stores.models import Seller
from shop.taxes.rules import Vat, class_of, vat_of


def vat_of_offers(offers: Mapping[int, Offer], seller: Seller, on: date, *, to_business: bool) -> dict[int, Vat]:
    """VAT of each offer by SKU id when this seller sells it. One query.

    A producer sells her own produce when the seller's tax code is hers; whoever else sells it resells it.
    """
    query = select(Producer.id, Producer.tax_code).where(Producer.id.in_({one.producer_id for one in offers.values()}))
    codes = {row.id: row.tax_code for row in db.session.execute(query)}
    return {
        sku: vat_of(
            class_of(one.vat_class, one.set_no), one.vat_bp, on, seller.vat_method,
            is_own_produce=bool(seller.tax_code) and codes.get(one.producer_id) == seller.tax_code,
            to_business=to_business,
        )
        for sku, one in offers.items()
    }  # fmt: skip
