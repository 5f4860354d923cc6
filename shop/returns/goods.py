"""Goods that come back from a buyer: which lots they were, into the ledger, and what is broken out of it again."""

from collections.abc import Mapping

from core.accounts.actor import Actor
from core.clock import now
from core.db import db
from shop.inventory import ledger
from shop.inventory.ledger import Document
from shop.inventory.undelivered import Back, bring_back
from shop.orders.models import Order, OrderLine
from shop.returns.models import GoodsReturn, ReturnLine, ReturnLot
from shop.returns.queries import lots_back
from shop.stores.queries import get_place


def take_back(row: GoodsReturn, order: Order, damaged: Mapping[int, int], by: Actor) -> None:
    """Book a return's units (`damaged`: by the return line's id) into the back of the order's store.

    The order of lots is the one they were served in. What no lot is known of (it left before lots were kept) stays
    out of the ledger.
    """
    place = get_place(order.store_id, "back").id
    before = lots_back([one.order_line_id for one in row.lines])
    found = [one for line in row.lines for one in _lots(line, _line_of(order, line), damaged.get(line.id, 0), before)]
    db.session.add_all(found)
    db.session.flush()
    goods = [Back(ledger.open_level(place, one.lot_id), one.quantity, one.is_sellable) for one in found]
    if goods:
        bring_back(goods, Document("return", row.code), by, now(), order.number)


def _lots(back: ReturnLine, line: OrderLine, damaged: int, before: Mapping[tuple[int, int], int]) -> list[ReturnLot]:
    """Whole units first, then broken ones, over the lots that the line was served from."""
    wanted = [(True, back.quantity - damaged), (False, damaged)]
    rows: list[ReturnLot] = []
    for lot in line.lots:
        free = lot.quantity - before.get((line.id, lot.lot_id), 0)
        for number, (is_sellable, units) in enumerate(wanted):
            taken = min(free, units)
            if taken > 0:
                rows.append(
                    ReturnLot(return_line_id=back.id, lot_id=lot.lot_id, quantity=taken, is_sellable=is_sellable)
                )
                wanted[number], free = (is_sellable, units - taken), free - taken
    return rows


def _line_of(order: Order, back: ReturnLine) -> OrderLine:
    return next(one for one in order.lines if one.id == back.order_line_id)
