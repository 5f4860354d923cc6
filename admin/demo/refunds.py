"""Money on its way back: a buyer who asks, a broken jar whose account is named, another that waits for its account."""

from datetime import datetime

from sqlalchemy import select

from admin.demo.people import MART, People
from core.accounts.actor import ANONYMOUS, Scope
from core.clock import travel
from core.db import db
from shop.orders.models import Order
from shop.orders.rules import State, reference_of
from shop.payments.queries import get_payment
from shop.payouts.claims import name_account
from shop.payouts.links import key_of
from shop.payouts.rules import holder_of
from shop.returns import service
from shop.returns.models import GoodsReturn
from shop.returns.rules import Kind, Reason
from shop.returns.service import Wish
from shop.stores.models import Store
from shop.vouchers.models import Voucher

#: An account that is no account: nothing is ever sent from a demonstration.
BANK, ACCOUNT = "970436", "0011004567890"


def give_money_back(people: People, at: datetime) -> int:
    """Three returns of the demonstration's store; answers how many there were orders for."""
    numbers = _lately_bought()
    by = people.acting("manager", "store_manager", Scope("store", MART))
    with travel(at):
        for turn, number in enumerate(numbers):
            order = db.session.scalars(select(Order).where(Order.number == number)).one()
            if turn == 0:
                wish = Wish(Kind.RETURN, Reason.NOT_AS_TOLD, {1: 1}, "Mùi khác lần mua trước, xin cửa hàng xem giúp.")
                service.ask(number, order.token, wish, ANONYMOUS)
                continue
            given = service.give(number, Wish(Kind.REFUND, Reason.BROKEN, {1: 1}, "Vỡ khi giao."), by)
            if turn == 1:
                _name_account(given, order.contact_name)
    return len(numbers)


def _name_account(given: GoodsReturn, name: str) -> None:
    if given.refund is not None and given.refund.way != "card":
        name_account(key_of(given.refund.code, 1), BANK, ACCOUNT, holder_of(name) or "NGUOI MUA")


def _lately_bought() -> list[str]:
    """The newest orders of the store that their buyers have and have paid, for pieces that can break."""
    query = select(Order).join(Store, Store.id == Order.store_id).where(Store.code == MART)
    query = query.where(Order.state == State.HANDED_OVER, Order.id.not_in(select(Voucher.order_id)))
    query = query.order_by(Order.id.desc()).limit(30)
    found = [one for one in db.session.scalars(query) if one.lines[0].unit == "piece"]
    return [one.number for one in found if get_payment(reference_of(one.number)).captured_vnd > 0][:3]
