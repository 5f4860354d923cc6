"""Making a fair, setting its plan, applying, deciding."""

from datetime import timedelta

import pytest

from catalog.certificates.refusals import CertificateLapsed, NotCertified
from core.accounts.actor import Actor, Grant, Scope
from core.clock import day_start, today, travel
from core.errors import EditConflict, Invalid, NotFound
from shop.fairs import queries, service
from shop.fairs.applying import applications
from shop.fairs.applying.applications import Wanted
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.plans import planning
from shop.fairs.plans.plan import Grid, Plan, generate
from shop.fairs.refusals import (
    ApplicationExists,
    ApplicationNotAdmitted,
    ApplicationNotReady,
    ApplicationProductUnknown,
    ApplicationsClosed,
    ApplicationUncovered,
    ConditionTooLate,
    FairExists,
    FairUnregistered,
    PlanDropsBooked,
    PlanFaulty,
)
from shop.fairs.rules import ApplicationState
from shop.fairs.service import NewFair
from tests.shop.fairs.conftest import Ground


def new_fair(**changes) -> NewFair:
    values = {
        "name": "Hội chợ OCOP Hải Phòng", "venue": "Cung Văn hóa", "opens_on": today() + timedelta(50),
        "closes_on": today() + timedelta(53), "registration_number": "15/XTTM",
    }  # fmt: skip
    return NewFair(**{**values, **changes})


def speaker(ground: Ground) -> Actor:
    """An account that speaks for the ground's producer."""
    user = ground.make.user("producer", ("producer", ground.producer.code))
    return Actor(user.id, "Chủ thể", frozenset({Grant("producer", Scope("producer", ground.producer.code))}))


def test_an_organizer_makes_a_fair_for_her_own_seller_and_runs_it(ground: Ground) -> None:
    fair = service.create_fair(new_fair(), ground.organizer)
    assert (fair.slug, fair.state, fair.seller_id) == ("hoi-cho-ocop-hai-phong", "open", ground.fair.seller_id)
    assert fair.applications_until == fair.opens_on - timedelta(15)
    from core.accounts.queries import grants_of

    assert ground.organizer.user_id is not None
    assert Grant("fair_organizer", Scope("fair", fair.slug)) in grants_of(ground.organizer.user_id)


def test_two_fairs_never_share_an_address(ground: Ground) -> None:
    service.create_fair(new_fair(), ground.organizer)
    with pytest.raises(FairExists):
        service.create_fair(new_fair(), ground.organizer)


def test_an_organizer_collects_for_nobody_else(ground: Ground) -> None:
    with pytest.raises(Invalid) as refused:
        service.create_fair(new_fair(seller=ground.make.seller().code), ground.organizer)
    assert list(refused.value.facts["errors"]) == ["seller"]
    assert service.create_fair(new_fair(seller=ground.make.seller().code), ground.make.actor("admin")).state == "open"


def test_without_a_registration_a_fair_stays_a_draft(ground: Ground) -> None:
    fair = service.create_fair(new_fair(registration_number=None), ground.organizer)
    assert fair.state == "draft"
    with pytest.raises(NotFound):
        queries.get_public(fair.slug)
    runner = ground.make.actor("fair_organizer", ("fair", fair.slug))
    with pytest.raises(FairUnregistered):
        service.open_fair(fair.slug, runner)
    with pytest.raises(FairUnregistered):
        service.create_fair(new_fair(registration_number=None, is_draft=False), ground.organizer)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"opens_on": 0}, "opens_on"),
        ({"closes_on": 49}, "closes_on"),
        ({"closes_on": 500}, "closes_on"),
        ({"applications_until": 50}, "applications_until"),
        ({"applications_from": 40}, "applications_until"),
    ],
)
def test_days_in_order(ground: Ground, changes: dict[str, int], field: str) -> None:
    days = {name: today() + timedelta(off) for name, off in changes.items()}
    with pytest.raises(Invalid) as refused:
        service.create_fair(new_fair(**days), ground.organizer)
    assert field in refused.value.facts["errors"]


def test_a_plan_of_two_hundred_booths(ground: Ground) -> None:
    fair = service.create_fair(new_fair(), ground.organizer)
    runner = ground.make.actor("fair_organizer", ("fair", fair.slug))
    hall, booths = generate(Grid("A", rows=10, columns=20, price_vnd=3_000_000))
    changed = planning.set_plan(fair.slug, Plan((hall,), booths), fair.version, runner)
    assert len(queries.list_booths(fair.id)) == 200
    with pytest.raises(EditConflict):
        planning.set_plan(fair.slug, Plan((hall,), booths), changed.version - 1, runner)


def test_a_plan_that_overlaps_changes_nothing(ground: Ground) -> None:
    hall, booths = generate(Grid("A", rows=1, columns=2))
    twice = (*booths, booths[0].__class__("A09", "A", booths[0].polygon))
    with pytest.raises(PlanFaulty) as refused:
        planning.set_plan(ground.fair.slug, Plan((hall,), twice), ground.fair.version, ground.organizer)
    assert refused.value.facts["faults"] == [{"kind": "overlap", "codes": ("A01", "A09")}]
    assert [one.code for one in queries.list_booths(ground.fair.id)] == ["A01", "A02"]


