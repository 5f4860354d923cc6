"""The invoices of past orders: issued and accepted day by day, the last ones still on their way or waiting."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from core.accounts.actor import SYSTEM
from core.clock import travel
from core.db import db
from shop.invoices import corrections, service
from shop.invoices.buyers import Buyer
from shop.invoices.rules import BuyerKind
from shop.orders.models import Order, OrderEvent

MINUTES, DAY = timedelta(minutes=1), timedelta(days=1)
#: Drafts wait for so long, answers for twice as long.
_WAITS = DAY


def write_invoices(latest: datetime) -> int:
    """One invoice for each order that left its store, in the order in which they left. Answers how many.

    Of those that have their code one was replaced and one adjusted; of those without, one was refused.
    """
    left = select(Order.number, func.min(OrderEvent.at).label("at")).join(OrderEvent)
    left = left.where(OrderEvent.action.in_(("ship", "hand_over"))).group_by(Order.number)
    rows = sorted(db.session.execute(left).all(), key=lambda row: (row.at, row.number))
    accepted = list[tuple[str, datetime]]()
    issued = list[tuple[str, datetime]]()
    for row in rows:
        with travel(row.at):
            draft = service.draft_for(row.number)
        if draft is None or row.at > latest - _WAITS:
            continue
        with travel(row.at + MINUTES):
            service.issue(draft.code, SYSTEM)
        if row.at > latest - 2 * _WAITS:
            issued.append((draft.code, row.at))
            continue
        with travel(row.at + 5 * MINUTES):
            service.accept(draft.code, f"MH{len(accepted) + 1:010d}", f"TRA{len(accepted) + 1:06d}", SYSTEM)
        accepted.append((draft.code, row.at))
    _correct([code for code, _at in accepted[-4:]], [code for code, _at in issued], latest)
    return len(rows)


def _correct(accepted: list[str], issued: list[str], latest: datetime) -> None:
    """One replaced, one adjusted, one refused, as far as there are enough."""
    with travel(latest - 30 * MINUTES):
        if len(accepted) >= 2:
            buyer = Buyer(
                BuyerKind.BUSINESS, "Công ty TNHH Quà Biển (minh hoạ)", "0200000009", "Số 9, đường Minh Hoạ, Hải Phòng"
            )
            new = corrections.replace(accepted[0], buyer, "sai thông tin người mua (minh hoạ)", SYSTEM)
            service.issue(new.code, SYSTEM)
            corrections.adjust(accepted[1], 10_000, "giảm giá hàng lỗi bao bì (minh hoạ)", "demo", SYSTEM)
        if issued:
            service.reject(issued[0], "Mã số thuế người bán chưa đăng ký ký hiệu (minh hoạ)", SYSTEM)
