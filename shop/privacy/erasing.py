"""Erasing what is kept of a person, table by table; sums, lines and papers of the law stay (docs/privacy.md).

A test seeds a person into every table and walks all of them afterwards, so that a new table cannot be forgotten.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, cast, column, delete, or_, select, table, text, update
from sqlalchemy.types import Text

from catalog.complaints.models import Complaint
from core.accounts.erasure import erase_account
from core.db import UtcDateTime, db, dialect_name, transaction
from core.ids import digest, secret_token
from core.masks import spoken
from core.messages.models import MessageSent
from core.outbox import OutboxRow
from core.web.idempotency import IdempotencyKey
from shop.carts.models import Cart
from shop.coupons.models import CouponUse
from shop.invoices.models import Invoice
from shop.orders.models import Order, OrderEvent, OrderNote
from shop.orders.rules import reference_of
from shop.privacy.fairs import erase_at_fairs
from shop.privacy.models import PrivacyLink
from shop.privacy.rules import ERASED
from shop.privacy.subject import Subject
from shop.returns.models import GoodsReturn
from shop.reviews.models import ReviewSilence
from shop.reviews.service import forget_names_of
from shop.waiting.models import Wait

#: Reports of labels stand beside this part, not below it: only the columns that are written are named here.
REPORT = table("label_report", column("contact"), column("state"), column("photo"), column("photo_bytes"))
#: Customers of the systems that stores used before are brought along by the desks, above this part.
IMPORTED = table("imported_customer", column("id"), column("seller_id"), column("name"), column("phone"),
                 column("email"), column("imported_at", UtcDateTime))  # fmt: skip
_BLIND = {"synchronize_session": False}
#: Words of buyers on a timeline, and who took the goods; its triggers let these go and nothing else.
SAID = ("note", "name", "to")
_WITHOUT = {
    "sqlite": text("UPDATE order_event SET data = json_remove(data, '$.note', '$.name', '$.to') WHERE id = :id"),
    "postgresql": text("UPDATE order_event SET data = data - 'note' - 'name' - 'to' WHERE id = :id"),
}


def erase_orders(orders: Sequence[Order]) -> Counter[str]:
    """Make orders nobody's: no name, no phone, no address, no words, and no key to them. Answers rows by table."""
    ids, numbers = [order.id for order in orders], [order.number for order in orders]
    done: Counter[str] = Counter()
    with transaction():
        for order in orders:
            _blank(order)
        done["shop_order"] = len(orders)
        db.session.flush()
        done["order_event"] = _unsay(ids)
        notes = update(OrderNote).where(OrderNote.order_id.in_(ids)).values(text=ERASED)
        done["order_note"] = _run(notes)
        done["goods_return"] = _run(update(GoodsReturn).where(GoodsReturn.order_id.in_(ids)).values(words=None))
        done["product_review"] = forget_names_of(ids)
        about = [f"order:{number}" for number in numbers]
        done["message_sent"] = _run(update(MessageSent).where(MessageSent.about.in_(about)).values(recipient=""))
        done["coupon_use"] = _forget_uses(numbers)
        done["invoice"] = _forget_drafts(ids)
        done["idempotency_key"] = _drop_answers(numbers)
    return +done


def erase_traces(subject: Subject, contacts: Sequence[str]) -> Counter[str]:
    """Wishes to be told, complaints that are over, reports, links, and what waits in the machinery."""
    done: Counter[str] = Counter()
    with transaction():
        mine: list[ColumnElement[bool]] = [Wait.contact.in_(contacts)]
        mine += [Wait.user_id == subject.user_id] if subject.user_id else []
        done["waiting_ask"] = _run(delete(Wait).where(or_(*mine)))
        written = [*contacts, *(spoken(one) for one in contacts if one.startswith("+")),
                   *("0" + one.removeprefix("+84") for one in contacts if one.startswith("+84"))]  # fmt: skip
        over = Complaint.contact.in_(written), Complaint.state.in_(("answered", "closed"))
        done["complaint"] = _run(update(Complaint).where(*over).values(name="", contact=""))
        reports = update(REPORT).where(REPORT.c.contact.in_(written), REPORT.c.state == "closed")
        done["label_report"] = _run(reports.values(contact=None, photo=None, photo_bytes=None))
        brought = or_(IMPORTED.c.phone.in_(contacts), IMPORTED.c.email.in_(contacts))
        done["imported_customer"] = _run(delete(IMPORTED).where(brought))
        done += erase_at_fairs(contacts)
        silent = ReviewSilence.digest.in_([digest(one) for one in contacts])
        done["review_silence"] = _run(delete(ReviewSilence).where(silent))
        done["privacy_link"] = _run(delete(PrivacyLink).where(PrivacyLink.contact.in_(contacts)))
        told = or_(*(cast(OutboxRow.payload, Text).contains(one, autoescape=True) for one in contacts))
        done["outbox"] = _run(delete(OutboxRow).where(OutboxRow.done_at.is_not(None), told)) if contacts else 0
    return +done


def erase_person(user_id: int) -> Counter[str]:
    """The account itself, its carts, and the answers that its programs were given."""
    with transaction():
        erase_account(user_id)
        _run(update(Cart).where(Cart.user_id == user_id).values(user_id=None))
        keys = _run(delete(IdempotencyKey).where(IdempotencyKey.owner == f"user:{user_id}"))
        sent = update(MessageSent).where(MessageSent.about == f"account:{user_id}").values(recipient="")
        return Counter({"user_account": 1, "idempotency_key": keys, "message_sent": _run(sent)})


def _blank(order: Order) -> None:
    """An order without a person. Its commune stays: it tells where goods went, not to whom."""
    order.contact_name, order.contact_phone, order.contact_email = ERASED, "", None
    order.address_line = ERASED if order.address_line else None
    order.note = order.collector_name = order.collector_phone = None
    order.invoice_wish = None
    order.token, order.user_id = secret_token(), None


def _unsay(ids: Sequence[int]) -> int:
    """Take people's words off the timelines."""
    query = select(OrderEvent).where(OrderEvent.order_id.in_(ids)).order_by(OrderEvent.id)
    said = [one.id for one in db.session.scalars(query) if set(SAID) & set(one.data)]
    for event_id in said:
        db.session.execute(_WITHOUT[dialect_name()], {"id": event_id})
    return len(said)


def _forget_uses(numbers: Sequence[str]) -> int:
    """A hash of a telephone number is still a telephone number: there are few enough to try them all."""
    references = [reference_of(number) for number in numbers]
    uses = db.session.scalars(select(CouponUse).where(CouponUse.reference.in_(references))).all()
    for use in uses:
        use.customer, use.user_id = f"erased:{use.id}", None
    db.session.flush()
    return len(uses)


def _forget_drafts(ids: Sequence[int]) -> int:
    """Drafts that no authority ever saw are no papers of the law."""
    drafts = Invoice.order_id.in_(ids), Invoice.issued_on.is_(None)
    return _run(update(Invoice).where(*drafts).values(buyer_email=None))


def _drop_answers(numbers: Sequence[str]) -> int:
    """Answers kept for repeated calls hold whole orders."""
    named = [IdempotencyKey.body.contains(number, autoescape=True) for number in numbers]
    routed = [IdempotencyKey.route.contains(number, autoescape=True) for number in numbers]
    return _run(delete(IdempotencyKey).where(or_(*named, *routed))) if numbers else 0


def _run(statement: object) -> int:
    done = db.session.execute(statement, execution_options=_BLIND)  # type: ignore[call-overload]
    return int(done.rowcount)
