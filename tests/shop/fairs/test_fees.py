"""The fee: cash at once, a transfer when the bank's line is seen, money that comes too late goes back (P23)."""

from datetime import timedelta

import pytest

from core.clock import now, travel
from core.db import db
from core.errors import NotFound
from shop.fairs import queries
from shop.fairs.booths import bookings
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import Transfer, record_payment
from shop.fairs.models import Booking, Booth
from shop.fairs.refusals import BookingExpired, BookingNotReady
from shop.payments.queries import get_payment
from shop.payments.service import BankLine, confirm_transfer
from tests.shop.fairs.conftest import Ground


@pytest.fixture
def booking(ground: Ground) -> Booking:
    return book(ground.fair.slug, "A01", Claim(ground.application(ground.product()).code), ground.organizer)[0]


def test_cash_pays_at_once_and_once(ground: Ground, booking: Booking) -> None:
    paid = record_payment(booking.code, "at_store", None, ground.organizer)
    assert (paid.state, paid.expires_at) == ("paid", None)
    assert ground.states(booking) == ["paid"] * 3
    assert get_payment(f"bkg:{booking.code}").captured_vnd == 3_000_000
    assert record_payment(booking.code, "at_store", None, ground.organizer).version == paid.version


def test_vietqr_is_asked_for_then_seen_at_the_bank(ground: Ground, booking: Booking) -> None:
    asked = record_payment(booking.code, "vietqr", None, ground.organizer)
    payment = get_payment(f"bkg:{booking.code}")
    assert (asked.state, payment.status) == ("hold", "pending")
    assert payment.qr_text is not None
    assert booking.code.replace("-", "") in payment.qr_text.replace(" ", "").replace("-", "")
    assert asked.expires_at == payment.expires_at
    assert record_payment(booking.code, "vietqr", None, ground.organizer).payment_reference == payment.reference
    line = Transfer(3_000_000, "FT26326", now())
    assert record_payment(booking.code, "vietqr", line, ground.organizer).state == "paid"


def test_cash_instead_of_a_transfer_calls_the_first_off(ground: Ground, booking: Booking) -> None:
    record_payment(booking.code, "vietqr", None, ground.organizer)
    paid = record_payment(booking.code, "at_store", None, ground.organizer)
    assert (paid.state, paid.payment_reference) == ("paid", f"bkg:{booking.code}/2")
    assert get_payment(f"bkg:{booking.code}").status == "cancelled"


def test_no_cash_for_a_hold_that_has_ended(ground: Ground, booking: Booking) -> None:
    with travel(now() + timedelta(hours=73)), pytest.raises(BookingExpired):
        record_payment(booking.code, "at_store", None, ground.organizer)


@pytest.mark.parametrize("seconds, kept", [(-1, True), (0, False), (1, False)])
def test_a_transfer_around_the_end_is_kept_or_goes_back_never_both(
    ground: Ground, booking: Booking, seconds: int, kept: bool
) -> None:
    """The hold's job runs first, as it may; the bank's line comes a second before, at, or after the end."""
    record_payment(booking.code, "vietqr", None, ground.organizer)
    end = get_payment(f"bkg:{booking.code}").expires_at
    assert end is not None
    at = end + timedelta(seconds=seconds)
    with travel(at):
        bookings.expire_holds(at)
        confirm_transfer(f"bkg:{booking.code}", BankLine(3_000_000, "FT1", at), ground.organizer)
    db.session.expire_all()
    payment = get_payment(f"bkg:{booking.code}")
    assert (booking.state == "paid", payment.status == "captured") == (kept, kept)
    assert (booking.state == "released", payment.status == "to_refund") == (not kept, not kept)


def test_money_for_a_booth_that_somebody_else_has_goes_back(ground: Ground, booking: Booking) -> None:
    record_payment(booking.code, "vietqr", None, ground.organizer)
    other = ground.make.producer()
    theirs = ground.make.product(producer=other)
    ground.certificate(theirs)
    claim = Claim(ground.application(theirs, producer=other).code)
    end = get_payment(f"bkg:{booking.code}").expires_at
    assert end is not None
    with travel(end):
        second, _ = book(ground.fair.slug, "A01", claim, ground.organizer)
        confirm_transfer(f"bkg:{booking.code}", BankLine(3_000_000, "FT1", end), ground.organizer)
    assert get_payment(f"bkg:{booking.code}").status == "to_refund"
    assert ground.states(second) == ["hold"] * 3


def test_taking_back_a_paid_booth_owes_the_money(ground: Ground, booking: Booking) -> None:
    record_payment(booking.code, "at_store", None, ground.organizer)
    released = bookings.release(ground.fair.slug, "A01", None, ground.organizer)
    assert (released.state, released.refund_due_vnd) == ("released", 3_000_000)
    assert get_payment(f"bkg:{booking.code}").status == "to_refund"
    with pytest.raises(BookingNotReady):
        record_payment(booking.code, "at_store", None, ground.organizer)


def test_a_free_booth_is_paid_without_a_payment(ground: Ground) -> None:
    booth = queries.find_booth(ground.fair.id, "A02")
    assert booth is not None
    db.session.get_one(Booth, booth.id)
    from core.db import transaction

    with transaction():
        db.session.get_one(Booth, booth.id).price_vnd = 0
    claim = Claim(ground.application(ground.product()).code)
    free, _ = book(ground.fair.slug, "A02", claim, ground.organizer)
    paid = record_payment(free.code, "at_store", None, ground.organizer)
    assert (paid.state, paid.payment_reference) == ("paid", None)


def test_another_organizer_takes_no_fee(ground: Ground, booking: Booking) -> None:
    stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    with pytest.raises(NotFound):
        record_payment(booking.code, "at_store", None, stranger)
