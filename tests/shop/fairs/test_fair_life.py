"""The life of a fair: edited with its version, copied, postponed with every booking, called off."""

from datetime import timedelta

import pytest

from core.accounts.actor import SYSTEM
from core.audit import AuditEntry
from core.clock import now, today
from core.db import db, transaction
from core.errors import EditConflict, Invalid, NotFound
from shop.exhibitors.models import FairCriterion
from shop.fairs import queries, service
from shop.fairs.applying.applications import Wanted, apply
from shop.fairs.applying.joined import FairDelegation
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.booths.invariants import booths_covered, booths_single
from shop.fairs.life.calling_off import cancel_fair, foresee_end
from shop.fairs.life.copying import Wanted as Copied
from shop.fairs.life.copying import copy_fair
from shop.fairs.life.editing import edit_fair
from shop.fairs.life.models import Choice
from shop.fairs.life.moving import Move, choose, close_choices, foresee, move_fair
from shop.fairs.models import Booking, Fair
from shop.fairs.refusals import (
    ApplicationsClosed,
    ChoiceOver,
    FairHeld,
    FairNotOpen,
    MoveNotYours,
)
from shop.payments.queries import get_payment
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")
WEEK = timedelta(7)


def given(ground: Ground, booth: str = "A01", until: int = 300, *, paid: bool = True) -> Booking:
    """A booth for a product whose certificate ends so many days after the opening; each booth another producer's."""
    owner = ground.producer if booth == "A01" else ground.make.producer()
    product = ground.make.product(producer=owner)
    ground.certificate(product, until)
    application = ground.application(product, producer=owner)
    booking, _new = book(ground.fair.slug, booth, Claim(application.code), ground.organizer)
    if paid:
        record_payment(booking.code, "at_store", None, ground.organizer)
    return booking


def later(ground: Ground, days: int = 14, *, length: int = 3) -> Move:
    opens_on = ground.days[0] + timedelta(days)
    return Move(opens_on, opens_on + timedelta(length - 1), "Bão số 9", today() + WEEK)


def moved(ground: Ground, move: Move) -> Fair:
    move_fair(ground.fair.slug, move, fresh(ground).version, ground.organizer)
    return fresh(ground)


def fresh(ground: Ground) -> Fair:
    db.session.expire_all()
    return queries.get_fair(ground.fair.slug)


