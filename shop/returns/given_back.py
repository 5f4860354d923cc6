"""For which lines a return's refund is: what invoices adjust, and which vouchers end with it."""

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from shop.orders.given_back import GivenBack, tells
from shop.returns.models import GoodsReturn


def lines_of_return(code: str) -> Sequence[GivenBack] | None:
    """The lines of a return by its code, with what each was worth once it is settled."""
    row = db.session.scalar(select(GoodsReturn).where(GoodsReturn.code == code))
    if row is None:
        return None
    return [GivenBack(one.worth_vnd or 0, one.quantity, one.order_line_id) for one in row.lines]


tells("return", lines_of_return)
