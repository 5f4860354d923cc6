"""What orders do when money moves and when a star ends. Doors judge by date; this only tidies and tells."""

from sqlalchemy import select

from catalog.certificates.queries import governing
from catalog.consequences.rules import Happening
from catalog.consequences.service import Case, Timing, consequence
from core.db import end_reading
from core.events import later, on
from core.messages import send
from shop.orders import service
from shop.orders.events import OrderEnded, OrderHeld, OrderPlaced
from shop.orders.letters import build
from shop.orders.models import Order, OrderLine
from shop.orders.queries import get_order, list_numbers
from shop.orders.rules import GONE, OFF, State, number_of
from shop.payments.events import (
    CaptureBegins,
    PaymentAuthorised,
    PaymentExpired,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    PaymentToRefund,
    RefundFailed,
)


@on(PaymentSucceeded)
def settle_paid(event: PaymentSucceeded) -> None:
    """Decide the order that was paid."""
    if number := number_of(event.reference):
        service.settle(number, event.at)


@on(PaymentExpired)
def end_unpaid(event: PaymentExpired) -> None:
    """Call off the order whose money did not come."""
    if number := number_of(event.reference):
        service.end_by_clock(number, "payment_window", State.PLACED, State.AUTHORISED)


@on(PaymentAuthorised)
def reserve_paid(event: PaymentAuthorised) -> None:
    """Let the order know that the card's money is reserved, or let the money go."""
    if number := number_of(event.reference):
        service.reserve(number)


@on(CaptureBegins)
def judge_again(event: CaptureBegins) -> None:
    """Look at the order once more before its money is taken."""
    if number := number_of(event.reference):
        service.keep_for_capture(number)


@on(PaymentFailed)
def end_failed(event: PaymentFailed) -> None:
    """Call off the order whose card can no longer be charged."""
    if number := number_of(event.reference):
        service.end_by_clock(number, "payment_failed", State.PLACED, State.AUTHORISED)


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


@on(RefundFailed)
def note_bounce(event: RefundFailed) -> None:
    """Open the order again whose money had gone back and came back to us."""
    if event.was_done and (number := number_of(event.reference)):
        service.bounced(number, event.amount_vnd)


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
    """Confirm the order."""
    send(build.placed(event.number))


@later(OrderEnded, outside=True)
def mail_end(event: OrderEnded) -> None:
    """Tell the buyer that the order is over, why, and what happens to her money."""
    send(build.ended(event.number, event.reason, event.owes_money))


@later(OrderHeld, outside=True)
def mail_held(event: OrderHeld) -> None:
    """Tell the buyer that her order waits for the store's decision, and that she may refuse it now."""
    if get_order(event.number).state == State.HELD:
        send(build.held(event.number))


def _still_here(case: Case) -> list[str]:
    """Orders under the certificate that have neither left nor ended; none when it counts again by now."""
    covering = governing([case.product_id], case.today).get(case.product_id)
    if covering is not None and covering.certificate_id == case.certificate_id:
        return []
    with_line = select(OrderLine.order_id).where(OrderLine.certificate_id == case.certificate_id)
    numbers = list_numbers(Order.id.in_(with_line), Order.state.not_in(GONE | OFF))
    end_reading()
    return numbers
