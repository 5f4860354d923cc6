"""The verbs: who may meet whom, what is refused and why, what is written down, what follows the fair."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from core.accounts.actor import ANONYMOUS
from core.clock import day_start, now, today
from core.db import db, transaction
from core.errors import EditConflict, Invalid, NotFound, Unauthenticated
from shop.fairs.booths.bookings import release
from shop.fairs.life.moving import Move, move_fair
from shop.fairs.models import Fair
from shop.meetings import queries, refusals, service, setting, watching
from shop.meetings.doctor import meetings_single, slots_apart
from shop.meetings.models import Buyer, Meeting, MeetingSlot
from shop.meetings.rules import BuyerState, Outcome, Side
from shop.meetings.service import NewBuyer, NewNeed, Party, Result, Wish
from shop.privacy.erasing import erase_traces
from shop.privacy.gathering import gather
from shop.privacy.subject import Subject
from tests.shop.meetings.conftest import Floor

pytestmark = pytest.mark.long("postgresql")


def test_slots_and_tables_are_laid_and_stay(floor: Floor) -> None:
    grid = queries.grid_of(floor.fair.id)
    assert len(grid.slots) == 9  # three a day, the pause left out
    assert list(grid.tables.values()) == [1, 2]
    floor.set_up(version=1, tables=3, ends_time=time(11, 30))
    again = queries.grid_of(floor.fair.id)
    assert {one.id for one in grid.slots} < {one.id for one in again.slots}
    assert (len(again.slots), len(again.tables)) == (12, 3)
    assert not list(slots_apart())


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"ends_time": time(9)}, "ends_time"), ({"pause_until": None}, "pause_until"),
        ({"pause_from": time(11)}, "pause_until"), ({"slot_minutes": 120, "ends_time": time(10)}, "slot_minutes"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused(floor: Floor, wrong: dict[str, object], where: str) -> None:
    with pytest.raises(Invalid) as refused:
        floor.set_up(version=1, **wrong)
    assert where in refused.value.facts["errors"]


def test_a_setting_is_not_written_over_and_drops_no_meeting(floor: Floor) -> None:
    with pytest.raises(EditConflict):
        floor.set_up()
    with pytest.raises(EditConflict):
        floor.set_up(version=7)
    one = floor.meet(floor.buyer(), floor.sellers[0])
    with pytest.raises(refusals.MeetingsStand) as refused:
        floor.set_up(version=1, starts_time=time(9, 15), pause_from=None, pause_until=None)
    assert refused.value.facts["meetings"] == [one.code]
    assert len(queries.grid_of(floor.fair.id).slots) == 9


def test_only_an_organizer_of_the_fair_arranges(floor: Floor) -> None:
    other = floor.make.fair()
    stranger = floor.make.actor("fair_organizer", ("fair", other.slug))
    buyer = floor.buyer(admitted=False)
    acts = (
        lambda by: setting.set_up(floor.fair.slug, floor.setting(), 1, by),
        lambda by: service.decide_buyer(floor.fair.slug, buyer.code, BuyerState.ADMITTED, by),
        lambda by: setting.arrange_all(floor.fair.slug, by, dry_run=True),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act(stranger)
        with pytest.raises(Unauthenticated):
            act(ANONYMOUS)


def test_a_company_registers_once_and_waits(floor: Floor) -> None:
    new = NewBuyer("Siêu thị A", "retail", "Hà Nội", "Người thử", "+84912345678", [NewNeed(set_no=3)])
    one = service.register(floor.fair.slug, new, ANONYMOUS)
    assert (one.state, one.needs[0].set_no, one.needs[0].position) == ("asked", 3, 1)
    with pytest.raises(refusals.BuyerKnown):
        service.register(floor.fair.slug, new, ANONYMOUS)
    with pytest.raises(Invalid):
        service.register(floor.fair.slug, NewBuyer("B", "retail", "Hà Nội", "N", "+84912345679", []), ANONYMOUS)
    with pytest.raises(refusals.BuyerNotReady):
        floor.meet(one, floor.sellers[0])
    service.withdraw_buyer(one.code, ANONYMOUS)
    assert service.register(floor.fair.slug, new, ANONYMOUS).code != one.code


def test_registration_closes_but_the_organizer_still_enters(floor: Floor) -> None:
    new = NewBuyer("Siêu thị A", "retail", "Hà Nội", "Người thử", "+84912345678", [NewNeed(set_no=3)])
    floor.set_up(version=1, is_open=False)
    with pytest.raises(refusals.RegistrationClosed):
        service.register(floor.fair.slug, new, ANONYMOUS)
    assert service.register(floor.fair.slug, new, floor.organizer).state == "admitted"
    bare = floor.make.fair()
    with pytest.raises(refusals.NoMeetingsHere):
        service.register(bare.slug, new, ANONYMOUS)


def test_proposals_come_with_reasons_from_what_is_shown(floor: Floor) -> None:
    buyer = floor.buyer(NewNeed(set_no=3, wanted="Mật ong", stars_min=4), NewNeed(wanted="đồ gỗ"))
    (one,) = queries.proposals_for(buyer, queries.stands_of(floor.fair, now()))
    assert one.producer_id == floor.sellers[0].id
    assert [(match.need, match.because) for match in one.matches] == [(1, ("set", "words"))]
    found = queries.buyers_for([floor.sellers[0].id], [buyer], queries.stands_of(floor.fair, now()))
    assert [(each.id, producer_id) for each, producer_id, _m in found] == [(buyer.id, floor.sellers[0].id)]


def test_nobody_is_booked_twice(floor: Floor) -> None:
    honey, paste = floor.sellers
    one, other, third = floor.buyer(), floor.buyer(), floor.buyer()
    made = floor.meet(one, honey)
    with pytest.raises(refusals.BuyerBusy):
        floor.meet(one, paste)
    with pytest.raises(refusals.ExhibitorBusy):
        floor.meet(other, honey)
    with pytest.raises(refusals.PairBooked) as refused:
        floor.meet(one, honey, 1)
    assert refused.value.facts["meeting"] == made.code
    floor.meet(other, paste)
    more = floor.seller("Mật ong bạc hà", "A03")
    with pytest.raises(refusals.SlotFull):
        floor.meet(third, more)
    assert floor.meet(third, more, 1).state == "booked"
    assert not list(meetings_single())


def test_a_buyer_keeps_her_table(floor: Floor) -> None:
    honey, paste = floor.sellers
    one, other = floor.buyer(), floor.buyer()
    floor.meet(other, paste)
    first = floor.meet(one, honey)
    second = floor.meet(one, paste, 1)
    assert first.table_id == second.table_id


def test_the_wrong_time_is_refused(floor: Floor) -> None:
    buyer, honey = floor.buyer(), floor.sellers[0]
    other = floor.make.fair()
    wish = Wish(floor.fair.slug, buyer.code, honey.code, 10**6)
    with pytest.raises(refusals.SlotNotFound):
        service.book(wish, floor.as_organizer)
    with pytest.raises(refusals.BuyerNotFound):
        service.book(Wish(other.slug, buyer.code, honey.code, floor.slots[0]), floor.as_organizer)
    with pytest.raises(Invalid):
        service.book(Wish(floor.fair.slug, buyer.code, "CT-KHONG", floor.slots[0]), floor.as_organizer)
    with pytest.raises(refusals.ExhibitorAbsent):
        floor.meet(buyer, floor.make.producer())
    past = update(MeetingSlot).where(MeetingSlot.id == floor.slots[0])
    with transaction():
        db.session.execute(past.values(starts_at=now() - timedelta(hours=1), ends_at=now()))
    with pytest.raises(refusals.SlotPast):
        service.book(Wish(floor.fair.slug, buyer.code, honey.code, floor.slots[0]), floor.as_organizer)


def test_each_side_acts_on_her_own_meetings_only(floor: Floor) -> None:
    honey, paste = floor.sellers
    one, other = floor.buyer(), floor.buyer()
    made = floor.meet(one, honey)
    foreign = (
        Party(Side.BUYER, ANONYMOUS, other.id), Party(Side.BUYER, ANONYMOUS, None),
        Party(Side.EXHIBITOR, floor.make.actor("producer", ("producer", paste.code))),
        Party(Side.ORGANIZER, floor.make.actor("fair_organizer", ("fair", floor.make.fair().slug))),
    )  # fmt: skip
    for party in foreign:
        with pytest.raises(NotFound):
            service.cancel(made.code, "x", party)
        with pytest.raises(NotFound):
            service.move(made.code, floor.slots[1], made.version, party)
        with pytest.raises(NotFound):
            service.record_result(made.code, Result(True), made.version, party)
    with pytest.raises(NotFound):  # a buyer writes no results, not even of her own meeting
        service.record_result(made.code, Result(True), made.version, Party(Side.BUYER, ANONYMOUS, one.id))
    assert service.cancel(made.code, "Bận", Party(Side.BUYER, ANONYMOUS, one.id)).state == "cancelled"


def test_a_meeting_moves_and_is_called_off(floor: Floor) -> None:
    honey, paste = floor.sellers
    one, other = floor.buyer(), floor.buyer()
    made = floor.meet(one, honey)
    floor.meet(other, honey, 1)
    with pytest.raises(refusals.ExhibitorBusy):
        service.move(made.code, floor.slots[1], made.version, floor.as_organizer)
    with pytest.raises(EditConflict):
        service.move(made.code, floor.slots[2], made.version + 1, floor.as_organizer)
    moved = service.move(made.code, floor.slots[2], made.version, floor.as_organizer)
    assert (moved.slot_id, moved.version) == (floor.slots[2], 2)
    assert floor.meet(one, paste).state == "booked"  # the old time is free again
    off = service.cancel(moved.code, "Đổi kế hoạch", floor.as_organizer)
    assert (off.state, off.reason, off.ended_by) == ("cancelled", "Đổi kế hoạch", "organizer")
    assert service.cancel(moved.code, "Lần nữa", floor.as_organizer).reason == "Đổi kế hoạch"
    with pytest.raises(refusals.MeetingStateRefused):
        service.move(moved.code, floor.slots[3], moved.version, floor.as_organizer)


def test_results_are_written_once_it_has_begun_and_put_right(floor: Floor, clock) -> None:
    made = floor.meet(floor.buyer(), floor.sellers[0])
    with pytest.raises(refusals.MeetingNotBegun):
        service.record_result(made.code, Result(True), made.version, floor.as_organizer)
    clock.set(day_start(floor.fair.opens_on) + timedelta(hours=12))
    result = Result(True, Outcome.MEMORANDUM, 250_000_000, "Giao thử tháng 1")
    held = service.record_result(made.code, result, made.version, floor.as_organizer)
    assert (held.state, held.outcome, held.expected_vnd) == ("held", "memorandum", 250_000_000)
    figures = queries.figures_of([floor.fair.id])[floor.fair.id]
    assert (figures.held, figures.memoranda, figures.expected_vnd) == (1, 1, 250_000_000)
    missed = service.record_result(made.code, Result(False, Outcome.CONTRACT, 5), held.version, floor.as_organizer)
    assert (missed.state, missed.outcome, missed.expected_vnd) == ("missed", None, 0)
    with pytest.raises(refusals.MeetingStateRefused):
        service.cancel(made.code, "x", floor.as_organizer)


def test_who_withdraws_or_is_refused_takes_her_meetings_along(floor: Floor) -> None:
    one, other = floor.buyer(), floor.buyer()
    first, second = floor.meet(one, floor.sellers[0]), floor.meet(other, floor.sellers[1])
    service.withdraw_buyer(one.code, ANONYMOUS)
    service.decide_buyer(floor.fair.slug, other.code, BuyerState.REFUSED, floor.organizer)
    assert [queries.get_meeting(code).state for code in (first.code, second.code)] == ["cancelled"] * 2
    with pytest.raises(refusals.BuyerNotReady):
        service.decide_buyer(floor.fair.slug, one.code, BuyerState.ADMITTED, floor.organizer)


def test_without_a_booth_there_is_no_meeting(floor: Floor) -> None:
    kept, lost = floor.meet(floor.buyer(), floor.sellers[1]), floor.meet(floor.buyer(), floor.sellers[0], 1)
    release(floor.fair.slug, "A01", None, floor.organizer)
    assert watching.look_at(floor.fair.id) == 1
    assert watching.look_at_all() == 0
    assert queries.get_meeting(lost.code).state == "cancelled"
    assert queries.get_meeting(kept.code).state == "booked"


def test_a_fair_that_is_called_off_has_no_meetings(floor: Floor) -> None:
    made = floor.meet(floor.buyer(), floor.sellers[0])
    with transaction():
        db.session.execute(update(Fair).where(Fair.id == floor.fair.id).values(state="cancelled", cancelled_at=now()))
    assert watching.look_at_all() == 1
    assert queries.get_meeting(made.code).reason == "Hội chợ đã hủy."


@pytest.mark.parametrize("days", [3, -3])
def test_meetings_move_with_their_fair(floor: Floor, days: int) -> None:
    """The exhibitor's booth moves with the fair, so does her meeting; the same is said only once."""
    made = floor.meet(floor.buyer(), floor.sellers[0])
    before = {one.id: one.starts_at for one in queries.grid_of(floor.fair.id).slots}
    by, fair = timedelta(days=days), floor.fair
    new = Move(fair.opens_on + by, fair.closes_on + by, "Bão", today() + timedelta(days=5))
    move_fair(fair.slug, new, fair.version, floor.organizer)
    assert [watching.look_at(fair.id), watching.look_at(fair.id)] == [0, 0]
    db.session.expire_all()
    after = {one.id: one.starts_at for one in queries.grid_of(fair.id).slots}
    assert after == {key: at + by for key, at in before.items()}
    kept = queries.get_meeting(made.code)
    assert (kept.state, kept.version) == ("booked", 2)


