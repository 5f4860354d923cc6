"""Delegations: a block of their own, filled by themselves; the database itself keeps others out of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from core.accounts.actor import Actor
from core.clock import day_start, now, today, travel
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, NotFound
from shop.assignment.models import BoothPin
from shop.exhibitors import delegations
from shop.exhibitors.delegations import NewDelegation
from shop.exhibitors.refusals import BlockTaken, DelegationClosed, DelegationExists
from shop.fairs import queries
from shop.fairs.applying.applications import Wanted
from shop.fairs.applying.joined import BoothDelegated, FairDelegation, check_block
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.models import Booking
from shop.fairs.plans.plan import Plan
from shop.fairs.plans.planning import judge, present_plan, set_plan
from shop.fairs.refusals import ApplicationNotFound, PlanDropsPromised
from tests.shop.exhibitors.conftest import People
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def made(ground: Ground, *booths: str) -> tuple[FairDelegation, Actor]:
    """A delegation with a block, and one of its people."""
    one = delegations.create_delegation(ground.fair.slug, NewDelegation("Sở Công Thương tỉnh Thử"), ground.organizer)
    delegations.set_block(one.code, booths, one.version, ground.organizer)
    return one, ground.make.actor("fair_delegate", ("delegation", one.code))


def test_a_delegation_fills_its_block(ground: Ground, people: People) -> None:
    one, delegate = made(ground, "A01")
    product = ground.product()
    application = delegations.apply_for(one.code, Wanted([product.slug], ground.producer.code), delegate)
    assert (application.state, application.source, application.delegation_id) == ("accepted", "delegation", one.id)
    with pytest.raises(BoothDelegated):
        delegations.place(one.code, application.code, "A02", delegate)
    with pytest.raises(ApplicationNotFound):
        delegations.place(one.code, people.applied().code, "A01", delegate)
    booking = delegations.place(one.code, application.code, "A01", delegate)
    assert booking.state == "offered"
    with pytest.raises(BlockTaken) as refused:
        delegations.set_block(one.code, ["A02"], one.version, ground.organizer)
    assert refused.value.facts["booths"] == [{"code": "A01", "reason": "held"}]


def test_nobody_else_gets_a_booth_of_the_block(ground: Ground) -> None:
    made(ground, "A01")
    foreign = ground.application(ground.product())
    booth = queries.find_booth(ground.fair.id, "A01")
    assert booth is not None
    with pytest.raises(BoothDelegated):
        check_block(booth, foreign)
    free = queries.find_booth(ground.fair.id, "A02")
    assert free is not None
    check_block(free, foreign)
    booking, _is_new = book(ground.fair.slug, "A02", Claim(foreign.code), ground.organizer)
    with pytest.raises(IntegrityError), transaction() as session, session.begin_nested():
        copy = Booking(
            code="BK-FOREIGN", fair_id=booking.fair_id, booth_id=booth.id, application_id=foreign.id, state="hold",
            producer_id=booking.producer_id, price_vnd=0, created_at=booking.created_at,
        )  # fmt: skip
        session.add(copy)
        session.flush()


def test_the_guard_lets_the_delegation_itself_in(ground: Ground) -> None:
    """The control of the guard: the same row passes once the application is the delegation's."""
    one, _delegate = made(ground, "A01")
    own = ground.application(ground.product())
    with transaction():
        own.delegation_id = one.id
    booking, is_new = book(ground.fair.slug, "A01", Claim(own.code), ground.organizer)
    assert is_new
    assert booking.state == "hold"


def test_blocks_never_overlap_nor_take_held_booths(ground: Ground) -> None:
    made(ground, "A01")
    book(ground.fair.slug, "A02", Claim(ground.application(ground.product()).code), ground.organizer)
    other = delegations.create_delegation(ground.fair.slug, NewDelegation("Sở khác"), ground.organizer)
    with pytest.raises(BlockTaken) as refused:
        delegations.set_block(other.code, ["A01", "A02", "Z9"], other.version, ground.organizer)
    assert {(one["code"], one["reason"]) for one in refused.value.facts["booths"]} == {
        ("A01", "another"), ("A02", "held"), ("Z9", "unknown"),
    }  # fmt: skip
    assert delegations.block_of(other.id) == []
    with pytest.raises(EditConflict):
        delegations.set_block(other.code, [], other.version - 1, ground.organizer)


def test_a_plan_keeps_booths_that_are_delegated_or_pinned(ground: Ground) -> None:
    """Neither dropped nor let to nobody; moved, they are named with whom they are for. Taken back, both may go."""
    one, _delegate = made(ground, "A01")
    slug, plan = ground.fair.slug, present_plan(ground.fair)
    pinned = ground.application(ground.product())
    with transaction() as session:
        booth = queries.find_booth(ground.fair.id, "A02")
        assert booth is not None
        who = {"application_id": pinned.id, "pinned_by": "x", "pinned_at": now()}
        session.add(BoothPin(fair_id=ground.fair.id, booth_id=booth.id, **who))

    def saved(changed: Plan) -> None:
        db.session.expire_all()
        set_plan(slug, changed, ground.fair.version, ground.organizer)

    empty, sponsored = (Plan(plan.halls, ()), Plan(plan.halls, tuple(replace(b, use="sponsor") for b in plan.booths)))
    for changed in (empty, sponsored):
        judged = judge(ground.fair, changed)
        assert (judged.is_sound, judged.breaks) == (False, ["A01", "A02"])
        with pytest.raises(PlanDropsPromised) as refused:
            saved(changed)
        assert refused.value.facts["booths"] == ["A01", "A02"]
    dearer = Plan(plan.halls, tuple(replace(booth, price_vnd=1) for booth in plan.booths))
    judged = judge(ground.fair, dearer)
    assert (judged.is_sound, judged.breaks, judged.touched) == (True, [], ["A01", "A02"])
    assert [judged.promised[code][0].reason for code in judged.touched] == ["delegated", "pinned"]
    with transaction():
        pinned.state = "rejected"
    delegations.set_block(one.code, [], one.version, ground.organizer)
    assert judge(ground.fair, empty).is_sound, "the control: nothing is promised any more"
    saved(sponsored)
    with pytest.raises(BlockTaken) as not_let:
        delegations.set_block(one.code, ["A01"], one.version, ground.organizer)
    assert not_let.value.facts["booths"] == [{"code": "A01", "reason": "not_let"}]


def test_its_people_see_their_own_and_its_time_ends(ground: Ground) -> None:
    one, delegate = made(ground, "A01")
    with pytest.raises(DelegationExists):
        delegations.create_delegation(ground.fair.slug, NewDelegation(one.name), ground.organizer)
    stranger = ground.make.actor("fair_delegate", ("delegation", "DO-AAAAAAAA"))
    wanted = Wanted([ground.product().slug], ground.producer.code)
    with pytest.raises(NotFound):
        delegations.apply_for(one.code, wanted, stranger)
    with pytest.raises(Forbidden):
        delegations.apply_for(one.code, wanted, ground.organizer)
    soon = NewDelegation(one.name, due_on=today())
    delegations.edit_delegation(one.code, soon, one.version, ground.organizer)
    with travel(day_start(today() + timedelta(1))), pytest.raises(DelegationClosed):
        delegations.apply_for(one.code, wanted, delegate)
    assert db.session.get_one(FairDelegation, one.id).due_on == today()
