"""Giving, confirming and ending: who may, and what it gives from one request to the next."""

from dataclasses import replace
from datetime import date, time, timedelta
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.mandates.jobs import tell_deeds
from catalog.mandates.models import Mandate
from catalog.mandates.queries import deeds_of, find_behalf, get_mandate, of_agent, of_producers
from catalog.mandates.refusals import MandateNotFound, MandateSamePerson, MandateState, MandateTwice
from catalog.mandates.service import confirm, end, enter_paper, give
from catalog.producers.models import Producer
from core.accounts.acting import stand_in
from core.accounts.actor import Actor, Grant, Scope
from core.accounts.grants import revoke_role
from core.accounts.models import UserAccount, UserGrant
from core.accounts.permissions import authorize, can_give, is_allowed
from core.accounts.queries import actor_of
from core.audit import AuditEntry, record
from core.clock import now, today
from core.db import transaction
from core.errors import Forbidden, Invalid, NotFound
from core.outbox import OutboxRow
from tests.support.clock import Clock

ALL = ("listings", "photos", "prices")


@pytest.fixture
def owner(make: ModuleType) -> Producer:
    return make.producer("HTX Cát Bà")


@pytest.fixture
def chair(make: ModuleType, owner: Producer) -> Actor:
    return make.actor("producer", ("producer", owner.code))


@pytest.fixture
def agent(make: ModuleType) -> UserAccount:
    return make.user("store_manager", ("store", make.store().code), name="Quản lý Kiến Thụy")


def given(by: Actor, owner: Producer, agent: UserAccount, *parts: str, days: int = 30, **more: object) -> Mandate:
    dates = {"from_on": today(), "until_on": today() + timedelta(days=days), **more}
    return give(by, producer=owner.code, contact=agent.contact, parts=parts or ALL, **dates)  # type: ignore[arg-type]


def acting(agent: UserAccount, mandate: Mandate) -> Actor:
    found = stand_in(actor_of(agent), mandate.code, today())
    assert found is not None
    return found


def test_what_she_gives_and_nothing_else(chair: Actor, owner: Producer, agent: UserAccount) -> None:
    mandate = given(chair, owner, agent, "photos")
    actor, own = acting(agent, mandate), Scope("producer", owner.code)
    assert (actor.behalf_of, actor.user_id) == (owner.code, agent.id)
    assert actor.behalf is not None and actor.behalf.until_on == mandate.until_on
    authorize(actor, "photos.edit", own)
    for action in ("listings.edit", "prices.set", "changes.propose", "papers.record", "documents.keep", "users.invite",
                   "mandates.give", "mandates.read", "products.edit", "producers.edit", "stock.receive",
                   "certificates.enter", "applications.submit"):  # fmt: skip
        with pytest.raises(Forbidden):
            authorize(actor, action, own)
    with pytest.raises(NotFound):
        authorize(actor, "photos.edit", Scope("producer", "CT-ANOTHER"))
    assert "store_manager" not in actor.roles, "her own posts rest meanwhile"
    assert not is_allowed(actor_of(agent), "photos.edit", own), "as herself she may nothing of it"


def test_a_token_stays_as_narrow_as_it_was(chair: Actor, owner: Producer, agent: UserAccount) -> None:
    mandate = given(chair, owner, agent)
    narrow = replace(actor_of(agent), via="token", token_scopes=frozenset({"stock"}))
    actor = stand_in(narrow, mandate.code, today())
    assert actor is not None
    assert not is_allowed(actor, "photos.edit", Scope("producer", owner.code))


def test_it_ends_at_midnight(clock: Clock, chair: Actor, owner: Producer, agent: UserAccount) -> None:
    clock.on(date(2026, 11, 22), time(12))
    mandate = given(chair, owner, agent, from_on=date(2026, 11, 23), until_on=date(2026, 11, 24))
    assert stand_in(actor_of(agent), mandate.code, today()) is None, "not before its first day"
    clock.on(date(2026, 11, 23), time(0, 0))
    assert acting(agent, mandate).behalf_of == owner.code
    clock.on(date(2026, 11, 24), time(23, 59, 59))
    assert acting(agent, mandate).behalf_of == owner.code
    clock.forward(seconds=1)
    assert stand_in(actor_of(agent), mandate.code, today()) is None


