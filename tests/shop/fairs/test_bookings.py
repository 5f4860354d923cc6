"""Holding a booth: all or nothing, once, covered on every day, and free again on time."""

from datetime import timedelta

import pytest

from core.accounts.actor import SYSTEM
from core.clock import day_start, now, travel
from core.doctor import examine
from core.errors import NotFound
from shop.fairs.applying.applications import withdraw
from shop.fairs.booths import bookings
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.refusals import (
    ApplicationNotReady,
    BookingExists,
    BookingNotFound,
    BookingSeveral,
    BookingUncovered,
    BoothNotFound,
    BoothTaken,
    ConditionTooLate,
)
from tests.shop.fairs.conftest import Ground


def hold(ground: Ground, claim: Claim, booth: str = "A01"):
    return book(ground.fair.slug, booth, claim, ground.organizer)


def test_a_booth_is_held_on_every_day_of_the_fair(ground: Ground) -> None:
    product = ground.product()
    booking, is_new = hold(ground, Claim(ground.application(product).code))
    number = ground.rows(booking)[0][2]
    assert is_new
    assert ground.rows(booking) == [(day, "hold", number) for day in ground.days]
    assert number is not None
    assert number.endswith("/QĐ-UBND")
    assert booking.price_vnd == 3_000_000
    assert booking.expires_at == booking.created_at + timedelta(hours=72)
    assert not [one for one in examine() if one.invariant.code in ("I8", "I9") and one.breaches]


def test_some_days_cost_their_part(ground: Ground) -> None:
    claim = Claim(ground.application(ground.product()).code, days=list(ground.days[1:]))
    booking, _is_new = hold(ground, claim)
    assert booking.price_vnd == 2_000_000
    assert [day for day, *_rest in ground.rows(booking)] == list(ground.days[1:])


def test_the_same_claim_again_is_the_same_booking(ground: Ground) -> None:
    claim = Claim(ground.application(ground.product()).code)
    first, _ = hold(ground, claim)
    again, is_new = hold(ground, claim)
    assert (again.code, is_new) == (first.code, False)


def test_other_days_of_a_held_booth_are_another_matter(ground: Ground) -> None:
    application = ground.application(ground.product())
    hold(ground, Claim(application.code))
    with pytest.raises(BookingExists):
        hold(ground, Claim(application.code, days=[ground.days[0]]))


def test_the_loser_learns_the_days_and_gets_none(ground: Ground) -> None:
    other = ground.make.producer()
    first = ground.application(ground.product())
    hold(ground, Claim(first.code, days=[ground.days[1]]))
    theirs = ground.make.product(producer=other)
    ground.certificate(theirs)
    second = ground.application(theirs, producer=other)
    with pytest.raises(BoothTaken) as refused:
        hold(ground, Claim(second.code))
    assert refused.value.facts == {"booth": "A01", "days": [ground.days[1]]}
    booking, _ = hold(ground, Claim(second.code, days=[ground.days[0], ground.days[2]]))
    assert len(ground.rows(booking)) == 2


def test_an_uncovered_day_needs_a_condition(ground: Ground) -> None:
    application = ground.application(ground.product(until=0))
    with pytest.raises(BookingUncovered) as refused:
        hold(ground, Claim(application.code))
    assert refused.value.facts["days"] == list(ground.days[1:])
    booking, _ = hold(ground, Claim(application.code, is_conditional=True))
    assert ground.states(booking) == ["hold", "conditional", "conditional"]
    assert booking.expires_at is None
    assert booking.renew_by == ground.fair.opens_on - timedelta(15)


def test_a_conditional_day_keeps_others_out(ground: Ground) -> None:
    hold(ground, Claim(ground.application(ground.product(until=-1)).code, is_conditional=True))
    other = ground.make.producer()
    theirs = ground.make.product(producer=other)
    ground.certificate(theirs)
    with pytest.raises(BoothTaken):
        hold(ground, Claim(ground.application(theirs, producer=other).code))