def test_a_plan_never_drops_a_held_booth_and_keeps_its_id(ground: Ground) -> None:
    before = {one.code: one.id for one in queries.list_booths(ground.fair.id)}
    book(ground.fair.slug, "A01", Claim(ground.application(ground.product()).code), ground.organizer)
    hall, booths = generate(Grid("A", rows=1, columns=4, price_vnd=1))
    with pytest.raises(PlanDropsBooked) as refused:
        planning.set_plan(ground.fair.slug, Plan((hall,), booths[1:]), ground.fair.version, ground.organizer)
    assert refused.value.facts == {"booths": ["A01"]}
    keeps = Plan((hall,), (booths[0], booths[2]))
    fair = planning.set_plan(ground.fair.slug, keeps, ground.fair.version, ground.organizer)
    after = {one.code: one.id for one in queries.list_booths(fair.id)}
    assert set(after) == {"A01", "A03"}
    assert after["A01"] == before["A01"]
    again = planning.set_plan(ground.fair.slug, Plan((hall,), booths), fair.version, ground.organizer)
    assert {one.code: one.id for one in queries.list_booths(again.id)}["A02"] == before["A02"]


def test_applying_with_own_certified_products(ground: Ground) -> None:
    product = ground.product()
    wanted = Wanted([product.slug], wishes={"kind": "corner"})
    application = applications.apply(ground.fair.slug, wanted, speaker(ground))
    assert (application.state, application.renew_by) == ("submitted", None)
    assert [one.product_id for one in application.products] == [product.id]
    with pytest.raises(ApplicationExists) as refused:
        applications.apply(ground.fair.slug, wanted, speaker(ground))
    assert refused.value.facts == {"application": application.code}
    assert applications.withdraw(application.code, speaker(ground)).state == "withdrawn"
    assert applications.apply(ground.fair.slug, wanted, speaker(ground)).state == "submitted"


def test_somebody_elses_product_is_unknown(ground: Ground) -> None:
    theirs = ground.make.product()
    ground.certificate(theirs)
    with pytest.raises(ApplicationProductUnknown) as refused:
        applications.apply(ground.fair.slug, Wanted([ground.product().slug, theirs.slug]), speaker(ground))
    assert refused.value.facts == {"products": [theirs.slug]}


def test_a_candidate_and_a_lapsed_product_stay_out(ground: Ground) -> None:
    with pytest.raises(NotCertified):
        applications.apply(ground.fair.slug, Wanted([ground.product(certified=False).slug]), speaker(ground))
    lapsed = ground.product(until=-41)
    with pytest.raises(CertificateLapsed):
        applications.apply(ground.fair.slug, Wanted([lapsed.slug]), speaker(ground))


def test_every_fair_day_needs_a_covered_product_or_a_condition(ground: Ground) -> None:
    product = ground.product(until=1)
    due = ground.fair.opens_on - timedelta(15)
    with pytest.raises(ApplicationUncovered) as refused:
        applications.apply(ground.fair.slug, Wanted([product.slug]), speaker(ground))
    assert refused.value.facts == {"days": [ground.days[2]], "renew_by": due}
    application = applications.apply(ground.fair.slug, Wanted([product.slug], is_conditional=True), speaker(ground))
    assert application.renew_by == due


def test_a_condition_after_its_deadline_is_refused(ground: Ground) -> None:
    near = ground.make.fair(opens_on=today() + timedelta(10))
    from core.db import transaction

    with transaction():
        near.applications_until = today() + timedelta(9)
        near.applications_from = today()
    product = ground.make.product(producer=ground.producer)
    ground.make.certificate(product, valid_until=today() + timedelta(10))
    with pytest.raises(ConditionTooLate):
        applications.apply(near.slug, Wanted([product.slug], is_conditional=True), speaker(ground))


def test_stars_and_groups_of_the_fair(ground: Ground) -> None:
    from core.db import transaction

    with transaction():
        ground.fair.rules = {**ground.fair.rules, "stars_min": 5}
    with pytest.raises(ApplicationNotAdmitted):
        applications.apply(ground.fair.slug, Wanted([ground.product().slug]), speaker(ground))


def test_outside_its_days_a_fair_takes_no_applications(ground: Ground) -> None:
    product = ground.product()
    with travel(day_start(ground.fair.applications_until + timedelta(1))), pytest.raises(ApplicationsClosed):
        applications.apply(ground.fair.slug, Wanted([product.slug]), speaker(ground))


def test_deciding(ground: Ground) -> None:
    application = ground.application(ground.product(), state="submitted")
    accepted = applications.decide(application.code, ApplicationState.ACCEPTED, "Mời tham gia", ground.organizer)
    assert (accepted.state, accepted.decision_note) == ("accepted", "Mời tham gia")
    version = accepted.version
    assert applications.decide(application.code, ApplicationState.ACCEPTED, None, ground.organizer).version == version
    with pytest.raises(ApplicationNotReady):
        applications.decide(application.code, ApplicationState.REJECTED, None, ground.organizer)
    stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    with pytest.raises(NotFound):
        applications.decide(application.code, ApplicationState.WAITLISTED, None, stranger)


def test_fairs_begin_and_end_by_their_days(ground: Ground) -> None:
    assert service.turn_fairs(ground.fair.opens_on - timedelta(1)) == 0
    assert service.turn_fairs(ground.fair.opens_on) == 1
    assert ground.fair.state == "running"
    assert [service.turn_fairs(ground.fair.closes_on + timedelta(9)) for _ in range(2)] == [1, 0]
    assert ground.fair.state == "over"
