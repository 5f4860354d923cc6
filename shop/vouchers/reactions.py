"""When vouchers come, when they end, and what their holders are told."""

from collections.abc import Sequence

from catalog.certificates.queries import governing
from catalog.consequences.rules import Happening
from catalog.consequences.service import Case, consequence
from core.db import db
from core.events import later, on
from core.messages import Message, rebuilds, send
from core.web.links import address_of
from shop.orders.events import OrderEnded, OrderHandedOver, OrderPaid, OrderShipped
from shop.orders.given_back import GivenBack, find_given_back, tells
from shop.orders.letters.build import address, to_buyer
from shop.orders.queries import get_order
from shop.orders.rules import number_of
from shop.payments.events import RefundPromised
from shop.payments.refunds import lock_refund
from shop.vouchers import letters, service
from shop.vouchers.events import RefundOffered, VouchersIssued
from shop.vouchers.models import Voucher
from shop.vouchers.queries import line_of, list_of_order, service_lines
from shop.vouchers.rules import State, shown_code
from shop.vouchers.words import place_of

#: Registered by import.
LETTERS = (letters.offer,)
_OWN = "voucher:"
#: All that is left, by a program: nobody decided about what was used.
_OWED = "owed:"
#: What the buyer gives back is judged piece by piece, also when it is all she bought.
_RETURN = "return:"


@later(OrderPaid)
def issue_when_paid(event: OrderPaid) -> None:
    """The money is here: an order of services is delivered by its vouchers."""
    service.issue_for(event.number)


@later(OrderShipped)
def issue_when_shipped(event: OrderShipped) -> None:
    """Goods have left: the services beside them that lie in no parcel with goods are delivered by their vouchers."""
    service.issue_for(event.number)


@later(OrderHandedOver)
def issue_when_handed_over(event: OrderHandedOver) -> None:
    """Paid at the counter, or with goods in one parcel that has arrived: from now on nobody calls it off."""
    service.issue_for(event.number)


@on(OrderEnded)
def void_with_order(event: OrderEnded) -> None:
    """Called off: its vouchers are worth nothing."""
    if list_of_order(get_order(event.number).id):
        service.void_for(event.number)


@on(RefundPromised)
def void_with_refund(event: RefundPromised) -> None:
    """Money for services goes back: as many unused vouchers end with it, in the same transaction, or it is refused."""
    number = number_of(event.reference)
    refund = lock_refund(event.code)
    if number is None or refund.key.startswith(_OWN):
        return
    order = get_order(number)
    if not list_of_order(order.id):
        return
    is_whole = refund.payment.refunding_vnd == refund.payment.captured_vnd
    if not is_whole or refund.key.startswith(_RETURN):
        lines = {one.id for one in service_lines(order.id)}
        for back in find_given_back(refund.key) or ():
            if back.line_id in lines:
                service.void_pieces(back.line_id, back.quantity)
    if refund.key.startswith(_OWED):
        service.refuse_used(number)
    if is_whole:
        service.void_for(number)


@consequence("voucher", Happening.REVOCATION)
def offer_money(case: Case) -> dict[str, int]:
    """Whoever has not used her voucher may have her money (decision 5); none when the star counts again by now."""
    covering = governing([case.product_id], case.today).get(case.product_id)
    if covering is not None and covering.certificate_id == case.certificate_id:
        return {"offered": 0}
    return {"offered": service.offer_refunds(case.certificate_id, case.today)}


@later(VouchersIssued, outside=True)
def mail_vouchers(event: VouchersIssued) -> None:
    """Each voucher with its code, in a letter of its own."""
    for one in list_of_order(get_order(event.number).id):
        if one.state == State.LIVE:
            send(_letter(one))


@later(RefundOffered, outside=True)
def mail_offer(event: RefundOffered) -> None:
    """She may have her money, as long as the voucher is not used."""
    order = get_order(event.number)
    for one in list_of_order(order.id):
        if one.state == State.LIVE and one.offered_on is not None:
            name, key = line_of(one).product_name, f"voucher-offer:{one.id}"
            send(to_buyer(order, "voucher.offer", key, service=name, until=one.valid_until, url=address(order)))


@rebuilds("voucher.issued")
def rebuilt(number: str) -> Message | None:
    """The first voucher of an order that can still be used."""
    live = [one for one in list_of_order(get_order(number).id) if one.state == State.LIVE]
    return _letter(live[0]) if live else None


def lines_of_voucher(voucher_id: str) -> Sequence[GivenBack] | None:
    """The line that a given-back voucher belongs to."""
    voucher = db.session.get(Voucher, int(voucher_id))
    return [GivenBack(voucher.price_vnd, 1, voucher.order_line_id)] if voucher else None


def _letter(voucher: Voucher) -> Message:
    line, (address, phone) = line_of(voucher), place_of(voucher)
    return to_buyer(
        voucher.order, "voucher.issued", f"voucher-issued:{voucher.id}", service=f"{line.product_name}, {line.label}",
        place=", ".join(part for part in (voucher.producer.name, address) if part), phone=phone,
        code=shown_code(voucher.code), until=voucher.valid_until,
        url=address_of("vouchers.show", code=voucher.code),
    )  # fmt: skip


tells("voucher", lines_of_voucher)
