"""Cases F1 to F5: fairs that span the end of a certificate."""

from datetime import date, timedelta

import pytest

from catalog.certificates import service as certificates
from catalog.certificates.models import Certificate
from catalog.consequences.port import Change, Happening, foresee
from core.accounts.actor import SYSTEM
from core.clock import day_start, now, today, travel
from core.db import db, transaction
from core.schedule import run_nightly
from core.worker import run_pending
from shop.cases.models import SoldCase
from shop.cases.queries import list_cases
from shop.fairdays.lists import LISTS, table_of
from shop.fairs.booths import coverage
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.directory import directory_of
from shop.fairs.life.models import Choice
from shop.fairs.life.moving import Move, choose, move_fair
from shop.fairs.life.moving import foresee as foresee_move
from shop.fairs.models import Booking
from shop.fairs.refusals import BookingUncovered
from shop.payments.queries import get_payment
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")  # the same walk; test_c and test_once go it on both each day

ONE = timedelta(days=1)


@pytest.fixture
def ground(make) -> Ground:
    """A fair of three days in forty days, two booths."""
    fair = make.fair(booths=2, opens_on=today() + timedelta(days=40))
    return Ground(make, fair, make.actor("fair_organizer", ("fair", fair.slug)), make.producer())


def booked(ground: Ground, *products, paid: bool = False, conditional: bool = False) -> Booking:
    claim = Claim(ground.application(*products).code, is_conditional=conditional)
    booking, _ = book(ground.fair.slug, "A01", claim, ground.organizer)
    return record_payment(booking.code, "at_store", None, ground.organizer) if paid else booking


def certificate_of(product) -> Certificate:
    return db.session.query(Certificate).filter_by(product_id=product.id).one()


def revoke(product, on: date | None = None) -> None:
    certificates.revoke(
        SYSTEM, certificate_of(product).code, decision_number="9/QĐ-TH", ground="breach", effective_on=on
    )
    while run_pending():
        pass


def effects(happening: Happening, product, on: date) -> dict[tuple[str, str], tuple[int, int, int]]:
    told = foresee(Change(happening, (product.id,), on))
    fair = [one for one in told if one.object in ("application", "booking", "fair")]
    return {(one.object, one.act): (one.count, one.units, one.money_vnd) for one in fair}


def test_f1_a_fair_that_spans_the_lapse(ground: Ground) -> None:
    """Only covered days can be had; the others on condition, to be met fifteen days before the opening, else lost."""
    product = ground.product(until=0)  # ends on the opening day
    application = ground.application(product)
    with pytest.raises(BookingUncovered):
        book(ground.fair.slug, "A01", Claim(application.code), ground.organizer)
    booking, _ = book(ground.fair.slug, "A01", Claim(application.code, is_conditional=True), ground.organizer)
    assert ground.states(booking) == ["hold", "conditional", "conditional"]
    assert booking.renew_by == ground.fair.opens_on - 15 * ONE
    with travel(day_start(booking.renew_by + ONE)):
        coverage.look_at_all(today())
    assert ground.states(booking) in (["hold"], [])


def test_f1_a_renewal_in_time_restores_every_day(ground: Ground) -> None:
    product = ground.product(until=0)
    booking = booked(ground, product, conditional=True)
    renewed = ground.make.certificate(product, valid_from=today(), verified=False)
    certificates.verify(
        ground.make.actor("certifier"), renewed.code, stars=renewed.stars, valid_until=renewed.valid_until
    )
    while run_pending():
        pass
    assert ground.states(booking) == ["hold"] * 3


def test_f2_revoked_during_the_fair(ground: Ground) -> None:
    """Off every list at once; the booth is free from the next day; whole unused days are owed back to the đồng."""
    product = ground.product()
    booking = booked(ground, product, paid=True)
    second = ground.days[1]
    with travel(day_start(ground.days[0])):
        run_nightly(today())
        coverage.check_in(booking.code, ground.organizer)
    with travel(day_start(second)):
        told = effects(Happening.REVOCATION, product, second)
        assert told["booking", "released"] == (1, 2, 2_000_000)
        assert told["fair", "taken_off"] == (1, 0, 0)
        revoke(product)
        directory = directory_of(ground.fair, now())
        assert product.name not in str(directory.exhibitors)
        assert [day for day, _state, _number in ground.rows(booking)] == [ground.days[0]]
        assert booking.refund_due_vnd == 1_000_000  # the third day: the second had begun with goods shown
        assert db.session.query(SoldCase).count() == 0  # revoked from today on: yesterday's booth was lawful


