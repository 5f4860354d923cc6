"""After an erasure nothing of a person is found in any table but those that the law keeps; the books still add up."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM, Actor
from core.accounts.erasure import erase_account
from core.accounts.models import UserAccount
from core.accounts.refusals import BadCredentials
from core.accounts.service import begin_session
from core.audit import AuditEntry, seal, seals_hold
from core.clock import now, today
from core.db import db, transaction
from core.doctor import examine
from core.errors import Forbidden
from shop.exhibitors.models import FairOutsider
from shop.fairdays.models import LoadSeat, LoadSlot
from shop.orders import parcels
from shop.orders.models import Order, OrderEvent
from shop.orders.queries import find_by_phone
from shop.orders.rules import State
from shop.orders.service import cancel
from shop.privacy import service
from shop.privacy.erasing import erase_orders
from shop.privacy.gathering import gather
from shop.privacy.jobs import erase_who_asked, forget_old_contacts
from shop.privacy.models import PrivacyRequest
from shop.privacy.refusals import DataNeeded, RequestClosed, StaffAccount
from shop.privacy.rules import CONTACT_KEPT, Wish
from shop.privacy.subject import Subject
from tests.shop.privacy.conftest import EMAIL, KEPT, NAME, PHONE, Person, bought, end, markers_left


def left() -> list[tuple[str, str, str]]:
    return [found for found in markers_left() if found[0] not in KEPT]


def broken() -> list[str]:
    return [f"{one.invariant.code} {one.breaches}" for one in examine() if one.breaches and one.invariant.code != "I12"]


def test_no_marker_remains_and_the_books_hold(person: Person, session: Session) -> None:
    tables = {table for table, _column, _value in markers_left()}
    assert {"user_account", "shop_order", "order_note", "product_review", "waiting_ask", "complaint"} <= tables
    sums = session.execute(text("SELECT sum(total_vnd), count(*) FROM shop_order")).one()
    before = set(session.scalars(select(AuditEntry.id)))
    person.clock.forward(minutes=5)
    assert seal(now()) >= 1
    asked = service.ask(person.subject, Wish.ERASE, person.actor)
    assert left() != [], "asking erases nothing yet"
    assert erase_who_asked(today()) == 0, "she has the night to think better of it"
    person.clock.forward(days=1)
    assert erase_who_asked(today()) == 1
    assert left() == []
    assert session.execute(text("SELECT sum(total_vnd), count(*) FROM shop_order")).one() == sums
    assert broken() == []
    person.clock.forward(minutes=5)
    seal(now())
    assert seals_hold() == []
    assert before <= set(session.scalars(select(AuditEntry.id)))
    done = session.get_one(PrivacyRequest, asked.id)
    assert (done.state, done.contact, done.ended_by) == ("done", None, SYSTEM.label)
    assert done.counts["shop_order"] == 1 and done.counts["user_account"] == 1


def test_search_by_phone_finds_nothing_and_no_door_opens(person: Person) -> None:
    number, token = person.order.number, person.order.token
    service.ask(person.subject, Wish.ERASE, person.actor)
    person.clock.forward(days=1)
    erase_who_asked(today())
    assert find_by_phone(number, PHONE) is None
    assert find_by_phone(number, "") is None or db.session.scalars(select(Order)).one().token != token
    with pytest.raises(BadCredentials):
        begin_session(person.user.id, "x", "test")
    db.session.expire_all()
    user = db.session.get_one(UserAccount, person.user.id)
    assert (user.phone, user.is_active, user.password_hash) == (None, False, None)
    with transaction():
        erase_account(user.id)
    assert db.session.get_one(UserAccount, user.id).email == f"erased-{user.id}@erased.invalid"


def test_an_open_order_refuses_with_reason_and_date(person: Person, make) -> None:
    end(person.order, State.HANDED_OVER)
    with pytest.raises(DataNeeded) as refused:
        service.ask(person.subject, Wish.ERASE, person.actor)
    (need,) = refused.value.facts["needed"]
    assert (need["number"], need["why"], need["until"]) == (person.order.number, "returns", today() + timedelta(days=7))
    assert refused.value.facts["possible_from"] == today() + timedelta(days=8)
    assert db.session.scalars(select(PrivacyRequest)).all() == []


def test_in_part_what_is_needed_stays(person: Person, make) -> None:
    other = bought(make, person.actor, person.user.id)
    with transaction() as session:
        session.get_one(Order, other.id).user_id = person.user.id
    service.ask(person.subject, Wish.ERASE, person.actor, is_partial=True)
    person.clock.forward(days=1)
    assert erase_who_asked(today()) == 1
    db.session.expire_all()
    assert db.session.get_one(Order, person.order.id).contact_phone == ""
    assert db.session.get_one(Order, other.id).contact_phone == PHONE
    assert db.session.get_one(UserAccount, person.user.id).is_active


def test_an_order_opened_since_leaves_it_to_the_officer(person: Person, make) -> None:
    asked = service.ask(person.subject, Wish.ERASE, person.actor)
    other = bought(make, person.actor, person.user.id)
    with transaction() as session:
        session.get_one(Order, other.id).user_id = person.user.id
    person.clock.forward(days=1)
    assert erase_who_asked(today()) == 0
    assert db.session.get_one(PrivacyRequest, asked.id).state == "open"


def test_thinking_better_of_it(person: Person) -> None:
    asked = service.ask(person.subject, Wish.ERASE, person.actor)
    assert service.ask(person.subject, Wish.ERASE, person.actor).id == asked.id, "asked twice is asked once"
    service.withdraw_request(person.subject, asked.code, person.actor)
    person.clock.forward(days=1)
    assert erase_who_asked(today()) == 0
    with pytest.raises(RequestClosed):
        service.withdraw_request(person.subject, asked.code, person.actor)


def test_staff_close_their_desks_first(app: Flask, make) -> None:
    user = make.user("store_manager", ("store", make.store().code))
    with pytest.raises(StaffAccount):
        service.ask(Subject(user_id=user.id), Wish.ERASE, Actor(user.id, user.name))


def test_a_guest_is_erased_by_what_she_proved(person: Person, make) -> None:
    guest = bought(make, email="other@example.test")
    end(guest)
    subject = Subject(contact="other@example.test")
    service.ask(subject, Wish.ERASE, person.actor)
    person.clock.forward(days=1)
    assert erase_who_asked(today()) == 1
    db.session.expire_all()
    assert db.session.get_one(Order, guest.id).contact_name != NAME
    assert db.session.get_one(Order, person.order.id).contact_name == NAME, "another contact's order stays"


def test_what_fairs_know_is_shown_to_who_proved_the_contact_and_goes(person: Person, make) -> None:
    """A driver to a booth and the person behind papers from outside; an account's typed telephone proves nothing."""
    fair = make.fair()
    at, typed = now(), {"contact_name": NAME, "phone": PHONE, "email": EMAIL}
    with transaction() as session:
        slot = LoadSlot(fair_id=fair.id, gate="Cổng 1", direction="in", starts_at=at, ends_at=at + timedelta(hours=1))
        session.add(slot)
        session.flush()
        session.add(LoadSeat(slot_id=slot.id, number=1, direction="in", plate="15C-MARKER 7", phone=PHONE))
        session.add(FairOutsider(
            code="KN-THU", fair_id=fair.id, name="HTX", kind="cooperative", address="x", wishes={}, sent_at=at, **typed,
        ))  # fmt: skip
    assert gather(person.subject)["fairs"] == []
    shown = {one["as"]: one["phone"] for one in gather(Subject(contact=PHONE))["fairs"]}
    assert shown == {"driver": PHONE, "outsider": PHONE}
    service.ask(person.subject, Wish.ERASE, person.actor)
    person.clock.forward(days=1)
    erase_who_asked(today())
    assert left() == []


