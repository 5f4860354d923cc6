"""The waiting list: who is first and why, who is passed over, and that a booth goes to one of them at once, once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from core.clock import day_start, now, travel
from core.db import db, transaction
from core.errors import NotFound
from core.worker import run_pending
from shop.fairs.booths import bookings, offers, queueing
from shop.fairs.booths.barriers import barriers_of
from shop.fairs.booths.bookings import Claim, book, expire_holds, release
from shop.fairs.booths.offers import Given
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.queries import get_application
from shop.fairs.refusals import ApplicationNotFound, ApplicationNotReady
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def queue(ground: Ground, count: int = 3) -> list[FairApplication]:
    """So many that wait, in this order, by the hour of sending."""
    made = [ground.make.application(ground.fair, state="waitlisted") for _ in range(count)]
    with transaction():
        for number, one in enumerate(made):
            db.session.get_one(FairApplication, one.id).submitted_at = now() - timedelta(hours=count - number)
    return made


def holder(ground: Ground, booth: str = "A01") -> Booking:
    return book(ground.fair.slug, booth, Claim(ground.make.application(ground.fair).code), ground.organizer)[0]


def live(ground: Ground) -> dict[str, tuple[str, str]]:
    """Booth -> (application, state) of live bookings."""
    db.session.expire_all()
    rows = db.session.query(Booking, Booth, FairApplication).filter(
        Booking.booth_id == Booth.id, Booking.application_id == FairApplication.id,
        Booking.state.in_(("hold", "offered", "accepted", "paid")), Booking.fair_id == ground.fair.id,
    )  # fmt: skip
    return {booth.code: (application.code, booking.state) for booking, booth, application in rows}


def line(ground: Ground) -> Sequence[tuple[int | None, str, str]]:
    db.session.expire_all()
    fair = db.session.get_one(Fair, ground.fair.id)
    return [(one.number, one.application.code, one.state) for one in queueing.list_waiting(fair)]


def test_a_booth_taken_back_goes_to_the_first_at_once(ground: Ground) -> None:
    first, second, third = queue(ground)
    holder(ground)
    release(ground.fair.slug, "A01", None, ground.organizer)
    run_pending()
    assert live(ground) == {"A01": (first.code, "offered")}
    assert get_application(first.code).state == "accepted"
    assert line(ground) == [(1, second.code, "waiting"), (2, third.code, "waiting")]
    run_pending()
    assert live(ground) == {"A01": (first.code, "offered")}


@pytest.mark.long
def test_a_booth_that_is_kept_goes_to_nobody(ground: Ground) -> None:
    queue(ground)
    holder(ground)
    release(ground.fair.slug, "A01", None, ground.organizer, is_kept=True)
    run_pending()
    assert live(ground) == {}


def test_who_lets_it_expire_stands_below_and_the_next_is_offered(ground: Ground) -> None:
    first, second = queue(ground, 2)
    holder(ground)
    release(ground.fair.slug, "A01", None, ground.organizer)
    run_pending()
    later = now() + timedelta(hours=73)
    with travel(later):
        expire_holds(later)
        run_pending()
        assert live(ground) == {"A01": (second.code, "offered")}
        assert line(ground) == [(None, first.code, "passed")]
        queueing.wait_again(first.code, ground.organizer)
        assert line(ground) == [(1, first.code, "waiting")]


@pytest.mark.long
def test_alone_on_the_list_nobody_is_offered_the_same_booth_for_ever(ground: Ground) -> None:
    (only,) = queue(ground, 1)
    holder(ground)
    release(ground.fair.slug, "A01", None, ground.organizer)
    run_pending()
    later = now() + timedelta(hours=73)
    with travel(later):
        expire_holds(later)
        run_pending()
        queueing.wait_again(only.code, ground.organizer)
        assert queueing.promote(ground.fair.id, "A01", later) is None  # she let this very booth go
        assert queueing.promote(ground.fair.id, "A02", later) is not None


@pytest.mark.long
@pytest.mark.parametrize("stays, state", [(False, "withdrawn"), (True, "waitlisted")])
def test_who_declines_leaves_or_waits_for_another(ground: Ground, stays: bool, state: str) -> None:
    first, second = queue(ground, 2)
    holder(ground)
    release(ground.fair.slug, "A01", None, ground.organizer)
    run_pending()
    booking = db.session.query(Booking).filter_by(application_id=first.id).one()
    offers.decline(booking.code, ground.organizer, stays=stays)
    run_pending()
    assert live(ground) == {"A01": (second.code, "offered")}
    assert get_application(first.code).state == state
    assert line(ground) == ([(1, first.code, "waiting")] if stays else [])


@pytest.mark.long
def test_nobody_moves_up_after_the_cut_off_or_in_a_fair_that_is_over(ground: Ground) -> None:
    queue(ground)
    last = ground.fair.opens_on - timedelta(3)
    with travel(day_start(last + timedelta(1)) - timedelta(seconds=1)):
        assert queueing.promote(ground.fair.id, "A01", now()) is not None
    with travel(day_start(last + timedelta(1))):
        assert queueing.promote(ground.fair.id, "A02", now()) is None
    with transaction():
        db.session.get_one(Fair, ground.fair.id).state = "over"
    assert queueing.promote(ground.fair.id, "A02", now()) is None


@pytest.mark.long
def test_the_first_who_may_have_it(ground: Ground) -> None:
    thirsty, uncovered, fit = queue(ground)
    with transaction():
        db.session.get_one(FairApplication, thirsty.id).wishes = {"services": ["water"]}
        ended = db.session.get_one(FairApplication, uncovered.id).products[0].product_id
    from catalog.certificates.models import Certificate
    from core.clock import today
    from tests.shop.fairs.test_coverage import revoke

    revoke(db.session.query(Certificate).filter_by(product_id=ended).one(), today())
    made = queueing.promote(ground.fair.id, "A01", now())
    assert made is not None
    assert made.application_id == fit.id


@pytest.mark.long
def test_the_organizer_says_who_is_first_and_why(ground: Ground) -> None:
    first, second, third = queue(ground)
    queueing.set_order(ground.fair.slug, [third.code, first.code], ground.organizer)
    queueing.explain(ground.fair.slug, third.code, "Sản phẩm 5 sao duy nhất", ground.organizer)
    assert [code for _n, code, _s in line(ground)] == [third.code, first.code, second.code]
    assert queueing.list_waiting(ground.fair)[0].reason == "Sản phẩm 5 sao duy nhất"
    with pytest.raises(ApplicationNotFound):
        queueing.set_order(ground.fair.slug, ["HS-KHONGCO"], ground.organizer)
    stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    with pytest.raises(NotFound):
        queueing.set_order(ground.fair.slug, [first.code], stranger)


@pytest.mark.long
def test_only_who_waits_waits_again(ground: Ground) -> None:
    accepted = ground.make.application(ground.fair)
    with pytest.raises(ApplicationNotReady):
        queueing.wait_again(accepted.code, ground.organizer)
    (waits,) = queue(ground, 1)
    with pytest.raises(NotFound):
        queueing.wait_again(waits.code, ground.make.actor("producer", ("producer", ground.make.producer().code)))


@pytest.mark.long
def test_all_free_booths_go_to_the_list_when_asked(ground: Ground) -> None:
    first, second, third = queue(ground)
    made = queueing.promote_all(ground.fair.slug, ground.organizer)
    assert len(made) == 2
    assert live(ground) == {"A01": (first.code, "offered"), "A02": (second.code, "offered")}
    assert [code for _n, code, _s in line(ground)] == [third.code]


@pytest.mark.long
def test_an_offer_by_hand_takes_somebody_off_the_list(ground: Ground) -> None:
    _first, second = queue(ground, 2)
    offers.offer(ground.fair.slug, [Given(second.code, "A02")], ground.organizer)
    assert live(ground)["A02"] == (second.code, "offered")


def test_a_full_quota_bars_an_area(ground: Ground) -> None:
    area = ground.make.area()
    (one,) = queue(ground, 1)
    held = ground.make.application(ground.fair)
    with transaction():
        db.session.get_one(Fair, ground.fair.id).rules = {**ground.fair.rules, "quota": {area.code: 1}}
        for application in (one, held):
            producer = db.session.get_one(FairApplication, application.id).producer_id
            db.session.get_one(type(ground.producer), producer).area_id = area.id
    booth = db.session.query(Booth).filter_by(fair_id=ground.fair.id, code="A02").one()
    assert barriers_of([booth], [get_application(one.code)]) == {}
    bookings.book(ground.fair.slug, "A01", Claim(held.code), ground.organizer)
    assert list(barriers_of([booth], [get_application(one.code)])) == [(booth.id, one.id)]
