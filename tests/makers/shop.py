"""What is sold: sellers, stores, lots on the shelf."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import select

from catalog.certificates.models import Certificate
from catalog.listings.models import Listing, Sku
from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import db, transaction
from core.ids import short_code
from shop.inventory import ledger
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import Lot
from shop.inventory.rules import Reason
from shop.stores.models import Seller, Store
from shop.stores.queries import get_place
from shop.stores.service import open_store, register_seller
from tests.makers import catalog

_numbers = count(1)
_EVERY_DAY = {day: [["07:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def seller(name: str = "Công ty Thử Nghiệm") -> Seller:
    """A legal seller with a bank account."""
    code = f"seller-{next(_numbers)}"
    return register_seller(
        SYSTEM, code=code, name=name, tax_code="0200000000", vat_method="credit", bank_bin="970436",
        bank_account="0011000000000", bank_holder="CONG TY THU NGHIEM", invoice_series="C26MTN",
    )  # fmt: skip


def store(code: str | None = None, *, has_delivery: bool = True) -> Store:
    """A store that is open every day and hands out and sends orders."""
    code = code or f"store-{next(_numbers)}"
    return open_store(
        SYSTEM, code=code, name=f"OCOP Mart {code}", kind="mart", seller_id=seller().id, area_id=catalog.area().id,
        address="Số 1, đường Thử", hours=_EVERY_DAY, has_pickup=True, has_delivery=has_delivery,
    )  # fmt: skip


def lot(
    sku: Sku | None = None,
    store: Store | None = None,
    *,
    on_shelf: int = 10,
    expires_on: date | None = None,
    number: str | None = None,
) -> Lot:
    """So many units of a pack on the shelf of a store, with the ledger's receipt behind them."""
    sku = sku or catalog.sku()
    store = store or _new_store()
    listing = db.session.get_one(Listing, sku.listing_id)
    covered = select(Certificate.id).where(Certificate.product_id == listing.product_id).order_by(Certificate.id.desc())
    with transaction() as session:
        one = Lot(
            code=short_code("L"), sku_id=sku.id, product_id=listing.product_id, number=number or f"L{next(_numbers)}",
            made_on=today() - timedelta(days=10), expires_on=expires_on or today() + timedelta(days=300),
            certificate_id=session.scalar(covered), is_consigned=True, unit_cost_vnd=80_000, commission_bp=2_000,
        )  # fmt: skip
        session.add(one)
        session.flush()
        level = ledger.open_level(get_place(store.id, "shelf").id, one.id)
        if on_shelf:
            ledger.move(level, on_shelf, Posting(Reason.RECEIPT, Document("goods_receipt", one.code), SYSTEM, now()))
    return one


# A parameter is called like the builder that fills it.
_new_store = store
