"""An offer from its letter to the paid booth: yes, no, too late; by whom; all of them or none; what leaving costs."""

from datetime import timedelta

import pytest

from core.accounts.actor import Actor
from core.clock import day_end, now, travel
from core.db import db, transaction
from core.errors import Invalid, NotFound
from shop.fairs.booths import bookings, leaving, offers, paying
from shop.fairs.booths.offers import Given
from shop.fairs.models import Booking, Booth, BoothDay, Fair
from shop.fairs.refusals import (
    ApplicationNotReady,
    BookingExpired,
    BookingNotReady,
    BookingUncovered,
    BoothNotLet,
    BoothTaken,
)
from shop.payments.queries import find_payment, get_payment
from shop.payments.service import BankLine, confirm_transfer
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def exhibitor(ground: Ground) -> Actor:
    return ground.make.actor("producer", ("producer", ground.producer.code))


def ruled(ground: Ground, **rules: object) -> None:
    with transaction():
        db.session.get_one(Fair, ground.fair.id).rules = {**ground.fair.rules, **rules}


def offered(ground: Ground, **more: object) -> Booking:
    given = Given(ground.application(ground.product()).code, "A01", **more)  # type: ignore[arg-type]
    return offers.offer(ground.fair.slug, [given], ground.organizer)[0]


def test_an_offer_is_a_booking_until_its_hours_are_over(ground: Ground) -> None:
    ruled(ground, offer_hours=48)
    at = now()
    with travel(at):
        booking = offered(ground)
    assert (booking.state, booking.expires_at, booking.offered_at) == ("offered", at + timedelta(hours=48), at)
    assert ground.states(booking) == ["hold"] * 3
    other = ground.make.application(ground.fair)
    with pytest.raises(BoothTaken):
        offers.offer(ground.fair.slug, [Given(other.code, "A01")], ground.organizer)


def test_offers_are_all_made_or_none(ground: Ground) -> None:
    good, bad = ground.make.application(ground.fair), ground.make.application(ground.fair, state="rejected")
    both = [Given(good.code, "A01"), Given(bad.code, "A02")]
    with pytest.raises(ApplicationNotReady):
        offers.offer(ground.fair.slug, both, ground.organizer)
    twice = [Given(good.code, "A01"), Given(ground.make.application(ground.fair).code, "A01")]
    with pytest.raises(BoothTaken), transaction():
        offers.offer(ground.fair.slug, twice, ground.organizer)
    db.session.expire_all()
    assert db.session.query(BoothDay).filter(BoothDay.state != "released").count() == 0


@pytest.mark.long
def test_the_same_offer_again_is_the_same_booking(ground: Ground) -> None:
    application = ground.application(ground.product())
    first, second = (
        offers.offer(ground.fair.slug, [Given(application.code, "A01")], ground.organizer)[0] for _ in range(2)
    )
    assert first.id == second.id


def test_a_yes_gives_time_to_pay_and_the_money_makes_it_hers(ground: Ground) -> None:
    ruled(ground, pay_hours=24)
    booking, her = offered(ground), exhibitor(ground)
    at = now()
    with travel(at):
        said = offers.accept(booking.code, her)
        assert (said.state, said.expires_at) == ("accepted", at + timedelta(hours=24))
        assert offers.accept(booking.code, her).version == said.version
        paying.pay(booking.code, "vietqr", her)
        payment = get_payment(f"bkg:{booking.code}")
        assert payment.expires_at == booking.expires_at  # one end for both
        confirm_transfer(payment.reference, BankLine(3_000_000, "FT1", at), ground.organizer)
    db.session.expire_all()
    assert (booking.state, ground.states(booking)) == ("paid", ["paid"] * 3)


@pytest.mark.long
def test_the_day_of_payment_comes_before_the_hours(ground: Ground) -> None:
    pay_by = ground.fair.opens_on - timedelta(39)
    with transaction():
        db.session.get_one(Fair, ground.fair.id).pay_by = pay_by
    booking = offered(ground)
    assert offers.accept(booking.code, exhibitor(ground)).expires_at == day_end(pay_by)


@pytest.mark.long
@pytest.mark.parametrize("seconds, is_in_time", [(-1, True), (0, False), (1, False)])
def test_no_yes_after_the_end(ground: Ground, seconds: int, is_in_time: bool) -> None:
    booking, her = offered(ground), exhibitor(ground)
    assert booking.expires_at is not None
    with travel(booking.expires_at + timedelta(seconds=seconds)):
        if is_in_time:
            assert offers.accept(booking.code, her).state == "accepted"
        else:
            for verb in (lambda: offers.accept(booking.code, her), lambda: paying.pay(booking.code, "vietqr", her)):
                with pytest.raises(BookingExpired):
                    verb()


@pytest.mark.long
def test_paying_an_offer_accepts_it(ground: Ground) -> None:
    booking = paying.pay(offered(ground).code, "vietqr", exhibitor(ground))
    assert (booking.state, booking.accepted_at is not None) == ("accepted", True)
    with pytest.raises(Invalid):
        paying.pay(booking.code, "at_store", exhibitor(ground))


