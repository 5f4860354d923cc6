"""Mails about mandates: what became of one, and what was done under it. Without an e-mail the pages tell."""

from typing import Any

from flask import current_app

from catalog.mandates import letters
from catalog.mandates.events import DeedsTold, MandateTold
from catalog.mandates.models import Mandate
from catalog.mandates.queries import deeds_between
from catalog.mandates.rules import parts_of
from core.accounts.models import UserAccount
from core.accounts.queries import get_user
from core.db import db
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of

#: Registered by import.
LETTERS = (letters.told, letters.deeds)

#: Its page, at the desks of an upper part, where there is one.
PAGE = "desk.mandate"


@later(MandateTold, outside=True)
def mail_mandate(event: MandateTold) -> None:
    """To whoever it concerns and did not do it herself."""
    mandate, user = db.session.get_one(Mandate, event.mandate_id), get_user(event.user_id)
    if user.email is None or not user.is_active:
        return
    context = {
        "what": event.what, "producer": mandate.producer.name, "agent": mandate.user.name,
        "parts": tuple(parts_of(mandate)), "from_on": mandate.from_on, "until_on": mandate.until_on,
    }  # fmt: skip
    _send(mandate, user, "mandate.told", f"mandate:{mandate.id}:{event.what}:{user.id}", context)


@later(DeedsTold, outside=True)
def mail_deeds(event: DeedsTold) -> None:
    """Everything that was done for her since the last mail, each with its time."""
    mandate, user = db.session.get_one(Mandate, event.mandate_id), get_user(event.user_id)
    if user.email is None or not user.is_active:
        return
    deeds = deeds_between(mandate, event.first_entry_id, event.last_entry_id)
    context = {
        "producer": mandate.producer.name, "agent": mandate.user.name,
        "deeds": [(one.at, one.action, one.subject) for one in deeds],
    }  # fmt: skip
    _send(mandate, user, "mandate.deeds", f"deeds:{mandate.id}:{event.last_entry_id}:{user.id}", context)


def _send(mandate: Mandate, user: UserAccount, kind: str, key: str, context: dict[str, Any]) -> None:
    url = address_of(PAGE, code=mandate.code) if PAGE in current_app.view_functions else ""
    to = Recipient(user.email, name=user.name)
    send(Message(to, kind, key, user.locale, {**context, "url": url}, f"mandate:{mandate.code}"))
