"""Certificates end, begin and come back: which booth-days stay, wait, or fall free (cases F1 to F5)."""

from datetime import date, timedelta

import pytest

from catalog.certificates.models import Certificate
from core.clock import day_start, today, travel
from core.db import db, transaction
from shop.fairs import queries
from shop.fairs.booths import coverage
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.booths.invariants import booths_covered, booths_single
from shop.fairs.refusals import BookingConditional, NotPaid, NotToday
from shop.payments.queries import get_payment
from tests.shop.fairs.conftest import Ground


def revoke(certificate: Certificate, on: date) -> None:
    """As the authority's decision, recorded at the present instant."""
    with transaction():
        one = db.session.get_one(Certificate, certificate.id)
        one.revoked_on, one.revocation_number, one.revocation_ground = on, "9/QĐ-UBND", "breach"
        one.revocation_authority, one.revocation_recorded_at = "UBND thành phố", day_start(today())


def certificate_of(product) -> Certificate:
    return db.session.query(Certificate).filter_by(product_id=product.id).one()


def breaches() -> list[str]:
    return [*booths_covered(), *booths_single()]


def booked(ground: Ground, *products, paid: bool = False, conditional: bool = False):
    claim = Claim(ground.application(*products).code, is_conditional=conditional)
    booking, _ = book(ground.fair.slug, "A01", claim, ground.organizer)
    return record_payment(booking.code, "at_store", None, ground.organizer) if paid else booking


@pytest.mark.parametrize("paid", [False, True])
def test_another_product_takes_over_and_the_old_decision_stays_readable(ground: Ground, paid: bool) -> None:
    best, other = ground.product(stars=5), ground.product(stars=3)
    booking = booked(ground, best, other, paid=paid)
    before = {number for _day, _state, number in ground.rows(booking)}
    revoke(certificate_of(best), today())
    assert breaches() == []  # the other product covers all along
    assert coverage.look_at_product(best.id, today()) == 1
    assert {number for _day, _state, number in ground.rows(booking)} == {certificate_of(other).decision_number}
    assert ground.states(booking) == ["paid" if paid else "hold"] * 3
    assert {row.certificate_number for row in ground.everything(booking) if row.state == "released"} == before
    assert coverage.look_at_product(best.id, today()) == 0  # twice has the effect of once


def test_a_revocation_of_the_last_product_frees_the_booth_and_the_money_goes_back(ground: Ground) -> None:
    product = ground.product()
    booking = booked(ground, product, paid=True)
    revoke(certificate_of(product), today())
    assert len(breaches()) == 3  # allowed until the next nightly run (decision 5)
    assert coverage.look_at_all(today()) == 1
    assert breaches() == []
    assert (booking.state, booking.refund_due_vnd) == ("released", 3_000_000)
    assert get_payment(f"bkg:{booking.code}").status == "to_refund"
    assert coverage.look_at_all(today()) == 0


def test_a_revocation_in_the_middle_frees_the_rest_and_owes_the_unused_days(ground: Ground) -> None:
    product = ground.product()
    booking = booked(ground, product, paid=True)
    with travel(day_start(ground.days[1]) + timedelta(hours=3)):
        coverage.check_in(booking.code, ground.organizer)
        revoke(certificate_of(product), ground.days[1])
        assert coverage.look_at_all(ground.days[1]) == 1
        assert ground.rows(booking)[0][:2] == (ground.days[0], "paid")  # past days stay as they were
        assert len(ground.rows(booking)) == 1
        assert booking.refund_due_vnd == 1_000_000  # the third day; the second had begun
        assert get_payment(f"bkg:{booking.code}").status == "captured"
        assert breaches() == []


def test_a_suspension_puts_days_at_risk_and_its_end_restores_them_as_paid(ground: Ground) -> None:
    from catalog.certificates.models import CertificateSuspension

    product = ground.product()
    booking = booked(ground, product, paid=True)
    with transaction() as session:
        pause = CertificateSuspension(
            certificate_id=certificate_of(product).id, from_on=today(), decision_number="1", ground="kiểm tra",
            recorded_at=day_start(today()), recorded_by=ground.organizer.user_id,
        )  # fmt: skip
        session.add(pause)
    coverage.look_at_product(product.id, today())
    assert ground.states(booking) == ["conditional"] * 3
    assert booking.renew_by == ground.fair.opens_on - timedelta(15)
    assert breaches() == []
    with transaction():
        db.session.get_one(CertificateSuspension, pause.id).until_on = today()
    coverage.look_at_product(product.id, today())
    assert ground.states(booking) == ["paid"] * 3
    assert booking.renew_by is None


