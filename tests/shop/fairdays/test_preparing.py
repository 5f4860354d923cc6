"""Badges, needs, slots, incidents and stalls: verbs, whose they are, and what a bad hour does to them."""

from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import select

from core.accounts.models import UserGrant
from core.clock import day_start, now, travel
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, NotFound
from shop.fairdays import badges, incidents, needs, slots, stalls
from shop.fairdays.board import board_of
from shop.fairdays.incidents import NewIncident
from shop.fairdays.jobs import forget_people
from shop.fairdays.lists import LISTS, table_of
from shop.fairdays.models import FairIncident, LoadSeat
from shop.fairdays.needs import Needs, set_needs, standing_needs
from shop.fairdays.queries import badges_of, booking_for
from shop.fairdays.refusals import (
    BadgesUsedUp,
    BookingNotLive,
    IncidentClosed,
    NeedsClosed,
    SlotInUse,
    SlotPast,
    SlotTaken,
    StallExists,
    StallNotPaid,
    StallPlaceMissing,
    StallSellerMissing,
)
from shop.fairdays.rules import Direction, IncidentKind
from shop.fairs.booths.bookings import release
from shop.fairs.life.moving import Move, move_fair
from shop.fairs.models import Fair
from shop.fairs.refusals import FairNotOpen
from shop.fairs.rules import PEOPLE_KEPT
from shop.stores.models import Store
from shop.stores.refusals import StoreBusy
from tests.shop.fairdays.conftest import Days
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")


def test_a_booth_has_so_many_badges_and_a_number_comes_free(days: Days) -> None:
    given = [days.badge() for _ in range(4)]
    assert [one.number for one in given] == [1, 2, 3, 4]
    with pytest.raises(BadgesUsedUp):
        days.badge()
    badges.revoke_badge(given[1].code, days.organizer)
    again = days.badge("Anh Nam")
    assert (again.number, again.code != given[1].code) == (2, True)
    assert badges.revoke_badge(given[1].code, days.organizer).revoked_at == given[1].revoked_at


def test_every_paid_booth_gets_badges_once(days: Days) -> None:
    paid, held = days.another("A02"), days.another("A03", paid=False)
    days.badge()
    assert badges.issue_missing(days.fair.slug, 2, days.organizer) == 3
    assert badges.issue_missing(days.fair.slug, 2, days.organizer) == 0
    counts = {code: len(some) for code, some in badges_of([days.booking.id, paid.id, held.id]).items()}
    assert counts == {days.booking.id: 2, paid.id: 2}


def test_what_is_hers_and_what_is_not(days: Days) -> None:
    stranger = days.make.actor("producer", ("producer", days.make.producer().code))
    badge = days.badge()
    for work in (
        lambda: badges.issue_badge(days.booking.code, "", "", stranger),
        lambda: badges.revoke_badge(badge.code, stranger),
        lambda: set_needs(days.booking.code, Needs("X"), 0, stranger),
        lambda: booking_for(days.booking.code, stranger, "badges.read"),
        lambda: slots.take_seat(days.booking.code, 1, ("15C", "+84912345678"), stranger),
    ):
        with pytest.raises(NotFound):
            work()
    with pytest.raises(Forbidden):
        badges.issue_missing(days.fair.slug, 2, days.exhibitor)


def test_a_released_booth_prepares_nothing(days: Days) -> None:
    release(days.fair.slug, "A01", None, days.organizer)
    with pytest.raises(BookingNotLive):
        days.badge()


def test_needs_have_a_usual_answer_a_version_and_a_last_day(days: Days) -> None:
    held = booking_for(days.booking.code, days.exhibitor, "fairdays.prepare")
    usual, version = standing_needs(held)
    assert (usual.fascia, usual.tables, version) == (held.producer.name.upper()[:60], 1, 0)
    row = set_needs(days.booking.code, Needs("GỐM BÁT TRÀNG", 1500, fridges=1), 0, days.exhibitor)
    with pytest.raises(EditConflict):
        set_needs(days.booking.code, Needs("KHÁC"), 0, days.exhibitor)
    days.clock.on(days.fair.opens_on - timedelta(days=6))
    with pytest.raises(NeedsClosed):
        set_needs(days.booking.code, Needs("MUỘN"), row.version, days.exhibitor)
    assert set_needs(days.booking.code, Needs("MUỘN"), row.version, days.organizer).fascia == "MUỘN"