def test_a_plan_for_everybody_is_tried_then_made(floor: Floor) -> None:
    buyers = [floor.buyer() for _ in range(3)]
    trial = setting.arrange_all(floor.fair.slug, floor.organizer, dry_run=True)
    assert len(trial.seats) == 3
    assert db.session.scalar(select(Meeting.id)) is None
    made = setting.arrange_all(floor.fair.slug, floor.organizer, dry_run=False)
    assert made.seats == trial.seats
    assert {one.buyer_id for one in queries.grid_of(floor.fair.id).live} == {one.id for one in buyers}
    assert setting.arrange_all(floor.fair.slug, floor.organizer, dry_run=False).seats == []
    assert not list(meetings_single())


def test_people_are_forgotten_a_year_after_the_fair(floor: Floor, clock) -> None:
    buyer = floor.buyer()
    assert watching.forget_people() == 0
    clock.on(floor.fair.closes_on + timedelta(days=367))
    assert watching.forget_people() == 1
    assert watching.forget_people() == 0
    db.session.expire_all()
    kept = db.session.get_one(Buyer, buyer.id)
    assert (kept.phone, kept.email, kept.contact_name, kept.company) == (None, None, None, buyer.company)


@pytest.mark.parametrize(
    ("column", "value"),
    [("slot_id", "slot"), ("table_id", "table"), ("buyer_id", "buyer")],
)
def test_the_database_keeps_slot_table_and_buyer_within_the_fair(floor: Floor, column: str, value: str) -> None:
    made = floor.meet(floor.buyer(), floor.sellers[0])
    foreign = Floor(floor.make, floor.make.fair(), floor.organizer)
    foreign.organizer = floor.make.actor("fair_organizer", ("fair", foreign.fair.slug))
    foreign.set_up()
    ids = {
        "slot": foreign.slots[0], "table": next(iter(queries.grid_of(foreign.fair.id).tables)),
        "buyer": foreign.buyer().id,
    }  # fmt: skip
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Meeting).where(Meeting.id == made.id).values({column: ids[value]}))


