"""The gate: who comes in, twice, on another day, without the network; what is told and what is written."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.clock import now
from core.db import db, transaction
from core.doctor import invariants
from core.errors import Forbidden, NotFound
from shop.fairdays import arrivals, badges
from shop.fairdays.arrivals import key_of, roster, settle_scan, take_scan
from shop.fairdays.models import BoothVisit, FairScan
from shop.fairdays.queries import attendance_of
from shop.fairdays.refusals import NeverTheirDay, ScanReused, ScanSettled
from shop.fairdays.rules import Settled
from shop.fairs.models import Booking
from shop.fairs.queries import get_booking
from tests.shop.fairdays.conftest import Days

pytestmark = pytest.mark.long("postgresql")


def visits() -> int:
    return db.session.scalar(select(func.count()).select_from(BoothVisit)) or 0


def healthy() -> None:
    for one in invariants():
        if one.code in ("I95", "I96"):
            assert list(one.check()) == [], one.code


def test_the_first_badge_of_a_day_is_an_arrival_and_checks_the_booth_in(days: Days) -> None:
    first, second = days.badge(), days.badge("Anh Nam")
    days.on_day()
    scan = days.scan(f"https://ocop.example/the/{first.code}")
    assert (scan.outcome, scan.reason, scan.answer["booth"], scan.answer["name"]) == ("accepted", "", "A01", "Chị Mai")
    booking = get_booking(days.booking.code)
    assert (booking.state, booking.checked_in_on) == ("checked_in", days.fair_days[0])
    assert days.scan(first.code).outcome == "repeated"
    assert days.scan(second.code).outcome == "accepted"
    assert visits() == 1
    days.on_day(1)
    assert days.scan(second.code).outcome == "accepted"
    assert attendance_of(days.fair.id) == {days.booking.id: 2}
    healthy()


def test_the_same_scan_again_gets_the_same_answer(days: Days) -> None:
    code = days.badge().code
    days.on_day()
    told = days.told(code)
    first = take_scan(days.fair.slug, told, days.steward)
    assert take_scan(days.fair.slug, told, days.steward).id == first.id
    with pytest.raises(ScanReused):
        take_scan(days.fair.slug, days.told("TD-000000000000", uuid=told.uuid), days.steward)


@pytest.mark.parametrize(
    ("text", "reason"), [("8936012345674", "unknown"), ("TD-000000000000", "unknown"), ("x" * 300, "unknown")]
)
def test_a_strange_code_opens_nothing(days: Days, text: str, reason: str) -> None:
    days.on_day()
    scan = days.scan(text)
    assert (scan.outcome, scan.reason, scan.booking_id) == ("refused", reason, None)


def test_a_badge_that_was_taken_back_opens_nothing(days: Days) -> None:
    badge = days.badge()
    badges.revoke_badge(badge.code, days.exhibitor)
    days.on_day()
    assert days.scan(badge.code).reason == "revoked"
    assert visits() == 0


def test_of_another_fair_before_the_days_and_without_the_fee(days: Days) -> None:
    unpaid = days.another("A02", paid=False)
    code = days.badge().code
    assert days.scan(code).reason == "not_today"
    other = days.make.fair()
    days.on_day()
    assert days.scan(unpaid.code, by_hand=True).reason in ("unpaid", "released")
    strange = take_scan(other.slug, days.told(code), days.make.actor("fair_steward", ("fair", other.slug)))
    assert (strange.reason, strange.booking_id) == ("other_fair", None)


def test_a_bookings_code_counts_only_from_a_stewards_hand(days: Days) -> None:
    days.on_day()
    assert days.scan(days.booking.code).reason == "unknown"
    assert days.scan(days.booking.code, by_hand=True).outcome == "accepted"
    assert days.scan(days.booking.code, by_hand=True).outcome == "repeated"


def test_nobody_comes_in_for_goods_that_were_revoked_this_morning(days: Days) -> None:
    code = days.badge().code
    days.on_day()
    days.revoke(days.fair_days[0])
    scan = days.scan(code)
    assert (scan.outcome, scan.reason) == ("refused", "released")
    assert get_booking(days.booking.code).state == "released"


def test_without_the_network_a_scan_counts_for_its_own_day(days: Days) -> None:
    code = days.badge().code
    days.on_day(0, 9)
    told = days.told(code, is_offline=True)
    days.on_day(1, 7)
    scan = take_scan(days.fair.slug, told, days.steward)
    assert (scan.outcome, scan.day) == ("accepted", days.fair_days[0])
    assert get_booking(days.booking.code).checked_in_on == days.fair_days[0]
    assert db.session.scalars(select(BoothVisit.came_at)).one() == told.scanned_at
    assert days.scan(code).outcome == "accepted"  # today is a day of its own
    healthy()


def test_let_in_without_the_network_and_wrongly_waits_for_a_person(days: Days) -> None:
    badge = days.badge()
    badges.revoke_badge(badge.code, days.exhibitor)
    days.on_day()
    scan = days.scan(badge.code, is_offline=True)
    assert (scan.outcome, scan.reason, visits()) == ("conflict", "revoked", 0)
    counted = settle_scan(days.fair.slug, scan.uuid, Settled.COUNTED, "Thẻ cũ, đúng người", days.organizer)
    assert (counted.settled, visits()) == ("counted", 1)
    with pytest.raises(ScanSettled):
        settle_scan(days.fair.slug, scan.uuid, Settled.DROPPED, "", days.organizer)
    assert get_booking(days.booking.code).state == "paid"  # what happened is written; nothing is pretended
    healthy()


def test_turned_away_without_the_network_and_wrongly_is_told_too(days: Days) -> None:
    code = days.badge().code
    days.on_day()
    scan = days.scan(code, is_offline=True, was_let_in=False)
    assert (scan.outcome, scan.reason) == ("conflict", "turned_away")
    refused = days.scan("TD-000000000000", is_offline=True, was_let_in=False)
    assert (refused.outcome, refused.reason) == ("refused", "unknown")


def test_what_nobody_can_have_done_does_not_count(days: Days) -> None:
    days.on_day()
    strange = days.scan("TD-000000000000", is_offline=True)
    early = days.scan(days.badge().code, is_offline=True, scanned_at=now() + timedelta(hours=3))
    assert (strange.outcome, early.outcome, early.reason) == ("conflict", "conflict", "clock")
    with pytest.raises(NeverTheirDay):
        settle_scan(days.fair.slug, strange.uuid, Settled.COUNTED, "", days.organizer)
    assert settle_scan(days.fair.slug, strange.uuid, Settled.DROPPED, "", days.organizer).settled == "dropped"


def test_the_roster_knows_who_may_come_in_and_no_badges_code(days: Days) -> None:
    badge = days.badge()
    days.on_day()
    told = roster(days.fair.slug, days.steward)
    entry = next(one for one in told["entries"] if one["key"] == key_of(badge.code))
    assert (entry["booth"], entry["name"], entry["reason"], entry["is_here"]) == ("A01", "Chị Mai", "", False)
    assert badge.code not in str(told)
    days.scan(badge.code)
    assert all(one["is_here"] for one in roster(days.fair.slug, days.steward)["entries"])


def test_only_who_stands_at_this_gate(days: Days) -> None:
    code = days.badge().code
    stranger = days.make.actor("fair_steward", ("fair", days.make.fair().slug))
    days.on_day()
    for by, refusal in ((stranger, NotFound), (days.exhibitor, Forbidden)):
        with pytest.raises(refusal):
            take_scan(days.fair.slug, days.told(code), by)
        with pytest.raises(refusal):
            roster(days.fair.slug, by)
    scan = days.scan("TD-000000000000", is_offline=True)
    with pytest.raises(Forbidden):
        settle_scan(days.fair.slug, scan.uuid, Settled.DROPPED, "", days.steward)


def test_the_database_keeps_scans_and_visits(days: Days) -> None:
    """Past every verb: a scan never changes, a conflict is decided once, a visit needs a day of the booking."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    days.on_day()
    scan = days.scan(days.badge().code)
    visit = "INSERT INTO booth_visit (booking_id, day, came_at, scan_id) SELECT booking_id, {day}, received_at, id "
    visit += "FROM fair_scan WHERE id = :id"
    settled = "UPDATE fair_scan SET settled = 'dropped', settled_at = received_at, settled_by = 'x' WHERE id = :id"
    wrong = [
        ("UPDATE fair_scan SET outcome = 'refused', reason = 'unknown' WHERE id = :id", "fair_scan_fixed"),
        (settled, "settles"),
        (visit.format(day="CAST('2031-01-01' AS DATE)"), "booth_visit_on_its_day"),
        (visit.format(day="day"), "booth_visit"),
    ]
    for statement, said in wrong:
        with pytest.raises(DBAPIError, match=said), transaction():
            db.session.execute(text(statement), {"id": scan.id})


def test_a_visit_without_its_scan_is_found(days: Days) -> None:
    """The control of the invariant."""
    days.on_day()
    refused = days.scan("TD-000000000000")
    with transaction() as session:
        session.add(BoothVisit(booking_id=days.booking.id, day=days.fair_days[0], came_at=now(), scan_id=refused.id))
    found = {one.code: list(one.check()) for one in invariants() if one.code == "I95"}
    assert len(found["I95"]) == 1


def test_a_late_answer_of_a_twin_is_found(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two phones' requests with one id: the second meets the unique key and answers what the first was answered."""
    code = days.badge().code
    days.on_day()
    told = days.told(code, uuid=str(uuid4()))
    first = take_scan(days.fair.slug, told, days.steward)
    real, calls = arrivals._find, list[int]()

    def late(fair: object, one: arrivals.Told) -> FairScan | None:
        calls.append(1)
        return None if len(calls) == 1 else real(days.fair, one)

    monkeypatch.setattr(arrivals, "_find", late)
    assert take_scan(days.fair.slug, told, days.steward).id == first.id
    assert db.session.scalar(select(func.count()).select_from(FairScan)) == 1
    assert db.session.get_one(Booking, days.booking.id).state == "checked_in"
