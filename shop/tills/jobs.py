"""Clock work of the till: tidying only. No door waits for it."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from core.accounts.actor import SYSTEM
from core.db import db, transaction
from core.schedule import hourly
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.payments.service import cancel, lock_payment
from shop.tills.models import TillQr, TillTender

#: A code on the screen that no receipt took, and that no money came for, is called off after this.
UNUSED = timedelta(days=2)


@hourly
def settle_transfers(at: datetime) -> int:
    """Tenders whose payment the bank told of in the very moment of their sale; answers how many."""
    told = select(Payment.reference).where(Payment.reference.startswith("til:"), Payment.status == Status.CAPTURED)
    mine = TillTender.payment_reference.in_(told), TillTender.reconciled_at.is_(None)
    with transaction() as session:
        done = session.execute(update(TillTender).where(*mine).values(reconciled_at=at))
        return int(done.rowcount)  # type: ignore[attr-defined]


@hourly
def call_off_unused(at: datetime) -> int:
    """Call off payments of codes that no receipt took; answers how many."""
    query = (
        select(TillQr.reference)
        .join(Payment, Payment.reference == TillQr.reference)
        .outerjoin(TillTender, TillTender.payment_reference == TillQr.reference)
        .where(TillQr.shown_at < at - UNUSED, Payment.status == Status.PENDING, TillTender.id.is_(None))
        .limit(500)
    )
    unused = list(db.session.scalars(query))
    for reference in unused:
        _call_off(reference)
    return len(unused)


def _call_off(reference: str) -> None:
    """One of them, behind its lock, unless a receipt took it meanwhile."""
    with transaction():
        lock_payment(reference)
        taken = select(TillTender.id).where(TillTender.payment_reference == reference)
        if db.session.scalar(taken) is None:
            cancel(reference, SYSTEM, "unused")
