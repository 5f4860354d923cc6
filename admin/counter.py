"""The counter: somebody comes for her goods with six digits or a QR; see what to give, take the money, hand it over."""

from datetime import timedelta
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select

from admin.desk import asked_text, desk
from admin.stock import my_stores
from catalog.products.models import Product
from catalog.products.sets import ALCOHOL
from core.db import db
from core.masks import spoken
from core.web.access import current_actor, needs
from core.web.pages import render
from core.web.ratelimit import forgive, limit
from shop.inventory.words import amount
from shop.orders import words
from shop.orders.collecting import find_waiting, plain_code
from shop.orders.models import Order
from shop.orders.papers import Slip, slips_of
from shop.orders.queries import get_order
from shop.orders.queue import list_chosen, list_collected

#: Wrong digits that one person may type in this time; a code has six, and only staff get this far.
TRIES, WITHIN = 30, timedelta(minutes=10)


@desk.get("/nhan-hang")
@needs("orders.hand_over")
def collect() -> Response:
    """Type the digits or scan the QR: one order to hand over, several to choose from, or none."""
    said = asked_text("q", 300)
    stores = my_stores("orders.hand_over")
    ids = [one.id for one in stores]
    if not said:
        return _page(waiting=list_collected(ids))
    code = plain_code(said)
    if code is None:
        return _page(422, said=said, problem=_("Mã nhận hàng có 6 chữ số, hoặc quét mã QR của người mua."))
    limit("collect", str(current_actor().user_id), times=TRIES, per=WITHIN)
    numbers = find_waiting(code, ids)
    if not numbers:
        return _page(404, said=said, problem=_("Không có đơn nào ở cửa hàng của bạn chờ lấy với mã này."))
    forgive("collect", str(current_actor().user_id))
    found = [get_order(number) for number in numbers]
    return _page(found=[_shown(one) for one in found])


def _shown(order: Order) -> dict[str, Any]:
    """What to fetch from where, for whom, and what she pays."""
    slips: list[Slip] = slips_of(list_chosen([one.code for one in order.shipments], [order.store_id]))
    sold = [line.product_id for line in order.lines]
    wine = select(Product.id).where(Product.id.in_(sold), Product.set_no.in_(ALCOHOL))
    return {
        "order": order, "slips": slips, "cash": sum(slip.consignment.cash_vnd for slip in slips),
        "has_alcohol": db.session.scalar(wine.limit(1)) is not None, "phone": spoken(order.contact_phone),
    }  # fmt: skip


def _page(
    status: int = 200, *, said: str = "", problem: str | None = None, found: Any = (), waiting: Any = ()
) -> Response:
    return render(
        "desk/collect.html", status, said=said, problem=problem, found=found, waiting=waiting, words=words,
        amount=amount,
    )  # fmt: skip
