"""Invitations: links that open a fair, counted once each, for whom they name."""

from datetime import timedelta

import pytest

from core.clock import day_start, today, travel
from core.errors import Invalid, NotFound
from shop.exhibitors import invitations
from shop.exhibitors.invitations import Guest, apply_invited, invite, renew_link, revoke
from shop.exhibitors.refusals import InvitationForAnother, InvitationOver, LinkUnknown
from shop.fairs.applying.applications import Wanted, apply
from shop.fairs.refusals import ApplicationsClosed
from tests.shop.exhibitors.conftest import People
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def test_a_link_opens_a_fair_whose_public_days_are_over(ground: Ground, people: People) -> None:
    until = ground.fair.opens_on - timedelta(2)
    one = invite(ground.fair.slug, Guest(until, producer=ground.producer.code), ground.organizer)
    key = invitations.address(one).rsplit("/", 1)[1]
    wanted, by = Wanted([ground.product().slug]), people.speaker()
    with travel(day_start(ground.fair.applications_until + timedelta(3))):
        with pytest.raises(ApplicationsClosed):
            apply(ground.fair.slug, wanted, by)
        application = apply_invited(key, wanted, by)
    assert (application.source, application.invitation_id) == ("invitation", one.id)
    assert one.uses == 1
    with travel(day_start(until + timedelta(1))), pytest.raises(InvitationOver):
        apply_invited(key, wanted, by)


def test_a_single_link_is_used_once_and_a_refused_application_uses_nothing(ground: Ground, people: People) -> None:
    key = people.key()
    first, second = ground.make.producer(), ground.make.producer()
    own = ground.make.product(producer=first)
    with pytest.raises(Exception, match="công nhận"):
        apply_invited(key, Wanted([own.slug]), people.speaker(first))
    ground.certificate(own)
    assert invitations.find_by_key(key).uses == 0
    apply_invited(key, Wanted([own.slug]), people.speaker(first))
    other = ground.make.product(producer=second)
    ground.certificate(other)
    with pytest.raises(InvitationOver) as refused:
        apply_invited(key, Wanted([other.slug]), people.speaker(second))
    assert refused.value.facts["reason"] == "used"


def test_an_invitation_names_whom_it_is_for(ground: Ground, people: People) -> None:
    key = people.key(producer=ground.make.producer().code)
    with pytest.raises(InvitationForAnother):
        apply_invited(key, Wanted([ground.product().slug]), people.speaker())
    assert invitations.find_by_key(key).uses == 0


def test_taken_back_or_renewed_the_old_link_ends(ground: Ground, people: People) -> None:
    key = people.key()
    one = invitations.find_by_key(key)
    renew_link(one.code, ground.organizer)
    with pytest.raises(LinkUnknown):
        invitations.find_by_key(key)
    with pytest.raises(LinkUnknown):
        invitations.find_by_key(f"{one.code}.2.{'0' * 32}")
    fresh = invitations.address(one).rsplit("/", 1)[1]
    revoke(one.code, ground.organizer)
    assert revoke(one.code, ground.organizer).revoked_at == one.revoked_at
    with pytest.raises(InvitationOver):
        apply_invited(fresh, Wanted([ground.product().slug]), people.speaker())


def test_only_the_fairs_own_organizer_invites_and_within_its_days(ground: Ground) -> None:
    stranger = ground.make.actor("fair_organizer", ("fair", ground.make.fair().slug))
    with pytest.raises(NotFound):
        invite(ground.fair.slug, Guest(today()), stranger)
    with pytest.raises(Invalid) as refused:
        invite(ground.fair.slug, Guest(ground.fair.opens_on), ground.organizer)
    assert list(refused.value.facts["errors"]) == ["until_on"]
    with pytest.raises(Invalid):
        invite(ground.fair.slug, Guest(today(), producer=ground.producer.code, uses=2), ground.organizer)
