"""VAT of packs that a seller sells on a day."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Offer
from catalog.producers.models import Producer
from catalog.products.models import Product
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


def vat_by_buyer(sku_ids: Collection[int], tax_code: str, method: str, on: date) -> dict[int, tuple[Vat, Vat]]:
    """VAT (to a consumer, to an enterprise) by SKU id of the packs whose VAT depends on who buys them, sold on a day by
    who has this tax code and method; on sale still or not. One query.
    """
    query = select(Sku.id, Sku.vat_class, Sku.vat_bp, Product.set_no, Producer.tax_code).where(Sku.id.in_(sku_ids))
    query = query.join(Listing, Listing.id == Sku.listing_id).join(Product, Product.id == Listing.product_id)
    found: dict[int, tuple[Vat, Vat]] = {}
    for row in db.session.execute(query.join(Producer, Producer.id == Product.producer_id)):
        consumer, business = (
            vat_of(
                class_of(row.vat_class, row.set_no), row.vat_bp, on, method,
                is_own_produce=bool(tax_code) and row.tax_code == tax_code, to_business=to_business,
            )
            for to_business in (False, True)
        )  # fmt: skip
        if (consumer.rate_bp, consumer.kind) != (business.rate_bp, business.kind):
            found[row.id] = consumer, business
    return found
