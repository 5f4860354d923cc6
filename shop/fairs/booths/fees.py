"""The fee of a booking: asked for through the payments port, received, and owed back for days that fall away.

A booking's payments carry ``bkg:CODE`` (and ``bkg:CODE/2`` … when an earlier one was called off). Money that
comes for a booking that cannot use it any more goes back: it is kept or the booth is given, never both (P23).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update

from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.clock import now
from core.db import db, transaction
from core.events import publish
from shop.fairs import permissions, queries
from shop.fairs.booths import deadlines
from shop.fairs.booths.rows import lock_booking
from shop.fairs.booths.steps import note
from shop.fairs.events import BookingPaid
from shop.fairs.models import Booking, BoothDay, Fair
from shop.fairs.refusals import BookingConditional, BookingExpired, BookingNotReady
from shop.fairs.rulebook import WHOLE_BP, rules_of
from shop.fairs.rules import LIVE_DAY, BookingState, DayState, hold_end, unused
from shop.payments import refunds
from shop.payments import service as payments
from shop.payments.models import Payment
from shop.payments.providers.port import Payee, get_provider, is_cash
from shop.payments.queries import find_payment, get_payment
from shop.payments.rules import Status, window_end
from shop.stores.models import Seller

#: What every reference of ours begins with.
PREFIX = "bkg:"
_UNPAID = (BookingState.HOLD, BookingState.OFFERED, BookingState.ACCEPTED)
_PAID = (BookingState.PAID, BookingState.CHECKED_IN)


@dataclass(frozen=True)
class Transfer:
    """A bank line that pays a fee: whole đồng, the bank's reference, and when the bank booked it."""

    amount_vnd: int
    reference: str
    booked_at: datetime


def record_payment(code: str, provider: str, transfer: Transfer | None, by: Actor) -> Booking:
    """Take a booking's fee: in cash at once, or by VietQR (asked for first, paid when the bank's line is seen).

    A booking that is paid answers as it is. Raises BookingNotReady, BookingExpired, BookingConditional, and the
    refusals of the payments port.
    """
    with transaction():
        booking = locked_for(code, by)
        if booking.state in _PAID:
            return booking
        payment = ask(booking, provider, by)
        if payment is None:
            return booking
        if is_cash(provider):
            payments.take_cash(payment.reference, by)
        elif transfer is not None:
            line = payments.BankLine(transfer.amount_vnd, transfer.reference, transfer.booked_at)
            payments.confirm_transfer(payment.reference, line, by)
        return booking


def ask(booking: Booking, provider: str, by: Actor, back_to: str = "/") -> Payment | None:
    """The open payment of a locked booking that is ready to be paid, by that provider; None when nothing is due:
    then it is paid by that alone. Raises BookingNotReady, BookingExpired, BookingConditional, ProviderUnavailable.
    """
    at = now()
    days = _payable(booking, at)
    due = sum(share_of(day) for day in days)
    if due == 0:
        mark_paid(booking, days, 0, by)
        return None
    return _asked_for(booking, _Fee(provider, due, days[0].day, back_to), at, by)


def share_of(day: BoothDay) -> int:
    """What the exhibitor pays of a day, in đồng: its price less what the fair pays."""
    return day.price_vnd - day.subsidy_vnd


def fee_end(booking: Booking, fair: Fair, at: datetime, first_day: date) -> datetime:
    """The last instant for the fee of a booking that can be paid from ``at`` on."""
    if booking.state == BookingState.ACCEPTED:
        return deadlines.pay_end(fair, at, first_day)
    return hold_end(at, first_day, rules_of(fair).hold_hours)


def locked_for(code: str, by: Actor, action: str = "bookings.manage") -> Booking:
    """A booking, locked, for who may act at its fair. Raises BookingNotFound, or NotFound for another's fair."""
    seen = queries.get_booking(code)
    authorize(by, action, permissions.scope_of(db.session.get_one(Fair, seen.fair_id)))
    return lock_booking(code)


def take(reference: str, amount_vnd: int, by: Actor = SYSTEM) -> None:
    """Money has come under one of our references: the booking is paid, or the money goes back.

    The caller has looked at the booking's certificates again (`coverage.look_again`), which calls the payment
    off when its days or its amount have changed.
    """
    booking = queries.find_booking_by_payment(reference)
    payment = find_payment(reference)
    if payment is None or payment.status != Status.CAPTURED:
        return
    if booking is None or booking.state not in _UNPAID:
        payments.cancel(reference, by, "the booking cannot use it any more")
        return
    mark_paid(booking, queries.days_of(booking.id, *LIVE_DAY), amount_vnd, by)


def call_off(booking: Booking, by: Actor, reason: str) -> None:
    """Stop asking for the fee that was asked for; money that is already here becomes a duty to give it back."""
    if booking.payment_reference is not None and find_payment(booking.payment_reference) is not None:
        payments.cancel(booking.payment_reference, by, reason)


def give_back(booking: Booking, days: Sequence[BoothDay], on: date, by: Actor, share_bp: int = WHOLE_BP) -> None:
    """Promise back what is owed for the whole unused days among ``days``, before they are released.

    The price of a day is its part of the booking's price, so the parts add up exactly; of what the exhibitor paid for
    them she gets ``share_bp``. When everything that was paid is owed back the payment itself is called off, which
    promises the rest of it.
    """
    if booking.state not in _PAID:
        call_off(booking, by, "released")
        return
    owe(booking, back_for(booking, days, on, share_bp), by)