@pytest.mark.long
def test_a_no_frees_the_booth_and_calls_the_payment_off(ground: Ground) -> None:
    booking, her = offered(ground), exhibitor(ground)
    paying.pay(booking.code, "vietqr", her)
    said = offers.decline(booking.code, her)
    assert (said.state, said.ended_because, ground.states(said)) == ("released", "declined", [])
    assert get_payment(f"bkg:{booking.code}").status == "cancelled"
    assert offers.decline(booking.code, her).version == said.version
    with pytest.raises(BookingNotReady):
        offers.accept(booking.code, her)


def test_another_neither_accepts_nor_pays_nor_declines(ground: Ground) -> None:
    booking = offered(ground)
    stranger = ground.make.actor("producer", ("producer", ground.make.producer().code))
    organizer = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    for who in (stranger, organizer):
        for verb in (offers.accept, offers.decline, leaving.leave):
            with pytest.raises(NotFound):
                verb(booking.code, who)
        with pytest.raises(NotFound):
            paying.pay(booking.code, "vietqr", who)
    assert offers.accept(booking.code, ground.organizer).state == "accepted"  # she said it by telephone


@pytest.mark.long
def test_uncovered_days_are_offered_only_on_condition(ground: Ground) -> None:
    application = ground.application(ground.product(until=0))
    with pytest.raises(BookingUncovered):
        offers.offer(ground.fair.slug, [Given(application.code, "A01")], ground.organizer)
    given = Given(application.code, "A01", is_conditional=True)
    booking = offers.offer(ground.fair.slug, [given], ground.organizer)[0]
    assert ground.states(booking) == ["hold", "conditional", "conditional"]
    assert (booking.expires_at is not None, booking.renew_by) == (True, ground.fair.opens_on - timedelta(15))
    said = offers.accept(booking.code, exhibitor(ground))
    assert said.expires_at is None  # the certificate is awaited, not the money


def test_the_fair_pays_its_part_and_the_rest_is_asked_for(ground: Ground) -> None:
    ruled(ground, subsidy={"share_bp": 3333, "most_vnd": 500_001})
    booking, her = offered(ground), exhibitor(ground)
    assert (booking.price_vnd, booking.subsidy_vnd) == (3_000_000, 500_001)
    rows = ground.everything(booking)
    assert sum(one.subsidy_vnd for one in rows) == 500_001
    paying.pay(booking.code, "vietqr", her)
    assert get_payment(f"bkg:{booking.code}").amount_vnd == 2_499_999


@pytest.mark.long
def test_a_whole_subsidy_needs_no_payment(ground: Ground) -> None:
    ruled(ground, subsidy={"share_bp": 10_000})
    booking = offers.accept(offered(ground).code, exhibitor(ground))
    assert (booking.state, find_payment(f"bkg:{booking.code}")) == ("paid", None)


@pytest.mark.long
def test_what_comes_back_of_a_subsidised_day_is_what_she_paid(ground: Ground) -> None:
    ruled(ground, subsidy={"share_bp": 5000})
    booking = offers.accept(offered(ground).code, exhibitor(ground))
    paid(ground, booking)
    with travel(day_end(ground.days[0])):  # the second day begins
        bookings.release(ground.fair.slug, "A01", None, ground.organizer)
    assert booking.refund_due_vnd == 1_000_000


def paid(ground: Ground, booking: Booking) -> None:
    from shop.fairs.booths.fees import record_payment

    record_payment(booking.code, "at_store", None, ground.organizer)


@pytest.mark.long
@pytest.mark.parametrize("ahead, back", [(40, 3_000_000), (30, 3_000_000), (29, 1_500_000), (15, 1_500_000), (14, 0)])
def test_who_leaves_gets_back_by_the_steps(ground: Ground, ahead: int, back: int) -> None:
    booking, her = offered(ground), exhibitor(ground)
    paid(ground, booking)
    with travel(day_end(ground.fair.opens_on - timedelta(ahead)) - timedelta(seconds=1)):
        assert leaving.foresee(booking).back_vnd == back
        assert leaving.leave(booking.code, her).refund_due_vnd == back
        assert leaving.leave(booking.code, her).refund_due_vnd == back  # twice is once
    payment = get_payment(f"bkg:{booking.code}")
    assert payment.refunding_vnd == back


@pytest.mark.long
def test_nobody_leaves_a_booth_that_is_in_use(ground: Ground) -> None:
    from shop.fairs.booths.coverage import check_in

    booking = offered(ground)
    paid(ground, booking)
    with travel(day_end(ground.days[0]) - timedelta(hours=5)):
        check_in(booking.code, ground.organizer)
        with pytest.raises(BookingNotReady):
            leaving.leave(booking.code, exhibitor(ground))


@pytest.mark.long
def test_a_booth_that_is_not_let_is_offered_to_nobody(ground: Ground) -> None:
    with transaction():
        booth = db.session.query(Booth).filter_by(fair_id=ground.fair.id, code="A01").one()
        booth.use = "sponsor"
    with pytest.raises(BoothNotLet):
        offered(ground)
