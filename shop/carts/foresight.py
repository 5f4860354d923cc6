"""What a change of certificates would do to open carts."""

from collections.abc import Iterable

from sqlalchemy import distinct, func, select

from catalog.consequences.port import foresees
from catalog.consequences.rules import ENDINGS, Change, Effect, Happening
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import open_listings
from core.db import db
from shop.carts.models import Cart, CartLine


@foresees("cart")
def carts(change: Change) -> Iterable[Effect]:
    """Carts with a line that can no longer be paid, or can again. The line itself stays (case C3)."""
    is_open = Listing.id.in_(open_listings(change.judged_on))
    query = (
        select(func.count(distinct(Cart.id)))
        .join(CartLine, CartLine.cart_id == Cart.id)
        .join(Sku, Sku.id == CartLine.sku_id)
        .join(Listing, Listing.id == Sku.listing_id)
        .where(Cart.closed_at.is_(None), Listing.product_id.in_(change.product_ids))
    )
    if change.happening in ENDINGS:
        yield Effect("cart", "unpayable", db.session.scalar(query.where(is_open)) or 0)
    elif change.happening is Happening.RENEWAL:
        yield Effect("cart", "payable", db.session.scalar(query.where(~is_open)) or 0)