@pytest.mark.parametrize("key", ["buyer_id", "producer_id", "table_id"])
def test_the_database_keeps_everybody_apart(floor: Floor, key: str) -> None:
    """The guard itself, asked without any verb; its control: the same row called off stands beside the first."""
    one, two = floor.buyer(), floor.buyer()
    made = floor.meet(one, floor.sellers[0])
    tables = list(queries.grid_of(floor.fair.id).tables)
    values = {"buyer_id": two.id, "producer_id": floor.sellers[1].id, "table_id": tables[1], key: getattr(made, key)}
    row = (
        "'GG-2', fair_id, :buyer_id, :producer_id, slot_id, :table_id, {state}, 'organizer', booked_at, {ended}, 'x',"
        " 0, '', 1"
    )
    columns = (
        "code, fair_id, buyer_id, producer_id, slot_id, table_id, state, asked_by, booked_at, ended_at, reason,"
        " expected_vnd, result_words, version"
    )
    put = f"INSERT INTO meeting ({columns}) SELECT {row} FROM meeting WHERE id = :id"
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(put.format(state="'booked'", ended="NULL")), {**values, "id": made.id})
    with db.session.begin_nested():
        db.session.execute(text(put.format(state="'cancelled'", ended="booked_at")), {**values, "id": made.id})


def test_slots_of_another_day_count_by_the_clock_of_viet_nam(floor: Floor) -> None:
    days: set[date] = {one.day for one in queries.grid_of(floor.fair.id).slots}
    assert days == {floor.fair.opens_on + timedelta(n) for n in range(3)}


def test_a_person_sees_and_erases_what_she_registered(floor: Floor) -> None:
    buyer, other = floor.buyer(), floor.buyer()
    her = Subject(user_id=None, contact=buyer.phone)
    assert [one["company"] for one in gather(her)["fairs"]] == [buyer.company]
    assert erase_traces(her, [str(buyer.phone)])["buyer"] == 1
    db.session.expire_all()
    assert (buyer.phone, buyer.contact_name, buyer.company) == (None, None, buyer.company)
    assert other.phone is not None