def test_an_edit_keeps_what_is_said_and_names_its_version(ground: Ground) -> None:
    fair = ground.fair
    said = {"venue": "Cung Việt Xô", "hours_from": "08:00", "hours_until": "21:00", "pay_by": ground.days[0] - WEEK}
    edited = edit_fair(fair.slug, said, fair.version, ground.organizer)
    assert (edited.venue, edited.hours_until, edited.pay_by) == ("Cung Việt Xô", "21:00", ground.days[0] - WEEK)
    with pytest.raises(EditConflict):
        edit_fair(fair.slug, {"venue": "Nơi khác"}, edited.version - 1, ground.organizer)
    assert edit_fair(fair.slug, {"pay_by": None}, edited.version, ground.organizer).pay_by is None
    entry = db.session.query(AuditEntry).filter_by(action="fair.edited").order_by(AuditEntry.id).first()
    assert entry is not None
    assert sorted(entry.data["changed"]) == ["hours_from", "hours_until", "pay_by", "venue"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"hours_from": "08:00"}, "hours_until"),
        ({"hours_from": "21:00", "hours_until": "08:00"}, "hours_until"),
        ({"registration_number": None}, "registration_number"),
        ({"closes_on": "before"}, "closes_on"),
        ({"decide_by": "opening"}, "decide_by"),
        ({"applications_until": "opening"}, "applications_until"),
        ({"registered_on": "tomorrow"}, "registered_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(ground: Ground, said: dict[str, object], field: str) -> None:
    days = {"before": ground.days[0] - WEEK, "opening": ground.days[0], "tomorrow": today() + timedelta(1)}
    wanted = {name: days.get(value, value) if isinstance(value, str) else value for name, value in said.items()}
    with pytest.raises(Invalid) as refused:
        edit_fair(ground.fair.slug, wanted, ground.fair.version, ground.organizer)
    assert field in refused.value.facts["errors"]
    assert fresh(ground).hours_from is None


def test_days_that_were_promised_change_by_a_postponement_only(ground: Ground) -> None:
    free = edit_fair(ground.fair.slug, {"closes_on": ground.days[-1] + timedelta(1)}, 1, ground.organizer)
    assert len(ground.days) == 4
    given(ground)
    with pytest.raises(FairHeld) as refused:
        edit_fair(ground.fair.slug, {"opens_on": ground.days[0] + WEEK, "closes_on": ground.days[-1] + WEEK},
                  free.version, ground.organizer)  # fmt: skip
    assert refused.value.facts["bookings"] == 1
    with pytest.raises(FairHeld):
        edit_fair(ground.fair.slug, {"rules": {"stars_min": 5}}, fresh(ground).version, ground.organizer)
    assert edit_fair(ground.fair.slug, {"about": "Vào cửa tự do"}, fresh(ground).version, ground.organizer).about


def test_other_days_judge_applications_again(ground: Ground) -> None:
    application = ground.application(ground.product(until=5), state="submitted")
    days = {"opens_on": ground.days[0] + WEEK, "closes_on": ground.days[-1] + WEEK}
    edited = edit_fair(ground.fair.slug, days, ground.fair.version, ground.organizer)
    assert queries.get_application(application.code).renew_by == edited.opens_on - timedelta(15)
    back = {"opens_on": ground.days[0] - WEEK, "closes_on": ground.days[-1] - WEEK}
    edit_fair(ground.fair.slug, back, fresh(ground).version, ground.organizer)
    assert queries.get_application(application.code).renew_by is None


def test_another_organizer_finds_nothing(ground: Ground) -> None:
    stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    slug, version = ground.fair.slug, ground.fair.version
    booking = given(ground)
    move_fair(slug, later(ground), fresh(ground).version, ground.organizer)
    other = ground.make.actor("producer", ("producer", ground.make.producer().code))
    for attempt in (
        lambda: edit_fair(slug, {"venue": "x"}, version, stranger),
        lambda: move_fair(slug, later(ground), version, stranger),
        lambda: foresee(slug, later(ground), stranger),
        lambda: cancel_fair(slug, "x", version, stranger),
        lambda: foresee_end(slug, stranger),
        lambda: copy_fair(slug, Copied("Hội chợ", ground.days[0]), stranger),
        lambda: choose(booking.code, Choice.LEAVES, other),
        lambda: choose(booking.code, Choice.LEAVES, stranger),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert fresh(ground).state == "open"


def test_a_copy_has_the_plan_and_the_rules_and_nothing_else(ground: Ground) -> None:
    given(ground)
    edit_fair(ground.fair.slug, {"rules": {"stars_min": 3, "offer_hours": 24},
                                 "about": "Vào cửa tự do"}, fresh(ground).version, ground.organizer)  # fmt: skip
    opens_on = ground.days[0] + timedelta(365)
    made = copy_fair(ground.fair.slug, Copied("Hội chợ năm sau", opens_on), ground.organizer)
    assert (made.slug, made.state, made.copied_from) == ("hoi-cho-nam-sau", "draft", ground.fair.slug)
    assert (made.opens_on, made.closes_on) == (opens_on, opens_on + timedelta(2))
    assert made.registration_number is None
    assert made.rules["offer_hours"] == 24
    assert made.about == "Vào cửa tự do"
    old, new = queries.list_booths(ground.fair.id), queries.list_booths(made.id)
    assert [(one.code, one.polygon, one.price_vnd, one.services) for one in old] == [
        (one.code, one.polygon, one.price_vnd, one.services) for one in new
    ]
    assert not {one.id for one in old} & {one.id for one in new}
    assert queries.list_bookings(made.id) == []
    assert queries.list_applications(made.id) == []


def test_a_copy_takes_the_names_of_delegations_and_the_criteria(ground: Ground) -> None:
    with transaction() as session:
        facts = {"name": "Sở Công Thương tỉnh bạn", "made_by": "Ban tổ chức", "made_at": now()}
        session.add(FairDelegation(code="DO-1", fair_id=ground.fair.id, due_on=ground.days[0], **facts))
        session.add(FairCriterion(fair_id=ground.fair.id, position=1, name="Bao bì", weight=30))
    made = copy_fair(ground.fair.slug, Copied("Kỳ sau", ground.days[0] + timedelta(365)), ground.organizer)
    (delegation,) = db.session.query(FairDelegation).filter_by(fair_id=made.id).all()
    assert (delegation.name, delegation.due_on) == ("Sở Công Thương tỉnh bạn", None)
    assert delegation.code != "DO-1"
    assert [one.weight for one in db.session.query(FairCriterion).filter_by(fair_id=made.id)] == [30]


def test_a_postponement_is_foreseen_and_then_does_just_that(ground: Ground) -> None:
    kept, waits = given(ground, "A01"), given(ground, "A02", until=10, paid=False)
    before = fresh(ground).version
    foreseen = foresee(ground.fair.slug, later(ground), ground.organizer)
    assert fresh(ground).version == before
    assert [(one.booking.code, one.days_kept, one.days_waiting) for one in foreseen.turned] == [
        (kept.code, 3, 0), (waits.code, 0, 3),
    ]  # fmt: skip
    _move, done = move_fair(ground.fair.slug, later(ground), before, ground.organizer)
    assert [(one.booth, one.days_kept, one.days_waiting) for one in done.turned] == [("A01", 3, 0), ("A02", 0, 3)]
    fair = fresh(ground)
    assert ground.states(kept) == ["paid"] * 3
    assert [day for day, _state, _number in ground.rows(kept)] == list(ground.days)
    assert ground.states(waits) == ["conditional"] * 3
    assert queries.get_booking(waits.code).renew_by == fair.opens_on - timedelta(15)
    assert queries.get_booking(waits.code).expires_at is None
    assert list(booths_covered()) == list(booths_single()) == []


def test_days_may_overlap_the_old_ones(ground: Ground) -> None:
    first, second = given(ground, "A01"), given(ground, "A02", paid=False)
    moved(ground, later(ground, 1))
    for booking in (first, second):
        assert [day for day, _state, _number in ground.rows(booking)] == list(ground.days)
    assert list(booths_single()) == []


def test_a_shorter_fair_pays_back_the_day_it_no_longer_has(ground: Ground) -> None:
    booking = given(ground)
    moved(ground, later(ground, length=2))
    assert ground.states(booking) == ["paid"] * 2
    assert queries.get_booking(booking.code).refund_due_vnd == 1_000_000
    with pytest.raises(Invalid) as refused:
        move_fair(ground.fair.slug, later(ground, length=3), fresh(ground).version, ground.organizer)
    assert "closes_on" in refused.value.facts["errors"]


def test_deadlines_keep_their_distance(ground: Ground) -> None:
    pay_by = ground.days[0] - WEEK
    edit_fair(ground.fair.slug, {"pay_by": pay_by}, ground.fair.version, ground.organizer)
    assert moved(ground, later(ground, 14)).pay_by == pay_by + timedelta(14)


def test_a_holder_who_leaves_gets_everything_back_once(ground: Ground) -> None:
    booking = given(ground)
    with pytest.raises(MoveNotYours):
        choose(booking.code, Choice.LEAVES, ground.organizer)
    moved(ground, later(ground))
    producer = ground.make.actor("producer", ("producer", ground.producer.code))
    assert choose(booking.code, Choice.STAYS, producer).state == Choice.STAYS
    assert choose(booking.code, Choice.LEAVES, producer).state == Choice.LEAVES
    assert choose(booking.code, Choice.LEAVES, producer).state == Choice.LEAVES
    left = queries.get_booking(booking.code)
    assert (left.state, left.refund_due_vnd) == ("released", 3_000_000)
    assert left.payment_reference is not None
    assert get_payment(left.payment_reference).status == "to_refund"
    assert ground.rows(booking) == []


def test_who_says_nothing_in_time_stays(ground: Ground, clock) -> None:
    booking = given(ground)
    move = later(ground)
    moved(ground, move)
    clock.on(move.choose_by)
    assert close_choices(today()) == 0
    clock.on(move.choose_by + timedelta(1))
    assert close_choices(today()) == 1
    producer = ground.make.actor("producer", ("producer", ground.producer.code))
    with pytest.raises(MoveNotYours):
        choose(booking.code, Choice.LEAVES, producer)
    assert ground.states(booking) == ["paid"] * 3


def test_after_the_last_day_the_job_is_not_waited_for(ground: Ground, clock) -> None:
    booking, move = given(ground), later(ground)
    moved(ground, move)
    clock.on(move.choose_by + timedelta(1))
    with pytest.raises(ChoiceOver):
        choose(booking.code, Choice.LEAVES, ground.organizer)


def test_a_second_postponement_asks_anew(ground: Ground) -> None:
    booking = given(ground)
    moved(ground, later(ground, 14))
    moved(ground, later(ground, 7))
    assert choose(booking.code, Choice.LEAVES, ground.organizer).state == Choice.LEAVES
    assert queries.get_booking(booking.code).refund_due_vnd == 3_000_000


def test_a_postponement_that_cannot_be_changes_nothing(ground: Ground) -> None:
    booking = given(ground)
    days, version = list(ground.days), fresh(ground).version
    late = Move(days[0] + WEEK, days[-1] + WEEK, "x", days[0] + WEEK)
    for move in (later(ground, 0), late, later(ground, -60)):
        with pytest.raises(Invalid):
            move_fair(ground.fair.slug, move, version, ground.organizer)
    with pytest.raises(EditConflict):
        move_fair(ground.fair.slug, later(ground), version - 1, ground.organizer)
    assert [day for day, _state, _number in ground.rows(booking)] == days
    assert fresh(ground).version == version


def test_a_fair_that_has_begun_is_not_postponed(ground: Ground, clock) -> None:
    clock.on(ground.days[0])
    for _run in range(2):
        with pytest.raises(FairNotOpen):
            move_fair(ground.fair.slug, later(ground), fresh(ground).version, ground.organizer)
        service.turn_fairs(today())


def test_called_off_pays_everything_back_and_closes_every_door(ground: Ground) -> None:
    paid, held = given(ground, "A01"), given(ground, "A02", paid=False)
    third = ground.make.producer()
    waiting = ground.application(ground.make.product(producer=third), state="waitlisted", producer=third)
    ending = foresee_end(ground.fair.slug, ground.organizer)
    assert (ending.bookings, ending.paid, ending.back_vnd) == (2, 1, 3_000_000)
    version = fresh(ground).version
    with pytest.raises(EditConflict):
        cancel_fair(ground.fair.slug, "Mái dột", version + 1, ground.organizer)
    fair, done = cancel_fair(ground.fair.slug, "Mái dột", version, ground.organizer)
    assert (fair.state, done) == ("cancelled", ending)
    assert cancel_fair(ground.fair.slug, "Mái dột", version, ground.organizer)[1].bookings == 0
    for booking in (paid, held):
        assert queries.get_booking(booking.code).state == "released"
        assert ground.rows(booking) == []
    assert queries.get_booking(paid.code).refund_due_vnd == 3_000_000
    assert queries.get_application(waiting.code).state == "closed"
    assert queries.list_bookings(fair.id) == []
    other = ground.make.producer()
    product = ground.make.product(producer=other)
    ground.make.certificate(product, valid_until=ground.days[-1] + WEEK)
    with pytest.raises(ApplicationsClosed):
        apply(fair.slug, Wanted([product.slug], other.code), ground.make.actor("producer", ("producer", other.code)))


def test_a_fair_called_off_while_it_runs_keeps_the_days_that_were_used(ground: Ground, clock) -> None:
    booking = given(ground)
    clock.on(ground.days[1])
    service.turn_fairs(today())
    _fair, ending = cancel_fair(ground.fair.slug, "Bão", fresh(ground).version, ground.organizer)
    assert ending.back_vnd == 2_000_000
    assert queries.get_booking(booking.code).refund_due_vnd == 2_000_000


def test_the_system_may_do_what_an_organizer_may(ground: Ground) -> None:
    with transaction():
        assert edit_fair(ground.fair.slug, {"about": "x"}, ground.fair.version, SYSTEM).about == "x"
