"""Asking, dragging and applying, on a fair of four booths."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core.clock import today
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, NotFound
from shop.assignment import dragging, queries, service, views
from shop.assignment.dragging import Drag
from shop.assignment.gather import Asked
from shop.assignment.models import BoothPin, FairAssignment
from shop.assignment.refusals import (
    AssignmentBroken,
    AssignmentNotFound,
    AssignmentNotReady,
    AssignmentStale,
    BoothHeld,
    NothingToAssign,
    PinNotFound,
)
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.models import Booking, Booth, FairApplication
from tests.shop.assignment.conftest import Ground

pytestmark = pytest.mark.long("postgresql")
ASKED = Asked({})


def answered(ground: Ground, asked: Asked = ASKED) -> FairAssignment:
    return service.answer(service.ask(ground.fair.slug, asked, ground.organizer).code)


def booked(ground: Ground) -> dict[str, str]:
    """The application by booth of every live booking."""
    query = (
        select(Booth.code, FairApplication.code, Booking.state)
        .join(Booking, Booking.booth_id == Booth.id)
        .join(FairApplication, FairApplication.id == Booking.application_id)
        .where(Booth.fair_id == ground.fair.id, Booking.state.in_(("hold", "offered", "accepted", "paid")))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def codes(ground: Ground) -> list[str]:
    return sorted(db.session.scalars(select(Booth.code).where(Booth.fair_id == ground.fair.id)))


def test_a_dry_run_gives_nothing_away_and_the_same_question_has_one_answer(ground: Ground) -> None:
    ones = [ground.exhibitor() for _ in range(3)]
    run = answered(ground)
    assert run.state == "ready"
    assert sorted(run.plan) == sorted(one.code for one in ones)
    assert run.figures["score"] <= run.figures["bound"]
    assert booked(ground) == {}
    again = service.ask(ground.fair.slug, ASKED, ground.organizer)
    assert again.code == run.code
    other = service.ask(ground.fair.slug, Asked({"kind": 40}), ground.organizer)
    assert (other.code != run.code, queries.get_run(run.code).state) == (True, "dropped")


def test_applying_offers_each_booth_once_and_again_changes_nothing(ground: Ground) -> None:
    ones = [ground.exhibitor() for _ in range(5)]
    run = answered(ground)
    _run, offers = service.apply(run.code, run.version, ground.organizer, waitlist_rest=True)
    assert offers == 4
    assert booked(ground) == {stands[0]: code for code, stands in run.plan.items()}
    left = next(one for one in ones if one.code not in run.plan)
    db.session.expire_all()
    assert db.session.get_one(FairApplication, left.id).state == "waitlisted"
    assert service.apply(run.code, None, ground.organizer)[1] == 0
    assert len(booked(ground)) == 4
    with pytest.raises(NothingToAssign):
        service.ask(ground.fair.slug, ASKED, ground.organizer)


def test_what_has_changed_since_is_asked_again_and_nothing_is_offered(ground: Ground) -> None:
    ground.exhibitor()
    run = answered(ground)
    ground.exhibitor()
    with pytest.raises(AssignmentStale):
        service.apply(run.code, None, ground.organizer)
    assert booked(ground) == {}
    new = answered(ground)
    with pytest.raises(EditConflict):
        service.apply(new.code, new.version - 1, ground.organizer)
    with pytest.raises(AssignmentNotReady):
        service.apply(run.code, None, ground.organizer)


def test_a_booking_stands_and_is_no_offer(ground: Ground) -> None:
    holder, other = ground.exhibitor(), ground.exhibitor(stars=5)
    booth = codes(ground)[0]
    book(ground.fair.slug, booth, Claim(holder.code), ground.organizer)
    run = answered(ground)
    assert run.plan[holder.code] == [booth]
    assert service.apply(run.code, None, ground.organizer)[1] == 1
    assert booked(ground)[booth] == holder.code
    assert other.code in booked(ground).values()


def test_an_exhibitor_without_a_covered_day_is_not_asked_about(ground: Ground) -> None:
    good, lapsed = ground.exhibitor(), ground.exhibitor(until=-1)
    assert list(answered(ground).plan) == [good.code]
    assert lapsed.code not in answered(ground).plan


def test_partly_covered_days_are_the_days_that_are_offered(ground: Ground) -> None:
    one = ground.exhibitor(until=0)
    run = answered(ground)
    service.apply(run.code, None, ground.organizer)
    booking = db.session.scalars(select(Booking).where(Booking.application_id == one.id)).one()
    assert [day.day for day in booking.days] == [ground.fair.opens_on]


def test_a_drag_changes_places_and_pins(ground: Ground) -> None:
    ground.exhibitor(), ground.exhibitor()
    run = answered(ground)
    (first, (here,)), (second, (there,)) = sorted(run.plan.items())
    assert dragging.drag(ground.fair.slug, Drag(first, there, here, run.version), ground.organizer) == "placed"
    run = queries.get_run(run.code)
    assert (run.plan[first], run.plan[second]) == ([there], [here])
    assert queries.pins_of(ground.fair.id) == {there: first, here: second}
    with pytest.raises(EditConflict):
        dragging.drag(ground.fair.slug, Drag(first, here, there, run.version - 1), ground.organizer)
    service.apply(run.code, run.version, ground.organizer)
    assert booked(ground) == {there: first, here: second}
    assert queries.pins_of(ground.fair.id) == {}


def test_who_is_dragged_away_goes_without_and_the_next_answer_keeps_the_pin(ground: Ground) -> None:
    ground.exhibitor()
    idle = ground.exhibitor(state="waitlisted")
    run = answered(ground, Asked({}, with_waiting=True))
    holder = next(code for code in run.plan if code != idle.code)
    target = run.plan[holder][0]
    dragging.drag(ground.fair.slug, Drag(holder, None, target), ground.organizer)
    assert holder not in queries.get_run(run.code).plan
    dragging.drag(ground.fair.slug, Drag(idle.code, target), ground.organizer)
    new = answered(ground, Asked({}, with_waiting=True))
    assert new.plan[idle.code] == [target]
    dragging.unpin(ground.fair.slug, target, ground.organizer)
    with pytest.raises(PinNotFound):
        dragging.unpin(ground.fair.slug, target, ground.organizer)


def test_a_hand_keeps_the_rules_too(ground: Ground) -> None:
    thirsty = ground.exhibitor(services=["water"])
    ground.exhibitor()
    run = answered(ground)
    assert thirsty.code not in run.plan
    booth = codes(ground)[-1]
    with pytest.raises(AssignmentBroken) as refused:
        dragging.drag(ground.fair.slug, Drag(thirsty.code, booth), ground.organizer)
    assert {one["rule"] for one in refused.value.facts["breaches"]} == {"services"}
    with pytest.raises(AssignmentBroken):
        dragging.pin(ground.fair.slug, booth, thirsty.code, ground.organizer)
    assert queries.pins_of(ground.fair.id) == {}


def test_a_held_booth_moves_at_once_and_two_change_places(ground: Ground) -> None:
    one, other = ground.exhibitor(), ground.exhibitor()
    a, b, c, _d = codes(ground)
    slug, by = ground.fair.slug, ground.organizer
    book(slug, a, Claim(one.code), by)
    book(slug, b, Claim(other.code), by)
    assert dragging.drag(slug, Drag(one.code, c, a), by) == "moved"
    assert dragging.drag(slug, Drag(one.code, b, c), by) == "swapped"
    assert booked(ground) == {b: one.code, c: other.code}
    third = ground.exhibitor()
    with pytest.raises(BoothHeld):
        dragging.drag(slug, Drag(third.code, b), by)


def test_nobody_else_reaches_it(ground: Ground) -> None:
    mine, other = ground.exhibitor(), ground.exhibitor()
    run = answered(ground)
    stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    for attempt in (
        lambda: service.ask(ground.fair.slug, ASKED, stranger),
        lambda: service.apply(run.code, None, stranger),
        lambda: dragging.drag(ground.fair.slug, Drag(mine.code, codes(ground)[0]), stranger),
        lambda: dragging.pin(ground.fair.slug, codes(ground)[0], mine.code, stranger),
        lambda: views.why_for(ground.fair, other.code, ground.speaker(mine)),
    ):
        with pytest.raises((NotFound, Forbidden)):
            attempt()
    assert queries.get_run(run.code).state == "ready"


def test_an_exhibitor_reads_why_once_it_is_applied(ground: Ground) -> None:
    mine = ground.exhibitor(kind="corner")
    run = answered(ground)
    with pytest.raises(AssignmentNotFound):
        views.why_for(ground.fair, mine.code, ground.speaker(mine))
    service.apply(run.code, None, ground.organizer)
    _run, _problem, why = views.why_for(ground.fair, mine.code, ground.speaker(mine))
    assert list(why.stands) == run.plan[mine.code]
    assert len(why.others) == len(codes(ground)) - 1


def test_what_was_applied_stays_as_it_was(ground: Ground) -> None:
    ground.exhibitor()
    run = answered(ground)
    service.apply(run.code, None, ground.organizer)
    with pytest.raises(IntegrityError, match="fair_assignment_fixed"), transaction() as session:
        session.execute(update(FairAssignment).where(FairAssignment.id == run.id).values(cpu_ms=1))


def test_what_was_asked_is_never_another_question(ground: Ground) -> None:
    ground.exhibitor()
    run = service.ask(ground.fair.slug, ASKED, ground.organizer)
    with transaction() as session:  # what may change does
        session.execute(update(FairAssignment).where(FairAssignment.id == run.id).values(cpu_ms=1))
    with pytest.raises(IntegrityError, match="fair_assignment_fixed"), transaction() as session:
        session.execute(update(FairAssignment).where(FairAssignment.id == run.id).values(digest="0" * 64))


def test_a_pin_is_of_one_fair(ground: Ground) -> None:
    mine, other = ground.exhibitor(), ground.make.fair(booths=1, opens_on=today() + timedelta(60))
    booth = db.session.scalars(select(Booth).where(Booth.fair_id == other.id)).one()
    with pytest.raises(IntegrityError, match="booth_pin_of_one_fair"), transaction() as session:
        session.add(
            BoothPin(
                fair_id=other.id, booth_id=booth.id, application_id=mine.id, pinned_by="x",
                pinned_at=mine.submitted_at,
            )
        )  # fmt: skip