def test_f2_revoked_in_retrospect_lists_the_booths_that_showed_it(ground: Ground) -> None:
    product = ground.product()
    booking = booked(ground, product, paid=True)
    with travel(day_start(ground.days[2])):
        run_nightly(today())
        revoke(product, ground.days[0])
        (case,) = db.session.query(SoldCase).all()
        assert (case.kind, case.booking_id, case.store_id) == ("booth", booking.id, None)
        assert [one.code for one in list_cases((), ground.organizer, 1, 10)[0]] == [case.code]
        stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
        assert list_cases((), stranger, 1, 10)[1] == 0


def test_f3_a_booth_stays_while_one_product_is_covered(ground: Ground) -> None:
    lost, kept = ground.product(stars=5), ground.product(stars=3)
    booking = booked(ground, lost, kept, paid=True)
    assert effects(Happening.REVOCATION, lost, today()) == {("booking", "taken_off"): (1, 0, 0)}
    revoke(lost)
    assert ground.states(booking) == ["paid"] * 3
    assert {number for _day, _state, number in ground.rows(booking)} == {certificate_of(kept).decision_number}
    assert effects(Happening.LAPSE, kept, today() + ONE)["booking", "at_risk"][:2] == (1, 3)
    revoke(kept)
    assert ground.states(booking) == []
    assert get_payment(booking.payment_reference or "").status == "to_refund"


def test_f4_a_fair_that_moves_is_judged_anew(ground: Ground) -> None:
    """Each booking on the new days, in the same transaction; whoever cannot, or will not, has all of it back."""
    product = ground.make.product(producer=ground.producer)
    ground.certificate(product, 10)
    booking = booked(ground, product, paid=True)
    days = [ground.days[0] + 30 * ONE, ground.days[-1] + 30 * ONE]
    move = Move(days[0], days[1], "Bão số 9", today() + 7 * ONE)
    told = foresee_move(ground.fair.slug, move, ground.organizer)
    assert ground.states(booking) == ["paid"] * 3, "foreseen is not done"
    _kept, done = move_fair(ground.fair.slug, move, ground.fair.version, ground.organizer)
    assert done == told
    assert ground.states(booking) == ["conditional"] * 3
    assert [day for day, _state, _number in ground.rows(booking)] == [days[0], days[0] + ONE, days[1]]
    asked = choose(booking.code, Choice.LEAVES, ground.make.actor("producer", ("producer", ground.producer.code)))
    assert asked.state == Choice.LEAVES
    left = db.session.get_one(Booking, booking.id)
    assert (left.state, left.refund_due_vnd, ground.rows(booking)) == ("released", left.price_vnd, [])


def test_f5_paid_after_the_lapse_goes_back(ground: Ground) -> None:
    """The hold was made while everything was covered; at the payment the certificates are looked at again."""
    product = ground.product()
    booking = booked(ground, product)
    one = certificate_of(product)
    with transaction():
        one.revoked_on, one.revocation_number, one.revocation_ground = today(), "9/QĐ", "breach"
        one.revocation_authority, one.revocation_recorded_at = "UBND", now()
    record_payment(booking.code, "at_store", None, ground.organizer)
    assert ground.states(booking) == []
    assert get_payment(booking.payment_reference or "").status == "to_refund"


def test_what_an_application_loses_is_foreseen(ground: Ground) -> None:
    product = ground.product()
    ground.application(product, state="submitted")
    assert effects(Happening.SUSPENSION, product, today()) == {("application", "at_risk"): (1, 0, 0)}
    assert effects(Happening.SUSPENSION, product, ground.fair.closes_on + ONE) == {}


def test_another_star_from_the_second_day_is_each_days_star(ground: Ground) -> None:
    """The list of a day has that day's star; what holds for all days is the least."""
    product = ground.product(until=0)
    booked(ground, product, conditional=True)
    ground.make.certificate(
        product, stars=3, valid_from=ground.days[1], valid_until=ground.days[-1] + 300 * ONE,
    )  # fmt: skip
    on_each = [[row["stars"] for row in table_of(LISTS["san-pham"], ground.fair, day).rows] for day in ground.days]
    assert on_each == [[4], [3], [3]]
