"""Mails about reviews: why one was hidden, and one invitation to write."""

from typing import Any

from core.db import db
from core.events import later
from core.ids import digest
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import WITH_BUYER
from shop.reviews import letters
from shop.reviews.events import ReviewAsked, ReviewHidden
from shop.reviews.models import ReviewSilence
from shop.reviews.queries import bought, get_said, of_order
from shop.reviews.rules import HIDDEN

#: Registered by import.
LETTERS = (letters.hidden, letters.asked)


@later(ReviewHidden, outside=True)
def mail_hidden(event: ReviewHidden) -> None:
    """Tell its writer on which ground, unless it stands again by now."""
    said = get_said(event.code)
    review, order = said.review, db.session.get_one(Order, said.review.order_id)
    if order.contact_email is None or review.state != HIDDEN:
        return
    context = {
        "product": said.product.name, "ground": review.ground or "unlawful", "note": review.ground_note,
        "complain": address_of("complaints.new", ve=said.product.code),
        "url": address_of("reviews.write", number=order.number, code=said.product.code, token=order.token),
    }  # fmt: skip
    send(_to_buyer(order, "review.hidden", f"review-hidden:{review.code}:{review.version}", context))


@later(ReviewAsked, outside=True)
def mail_invitation(event: ReviewAsked) -> None:
    """Ask once, if there is still something to say and she never said to stop."""
    order = get_order(event.order)
    if order.contact_email is None or order.state not in WITH_BUYER:
        return
    if db.session.get(ReviewSilence, digest(order.contact_email)) is not None:
        return
    written = of_order(order.id)
    missing = [product.name for product in bought(order) if product.id not in written]
    if not missing:
        return
    context = {
        "number": order.number, "products": missing,
        "url": address_of("reviews.of_order", number=order.number, token=order.token),
        "stop": address_of("reviews.stop", number=order.number, token=order.token),
    }  # fmt: skip
    send(_to_buyer(order, "review.asked", f"review-asked:{order.number}", context))


def _to_buyer(order: Order, kind: str, key: str, context: dict[str, Any]) -> Message:
    to = Recipient(order.contact_email, name=order.contact_name)
    return Message(to, kind, key, order.locale, context, f"order:{order.number}")
