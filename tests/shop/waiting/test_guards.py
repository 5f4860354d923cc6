"""What must never break of waiting: told once, in turn, only what is true, and forgotten; on both databases."""

import json
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.clock import now
from core.db import transaction
from core.outbox import OutboxRow
from shop.waiting import service
from shop.waiting.models import Wait
from tests.shop.waiting.conftest import LAST, SoldOut, key_in, work
from tests.support.mails import text_of

pytestmark = pytest.mark.daily  # what the database itself decides

MAIL = "cho@example.test"


def confirmed(gone: SoldOut, mails: list[EmailMessage], contact: str = MAIL) -> None:
    gone.ask(contact)
    work()
    service.confirm(key_in(mails[-1]))
    mails.clear()


def test_told_once_and_forgotten(gone: SoldOut, mails: list[EmailMessage], session: Session) -> None:
    confirmed(gone, mails)
    gone.restock(5)
    gone.restock(5)
    gone.sweep()
    assert len(mails) == 1
    assert "4 sao OCOP" in text_of(mails[0]) and "30/11/2026" in text_of(mails[0])
    one = gone.waits()[0]
    assert (one.state, one.contact, one.user_id) == ("told", None, None)
    kept = json.dumps([row.payload for row in session.scalars(select(OutboxRow))])
    trail = str([(e.actor, e.data, e.subject) for e in session.scalars(select(AuditEntry))])
    assert MAIL not in kept + trail


def test_few_units_call_three_for_each_and_the_rest_tomorrow(gone: SoldOut) -> None:
    gone.crowd(8)
    gone.restock(2)
    assert gone.states() == ["to_call"] * 6 + ["waiting"] * 2
    assert gone.sweep() == 0
    gone.clock.forward(hours=25)
    assert gone.sweep() == 2
    assert gone.states() == ["to_call"] * 8


def test_midnight_passes_between_turn_and_mail(gone: SoldOut, mails: list[EmailMessage]) -> None:
    confirmed(gone, mails)
    gone.clock.on(LAST)
    gone.make.lot(gone.sku, gone.store, on_shelf=3)
    assert service.take_turns([gone.product.id], now()) == 1
    gone.clock.on(LAST + timedelta(days=1))
    work()
    assert (mails, gone.states()) == ([], ["waiting"])
    assert gone.sweep() == 0


def test_the_database_keeps_no_contact_of_what_is_over(gone: SoldOut, session: Session) -> None:
    gone.ask()
    with pytest.raises(Exception, match="contact_only_while_needed"), transaction():
        session.query(Wait).update({"state": "withdrawn"})
