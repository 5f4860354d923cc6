"""What the figures are taken of: synthetic listings in any number, written in bulk, a third of them in stock."""

from datetime import timedelta

from sqlalchemy import insert, select

from admin.demo.people import open_accounts
from admin.demo.synthetic import add_synthetic
from catalog.areas.load import load_areas
from catalog.certificates.models import Certificate
from catalog.listings.models import Listing, Sku
from core.clock import now, today
from core.db import db, transaction
from core.outbox import OutboxRow
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.stores.models import Place
from tests.makers import shop


def fill(count: int) -> None:
    """So many listings that are for sale today, and five stores."""
    with transaction():
        load_areas()
        people = open_accounts()
    add_synthetic(count, people, today(), seed=1)
    stores = [shop.store(f"mart-{number}") for number in range(5)]
    with transaction():
        places = [shelf_of(store.id) for store in stores]
        wanted = (
            select(Sku.id, Listing.product_id, Certificate.id)
            .select_from(Sku)
            .join(Listing, Listing.id == Sku.listing_id)
            .join(Certificate, Certificate.product_id == Listing.product_id)
            .where(Sku.id % 3 == 0)
        )
        packs = [(row[0], row[1], row[2]) for row in db.session.execute(wanted)]
        for number, place in enumerate(places):
            stock(place, [pack for pack in packs if pack[0] % 5 == number])
        db.session.query(OutboxRow).delete()


def shelf_of(store_id: int) -> int:
    """The id of a store's shelf."""
    query = select(Place.id).where(Place.store_id == store_id, Place.code == "shelf")
    return db.session.scalars(query).one()


def stock(place_id: int, packs: list[tuple[int, int, int]]) -> None:
    """A hundred of each pack on a shelf, with the ledger's receipt behind them."""
    for start in range(0, len(packs), 2_000):
        some = packs[start : start + 2_000]
        lots = [
            {
                "code": f"LO-{sku}", "number": str(sku), "sku_id": sku, "product_id": product, "state": "ok",
                "expires_on": today() + timedelta(days=200), "commission_bp": 0, "certificate_id": certificate,
                "is_consigned": False, "unit_cost_vnd": 1000,
            }
            for sku, product, certificate in some
        ]  # fmt: skip
        lot_ids = [row[0] for row in db.session.execute(insert(Lot).returning(Lot.id), lots)]
        levels = [{"place_id": place_id, "lot_id": one, "on_hand": 100, "held": 0} for one in lot_ids]
        level_ids = [row[0] for row in db.session.execute(insert(StockLevel).returning(StockLevel.id), levels)]
        moves = [
            {
                "level_id": one, "delta": 100, "reason": "receipt", "document_type": "goods_receipt",
                "document_ref": "NK-BENCH", "actor": "bench", "at": now(),
            }
            for one in level_ids
        ]  # fmt: skip
        db.session.execute(insert(StockMovement), moves)
