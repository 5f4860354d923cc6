"""Scores of several reviewers, decisions over many, messages to those who were shown, deadlines of conditions."""

from datetime import timedelta

import pytest

from core.clock import day_start, now, travel
from core.errors import Forbidden, Invalid, NotFound
from core.worker import run_pending
from shop.exhibitors import reviewing, telling
from shop.exhibitors.board import board_of
from shop.exhibitors.conditions import settle_conditions
from shop.exhibitors.history import list_steps
from shop.exhibitors.queries import entrants_of, scores_of
from shop.exhibitors.refusals import AudienceChanged, CriteriaScored, DecisionsRefused, NobodyReached
from shop.exhibitors.reviewing import Criterion, decide_many, score, set_criteria
from shop.exhibitors.telling import Audience, Words
from shop.fairs import queries
from shop.fairs.applying.applications import Decision, Wanted, apply, decide
from shop.fairs.rules import ApplicationState
from tests.shop.exhibitors.conftest import People
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def test_reviewers_score_apart_and_once_each(ground: Ground, people: People) -> None:
    one, slug = people.applied(), ground.fair.slug
    a, b = set_criteria(slug, [Criterion("Sao", 75), Criterion("Câu chuyện", 25)], ground.organizer)
    first, second = (ground.make.actor("fair_reviewer", ("fair", slug)) for _ in range(2))
    score(one.code, {a.id: 4, b.id: 4}, "", first)
    score(one.code, {a.id: 10, b.id: 0}, "Sửa lại", first)
    assert scores_of(ground.fair.id) == {one.id: 7_500}
    score(one.code, {a.id: 0, b.id: 0}, "", second)
    assert scores_of(ground.fair.id) == {one.id: 3_750}
    assert [opinion.note for opinion in reviewing.opinions_on(one.id)] == ["Sửa lại", ""]
    with pytest.raises(Invalid):
        score(one.code, {a.id: 11}, "", first)
    with pytest.raises(NotFound):
        score(one.code, {a.id: 5}, "", ground.make.actor("fair_reviewer", ("fair", ground.make.fair().slug)))
    with pytest.raises(Forbidden):
        score(one.code, {a.id: 5}, "", people.speaker())
    with pytest.raises(CriteriaScored) as refused:
        set_criteria(slug, [Criterion("Sao", 100, a.id)], ground.organizer)
    assert refused.value.facts == {"criteria": ["Câu chuyện"]}
    kept = set_criteria(slug, [Criterion("Kể chuyện", 50, b.id), Criterion("Sao", 50, a.id)], ground.organizer)
    assert [(row.id, row.position) for row in kept] == [(b.id, 1), (a.id, 2)]
    board = board_of(ground.fair, {"sort": "score"}, first.user_id, now())
    assert [(line.entrant.score, line.reviewers, line.is_mine) for line in board.lines] == [(2_500, 2, True)]


def test_many_are_decided_all_or_none(ground: Ground, people: People) -> None:
    first, second, gone = people.applied(), people.applied(), ground.application(ground.product(), state="withdrawn")
    accepted = Decision(ApplicationState.ACCEPTED, "Mời bạn")
    with pytest.raises(DecisionsRefused) as refused:
        decide_many(ground.fair.slug, [first.code, gone.code], accepted, ground.organizer)
    assert refused.value.facts["applications"] == [{"application": gone.code, "state": "withdrawn"}]
    assert queries.get_application(first.code).state == "submitted"
    decide_many(ground.fair.slug, [first.code, second.code], accepted, ground.organizer)
    assert [one.act for one in list_steps(second.id)] == ["submitted", "accepted"]
    assert run_pending() >= 2
    with pytest.raises(NotFound):
        decide_many(ground.make.fair().slug, [first.code], accepted, ground.organizer)


def test_a_message_goes_to_exactly_those_who_were_shown(ground: Ground, people: People) -> None:
    slug, words = ground.fair.slug, Words("Giờ vào", "Từ 6 giờ")
    nobody = ground.application(ground.product(), state="submitted")
    readers = telling.readers_of(ground.fair, Audience(), is_advertising=False)
    assert [(one.application.code, one.reach) for one in readers] == [(nobody.code, "none")]
    with pytest.raises(NobodyReached):
        telling.send(slug, words, Audience(), telling.seal_of(readers), ground.organizer)
    one = people.applied()
    seal = telling.seal_of(telling.readers_of(ground.fair, Audience(), is_advertising=False))
    people.applied()
    with pytest.raises(AudienceChanged):
        telling.send(slug, words, Audience(), seal, ground.organizer)
    waiting = Audience(states=("waitlisted",))
    decide(one.code, ApplicationState.WAITLISTED, None, ground.organizer)
    seal = telling.seal_of(telling.readers_of(ground.fair, waiting, is_advertising=False))
    message = telling.send(slug, words, waiting, seal, ground.organizer)
    assert [found.code for found in telling.messages_to(one.id)] == [message.code]
    assert telling.list_messages(ground.fair.id) == [(message, 1)]


def test_advertisements_need_consent_and_end_with_a_refusal(ground: Ground, people: People) -> None:
    one = people.applied(ground.producer)
    from core.db import transaction
    from shop.exhibitors.links import About, key_of

    def gets() -> list[bool]:
        return [row.gets_it for row in telling.readers_of(ground.fair, Audience(), is_advertising=True)]

    assert gets() == [False]
    with transaction():
        telling.say_news(one.producer_id, agrees=True)
    assert gets() == [True]
    telling.refuse_news(key_of(About.NEWS, ground.producer.code, 1), ground.organizer)
    assert gets() == [False]


def test_a_condition_is_met_or_ends_at_its_deadline(ground: Ground, people: People) -> None:
    late, met = ground.make.producer(), ground.make.producer()
    codes = []
    for producer in (late, met):
        product = ground.make.product(producer=producer)
        ground.certificate(product, until=-1)
        wanted = Wanted([product.slug], is_conditional=True)
        codes.append(apply(ground.fair.slug, wanted, people.speaker(producer)).code)
    renewed = queries.get_application(codes[1]).products[0].product_id
    from catalog.products.models import Product
    from core.db import db

    opens = ground.fair.opens_on
    ground.make.certificate(db.session.get_one(Product, renewed), valid_from=opens, valid_until=opens + timedelta(300))
    due = ground.fair.opens_on - timedelta(15)
    assert settle_conditions(due) == 1
    assert queries.get_application(codes[1]).renew_by is None
    assert settle_conditions(due) == 0
    with travel(day_start(due + timedelta(1))):
        assert settle_conditions(due + timedelta(1)) == 1
    assert queries.get_application(codes[0]).state == "rejected"


def test_the_board_and_the_entrants_cost_the_same_for_many(ground: Ground, people: People) -> None:
    from sqlalchemy import event

    from core.db import db

    def statements() -> int:
        count = 0

        def seen(*_args: object) -> None:
            nonlocal count
            count += 1

        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", seen)
        board_of(ground.fair, {}, None, now())
        entrants_of(ground.fair, now())
        event.remove(db.engine, "before_cursor_execute", seen)
        return count

    people.applied()
    one = statements()
    for _ in range(6):
        people.applied()
    assert statements() == one
