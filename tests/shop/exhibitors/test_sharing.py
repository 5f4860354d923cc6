"""Shared booths: asked, agreed, both shown; nobody shares twice or beside an application of her own."""

import pytest

from catalog.producers.models import Producer
from core.accounts.actor import ANONYMOUS
from core.errors import NotFound
from shop.exhibitors import sharing
from shop.exhibitors.history import list_steps
from shop.exhibitors.links import About, key_of
from shop.exhibitors.refusals import LinkUnknown, PartnerNotAsked, PartnerRefused, PartnerUnreachable
from shop.fairs.applying.applications import Wanted, apply
from shop.fairs.applying.joined import partners_of
from shop.fairs.queries import get_application
from shop.fairs.refusals import ApplicationExists
from tests.shop.exhibitors.conftest import People
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def household(ground: Ground) -> Producer:
    """A producer with an account and a certified product."""
    one = ground.make.producer()
    ground.make.user("producer", ("producer", one.code))
    return one


def test_a_household_agrees_by_its_link_and_both_are_shown(ground: Ground, people: People) -> None:
    application, partner = people.applied(ground.producer), household(ground)
    theirs = ground.make.product(producer=partner)
    ground.certificate(theirs)
    sharing.ask(application.code, partner.code, "Chung gian nhé", people.speaker())
    question = sharing.find_question(key_of(About.PARTNER, application.code, 1))
    assert (question.holder.id, question.asked.id) == (ground.producer.id, partner.id)
    sharing.agree(question, [theirs.slug], ANONYMOUS)
    with pytest.raises(PartnerNotAsked):
        sharing.decline(question, ANONYMOUS)
    assert partners_of([application.id])[application.id].id == partner.id
    assert theirs.id in {one.product_id for one in get_application(application.code).products}
    with pytest.raises(ApplicationExists):
        apply(ground.fair.slug, Wanted([theirs.slug]), people.speaker(partner))
    sharing.end(application.code, people.speaker(partner))
    assert theirs.id not in {one.product_id for one in get_application(application.code).products}
    acts = [one.act for one in list_steps(application.id)]
    assert acts == ["submitted", "partner_asked", "partner_agreed", "partner_ended"]


def test_who_cannot_share(ground: Ground, people: People) -> None:
    application, by = people.applied(ground.producer), people.speaker()
    for producer, reason in (
        (ground.producer, "self"),
        (get_producer_of(people.applied(household(ground))), "applies"),
    ):
        with pytest.raises(PartnerRefused) as refused:
            sharing.ask(application.code, producer.code, "", by)
        assert refused.value.facts["reason"] == reason
    with pytest.raises(PartnerUnreachable):
        sharing.ask(application.code, ground.make.producer().code, "", by)
    sharing.ask(application.code, household(ground).code, "", by)
    with pytest.raises(PartnerRefused) as refused:
        sharing.ask(application.code, household(ground).code, "", by)
    assert refused.value.facts["reason"] == "asked"


def test_links_and_questions_are_for_the_household_alone(ground: Ground, people: People) -> None:
    application, partner = people.applied(ground.producer), household(ground)
    sharing.ask(application.code, partner.code, "", people.speaker())
    with pytest.raises(NotFound):
        sharing.get_question(application.code, people.speaker(household(ground)))
    with pytest.raises(LinkUnknown):
        sharing.find_question(key_of(About.INVITATION, application.code, 1))
    sharing.end(application.code, people.speaker())
    sharing.ask(application.code, partner.code, "", people.speaker())
    with pytest.raises(LinkUnknown):
        sharing.find_question(key_of(About.PARTNER, application.code, 1))
    with pytest.raises(NotFound):
        sharing.end(application.code, people.speaker(household(ground)))


def get_producer_of(application) -> Producer:
    from core.db import db

    return db.session.get_one(Producer, application.producer_id)
