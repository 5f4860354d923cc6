"""Two change booths only when both agree; who moves keeps code, days and what she paid."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.accounts.actor import Actor
from core.clock import now, travel
from core.db import db, transaction
from core.errors import NotFound
from shop.fairs.booths import moves, swaps
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.booths.invariants import booths_covered, booths_single
from shop.fairs.booths.swaps import Wish
from shop.fairs.models import Booking, Booth
from shop.fairs.refusals import BookingNotReady, BookingUnderWay, BoothTaken, SwapOver, SwapStands, SwapUneven
from shop.payments.queries import get_payment
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def placed(ground: Ground, booth: str, *, paid: bool = False) -> tuple[Booking, Actor]:
    application = ground.make.application(ground.fair)
    booking, _ = book(ground.fair.slug, booth, Claim(application.code), ground.organizer)
    if paid:
        record_payment(booking.code, "at_store", None, ground.organizer)
    producer = db.session.get_one(type(ground.producer), application.producer_id)
    return booking, ground.make.actor("producer", ("producer", producer.code))


def booth_of(booking: Booking) -> str:
    db.session.expire_all()
    return db.session.get_one(Booth, booking.booth_id).code


def price(ground: Ground, code: str, vnd: int) -> None:
    with transaction():
        db.session.query(Booth).filter_by(fair_id=ground.fair.id, code=code).one().price_vnd = vnd


def sound() -> bool:
    return [*booths_covered(), *booths_single()] == []


def test_two_consents_change_two_booths(ground: Ground) -> None:
    (one, her), (other, him) = placed(ground, "A01", paid=True), placed(ground, "A02")
    swap = swaps.ask_swap(Wish(one.code, other.code, "Gần bạn hàng hơn"), her)
    assert swap.state == "asked"
    assert booth_of(one) == "A01"  # nothing has happened yet
    assert swaps.answer_swap(swap.code, agrees=True, by=her).state == "asked"
    assert swaps.answer_swap(swap.code, agrees=True, by=him).state == "done"
    assert (booth_of(one), booth_of(other)) == ("A02", "A01")
    assert (ground.states(one), ground.states(other)) == (["paid"] * 3, ["hold"] * 3)
    assert get_payment(f"bkg:{one.code}").status == "captured"
    assert swaps.answer_swap(swap.code, agrees=True, by=him).state == "done"  # twice is once
    assert sound()


@pytest.mark.long
def test_the_organizer_agrees_for_nobody(ground: Ground) -> None:
    (one, her), (other, him) = placed(ground, "A01"), placed(ground, "A02")
    swap = swaps.ask_swap(Wish(one.code, other.code), ground.organizer)
    assert (swap.first_agreed_at, swap.second_agreed_at) == (None, None)
    with pytest.raises(NotFound):
        swaps.answer_swap(swap.code, agrees=True, by=ground.organizer)
    swaps.answer_swap(swap.code, agrees=True, by=him)
    assert booth_of(one) == "A01"
    swaps.answer_swap(swap.code, agrees=True, by=her)
    assert booth_of(one) == "A02"


@pytest.mark.long
def test_a_no_or_three_days_end_it(ground: Ground) -> None:
    (one, her), (other, him) = placed(ground, "A01"), placed(ground, "A02")
    first = swaps.ask_swap(Wish(one.code, other.code), her)
    assert swaps.answer_swap(first.code, agrees=False, by=him).state == "refused"
    with pytest.raises(SwapOver):
        swaps.answer_swap(first.code, agrees=True, by=him)
    second = swaps.ask_swap(Wish(one.code, other.code), her)
    with travel(now() + timedelta(days=3)):
        with pytest.raises(SwapOver):
            swaps.answer_swap(second.code, agrees=True, by=him)
        assert swaps.end_swaps(now()) == 1
    assert booth_of(one) == "A01"


@pytest.mark.long
def test_one_wish_at_a_time_and_a_stranger_has_none(ground: Ground) -> None:
    fair = ground.make.fair(booths=3, opens_on=ground.fair.opens_on)
    wide = Ground(ground.make, fair, ground.make.actor("fair_organizer", ("fair", fair.slug)), ground.producer)
    (one, her), (other, _him), (third, _it) = (placed(wide, code) for code in ("A01", "A02", "A03"))
    first = swaps.ask_swap(Wish(one.code, other.code), her)
    assert swaps.ask_swap(Wish(one.code, other.code), her).code == first.code
    with pytest.raises(SwapStands):
        swaps.ask_swap(Wish(one.code, third.code), her)
    stranger = ground.make.actor("producer", ("producer", ground.make.producer().code))
    with pytest.raises(NotFound):
        swaps.ask_swap(Wish(one.code, other.code), stranger)
    with pytest.raises(NotFound):
        swaps.answer_swap(first.code, agrees=False, by=stranger)
    elsewhere, _ = placed(ground, "A01")
    with pytest.raises(NotFound):
        swaps.ask_swap(Wish(third.code, elsewhere.code), wide.organizer)


@pytest.mark.long
def test_no_consent_makes_anybody_owe_more(ground: Ground) -> None:
    price(ground, "A02", 6_000_000)
    (one, her), (other, him) = placed(ground, "A01", paid=True), placed(ground, "A02")
    with pytest.raises(SwapUneven):
        swaps.ask_swap(Wish(one.code, other.code), her)
    del him


@pytest.mark.long
def test_unpaid_the_fee_follows_the_booth(ground: Ground) -> None:
    price(ground, "A02", 6_000_000)
    one, _her = placed(ground, "A01")
    record_payment(one.code, "vietqr", None, ground.organizer)
    moves.move(one.code, "A02", ground.organizer)
    assert (booth_of(one), one.price_vnd) == ("A02", 6_000_000)
    assert sum(row.price_vnd for row in ground.everything(one) if row.state != "released") == 6_000_000
    assert get_payment(f"bkg:{one.code}").status == "cancelled"
    again = record_payment(one.code, "vietqr", None, ground.organizer)
    assert get_payment(str(again.payment_reference)).amount_vnd == 6_000_000
    assert sound()


@pytest.mark.parametrize("vnd, back", [(6_000_000, 0), (3_000_000, 0), (1_800_001, 1_199_999)])
def test_paid_she_never_pays_more_and_the_difference_goes_back(ground: Ground, vnd: int, back: int) -> None:
    price(ground, "A02", vnd)
    one, _her = placed(ground, "A01", paid=True)
    moved = moves.move(one.code, "A02", ground.organizer)
    assert (moved.state, moved.refund_due_vnd) == ("paid", back)
    assert get_payment(f"bkg:{one.code}").refunding_vnd == back
    assert sound()


@pytest.mark.long
def test_no_move_onto_another_or_in_the_middle(ground: Ground) -> None:
    (one, _her), (other, _him) = placed(ground, "A01", paid=True), placed(ground, "A02")
    with pytest.raises(BoothTaken):
        moves.move(one.code, "A02", ground.organizer)
    assert booth_of(one) == "A01"
    assert ground.states(one) == ["paid"] * 3
    from core.clock import day_end

    with travel(day_end(ground.days[0])), pytest.raises((BookingUnderWay, BookingNotReady)):
        moves.exchange(one.code, other.code, ground.organizer)
    with pytest.raises(NotFound):
        moves.move(one.code, "A02", ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug)))


def refused(statement: str) -> str:
    with pytest.raises(IntegrityError) as caught, transaction():
        db.session.execute(text(statement))
    return str(caught.value)


def test_the_database_wants_both_consents(ground: Ground) -> None:
    (one, her), (other, _him) = placed(ground, "A01"), placed(ground, "A02")
    swap = swaps.ask_swap(Wish(one.code, other.code), her)
    done = f"UPDATE booth_swap SET state = 'done', ended_at = asked_at WHERE code = '{swap.code}'"
    assert "both_agreed" in refused(done)
    assert "kept" in refused("DELETE FROM booth_swap")


def test_the_database_keeps_days_on_the_booth_of_their_booking(ground: Ground) -> None:
    one, _her = placed(ground, "A01", paid=True)
    assert "booking is frozen" in refused(f"UPDATE booking SET booth_id = booth_id + 1 WHERE id = {one.id}")
    assert "booking is frozen" in refused(f"UPDATE booking SET price_vnd = 1, booth_id = booth_id WHERE id = {one.id}")
    assert "frozen" in refused(f"UPDATE booth_day SET subsidy_vnd = 1 WHERE booking_id = {one.id}")