def test_it_ends_when_somebody_ends_it(chair: Actor, owner: Producer, agent: UserAccount, make: ModuleType) -> None:
    for by in (chair, make.actor("admin"), actor_of(agent)):
        mandate = given(chair, owner, agent)
        acting(agent, mandate)
        end(by, mandate.code, "không cần nữa")
        assert stand_in(actor_of(agent), mandate.code, today()) is None
        with pytest.raises(MandateState):
            end(by, mandate.code)
    mandate = given(chair, owner, agent)
    stranger = make.actor("producer", ("producer", make.producer().code))
    for by in (stranger, make.actor("store_manager", ("store", "x")), acting(agent, mandate)):
        with pytest.raises(MandateNotFound):
            end(by, mandate.code)
    with pytest.raises(Forbidden):
        end(make.actor("certifier"), mandate.code)


def test_it_ends_with_her_post(chair: Actor, owner: Producer, agent: UserAccount, make: ModuleType, session: Session):
    mandate = given(chair, owner, agent)
    grant = session.scalars(select(UserGrant).where(UserGrant.user_id == agent.id)).one()
    revoke_role(grant.id, make.actor("admin"))
    assert stand_in(actor_of(agent), mandate.code, today()) is None
    with pytest.raises(Invalid):
        given(chair, owner, agent, from_on=today() + timedelta(days=60), until_on=today() + timedelta(days=61))


def test_who_holds_one_gives_none(chair: Actor, owner: Producer, agent: UserAccount, make: ModuleType) -> None:
    actor, other = acting(agent, given(chair, owner, agent)), make.user("certifier")
    with pytest.raises(Forbidden):
        given(actor, owner, other)
    with pytest.raises(Forbidden):
        enter_paper(actor, producer=owner.code, contact=other.contact, parts=ALL, from_on=today(),
                    until_on=today(), document="TL-1")  # fmt: skip
    assert not can_give(actor, Grant("producer", Scope("producer", owner.code))), "nor the role itself"
    assert stand_in(actor, "UQ-ANY", today()) is None, "nor acts she for a second one on top"


def test_only_she_gives_for_herself(chair: Actor, owner: Producer, agent: UserAccount, make: ModuleType) -> None:
    stranger = make.actor("producer", ("producer", make.producer().code))
    with pytest.raises(NotFound):
        given(stranger, owner, agent)
    for role in ("admin", "certifier", "auditor", "reporter"):
        with pytest.raises(Forbidden):
            given(make.actor(role), owner, agent)
    assert find_behalf(chair.user_id or 0, given(chair, owner, agent).code, today()) is None, "it is the agent's alone"


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": ()}, {"parts": ("certificates",)}, {"until_on": date(2027, 11, 22)}, {"until_on": date(2026, 11, 21)},
        {"from_on": date(2026, 11, 21)}, {"contact": "nobody@example.test"}, {"contact": "x"},
    ],
)  # fmt: skip
def test_what_is_refused(
    wrong: dict[str, object], clock: Clock, chair: Actor, owner: Producer, agent: UserAccount
) -> None:
    clock.on(date(2026, 11, 22))
    sound = {"contact": agent.contact, "parts": ALL, "from_on": date(2026, 11, 22), "until_on": date(2027, 11, 21)}
    with pytest.raises(Invalid):
        give(chair, producer=owner.code, **{**sound, **wrong})  # type: ignore[arg-type]
    give(chair, producer=owner.code, **sound)  # type: ignore[arg-type]
    with pytest.raises(MandateTwice):
        give(chair, producer=owner.code, **{**sound, "from_on": date(2027, 1, 1)})  # type: ignore[arg-type]


