"""Mails about reviews: why one was hidden, and one invitation to write."""

from flask_babel import force_locale
from flask_babel import gettext as _

from core.db import db
from core.events import later
from core.ids import digest
from core.mail import Mail, send
from core.web.links import address_of
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import State
from shop.reviews.events import ReviewAsked, ReviewHidden
from shop.reviews.models import ReviewSilence
from shop.reviews.queries import bought, get_said, of_order
from shop.reviews.rules import HIDDEN
from shop.reviews.words import GROUNDS


@later(ReviewHidden, outside=True)
def mail_hidden(event: ReviewHidden) -> None:
    """Tell its writer on which ground, unless it stands again by now."""
    said = get_said(event.code)
    review, order = said.review, db.session.get_one(Order, said.review.order_id)
    if order.contact_email is None or review.state != HIDDEN:
        return
    with force_locale(order.locale):
        text = _(
            "Chào bạn,\n\nĐánh giá của bạn về %(product)s đã được ẩn.\nCăn cứ: %(ground)s.\n%(note)s\n\n"
            "Chê hàng không phải là căn cứ để ẩn. Nếu bạn thấy không đúng, hãy khiếu nại tại:\n%(complain)s\n\n"
            "Đánh giá của bạn:\n%(url)s\n",
            product=said.product.name, ground=str(GROUNDS[review.ground or "unlawful"]), note=review.ground_note,
            complain=address_of("complaints.new", ve=said.product.code),
            url=address_of("reviews.write", number=order.number, code=said.product.code, token=order.token),
        )  # fmt: skip
        subject = _("Đánh giá của bạn đã được ẩn")
        send(Mail(order.contact_email, subject, text, f"review-hidden:{review.code}:{review.version}"))


@later(ReviewAsked, outside=True)
def mail_invitation(event: ReviewAsked) -> None:
    """Ask once, if there is still something to say and she never said to stop."""
    order = get_order(event.order)
    if order.contact_email is None or order.state != State.HANDED_OVER:
        return
    if db.session.get(ReviewSilence, digest(order.contact_email)) is not None:
        return
    written = of_order(order.id)
    missing = [product.name for product in bought(order) if product.id not in written]
    if not missing:
        return
    with force_locale(order.locale):
        text = _(
            "Chào %(name)s,\n\nBạn đã nhận đơn %(number)s. Món hàng có như bạn mong không? "
            "Vài lời của bạn giúp người mua sau và người làm ra nó:\n\n%(products)s\n\n%(url)s\n\n"
            "Thư này chỉ gửi một lần. Không muốn nhận lời mời nữa:\n%(stop)s\n",
            name=order.contact_name, number=order.number, products="\n".join(f"- {name}" for name in missing),
            url=address_of("reviews.of_order", number=order.number, token=order.token),
            stop=address_of("reviews.stop", number=order.number, token=order.token),
        )  # fmt: skip
        send(Mail(order.contact_email, _("Bạn thấy hàng thế nào?"), text, f"review-asked:{order.number}"))
