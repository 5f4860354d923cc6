"""The database itself says no: the rows are written past every verb and rule."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import db, transaction
from core.doctor import examine
from shop.fairs.booths import bookings, rows
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.models import Booking
from shop.fairs.rules import Term
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.daily  # what the database itself decides


@pytest.fixture
def booking(ground: Ground) -> Booking:
    return book(ground.fair.slug, "A01", Claim(ground.application(ground.product()).code), ground.organizer)[0]


def refused(statement: str, **values) -> str:
    """Run one statement by hand; answers what the database said against it."""
    with pytest.raises(DBAPIError) as error, transaction():
        db.session.execute(text(statement), values)
    return str(error.value.orig)


def test_without_the_python_gate_the_database_refuses(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate is taken out of the code: it now believes that a certificate which ends before the fair covers it."""
    product = ground.product(until=-1)
    application = ground.application(product)

    def blind(_fair, product_ids, days):
        from shop.fairs.queries import terms_of

        (term,) = terms_of(product_ids)
        forever = Term(term.certificate_id, term.certificate_number, term.product_id, 4, term.starts_on, days[-1])
        return dict.fromkeys(days, forever)

    monkeypatch.setattr(bookings, "covering", blind)
    with pytest.raises(DBAPIError, match="booth_day is uncovered"):
        book(ground.fair.slug, "A01", Claim(application.code), ground.organizer)
    assert db.session.scalar(text("SELECT count(*) FROM booth_day")) == 0
    assert db.session.scalar(text("SELECT count(*) FROM booking")) == 0


def test_a_conditional_day_cannot_become_paid(ground: Ground) -> None:
    application = ground.application(ground.product(until=0))
    waiting, _ = book(ground.fair.slug, "A01", Claim(application.code, is_conditional=True), ground.organizer)
    said = refused(
        "UPDATE booth_day SET state = 'paid' WHERE booking_id = :id AND state = 'conditional'", id=waiting.id
    )
    assert "booth_day is" in said
    said = refused("UPDATE booking SET state = 'paid' WHERE id = :id", id=waiting.id)
    assert "not paid for every day" in said
    said = refused(
        "UPDATE booking SET state = 'checked_in', checked_in_on = :day WHERE id = :id",
        id=waiting.id, day=ground.days[1].isoformat() if db.engine.dialect.name == "sqlite" else ground.days[1],
    )  # fmt: skip
    assert "not paid for this day" in said


def test_a_certificate_of_a_product_that_is_not_shown_covers_nothing(ground: Ground, booking: Booking) -> None:
    foreign = ground.make.certificate(ground.make.product())
    term = Term(foreign.id, foreign.decision_number, foreign.product_id, 4, ground.days[0], ground.days[-1])
    with pytest.raises(DBAPIError, match="uncovered"), transaction():
        rows.release_rows(ground.everything(booking))
        rows.put_day(booking, ground.days[0], "hold", 1, term)


def test_a_snapshot_tells_the_truth(ground: Ground, booking: Booking) -> None:
    row = ground.everything(booking)[0]
    said = refused(
        "INSERT INTO booth_day (booking_id, booth_id, day, state, price_vnd, certificate_id, certificate_number, stars)"
        " SELECT booking_id, booth_id, day, 'hold', 1, certificate_id, certificate_number, 5 FROM booth_day"
        " WHERE id = :id",
        id=row.id,
    )
    assert "uncovered" in said


@pytest.mark.parametrize(
    "change",
    ["day = day", "price_vnd = price_vnd + 1", "stars = 5", "certificate_number = 'x'", "state = 'conditional'"],
)  # fmt: skip
def test_a_booth_day_is_never_rewritten(ground: Ground, booking: Booking, change: str) -> None:
    if change == "day = day":
        db.session.execute(text("SELECT 1"))
        with transaction():
            db.session.execute(text(f"UPDATE booth_day SET {change} WHERE booking_id = {booking.id}"))
        return
    assert "booth_day is frozen" in refused(f"UPDATE booth_day SET {change} WHERE booking_id = {booking.id}")


@pytest.mark.parametrize("change", ["price_vnd = 1", "booth_id = booth_id + 1", "code = 'BK-1'"])
def test_what_was_agreed_stays(ground: Ground, booking: Booking, change: str) -> None:
    assert "booking is frozen" in refused(f"UPDATE booking SET {change} WHERE id = {booking.id}")


@pytest.mark.parametrize("table", ["booth_day", "booking_product", "booking"])
def test_nothing_is_deleted(ground: Ground, booking: Booking, table: str) -> None:
    assert f"{table} is kept" in refused(f"DELETE FROM {table}")


def test_products_of_a_booking_stay(ground: Ground, booking: Booking) -> None:
    assert "booking_product is frozen" in refused("UPDATE booking_product SET stars = 3")


def test_a_second_live_row_is_impossible(ground: Ground, booking: Booking) -> None:
    said = refused(
        "INSERT INTO booth_day (booking_id, booth_id, day, state, price_vnd, certificate_id, certificate_number, stars)"
        " SELECT booking_id, booth_id, day, 'conditional', price_vnd, NULL, NULL, NULL FROM booth_day"
    )
    assert "unique" in said.lower()


def test_the_doctor_sees_a_second_holder_and_an_uncovered_day(ground: Ground, booking: Booking) -> None:
    """With the guards taken away by hand, I8 and I9 find what they let through."""
    paid = record_payment(booking.code, "at_store", None, ground.organizer)
    assert paid.state == "paid"
    with transaction():
        db.session.execute(text("DROP INDEX uq_booth_day_live"))
        db.session.execute(
            text(
                "INSERT INTO booth_day (booking_id, booth_id, day, state, price_vnd, certificate_id,"
                " certificate_number, stars) SELECT booking_id, booth_id, day, state, price_vnd, certificate_id,"
                " certificate_number, stars FROM booth_day"
            )
        )
        revoke = (
            "UPDATE certificate SET revoked_on = :on, revocation_number = '1', revocation_ground = 'breach',"
            " revocation_authority = 'UBND', revocation_recorded_at = verified_at"
        )
        day = ground.days[0] - timedelta(1)
        db.session.execute(text(revoke), {"on": day.isoformat() if db.engine.dialect.name == "sqlite" else day})
    found = {one.invariant.code: one.breaches for one in examine()}
    assert len(found["I9"]) == 3
    assert len(found["I8"]) == 6
