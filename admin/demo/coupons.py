"""Coupons of the demonstration: one for everybody, one for groups, one that has ended; and packs that ask for care."""

from datetime import date, timedelta

from sqlalchemy import select

from catalog.listings.care import Care, set_care
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.db import db
from shop.coupons.service import Wish, create

DAY = timedelta(days=1)


def give_coupons(by: Actor, today: date) -> None:
    """Give them out, as the desk does, and say which packs break or must stay cold."""
    soon, season = today + 60 * DAY, ("I", "II")
    create("CHAOMUNG", Wish("Chào mừng (minh hoạ)", today - 10 * DAY, soon, 500, 1, percent=10, most_vnd=50_000), by)
    create(
        "QUATET",
        Wish("Quà Tết (minh hoạ)", today, soon, 100, 2, amount_vnd=40_000, minimum_vnd=300_000, groups=season),
        by,
    )
    create("MUAHE", Wish("Mùa hè (minh hoạ)", today - 120 * DAY, today - 60 * DAY, 50, percent=15), by)
    for set_no, care in ((9, Care(is_cold=True)), (5, Care(is_fragile=True))):
        for code in _packs(set_no):
            set_care(code, care, by)


def _packs(set_no: int) -> list[str]:
    query = select(Sku.code).join(Listing, Listing.id == Sku.listing_id).join(Product, Product.id == Listing.product_id)
    return list(db.session.scalars(query.where(Product.set_no == set_no).order_by(Sku.id).limit(2)))
