"""Reading documents: who may see which."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import undefer

from catalog.documents.models import Document
from catalog.documents.refusals import DocumentNotFound, SubjectUnknown
from catalog.documents.subjects import owner_of
from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed
from core.db import db


def get_document(code: str, actor: Actor) -> Document:
    """A document with its bytes, for somebody who may see it.

    The public sees what is public and stands; desks and the producer whose it is see the rest, withdrawn ones
    included. Refuses with DocumentNotFound in every other case, so that nobody learns what there is.
    """
    query = select(Document).where(Document.code == code).options(undefer(Document.data))
    found = db.session.scalars(query).first()
    if found is None or not may_see(found, actor):
        raise DocumentNotFound
    return found


def may_see(document: Document, actor: Actor) -> bool:
    """Whether this person may read it."""
    if document.is_public and document.withdrawn_at is None:
        return True
    try:
        owner = owner_of(document.subject)
    except SubjectUnknown:
        return False
    return actor.is_known and is_allowed(actor, "documents.read", *owner.scopes)


def of_subject(subject: str, *, with_withdrawn: bool = False) -> Sequence[Document]:
    """The documents about one subject, newest first, without their bytes."""
    query = select(Document).where(Document.subject == subject)
    if not with_withdrawn:
        query = query.where(Document.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(Document.id.desc())).all()


def of_subjects(subjects: Collection[str]) -> dict[str, list[Document]]:
    """The same for many subjects, in one statement."""
    found: dict[str, list[Document]] = {subject: [] for subject in subjects}
    query = select(Document).where(Document.subject.in_(list(subjects)), Document.withdrawn_at.is_(None))
    for one in db.session.scalars(query.order_by(Document.id.desc())):
        found[one.subject].append(one)
    return found


def find_standing(subject: str, sent_sha256: str) -> Document | None:
    """The standing document of the same bytes about the same subject."""
    query = select(Document).where(Document.subject == subject, Document.sent_sha256 == sent_sha256)
    return db.session.scalars(query.where(Document.withdrawn_at.is_(None))).first()
