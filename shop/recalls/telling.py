"""Finds who bought recalled goods, and tells them: one message a sale, under a key made of the recall and the sale."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db, transaction
from core.events import later, publish
from core.masks import spoken
from core.messages import Message, Recipient, rebuilds, send
from core.web.links import address_of
from shop.inventory.words import amount
from shop.orders.models import Order
from shop.orders.notes import add_note
from shop.recalls.events import RecallBuyerFound, RecallOpened
from shop.recalls.models import Recall, RecallBuyer, RecallOrder
from shop.recalls.queries import find_contact, get_recall, goods_of, lots_of, sold_of
from shop.recalls.rules import Goods, key_of
from shop.sales.rules import RETURNS
from shop.stores.models import Store


@later(RecallOpened)
def look_for_buyers(event: RecallOpened) -> None:
    """Write down every sale of the lots."""
    find_buyers(db.session.get_one(Recall, event.recall_id))


@later(RecallOpened)
def tell_packers(event: RecallOpened) -> None:
    """A word at each order whose goods are other lots now, or cannot be given: for whoever packs it."""
    called = db.session.get_one(Recall, event.recall_id)
    rows = db.session.scalars(select(RecallOrder).where(RecallOrder.recall_id == called.id)).all()
    numbers = [row.reference.partition(":")[2] for row in rows]
    known = set(db.session.scalars(select(Order.number).where(Order.number.in_(numbers))))
    moved = {row.reference.partition(":")[2]: row.is_moved for row in sorted(rows, key=lambda one: not one.is_moved)}
    for number in sorted(known & moved.keys()):
        if moved[number]:
            text = _(
                "Thu hồi %(code)s: hàng giữ cho đơn đã đổi sang lô khác; xem lại lô khi đóng gói.", code=called.code
            )
        else:
            text = _(
                "Thu hồi %(code)s: không đủ lô khác để thay. Bàn với người mua: hủy hoặc đổi hàng.", code=called.code
            )
        add_note(number, SYSTEM, text)


@later(RecallBuyerFound, outside=True)
def tell_buyer(event: RecallBuyerFound) -> None:
    """By e-mail or SMS, where a contact is known and the goods are still with her."""
    row = db.session.get_one(RecallBuyer, event.buyer_id)
    message = notice(db.session.get_one(Recall, row.recall_id), row)
    if message is not None:
        send(message)


def find_buyers(called: Recall) -> int:
    """Write down the sales of a recall's lots that are not yet, and let their buyers be told; answers how many."""
    with transaction() as session:
        query = select(RecallBuyer.source, RecallBuyer.ref).where(RecallBuyer.recall_id == called.id)
        known, fresh, at = {(one, ref) for one, ref in session.execute(query)}, list[RecallBuyer](), now()
        for (source, ref), rows in sold_of(called).items():
            stores = [row.store_id for row in rows if row.source not in RETURNS]
            if (source, ref) not in known and stores:
                fresh.append(RecallBuyer(recall_id=called.id, source=source, ref=ref, store_id=stores[0], found_at=at))
        session.add_all(fresh)
        session.flush()
        for row in fresh:
            publish(RecallBuyerFound(row.id))
        return len(fresh)


def notice(called: Recall, row: RecallBuyer) -> Message | None:
    """The message to the buyer of one sale; None when nobody can be told, or all of it came back."""
    contact = find_contact(row.source, row.ref)
    lots = lots_of(called)
    goods = goods_of(sold_of(called).get((row.source, row.ref), []), {lot.id: lot for lot in lots})
    if contact is None or not any(one.left for one in goods):
        return None
    store = db.session.get_one(Store, row.store_id)
    with force_locale(contact.locale):
        lines = [_words(one) for one in goods if one.left]
    context = {
        "product": called.product.name, "lots": lines, "ref": row.ref, "reason": called.reason,
        "advice": called.advice, "store": store.name, "store_phone": spoken(store.phone or ""),
        "url": address_of("trace.show", lot=goods[0].lot),
    }  # fmt: skip
    to = Recipient(contact.email, contact.phone, contact.name)
    key = key_of(called.code, row.source, row.ref)
    return Message(to, "recall.notice", key, contact.locale, context, f"recall:{called.code}:{row.source}:{row.ref}")


@rebuilds("recall.notice")
def notice_again(about: str) -> Message | None:
    """The same message as things stand now."""
    code, source, ref = about.split(":", 2)
    called = get_recall(code)
    query = select(RecallBuyer).where(
        RecallBuyer.recall_id == called.id, RecallBuyer.source == source, RecallBuyer.ref == ref
    )
    row = db.session.scalar(query)
    return notice(called, row) if row else None


def _words(one: Goods) -> str:
    return _("%(label)s, lô %(number)s: %(n)s", label=one.label, number=one.number, n=amount(one.left, one.unit))