def owe(booking: Booking, added_vnd: int, by: Actor) -> None:
    """Promise a part of what was paid back, in đồng."""
    booking.refund_due_vnd += added_vnd
    payment = find_payment(booking.payment_reference) if booking.payment_reference else None
    if payment is not None and booking.refund_due_vnd == payment.amount_vnd:
        payments.cancel(payment.reference, by, "released")
    elif added_vnd:
        note(booking, "refund_due", by, amount_vnd=booking.refund_due_vnd)
        if payment is not None:
            _promise(payment.reference, booking, added_vnd, by)


def _promise(reference: str, booking: Booking, added_vnd: int, by: Actor) -> None:
    """Promise a part of a fee back, as far as it is here: a fee that was paid in another way is settled by hand."""
    payment = payments.lock_payment(reference)
    owed = min(added_vnd, payment.captured_vnd - payment.refunding_vnd)
    if owed > 0:
        refunds.promise(reference, owed, "booth", f"booth:{booking.code}:{booking.refund_due_vnd}", by)


def back_for(booking: Booking, days: Sequence[BoothDay], on: date, share_bp: int = WHOLE_BP) -> int:
    """What would be owed back, in đồng, if these days fell away on that day; nothing while nothing is paid.

    ``share_bp`` of what the exhibitor paid for them, rounded down to whole đồng.
    """
    if booking.state not in _PAID:
        return 0
    back = set(unused([one.day for one in days], on, has_begun=booking.state == BookingState.CHECKED_IN))
    return sum(share_of(one) for one in days if one.day in back) * share_bp // WHOLE_BP


def fee_due(booking: Booking) -> int:
    """What the exhibitor pays for the booking's live days together, in đồng."""
    return sum(share_of(day) for day in queries.days_of(booking.id, *LIVE_DAY))


def _payable(booking: Booking, at: datetime) -> list[BoothDay]:
    if booking.state not in _UNPAID:
        raise BookingNotReady(state=booking.state)
    ends_at = booking.expires_at
    if ends_at is not None and ends_at <= at:
        raise BookingExpired(expired_at=ends_at.isoformat())
    days = queries.days_of(booking.id, *LIVE_DAY)
    waiting = [one.day for one in days if one.state == DayState.CONDITIONAL]
    if waiting:
        raise BookingConditional(days=waiting, renew_by=booking.renew_by)
    return days


@dataclass(frozen=True)
class _Fee:
    """What is asked for: by which way, how many đồng, the first booked day, and where a card's page leads back to."""

    provider: str
    due_vnd: int
    first_day: date
    back_to: str


def _asked_for(booking: Booking, fee: _Fee, at: datetime, by: Actor) -> Payment:
    """The open payment of this booking for that provider and amount, or a new one in place of the old.

    It never lives longer than the booking's own deadline; a transfer lives exactly as long.
    """
    open_still = find_payment(booking.payment_reference) if booking.payment_reference else None
    if open_still is not None and open_still.status in (Status.PENDING, Status.AUTHORISED):
        if open_still.provider == fee.provider and open_still.amount_vnd == fee.due_vnd:
            return open_still
        payments.cancel(open_still.reference, by, "asked for anew")
    seller = db.session.get_one(Seller, db.session.get_one(Fair, booking.fair_id).seller_id)
    payee = Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account)
    reference = _next_reference(booking)
    ends_at = _window(booking, fee, payee, at)
    asked = payments.Asked(reference, fee.provider, fee.due_vnd, booking.code, payee, ends_at, fee.back_to)
    payments.open_payment(asked, by, at)
    booking.payment_reference = reference
    db.session.flush()
    return get_payment(reference)


def _window(booking: Booking, fee: _Fee, payee: Payee, at: datetime) -> datetime | None:
    """When the payment ends; None in person."""
    own = window_end(at, get_provider(fee.provider, payee).window_seconds, fee.first_day)
    if own is None or booking.expires_at is None:
        return own
    return booking.expires_at if fee.provider == payments.TRANSFER else min(own, booking.expires_at)


def _next_reference(booking: Booking) -> str:
    """``bkg:CODE``, then ``bkg:CODE/2`` and so on."""
    if booking.payment_reference is None:
        return PREFIX + booking.code
    base, _, number = booking.payment_reference.partition("/")
    return f"{base}/{int(number or 1) + 1}"


def mark_paid(booking: Booking, days: Sequence[BoothDay], amount_vnd: int, by: Actor) -> None:
    """All live days, then the booking: the database refuses the second without the first."""
    ids = [one.id for one in days]
    db.session.execute(update(BoothDay).where(BoothDay.id.in_(ids)).values(state=DayState.PAID))
    if booking.state == BookingState.OFFERED:
        booking.accepted_at = now()
    booking.state, booking.expires_at = BookingState.PAID, None
    db.session.flush()
    fair = db.session.get_one(Fair, booking.fair_id)
    note(booking, "paid", by, amount_vnd=amount_vnd)
    publish(BookingPaid(booking.code, fair.slug, amount_vnd))
