import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.actor import Actor, Grant, Scope
from core.accounts.grants import grant_role, revoke_role
from core.accounts.models import UserGrant
from core.accounts.permissions import is_allowed
from core.accounts.queries import grants_of
from core.accounts.refusals import GrantTooHigh, LastAdministrator, ScopeMismatch, UnknownRole
from core.audit import AuditEntry

NORTH, SOUTH = Scope("branch", "north"), Scope("branch", "south")


def test_a_role_is_given_once_and_audited(app: Flask, make, session: Session) -> None:
    boss, user = make.actor("boss"), make.user()
    first = grant_role(user.id, "keeper", NORTH, boss)
    assert grant_role(user.id, "keeper", NORTH, boss).id == first.id
    assert grants_of(user.id) == {Grant("keeper", NORTH)}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "grant.given")).one()
    assert (entry.subject, entry.data) == (f"account:{user.id}", {"role": "keeper", "scope": "branch:north"})


def test_a_role_taken_back_can_be_given_again(app: Flask, make) -> None:
    boss, user = make.actor("boss"), make.user()
    grant = grant_role(user.id, "keeper", NORTH, boss)
    revoke_role(grant.id, boss)
    assert grants_of(user.id) == set()
    grant_role(user.id, "keeper", NORTH, boss)
    assert grants_of(user.id) == {Grant("keeper", NORTH)}


@pytest.mark.parametrize(
    ("giver", "role", "scope"),
    [
        (("keeper", ("branch", "north")), "boss", None),
        (("keeper", ("branch", "north")), "keeper", NORTH),
        (("keeper", ("branch", "north")), "helper", SOUTH),
        (("helper", ("branch", "north")), "helper", NORTH),
        ((None, None), "guest", None),
    ],
)
def test_nobody_gives_above_or_outside(app: Flask, make, giver, role: str, scope: Scope | None) -> None:
    user = make.user()
    with pytest.raises(GrantTooHigh):
        grant_role(user.id, role, scope, make.actor(*giver))
    assert grants_of(user.id) == set()


def test_a_keeper_gives_within_the_branch(app: Flask, make) -> None:
    user = make.user()
    grant_role(user.id, "helper", NORTH, make.actor("keeper", ("branch", "north")))
    assert grants_of(user.id) == {Grant("helper", NORTH)}


def test_a_keeper_cannot_take_from_above(app: Flask, make, session: Session) -> None:
    make.user("boss")
    theirs = session.scalars(select(UserGrant.id)).one()
    with pytest.raises(GrantTooHigh):
        revoke_role(theirs, make.actor("keeper", ("branch", "north")))


@pytest.mark.parametrize(
    ("role", "scope", "refusal"),
    [
        ("nothing", None, UnknownRole),
        ("keeper", None, ScopeMismatch),
        ("keeper", Scope("branch", "nowhere"), ScopeMismatch),
        ("keeper", Scope("planet", "north"), ScopeMismatch),
        ("guest", NORTH, ScopeMismatch),
    ],
)
def test_a_grant_names_what_exists(app: Flask, make, role: str, scope: Scope | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        grant_role(make.user().id, role, scope, make.actor("boss"))


def test_the_last_who_gives_every_role_stays(app: Flask, make, session: Session) -> None:
    boss = make.actor("boss")
    mine = session.scalars(select(UserGrant).where(UserGrant.user_id == boss.user_id)).one()
    with pytest.raises(LastAdministrator):
        revoke_role(mine.id, boss)
    make.user("boss")
    revoke_role(mine.id, boss)


def test_a_role_counts_in_its_scope_only() -> None:
    keeper = Actor(1, "Lan", frozenset({Grant("keeper", NORTH)}))
    assert is_allowed(keeper, "goods.receive", NORTH)
    assert not is_allowed(keeper, "goods.receive", SOUTH)
    assert not is_allowed(keeper, "goods.destroy", NORTH)
    assert is_allowed(Actor(2, "Hoa", frozenset({Grant("boss")})), "goods.receive", SOUTH)


def test_a_token_narrows_its_owner() -> None:
    def with_token(*scopes: str) -> Actor:
        return Actor(1, "Lan", frozenset({Grant("boss")}), via="token", token_scopes=frozenset(scopes))

    assert is_allowed(with_token("goods"), "goods.receive")
    assert is_allowed(with_token("goods.receive"), "goods.receive")
    assert not is_allowed(with_token("money"), "goods.receive")
