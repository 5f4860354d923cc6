"""Floor plans in the database: numbers change and holders stay, nobody loses a booth, every saved plan is kept."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.db import db, transaction
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.models import Booking, Booth
from shop.fairs.plans.plan import Grid, Plan, generate, plan_of
from shop.fairs.plans.planning import find_plan, judge, list_plans, present_plan, set_plan
from shop.fairs.queries import get_fair
from shop.fairs.refusals import BoothNotLet, PlanDropsBooked, PlanUnletsBooked
from tests.shop.fairs.conftest import Ground
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def booking(ground: Ground) -> Booking:
    return book(ground.fair.slug, "A01", Claim(ground.application(ground.product()).code), ground.organizer)[0]


def save(ground: Ground, plan: Plan, note: str | None = None) -> None:
    db.session.expire_all()
    set_plan(ground.fair.slug, plan, ground.fair.version, ground.organizer, note)


def numbered(plan: Plan, **codes: str) -> Plan:
    return Plan(plan.halls, tuple(replace(one, code=codes.get(one.code, one.code)) for one in plan.booths))


def numbers(ground: Ground) -> dict[str, int]:
    db.session.expire_all()
    found = db.session.scalars(select(Booth).where(Booth.fair_id == ground.fair.id, Booth.is_on_plan))
    return {one.code: one.id for one in found}


def test_two_booths_change_their_numbers_and_keep_their_holders(ground: Ground, booking: Booking) -> None:
    before = numbers(ground)
    save(ground, numbered(present_plan(ground.fair), A01="A02", A02="A01"))
    assert numbers(ground) == {"A02": before["A01"], "A01": before["A02"]}
    assert db.session.get_one(Booth, booking.booth_id).code == "A02"


def test_a_number_of_a_booth_that_left_goes_to_a_new_one(ground: Ground) -> None:
    plan, before = present_plan(ground.fair), numbers(ground)
    first, second = plan.booths
    save(ground, Plan(plan.halls, (first,)))
    save(ground, Plan(plan.halls, (first, replace(second, uid="NEW"))))
    assert numbers(ground) == before, "the one that left comes back under its number"
    save(ground, Plan(plan.halls, (replace(first, code="A02"),)))
    assert numbers(ground) == {"A02": before["A01"]}
    gone = db.session.get_one(Booth, before["A02"])
    assert (gone.code, gone.is_on_plan) == (f"A02~{gone.id}", False)
    save(ground, plan)
    assert numbers(ground) == before, "an old plan brings the same booths back by their uid"


def test_a_held_booth_is_neither_dropped_nor_given_to_a_sponsor(ground: Ground, booking: Booking) -> None:
    plan = present_plan(ground.fair)
    with pytest.raises(PlanDropsBooked) as refused:
        save(ground, Plan(plan.halls, plan.booths[1:]))
    assert refused.value.facts["booths"] == ["A01"]
    sponsored = Plan(plan.halls, (replace(plan.booths[0], use="sponsor"), plan.booths[1]))
    with pytest.raises(PlanUnletsBooked):
        save(ground, sponsored)
    told = judge(ground.fair, sponsored)
    assert (told.is_sound, told.unlets, list(told.holders)) == (False, ["A01"], ["A01"])
    assert judge(ground.fair, Plan(plan.halls, plan.booths[1:])).drops == ["A01"]
    assert judge(ground.fair, Plan(plan.halls, plan.booths[:1])).is_sound


def test_a_hold_whose_time_is_over_keeps_no_booth_on_the_plan(ground: Ground, booking: Booking, clock) -> None:
    assert booking.expires_at is not None
    clock.forward(hours=80)
    plan = present_plan(ground.fair)
    save(ground, Plan(plan.halls, plan.booths[1:]))
    assert list(numbers(ground)) == ["A02"]


def test_only_spaces_for_exhibitors_are_let(ground: Ground) -> None:
    plan = present_plan(ground.fair)
    save(ground, Plan(plan.halls, (replace(plan.booths[0], use="service"), plan.booths[1])))
    application = ground.application(ground.product())
    with pytest.raises(BoothNotLet):
        book(ground.fair.slug, "A01", Claim(application.code), ground.organizer)


def test_every_plan_is_kept_as_it_was_saved(ground: Ground) -> None:
    first = present_plan(ground.fair)
    hall, booths = generate(Grid("A", 2, 3))
    save(ground, Plan((hall,), booths), "Thêm hàng B")
    kept = list_plans(ground.fair)
    assert [(one.number, one.booths, one.note is not None) for one in kept] == [(2, 6, True), (1, 2, True)]
    old = find_plan(ground.fair, 1)
    assert old is not None and plan_of(old.document) == first
    assert find_plan(ground.fair, 3) is find_plan(ground.fair, 10**12) is None
    for statement in ("UPDATE floor_plan SET booths = 9", "DELETE FROM floor_plan"):
        with pytest.raises(DBAPIError, match="floor_plan is kept"):
            run(statement)


def test_two_hundred_booths_are_saved_and_judged_in_few_statements(ground: Ground) -> None:
    hall, booths = generate(Grid("A", 10, 20))
    save(ground, Plan((hall,), booths))
    plan = present_plan(ground.fair)
    slug = ground.fair.slug
    assert counted(lambda: judge(get_fair(slug), plan)) <= 5
    assert judge(ground.fair, plan).difference.is_empty


def test_the_database_itself_lets_nobody_book_such_a_space(ground: Ground) -> None:
    """Rows written past every verb; as a control the same row goes in once the space is let again."""
    application = ground.application(ground.product())
    booked, _ = book(ground.fair.slug, "A02", Claim(application.code), ground.organizer)
    change = "UPDATE booth SET {} WHERE id = " + str(booked.booth_id)
    copy = (
        "INSERT INTO booth_day (booking_id, booth_id, day, state, price_vnd)"
        f" SELECT booking_id, booth_id, day, 'conditional', 0 FROM booth_day WHERE booking_id = {booked.id}"
    )
    run(f"UPDATE booth_day SET state = 'released' WHERE booking_id = {booked.id}")
    for bad, good in (("use = 'blocked'", "use = 'exhibitor'"), ("is_on_plan = FALSE", "is_on_plan = TRUE")):
        run(change.format(bad))
        with pytest.raises(DBAPIError, match="booth_day is of a space that is not let"):
            run(copy)
        run(change.format(good))
    run(copy)
    for what, said in (
        ("use = 'sponsor'", "held"), ("is_on_plan = FALSE", "held"), ("uid = 'x'", "fixed"), ("fair_id = 0", "fixed"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=f"booth is {said}"):
            run(change.format(what))


def run(statement: str) -> None:
    with transaction():
        db.session.execute(text(statement))