def test_a_condition_comes_too_late(ground: Ground) -> None:
    application = ground.application(ground.product(until=0))
    with travel(day_start(ground.fair.opens_on - timedelta(14))), pytest.raises(ConditionTooLate):
        hold(ground, Claim(application.code, is_conditional=True))


def test_several_products_cover_for_each_other(ground: Ground) -> None:
    early, late = ground.product(until=0), ground.product()
    booking, _ = hold(ground, Claim(ground.application(early, late).code))
    assert len({number for _day, _state, number in ground.rows(booking)}) == 1  # the longer one covers all


@pytest.mark.parametrize("state", ["submitted", "waitlisted", "rejected", "withdrawn"])
def test_only_an_accepted_application_gets_a_booth(ground: Ground, state: str) -> None:
    with pytest.raises(ApplicationNotReady):
        hold(ground, Claim(ground.application(ground.product(), state=state).code))


def test_another_organizer_sees_no_such_fair(ground: Ground) -> None:
    stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    with pytest.raises(NotFound):
        book(ground.fair.slug, "A01", Claim(ground.application(ground.product()).code), stranger)


def test_an_application_to_another_fair_is_unknown_here(ground: Ground) -> None:
    elsewhere = ground.make.application(ground.make.fair())
    with pytest.raises(NotFound):
        hold(ground, Claim(elsewhere.code))


def test_an_unknown_booth(ground: Ground) -> None:
    with pytest.raises(BoothNotFound):
        hold(ground, Claim(ground.application(ground.product()).code), booth="Z99")


def test_a_hold_ends_on_time_without_any_job(ground: Ground) -> None:
    first, _ = hold(ground, Claim(ground.application(ground.product()).code))
    other = ground.make.producer()
    theirs = ground.make.product(producer=other)
    ground.certificate(theirs)
    claim = Claim(ground.application(theirs, producer=other).code)
    assert first.expires_at is not None
    with travel(first.expires_at - timedelta(seconds=1)), pytest.raises(BoothTaken):
        hold(ground, claim)
    with travel(first.expires_at):
        second, is_new = hold(ground, claim)
    assert is_new
    assert len(ground.rows(second)) == 3
    assert ground.rows(first) == []


def test_the_job_lets_go_and_twice_changes_nothing(ground: Ground) -> None:
    booking, _ = hold(ground, Claim(ground.application(ground.product()).code))
    at = now() + timedelta(hours=73)
    assert bookings.expire_holds(at - timedelta(hours=2)) == 0
    assert [bookings.expire_holds(at), bookings.expire_holds(at)] == [1, 0]
    assert (booking.state, ground.rows(booking)) == ("released", [])


def test_a_booth_is_taken_back(ground: Ground) -> None:
    booking, _ = hold(ground, Claim(ground.application(ground.product()).code))
    released = bookings.release(ground.fair.slug, "A01", None, ground.organizer)
    assert (released.code, released.state) == (booking.code, "released")
    with pytest.raises(BookingNotFound):
        bookings.release(ground.fair.slug, "A01", None, ground.organizer)


def test_of_two_holders_one_must_be_named(ground: Ground) -> None:
    other = ground.make.producer()
    theirs = ground.make.product(producer=other)
    ground.certificate(theirs)
    first = ground.application(ground.product())
    second = ground.application(theirs, producer=other)
    hold(ground, Claim(first.code, days=[ground.days[0]]))
    hold(ground, Claim(second.code, days=[ground.days[1]]))
    with pytest.raises(BookingSeveral):
        bookings.release(ground.fair.slug, "A01", None, ground.organizer)
    assert bookings.release(ground.fair.slug, "A01", second.code, ground.organizer).producer_id == other.id


def test_who_holds_a_booth_cannot_withdraw(ground: Ground) -> None:
    application = ground.application(ground.product())
    hold(ground, Claim(application.code))
    with pytest.raises(ApplicationNotReady):
        withdraw(application.code, SYSTEM)
