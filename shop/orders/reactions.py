"""What orders do when money moves and when a star ends. Doors judge by date; this only tidies and tells."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.queries import governing
from catalog.consequences.rules import Happening
from catalog.consequences.service import Case, Timing, consequence
from core.db import end_reading
from core.events import later, on
from core.mail import Mail, send
from core.money import dong
from core.web.links import address_of
from shop.carts.words import amount
from shop.orders import service
from shop.orders.events import OrderEnded, OrderHeld, OrderPlaced
from shop.orders.models import Order, OrderLine
from shop.orders.queries import get_order, list_numbers
from shop.orders.rules import GONE, OFF, State, number_of
from shop.orders.words import reason_words
from shop.payments.events import PaymentExpired, PaymentRefunded, PaymentSucceeded, PaymentToRefund


@on(PaymentSucceeded)
def settle_paid(event: PaymentSucceeded) -> None:
    """Decide the order that was paid."""
    if number := number_of(event.reference):
        service.settle(number, event.at)


@on(PaymentExpired)
def end_unpaid(event: PaymentExpired) -> None:
    """Call off the order whose money did not come."""
    if number := number_of(event.reference):
        service.end_by_clock(number, "payment_window", State.PLACED)


@on(PaymentToRefund)
def note_debt(event: PaymentToRefund) -> None:
    """Remember money that must go back."""
    if number := number_of(event.reference):
        service.owe_back(number)


@on(PaymentRefunded)
def note_refund(event: PaymentRefunded) -> None:
    """Close the order whose money went back, or tell of the part that did."""
    if number := number_of(event.reference):
        service.refunded(number, event.amount_vnd, is_whole=event.is_whole)


@consequence("payment", Happening.LAPSE, Happening.REVOCATION, Happening.SUSPENSION, timing=Timing.OUTSIDE)
def end_undecided(case: Case) -> dict[str, int]:
    """Cancel what is not decided: money that comes goes back (decision 5).

    Each order in its own transaction, so that no two are ever locked together. Safe to repeat.
    """
    return {"cancelled": sum(service.lapse(number) for number in _still_here(case))}


@consequence("order", Happening.REVOCATION, Happening.SUSPENSION, timing=Timing.OUTSIDE)
def stop_unshipped(case: Case) -> dict[str, int]:
    """Stop what was decided and has not left, until the store decides; after a mere lapse it ships (decision 5)."""
    kind = {Happening.REVOCATION: "revoked", Happening.SUSPENSION: "suspended"}[case.happening]
    return {"held": sum(service.stop(number, kind) for number in _still_here(case))}


@consequence("order", Happening.RENEWAL, timing=Timing.OUTSIDE)
def resume_held(case: Case) -> dict[str, int]:
    """What a suspension stopped goes on when it is over; a new certificate covers no order of an old one."""
    with_line = select(OrderLine.order_id).where(OrderLine.certificate_id == case.certificate_id)
    numbers = list_numbers(Order.id.in_(with_line), Order.state == State.HELD)
    end_reading()
    return {"resumed": sum(service.go_on(number) for number in numbers)}


@later(OrderPlaced, outside=True)
def mail_confirmation(event: OrderPlaced) -> None:
    """Confirm the order by mail, if the buyer gave an address."""
    order = get_order(event.number)
    if order.contact_email is None:
        return
    with force_locale(order.locale):
        text = _(
            "Chào %(name)s,\n\nCảm ơn bạn đã đặt hàng. Đơn %(number)s, do %(seller)s bán:\n\n%(lines)s\n\n"
            "Tổng cộng: %(total)s (đã gồm thuế)\n\nXem đơn, thanh toán hoặc hủy trước khi đóng gói tại:\n%(url)s\n",
            name=order.contact_name, number=order.number, seller=order.seller.name, lines=_listed(order),
            total=dong(order.total_vnd), url=_address(order),
        )  # fmt: skip
        subject = _("Đơn hàng %(number)s", number=order.number)
        send(Mail(order.contact_email, subject, text, f"order-placed:{order.number}"))


@later(OrderEnded, outside=True)
def mail_end(event: OrderEnded) -> None:
    """Tell the buyer that the order is over, why, and what happens to her money."""
    order = get_order(event.number)
    if order.contact_email is None:
        return
    with force_locale(order.locale):
        money = _("Số tiền bạn đã trả sẽ được hoàn lại.") if event.owes_money else _("Bạn chưa trả khoản nào.")
        text = _(
            "Chào %(name)s,\n\nĐơn %(number)s đã hủy: %(reason)s.\n%(money)s\n\n%(url)s\n",
            name=order.contact_name, number=order.number, reason=reason_words(event.reason), money=money,
            url=_address(order),
        )  # fmt: skip
        subject = _("Đơn hàng %(number)s đã hủy", number=order.number)
        send(Mail(order.contact_email, subject, text, f"order-ended:{order.number}"))


@later(OrderHeld, outside=True)
def mail_held(event: OrderHeld) -> None:
    """Tell the buyer that her order waits for the store's decision, and that she may refuse it now."""
    order = get_order(event.number)
    if order.contact_email is None or order.state != State.HELD:
        return
    with force_locale(order.locale):
        text = _(
            "Chào %(name)s,\n\nCông nhận OCOP của một sản phẩm trong đơn %(number)s vừa bị thu hồi hoặc tạm dừng. "
            "Đơn dừng lại chờ cửa hàng quyết định; sau 3 ngày làm việc không quyết định thì đơn bị hủy và tiền đã trả "
            "được hoàn lại.\n\nBạn có thể hủy đơn ngay tại:\n%(url)s\n",
            name=order.contact_name, number=order.number, url=_address(order),
        )  # fmt: skip
        subject = _("Đơn hàng %(number)s tạm dừng", number=order.number)
        send(Mail(order.contact_email, subject, text, f"order-held:{order.number}:{order.held_on}"))


def _still_here(case: Case) -> list[str]:
    """Orders under the certificate that have neither left nor ended; none when it counts again by now."""
    covering = governing([case.product_id], case.today).get(case.product_id)
    if covering is not None and covering.certificate_id == case.certificate_id:
        return []
    with_line = select(OrderLine.order_id).where(OrderLine.certificate_id == case.certificate_id)
    numbers = list_numbers(Order.id.in_(with_line), Order.state.not_in(GONE | OFF))
    end_reading()
    return numbers


def _listed(order: Order) -> str:
    return "\n".join(
        f"- {line.product_name}, {line.label}: {amount(line.quantity, line.unit)}, {dong(line.line_total_vnd)}"
        for line in order.lines
    )


def _address(order: Order) -> str:
    return address_of("orders.show", number=order.number, token=order.token)
