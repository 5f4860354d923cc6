"""The second reading of an entry, as it is kept in the audit trail: differences, and going back to the first person.

A verifier sees the first entry only after an attempt of her own is on record; so it cannot be copied without trace.
"""

from typing import Any

from sqlalchemy import select

from catalog.certificates.queries import get_certificate
from catalog.certificates.refusals import AlreadyVerified, SamePerson
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import AuditEntry, record
from core.db import db, transaction

DIFFERED, RETURNED = "verification.differed", "certificate.returned"


def note_difference(by: Actor, code: str, fields: list[str], **read: Any) -> None:
    """Record a reading that differed, after its verb was refused: the refusal undid the verb's own transaction."""
    authorize(by, "certificates.verify")
    with transaction():
        record(DIFFERED, f"certificate:{code}", by, fields=fields, **read)


def send_back(by: Actor, code: str, *, reason: str) -> None:
    """Ask the first person to look again, with the reason. Raises AlreadyVerified, SamePerson, CertificateNotFound."""
    authorize(by, "certificates.verify")
    with transaction():
        certificate = get_certificate(code)
        if certificate.verified_at is not None:
            raise AlreadyVerified
        if certificate.entered_by is not None and certificate.entered_by == by.user_id:
            raise SamePerson
        record(RETURNED, f"certificate:{code}", by, reason=reason)


def last_difference(code: str, by: Actor) -> dict[str, Any] | None:
    """What this person read last time, when it differed: fields, stars, valid_until (as text)."""
    entry = _last(DIFFERED, code, by.user_id)
    return entry.data if entry else None


def last_return(code: str) -> AuditEntry | None:
    """Who sent the entry back last, when and why."""
    return _last(RETURNED, code)


def _last(action: str, code: str, user_id: int | None = None) -> AuditEntry | None:
    query = select(AuditEntry).where(AuditEntry.subject == f"certificate:{code}", AuditEntry.action == action)
    if user_id is not None:
        query = query.where(AuditEntry.actor_id == user_id)
    return db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(1)).first()