def test_shoppers_cashiers_and_she_herself_are_not_asked(chair: Actor, owner: Producer, make: ModuleType) -> None:
    for other in (make.user(), make.user("cashier", ("store", "x")), make.user("producer", ("producer", "CT-1"))):
        with pytest.raises(Invalid):
            given(chair, owner, other)


def test_a_paper_needs_a_second_person(owner: Producer, agent: UserAccount, chair: Actor, make: ModuleType) -> None:
    first, second = make.actor("certifier"), make.actor("admin")
    mandate = enter_paper(first, producer=owner.code, contact=agent.contact, parts=("photos",), from_on=today(),
                          until_on=today() + timedelta(days=9), document="TL-PAPER")  # fmt: skip
    assert stand_in(actor_of(agent), mandate.code, today()) is None
    with pytest.raises(MandateSamePerson):
        confirm(first, mandate.code)
    with pytest.raises(Forbidden):
        confirm(chair, mandate.code)
    confirm(second, mandate.code)
    assert acting(agent, mandate).behalf_of == owner.code
    with pytest.raises(MandateState):
        confirm(make.actor("admin"), mandate.code)


def test_who_will_act_confirms_nothing(owner: Producer, make: ModuleType) -> None:
    officer = make.user("certifier")
    mandate = enter_paper(make.actor("admin"), producer=owner.code, contact=officer.contact, parts=("photos",),
                          from_on=today(), until_on=today(), document="TL-PAPER")  # fmt: skip
    with pytest.raises(MandateSamePerson):
        confirm(actor_of(officer), mandate.code)


@pytest.mark.daily
def test_what_was_consented_to_is_never_rewritten(
    chair: Actor, owner: Producer, agent: UserAccount, session: Session
) -> None:
    mandate = given(chair, owner, agent, "photos")
    for change in (
        "UPDATE mandate SET until_on = '2099-01-01'", "UPDATE mandate SET is_for_prices = true",
        f"UPDATE mandate SET producer_id = {owner.id + 1}", "DELETE FROM mandate",
    ):  # fmt: skip
        with pytest.raises(DBAPIError), transaction():
            session.execute(text(change))
    end(chair, mandate.code)
    with pytest.raises(DBAPIError), transaction():
        session.execute(text("UPDATE mandate SET ended_at = NULL"))


def test_the_trail_says_for_whom_and_she_is_told(
    app: Flask, clock: Clock, chair: Actor, owner: Producer, agent: UserAccount, session: Session
) -> None:
    clock.on(date(2026, 11, 22))
    mandate = given(chair, owner, agent)
    clock.forward(minutes=5)
    with transaction():
        record("photo.added", "photo:AH-1", acting(agent, mandate), product="SP-1")
        record("stock.counted", "store:x", actor_of(agent))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "photo.added")).one()
    assert (entry.actor_id, entry.on_behalf_of) == (agent.id, owner.code)
    assert [one.action for one in deeds_of(mandate)] == ["photo.added"]
    assert tell_deeds(now()) == 0, "an entry settles for a minute"
    clock.forward(minutes=2)
    assert tell_deeds(now()) == 1
    assert tell_deeds(now()) == 0
    waiting = session.scalars(select(OutboxRow.reaction)).all()
    assert sum("mail_deeds" in one for one in waiting) == 1


def test_who_reads_of_it(chair: Actor, owner: Producer, agent: UserAccount, make: ModuleType) -> None:
    mandate = given(chair, owner, agent)
    for actor in (chair, actor_of(agent), make.actor("certifier"), make.actor("auditor"), make.actor("admin")):
        assert get_mandate(mandate.code, actor).id == mandate.id
    stranger = make.actor("producer", ("producer", make.producer().code))
    for actor in (stranger, make.actor("store_manager", ("store", "x")), acting(agent, mandate)):
        with pytest.raises(MandateNotFound):
            get_mandate(mandate.code, actor)
    assert [one.id for one in of_producers([owner.code])] == [one.id for one in of_agent(agent.id)] == [mandate.id]
