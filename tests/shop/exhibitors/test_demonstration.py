"""The demonstration's guests are made by the verbs of every fair."""

import pytest

from admin.demo.fair_guests import invite_guests
from core.clock import today
from shop.exhibitors import delegations, invitations, telling
from shop.exhibitors.queries import scores_of
from tests.shop.exhibitors.conftest import People
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.on("sqlite")


def test_a_delegation_links_points_and_a_message(ground: Ground, people: People) -> None:
    one = people.applied()
    invite_guests(ground.fair.slug, ground.organizer, today())
    assert [len(delegations.block_of(found.id)) for found in delegations.list_delegations(ground.fair.id)] == [2]
    assert len(invitations.list_invitations(ground.fair.id)) == 2
    assert list(scores_of(ground.fair.id)) == [one.id]
    assert len(telling.list_messages(ground.fair.id)) == 1
