"""What a change of certificates would do to vouchers."""

from collections.abc import Iterable

from sqlalchemy import func, select

from catalog.consequences.port import foresees
from catalog.consequences.rules import Change, Effect, Happening
from core.db import db
from shop.vouchers.models import Voucher
from shop.vouchers.rules import State


@foresees("voucher")
def unused(change: Change) -> Iterable[Effect]:
    """After a revocation whoever has not used hers may have her money (decision 5)."""
    if change.happening is Happening.REVOCATION:
        query = select(func.count(), func.sum(Voucher.price_vnd)).where(
            Voucher.product_id.in_(change.product_ids), Voucher.state == State.LIVE
        )
        count, money = db.session.execute(query).one()
        yield Effect("voucher", "offered", count, money_vnd=int(money or 0))
