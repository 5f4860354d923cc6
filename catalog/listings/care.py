"""What a pack asks of its way to the buyer, as the desk of delivery sets it at once.

Nothing that a shopper reads on the product's page, so no moderator waits for it. A producer tells the same through
her own edits.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import or_, select

from catalog.listings.models import Listing, Sku
from catalog.listings.refusals import SkuNotFound
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize, permit
from core.audit import record
from core.db import db, transaction

permit("skus.care", "admin")


@dataclass(frozen=True, slots=True)
class Care:
    """Fetched at the store only, breakable, to be kept cold."""

    is_pickup_only: bool = False
    is_fragile: bool = False
    is_cold: bool = False


def set_care(sku_code: str, care: Care, by: Actor) -> Sku:
    """Set what a pack asks for. Orders that stand keep what they were charged. Raises SkuNotFound."""
    with transaction() as session:
        authorize(by, "skus.care")
        sku = session.scalar(select(Sku).where(Sku.code == sku_code).with_for_update())
        if sku is None:
            raise SkuNotFound
        for name, value in asdict(care).items():
            setattr(sku, name, value)
        record("sku.care_set", f"sku:{sku_code}", by, **asdict(care))
        return sku


def list_with_care(most: int = 200) -> Sequence[tuple[Sku, str]]:
    """Packs that ask for anything, each with its product's name."""
    query = (
        select(Sku, Product.name)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(or_(Sku.is_pickup_only, Sku.is_fragile, Sku.is_cold))
        .order_by(Product.name, Sku.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query.limit(most))]