def slots_made(days: Days, vehicles: int = 1, count: int = 2) -> list[slots.Slot]:
    first = now() + timedelta(days=1)
    new = slots.NewSlots(Direction.IN, "Cửa B", first, first + timedelta(minutes=30 * count), 30, vehicles)
    assert slots.make_slots(days.fair.slug, new, days.organizer) == count
    assert slots.make_slots(days.fair.slug, new, days.organizer) == 0  # what stands, stands
    return slots.slots_of(days.fair.id)


def test_a_slot_holds_what_it_can(days: Days) -> None:
    first, second = slots_made(days)
    other = days.another("A02")
    van = ("15C-123.45", "+84912345678")
    slots.take_seat(days.booking.code, first.row.id, van, days.exhibitor)
    with pytest.raises(SlotTaken):
        slots.take_seat(other.code, first.row.id, van, days.organizer)
    slots.take_seat(days.booking.code, second.row.id, van, days.exhibitor)  # the first is given up
    slots.take_seat(other.code, first.row.id, van, days.organizer)
    assert [one.free for one in slots.slots_of(days.fair.id)] == [0, 0]
    with pytest.raises(SlotInUse):
        slots.drop_slot(days.fair.slug, first.row.id, days.organizer)
    release(days.fair.slug, "A02", None, days.organizer)
    slots.take_seat(days.booking.code, first.row.id, van, days.exhibitor)  # who ended needs no seat
    slots.drop_slot(days.fair.slug, second.row.id, days.organizer)
    assert db.session.scalars(select(LoadSeat.booking_id)).all() == [days.booking.id]
    days.clock.forward(days=2)
    with pytest.raises(SlotPast):
        slots.take_seat(days.booking.code, first.row.id, van, days.exhibitor)


def test_slots_follow_a_postponed_fair(days: Days) -> None:
    first, second = slots_made(days)
    slots.take_seat(days.booking.code, first.row.id, ("15C-123.45", "+84912345678"), days.exhibitor)
    was = [first.row.starts_at, second.row.starts_at]
    step = timedelta(days=30)
    move = Move(days.fair.opens_on + step, days.fair.closes_on + step, "Bão số 9", days.fair.opens_on)
    move_fair(days.fair.slug, move, days.fair.version, days.organizer)
    db.session.expire_all()
    after = slots.slots_of(days.fair.id)
    assert [one.row.starts_at - step for one in after] == was
    assert [one.free for one in after] == [0, 1]


def test_people_are_forgotten_a_year_after_the_fair(days: Days) -> None:
    first, _second = slots_made(days)
    badge = days.badge("Chị Thử")
    slots.take_seat(days.booking.code, first.row.id, ("15C-123.45", "+84912345678"), days.exhibitor)
    last = days.fair.closes_on + PEOPLE_KEPT
    assert forget_people(last) == 0
    assert [forget_people(last + timedelta(days=1)) for _ in range(2)] == [2, 0]
    db.session.expire_all()
    assert (badge.name, badge.code != "") == ("", True)
    assert set(db.session.execute(select(LoadSeat.plate, LoadSeat.phone))) == {("", "")}


def test_an_incident_is_taken_over_and_closed_once(days: Days) -> None:
    new = NewIncident(IncidentKind.POWER, "Mất điện dãy A", "A01")
    one = incidents.open_incident(days.fair.slug, new, days.steward)
    assert one.booking_id == days.booking.id
    taken = incidents.take_over(one.code, one.version, "Anh Bình", days.organizer)
    with pytest.raises(EditConflict):
        incidents.close_incident(one.code, 1, "Đã đóng cầu dao", days.organizer)
    incidents.close_incident(one.code, taken.version, "Đã đóng cầu dao", days.organizer)
    with pytest.raises(IncidentClosed):
        incidents.take_over(one.code, db.session.get_one(FairIncident, one.id).version, "X", days.organizer)
    foreign = days.make.actor("fair_organizer", ("fair", days.make.fair().slug))
    with pytest.raises(NotFound):
        incidents.close_incident(one.code, 3, "Xong", foreign)


def test_a_lapse_during_the_fair_is_an_incident_and_the_organizer_is_told(days: Days) -> None:
    from catalog.consequences.rules import Happening
    from catalog.consequences.service import Case
    from shop.fairdays.reactions import product_off

    days.on_day(1)
    case = Case(1, days.product.id, "CN-1", Happening.REVOCATION, days.fair_days[1], days.fair_days[1])
    with transaction():
        assert product_off(case) == {"incidents": 0}  # it is covered still
    days.revoke(days.fair_days[1])
    with transaction():
        assert product_off(case) == {"incidents": 1}
        assert product_off(case) == {"incidents": 0}  # told twice, written once
    one = db.session.scalars(select(FairIncident)).one()
    assert (one.kind, one.booking_id, days.product.name in one.words) == ("lapse", days.booking.id, True)
    days.on_day(2)
    assert len(board_of(days.fair, now()).incidents) == 1


