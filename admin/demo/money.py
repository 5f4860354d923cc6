"""Money of the demonstration: a bank that tells of credits, a few of which wait for a person, and a courier's list."""

from datetime import datetime, timedelta

from sqlalchemy import select

from admin.demo.people import MART
from core.accounts.actor import SYSTEM, Actor
from core.clock import local_day, now, travel
from core.db import db
from shop.bank import feed, service
from shop.bank.rules import Seen, Source
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.payments.service import TRANSFER
from shop.remittances import queries
from shop.remittances.rules import Told
from shop.remittances.service import Paid, record_remittance
from shop.stores.models import Seller
from shop.stores.queries import get_store

MINUTES = timedelta(minutes=1)
#: What the courier keeps of a parcel.
FEE_VND = 6_000
_PAYER = {"payer_bin": "970436", "payer_account": "0099000000001", "payer_holder": "KHACH MINH HOA 01"}


def bring_money(latest: datetime) -> None:
    """Credits of the last hour at the demonstration's own seller, and the courier's payment of yesterday."""
    seller_id = get_store(MART).seller_id
    with travel(latest - timedelta(days=1)):
        for one in db.session.scalars(select(Seller.id).order_by(Seller.id)).all():
            _remit(one, SYSTEM)
    with travel(latest):
        seller = db.session.get_one(Seller, seller_id)
        feed.open_feed(seller, SYSTEM)
        for number, seen in enumerate(_credits(seller, latest), 1):
            kept = service.keep(
                seller, [Seen(seller.bank_account or "", f"MH{number:04}", *seen)], Source.WEBHOOK, SYSTEM
            )
            for line_id in kept.fresh:
                service.match(line_id)


def _credits(seller: Seller, latest: datetime) -> list[tuple[int, datetime, str, str | None, str | None, str | None]]:
    """Sum, booking time, memo and payer: unreadable, unrelated, twice for one order, and part of another's sum."""
    payer = _PAYER["payer_bin"], _PAYER["payer_account"], _PAYER["payer_holder"]
    nobody = None, None, None
    found: list[tuple[int, datetime, str, str | None, str | None, str | None]] = [
        (185_000, latest - 50 * MINUTES, "CHUYEN TIEN MUA MAT ONG", *payer),
        (12_400, latest - 40 * MINUTES, "TRA LAI TIEN GUI KHONG KY HAN", *nobody),
    ]
    if (paid := _latest(seller, Status.CAPTURED)) is not None:
        found.append((paid.amount_vnd, latest - 30 * MINUTES, f"MBVCB.7126.{paid.memo}.CT TU 0099", *payer))
    if (open_still := _latest(seller, Status.PENDING)) is not None and open_still.opened_at < latest - 10 * MINUTES:
        found.append((open_still.amount_vnd // 2, latest - 5 * MINUTES, f"{open_still.memo} FT26326", *nobody))
    return found


def _latest(seller: Seller, status: Status) -> Payment | None:
    query = select(Payment).where(Payment.seller_id == seller.id, Payment.provider == TRANSFER)
    return db.session.scalar(query.where(Payment.status == status).order_by(Payment.id.desc()).limit(1))


def _remit(seller_id: int, by: Actor) -> None:
    """The courier passes on what it took, but for the two parcels delivered last; of one it paid too little."""
    rows, _total = queries.list_cash([seller_id], "missing", 1, 100)
    due = rows[:-2]
    if not due:
        return
    lines = [Told(one.shipment.code, one.expected_vnd, FEE_VND) for one in due]
    lines[0] = Told(lines[0].told, lines[0].collected_vnd - 20_000, FEE_VND)
    total = sum(one.collected_vnd - one.fee_vnd for one in lines)
    paid = Paid("Giao hàng minh hoạ", "MH-COD-01", local_day(now()), total, lines)
    record_remittance(db.session.get_one(Seller, seller_id), paid, by)
