"""Sending: choose the way, write it in the reader's language, hand it over, note that it went.

Called only by ``@later(outside=True)`` reactions: after the commit of its cause, holding no transaction, again after
a failure. The same key is the same message: what went once does not go twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import select

from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import db, end_reading, in_transaction, transaction
from core.errors import NotFound, Refusal
from core.events import publish
from core.masks import masked
from core.messages.events import MessageAgain
from core.messages.kinds import get_kind
from core.messages.mail import compose, is_refused
from core.messages.models import FAILED, MAIL, NONE, REFUSED, SENT, SMS, UNREACHABLE, MessageSent
from core.messages.refusals import NotAgain
from core.messages.rendering import Rendered, render
from core.messages.sms import GatewayRefused, Sms, Texter

#: After so many tries (about a day) news is no news any more; staff see it and may send it again.
MOST_ATTEMPTS = 30


@dataclass(frozen=True)
class Recipient:
    """Whom it is for: the e-mail is taken where there is one, else the telephone (E.164)."""

    email: str | None = None
    phone: str | None = None
    #: For the greeting.
    name: str = ""


@dataclass(frozen=True)
class Message:
    """One message of a registered kind; ``context`` holds plain values for its writer."""

    to: Recipient
    kind: str
    #: The same for the same message, however often it is tried: ``order-placed:DH-7K3M9QXT``.
    key: str
    locale: str = "vi"
    context: Mapping[str, Any] = field(default_factory=dict[str, Any])
    #: ``kind:code`` of what it is about, so that its page can show which messages went.
    about: str = ""


#: Builds the message about one thing as it is now, or None when there is nothing to say any more.
Builder = Callable[[str], Message | None]
B = TypeVar("B", bound=Callable[..., Message | None])
_builders: dict[str, Builder] = {}


def rebuilds(kind: str) -> Callable[[B], B]:
    """Register who builds a message of a kind again from the code of what it is about, so that staff can resend it."""

    def register(build: B) -> B:
        _builders[kind] = build
        return build

    return register


def can_rebuild(kind: str) -> bool:
    """Whether a message of this kind can be sent again."""
    return kind in _builders


def can_text() -> bool:
    """Whether there is a gateway for SMS."""
    return current_app.extensions["texter"] is not None


def send(message: Message) -> str:
    """Send it; answers the outcome: ``sent``, ``refused``, ``unreachable`` (or ``failed`` when it was given up).

    Raises what the way out raised when it may go better later (the outbox tries again), LookupError for an unknown
    kind, RuntimeError inside a transaction.
    """
    if in_transaction():
        raise RuntimeError("nothing is sent inside a transaction")
    before = find_sent(message.key)
    if before is not None and before.outcome in (SENT, REFUSED):
        return before.outcome
    attempts = before.attempts + 1 if before else 1
    written = render(message.kind, message.context, message.locale, message.to.name)
    end_reading()
    channel, deliver = _way(message, written)
    outcome, failure = UNREACHABLE if channel == NONE else SENT, None
    try:
        deliver()
    except (OSError, ValueError, HTTPException) as error:
        outcome, failure = (REFUSED if _is_final(error) else FAILED), error
    _note(message, channel, outcome, attempts, failure)
    if failure is not None and outcome == FAILED and attempts < MOST_ATTEMPTS:
        raise failure
    return outcome


def ask_again(message_id: int, by: Actor) -> None:
    """Let a message go once more, as its object stands now. Raises NotFound, NotAgain. The caller authorizes."""
    with transaction() as session:
        sent = session.get(MessageSent, message_id)
        if sent is None:
            raise NotFound
        if not can_rebuild(sent.kind):
            raise NotAgain
        key = _next_key(sent.key)
        record("message.sent_again", sent.about or f"message:{sent.id}", by, kind=sent.kind)
        publish(MessageAgain(sent.id, key))


def build_again(event: MessageAgain) -> Message | None:
    """The message that is asked for again, or None when there is nothing to say any more."""
    sent = db.session.get(MessageSent, event.message_id)
    build = _builders.get(sent.kind) if sent else None
    if sent is None or build is None:
        return None
    try:
        message = build(sent.about.partition(":")[2])
    except Refusal:
        return None
    return replace(message, key=event.key) if message else None


def find_sent(key: str) -> MessageSent | None:
    """What became of a message, or None when it was never tried."""
    return db.session.scalar(select(MessageSent).where(MessageSent.key == key))


def _way(message: Message, written: Rendered) -> tuple[str, Callable[[], None]]:
    """The channel and the act. An e-mail where there is one; a telephone for what must be known."""
    to, extensions = message.to, current_app.extensions
    texter: Texter | None = extensions["texter"]
    if to.email:
        mailer: Callable[[EmailMessage], None] = extensions["mailer"]
        address, config = to.email, extensions["config"]
        return MAIL, lambda: mailer(compose(address, written, message.key, config))
    if to.phone and texter and get_kind(message.kind).by_sms and written.sms:
        sms = Sms(to.phone, written.sms, message.key)
        return SMS, lambda: texter(sms)
    return NONE, lambda: None


def _is_final(error: Exception) -> bool:
    return is_refused(error) or isinstance(error, GatewayRefused)


def _note(message: Message, channel: str, outcome: str, attempts: int, failure: Exception | None) -> None:
    """Write down that it went, or did not."""
    at = now()
    with transaction() as session:
        query = select(MessageSent).where(MessageSent.key == message.key).with_for_update()
        row = session.scalars(query).first() or MessageSent(key=message.key, first_at=at)
        row.kind, row.about, row.locale, row.at = message.kind, message.about, message.locale, at
        row.channel, row.outcome, row.attempts = channel, outcome, attempts
        row.recipient = masked(_address(message.to, channel))
        row.error = _told(failure) if failure else None
        session.add(row)


def _address(to: Recipient, channel: str) -> str:
    return (to.phone if channel == SMS else to.email or to.phone) or ""


def _told(failure: Exception) -> str:
    """The class of a failure, and the number the other side gave; its words may hold an address."""
    number = getattr(failure, "smtp_code", None) or getattr(failure, "errno", None)
    own = f" ({failure})" if isinstance(failure, GatewayRefused | ConnectionError) else ""
    return f"{type(failure).__name__}{f' {number}' if number else ''}{own}"[:120]


def _next_key(key: str) -> str:
    """``key#2``, ``key#3`` …: a message of its own, to be tried and noted by itself."""
    stem = key.partition("#")[0]
    last = db.session.scalars(select(MessageSent.key).where(MessageSent.key.like(f"{stem}#%"))).all()
    return f"{stem}#{max([1, *(int(one.rpartition('#')[2]) for one in last)]) + 1}"