def test_words_go_from_the_timeline_and_nothing_else_does(person: Person, make, session: Session) -> None:
    order = bought(make)
    cancel(order.number, order.token, Actor(None, "khách"), "Markerwords: đổi ý")
    assert any("Markerwords" in str(one.data) for one in session.scalars(select(OrderEvent)))
    assert not any("Markerwords" in str(one.data) for one in session.scalars(select(AuditEntry)))
    before = [(one.id, one.at, one.action, one.state) for one in session.scalars(select(OrderEvent))]
    with transaction():
        erase_orders([session.get_one(Order, order.id)])
    session.expire_all()
    rows = session.scalars(select(OrderEvent)).all()
    assert not any("Markerwords" in str(one.data) for one in rows)
    assert [(one.id, one.at, one.action, one.state) for one in rows] == before
    (ended,) = [one for one in rows if one.order_id == order.id and one.action == "cancel"]
    assert ended.data == {"reason": "buyer"}


def test_who_took_the_goods_is_told_on_the_order_and_goes_with_it(person: Person, make, session: Session) -> None:
    order = bought(make)
    parcels.pack(order.number, SYSTEM)
    parcels.hand_over(order.number, SYSTEM, to="Chồng chị Markerlan")
    (step,) = session.scalars(
        select(OrderEvent).where(OrderEvent.action == "hand_over", OrderEvent.order_id == order.id)
    )
    assert step.data["to"] == "Chồng chị Markerlan"
    assert not any("Markerlan" in str(one.data) for one in session.scalars(select(AuditEntry)))
    with transaction():
        erase_orders([session.get_one(Order, order.id)])
    session.refresh(step)
    assert "to" not in step.data and "cash_vnd" in step.data