def test_a_stall_is_a_store_of_the_fairs_days(days: Days) -> None:
    made = stalls.open_stall(days.fair.slug, days.booking.code, days.organizer)
    store = db.session.get_one(Store, made.store_id)
    assert (store.kind, store.fair, store.opens_on, store.ends_on, store.seller_id) == (
        "stall", days.fair.slug, days.fair.opens_on, days.fair.closes_on, days.fair.seller_id,
    )  # fmt: skip
    with pytest.raises(StallExists):
        stalls.open_stall(days.fair.slug, days.booking.code, days.organizer)
    stalls.open_stall(days.fair.slug, None, days.organizer)
    with pytest.raises(StallExists):
        stalls.open_stall(days.fair.slug, None, days.organizer)
    assert [one.place for one in stalls.stalls_of(days.fair.id)] == ["", "A01"]
    with pytest.raises(StallNotPaid):
        stalls.open_stall(days.fair.slug, days.another("A02", paid=False).code, days.organizer)
    with pytest.raises(StallSellerMissing):
        stalls.open_stall(days.fair.slug, days.another("A03").code, days.organizer, sells_herself=True)
    with pytest.raises(NotFound):
        stalls.open_stall(
            days.fair.slug, None, days.make.actor("fair_organizer", ("fair", days.make.fair().slug))
        )  # fmt: skip


def test_who_opens_a_stall_manages_it_and_a_full_one_is_not_closed(days: Days, make: ModuleType) -> None:
    from core.accounts.queries import actor_of

    organizer = actor_of(make.user("fair_organizer", ("fair", days.fair.slug)))
    seller = make.user("producer", next((g.scope.kind, g.scope.code) for g in days.exhibitor.grants if g.scope))
    made = stalls.open_stall(days.fair.slug, days.booking.code, organizer)
    store = db.session.get_one(Store, made.store_id)
    given = select(UserGrant.user_id, UserGrant.role).where(UserGrant.scope_id == store.code)
    assert set(db.session.execute(given)) == {
        (organizer.user_id, "store_manager"), (seller.id, "cashier"), (days.exhibitor.user_id, "cashier"),
    }  # fmt: skip
    sku = make.sku()
    make.lot(sku, store, on_shelf=5)
    with pytest.raises(StoreBusy):
        stalls.close_stall(days.fair.slug, store.code, organizer)
    assert db.session.get_one(Store, store.id).is_active


def test_lists_and_board_take_a_fixed_number_of_statements(days: Days) -> None:
    badges.issue_missing(days.fair.slug, 2, days.organizer)
    days.on_day()

    def everything() -> None:
        board_of(days.fair, now())
        for one in LISTS.values():
            table_of(one, days.fair, days.fair_days[0])

    few = counted(everything)
    days.clock.on(days.fair.opens_on - timedelta(days=5))
    for booth in ("A02", "A03", "A04"):
        days.another(booth)
    badges.issue_missing(days.fair.slug, 3, days.organizer)
    days.on_day()
    assert counted(everything) == few
    assert len(board_of(days.fair, now()).rows) == 4


def test_the_list_of_products_is_of_one_day(days: Days) -> None:
    rows = table_of(LISTS["san-pham"], days.fair, days.fair_days[2]).rows
    assert [(row["booth"], row["product"], row["stars"]) for row in rows] == [("A01", days.product.name, 4)]
    fascia = table_of(LISTS["bien-ten"], days.fair, days.fair_days[0]).rows[0]
    assert (fascia["size"], fascia["paid"]) == ("3 × 3 m", "Có")


def test_a_fair_that_is_over_opens_no_stall(days: Days) -> None:
    """Whether the night's work has said so or not; on its last day, the control, it still does."""
    with travel(day_start(days.fair.closes_on + timedelta(1))), pytest.raises(FairNotOpen):
        stalls.open_stall(days.fair.slug, None, days.organizer)
    with travel(day_start(days.fair.closes_on)):
        assert stalls.open_stall(days.fair.slug, None, days.organizer).id
    with transaction():
        days.fair.state, days.fair.cancelled_at = "cancelled", now()
    with pytest.raises(FairNotOpen):
        stalls.open_stall(days.fair.slug, days.booking.code, days.organizer)


def test_a_fair_without_its_commune_has_no_stall(days: Days) -> None:
    with transaction() as session:
        session.get_one(Fair, days.fair.id).area_id = None
    with pytest.raises(StallPlaceMissing):
        stalls.open_stall(days.fair.slug, None, days.organizer)
    assert needs.FASCIA == 60