def test_a_condition_that_is_met_becomes_a_hold_with_a_new_deadline(ground: Ground) -> None:
    product = ground.product(until=0)
    booking = booked(ground, product, conditional=True)
    with pytest.raises(BookingConditional):
        record_payment(booking.code, "at_store", None, ground.organizer)
    renewed = ground.make.certificate(
        product, valid_from=ground.fair.opens_on + timedelta(1), valid_until=ground.fair.closes_on
    )
    coverage.look_at_product(product.id, today())
    assert [number for _day, _state, number in ground.rows(booking)][1:] == [renewed.decision_number] * 2
    assert ground.states(booking) == ["hold"] * 3
    assert booking.expires_at is not None
    assert record_payment(booking.code, "at_store", None, ground.organizer).state == "paid"


def test_a_condition_that_is_not_met_ends_fifteen_days_before_the_opening(ground: Ground) -> None:
    booking = booked(ground, ground.product(until=0), conditional=True)
    due = ground.fair.opens_on - timedelta(15)
    with travel(day_start(due)):
        assert coverage.look_at_all(due) == 0
    late = due + timedelta(1)
    with travel(day_start(late)):
        assert coverage.look_at_all(late) == 1
        assert ground.states(booking) == ["hold"]
        assert booking.expires_at is not None
        assert booking.renew_by is None


def test_arriving(ground: Ground) -> None:
    booking = booked(ground, ground.product())
    with pytest.raises(NotToday):
        coverage.check_in(booking.code, ground.organizer)
    with travel(day_start(ground.days[0])), pytest.raises(NotPaid):
        coverage.check_in(booking.code, ground.organizer)


def test_arriving_twice_is_arriving_once(ground: Ground) -> None:
    booking = booked(ground, ground.product(), paid=True)
    with travel(day_start(ground.days[2]) - timedelta(seconds=1)):
        first = coverage.check_in(booking.code, ground.organizer)
        assert (first.state, first.checked_in_on) == ("checked_in", ground.days[1])
        assert coverage.check_in(booking.code, ground.organizer).version == first.version


def test_nobody_arrives_for_goods_that_were_revoked_this_morning(ground: Ground) -> None:
    product = ground.product()
    booking = booked(ground, product, paid=True)
    with travel(day_start(ground.days[0]) + timedelta(hours=1)):
        revoke(certificate_of(product), ground.days[0])
        with pytest.raises(NotToday):
            coverage.check_in(booking.code, ground.organizer)


@pytest.mark.slow
@pytest.mark.on("sqlite")
@pytest.mark.parametrize("kind", ["revoke", "end", "renew"])
@pytest.mark.parametrize("days", [pytest.param(1, marks=pytest.mark.long), 4])
def test_every_offset_leaves_no_uncovered_day(make, kind: str, days: int) -> None:
    """Promise P12 in small: the last day at each offset from -1 to +6, booked on condition, then the nights go by."""
    from tests.shop.fairs.conftest import Ground as AnyGround

    for offset in range(-1, 7):
        fair = make.fair(booths=1, opens_on=today() + timedelta(days=40), days=days)
        ground = AnyGround(make, fair, make.actor("fair_organizer", ("fair", fair.slug)), make.producer())
        product = ground.product(until=300 if kind == "revoke" else offset)
        booking = booked(ground, product, conditional=kind != "revoke")
        if kind == "revoke":
            revoke(certificate_of(product), fair.opens_on + timedelta(offset + 1))
        if kind == "renew":
            make.certificate(product, valid_from=fair.opens_on + timedelta(offset + 1))
        for night in (-14, 0, 1):
            on = fair.opens_on + timedelta(night)
            with travel(day_start(on)):
                coverage.look_at_all(on)
                assert breaches() == []
        left = len(queries.days_of(booking.id, "hold", "paid", "conditional"))
        expected = days if kind == "renew" else max(0, min(days, offset + 1))
        assert left == expected, (kind, offset)
        with transaction():
            booking_now = queries.get_booking(booking.code)
            if booking_now.state == "hold":
                from shop.fairs.booths.bookings import release

                release(fair.slug, "A01", None, ground.organizer)