@pytest.mark.daily
@pytest.mark.parametrize("values", [{"actor": "ai đó"}, {"state": "paid"}, {"data": {}}, {"data": {"reason": "store"}}])
def test_the_timeline_stays_append_only(person: Person, make, values: dict[str, object]) -> None:
    """The control of the guard that lets words go."""
    order = bought(make)
    cancel(order.number, order.token, Actor(None, "khách"), "đổi ý")
    event = db.session.scalars(select(OrderEvent).where(OrderEvent.action == "cancel")).one()
    with pytest.raises(DBAPIError, match="append_only"), transaction() as session:
        session.execute(update(OrderEvent).where(OrderEvent.id == event.id).values(**values))


def test_after_three_years_contacts_are_forgotten_by_themselves(person: Person) -> None:
    assert forget_old_contacts(today() + CONTACT_KEPT) == 0
    assert forget_old_contacts(today() + CONTACT_KEPT + timedelta(days=1)) == 1
    assert forget_old_contacts(today() + CONTACT_KEPT + timedelta(days=1)) == 0
    db.session.expire_all()
    assert db.session.get_one(Order, person.order.id).contact_email is None


def test_consents_are_taken_back_and_stay_known(person: Person) -> None:
    assert service.withdraw_consent(person.subject, "marketing", person.actor) == 1
    assert service.withdraw_consent(person.subject, "marketing", person.actor) == 0
    db.session.expire_all()
    (item,) = db.session.get_one(Order, person.order.id).consents["items"]
    assert item["purpose"] == "marketing" and item["at"] and item["withdrawn_at"]


def test_only_the_officer_answers(person: Person, make) -> None:
    asked = service.ask(person.subject, Wish.CORRECT, person.actor, words="Tên tôi là Lan")
    with pytest.raises(Forbidden):
        service.answer(asked.code, make.actor("certifier"), is_done=True, words="x")
    service.answer(asked.code, make.actor("data_officer"), is_done=True, words="Đã sửa tên trên tài khoản")
    db.session.expire_all()
    row = db.session.get_one(PrivacyRequest, asked.id)
    assert (row.state, row.words, row.contact) == ("done", None, None)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"privacy:{asked.code}")).all()
    assert not any("Lan" in str(one.data) or EMAIL in str(one.data) for one in entries)
