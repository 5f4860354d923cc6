"""Clock work on renewals: the reminders of an evening. A row is written once per certificate, step and person."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from catalog.certificates.models import Certificate
from catalog.certificates.queries import term_of
from catalog.certificates.rules import Term
from catalog.renewals.events import RemindersMade
from catalog.renewals.models import RenewalReminder
from catalog.renewals.queries import terms_of_products
from catalog.renewals.recipients import Recipient, recipients_of
from catalog.renewals.rules import OPENS_DAYS, Due, due_step, successor_of, wants_reminders
from core.accounts.actor import SYSTEM
from core.audit import record
from core.clock import now
from core.db import db, dialect_name, end_reading, in_chunks, transaction
from core.events import publish
from core.schedule import nightly


@dataclass(frozen=True, slots=True)
class _Ending:
    """A certificate whose end is still somebody's worry."""

    certificate_id: int
    code: str
    product_id: int
    term: Term


@nightly
def remind(today: date) -> int:
    """Tell producers and stores of the ends to come: the newest step that is due and untold; answers how many.

    One transaction and one mail for each person, so that a failure of one keeps nobody else from hearing.
    """
    endings = _endings(today)
    plan = _plan(endings, recipients_of({one.product_id for one in endings}), today)
    end_reading()
    return sum(_tell(user_id, lines, today) for user_id, lines in sorted(plan.items()))


_Line = tuple[_Ending, Recipient, Due]


def _endings(today: date) -> list[_Ending]:
    """Verified certificates that end within the longest step or have ended, with nothing to carry on after them."""
    near = Certificate.verified_at.is_not(None), Certificate.valid_until <= today + timedelta(days=OPENS_DAYS)
    found = db.session.scalars(select(Certificate).where(*near, Certificate.revoked_on.is_(None))).all()
    terms = terms_of_products({one.product_id for one in found})
    endings: list[_Ending] = []
    for one in found:
        term = term_of(one)
        if wants_reminders(term, successor_of(term, terms[one.product_id])):
            endings.append(_Ending(one.id, one.code, one.product_id, term))
    return endings


def _plan(endings: Sequence[_Ending], people: Mapping[int, Sequence[Recipient]], today: date) -> dict[int, list[_Line]]:
    """By person, the steps that are due and not yet in the book."""
    told = _told([one.certificate_id for one in endings])
    plan: dict[int, list[_Line]] = defaultdict(list)
    for one in sorted(endings, key=lambda one: (one.term.lasts_until, one.certificate_id)):
        for recipient in people.get(one.product_id, ()):
            due = due_step(one.term, today, recipient.since)
            if due is not None and (one.certificate_id, due.step, recipient.user_id) not in told:
                plan[recipient.user_id].append((one, recipient, due))
    return plan


def _told(certificate_ids: Collection[int]) -> set[tuple[int, int, int]]:
    found: set[tuple[int, int, int]] = set()
    wanted = list(certificate_ids)
    key = RenewalReminder.certificate_id, RenewalReminder.step, RenewalReminder.user_id
    for some_of in in_chunks(wanted):
        some = RenewalReminder.certificate_id.in_(some_of)
        found.update((row[0], row[1], row[2]) for row in db.session.execute(select(*key).where(some)))
    return found


def _tell(user_id: int, lines: Sequence[_Line], today: date) -> int:
    """Write one person's reminders and hand them to the outbox; a row that another run wrote first is left to it."""
    made: list[int] = []
    with transaction():
        at = now()
        for ending, recipient, due in lines:
            values = {
                "certificate_id": ending.certificate_id, "user_id": user_id, "place": recipient.place,
                "ends_on": ending.term.lasts_until, "made_at": at,
            }  # fmt: skip
            new = _insert_once(values | {"step": due.step, "state": "sent"})
            if new is None:
                continue
            made.append(new)
            skipped = [s for s in due.earlier if _insert_once(values | {"step": s, "state": "skipped"}) is not None]
            subject = f"certificate:{ending.code}"
            record(
                "renewal.reminded", subject, SYSTEM, step=due.step, to=user_id, place=recipient.place, skipped=skipped
            )
        if made:
            publish(RemindersMade(user_id, tuple(made), today))
    return len(made)


def _insert_once(values: dict[str, Any]) -> int | None:
    """The new row's id, or None when the unique key has it already."""
    dialect = postgresql if dialect_name() == "postgresql" else sqlite
    statement = dialect.insert(RenewalReminder).values(**values).on_conflict_do_nothing()
    return db.session.scalar(statement.returning(RenewalReminder.id))
