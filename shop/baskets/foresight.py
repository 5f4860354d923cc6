"""What a change of certificates would do to gift baskets."""

from collections.abc import Iterable

from sqlalchemy import distinct, func, select

from catalog.consequences.port import foresees
from catalog.consequences.rules import ENDINGS, Change, Effect, Happening
from catalog.listings.models import Listing, Sku
from core.db import db
from shop.baskets.models import BasketPart, GiftBasket
from shop.baskets.rules import PUBLISHED


@foresees("basket")
def baskets(change: Change) -> Iterable[Effect]:
    """Published baskets with such a part: hidden from the first day without, shown again with the star's return."""
    if change.happening not in ENDINGS | {Happening.RENEWAL}:
        return
    query = (
        select(func.count(distinct(GiftBasket.id)))
        .join(BasketPart, BasketPart.basket_id == GiftBasket.id)
        .join(Sku, Sku.id == BasketPart.sku_id)
        .join(Listing, Listing.id == Sku.listing_id)
        .where(GiftBasket.state == PUBLISHED, Listing.product_id.in_(change.product_ids))
    )
    act = "hidden" if change.happening in ENDINGS else "shown"
    yield Effect("basket", act, db.session.scalar(query) or 0)
