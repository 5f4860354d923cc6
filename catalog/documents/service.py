"""Verbs on documents: keep, withdraw, show to the public. Each is one transaction."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.documents.models import KINDS, OFFICIAL, Document
from catalog.documents.queries import find_standing, may_see
from catalog.documents.refusals import AlreadyWithdrawn, DocumentNotFound, NotForThePublic
from catalog.documents.rules import Sound, clean_name, inspect
from catalog.documents.subjects import owner_of
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from core.ids import short_code


def keep(by: Actor, data: bytes, file_name: str, subject: str, kind: str = "other") -> Document:
    """Keep a file about a subject; the same bytes for the same subject again answer the document there is.

    The file is judged before anything is written. Raises what `rules.inspect` raises, SubjectUnknown (404 also
    for another's), Invalid for an unknown kind.
    """
    _check_may(by, subject, kind)
    return keep_sound(by, inspect(data), file_name, subject, kind)


def keep_sound(by: Actor, sound: Sound, file_name: str, subject: str, kind: str = "other") -> Document:
    """The same for a file that was judged before, so that nobody waits for it inside a transaction."""
    _check_may(by, subject, kind)
    with transaction() as session:
        same = find_standing(subject, sound.sent_sha256)
        if same is not None:
            return same
        document = Document(
            code=short_code("TL"), subject=subject, kind=kind, file_name=clean_name(file_name, sound.media_type),
            media_type=sound.media_type, size=len(sound.data), sha256=sound.sha256, sent_sha256=sound.sent_sha256,
            data=sound.data, uploaded_by=by.user_id, uploaded_at=now(),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(document)
        except IntegrityError:  # somebody sent the same a moment ago: the unique index decided
            same = find_standing(subject, sound.sent_sha256)
            if same is None:
                raise
            return same
        record(
            "document.kept", f"document:{document.code}", by, about=subject, kind=kind, name=document.file_name,
            sent_sha256=sound.sent_sha256,
        )  # fmt: skip
    return document


def _check_may(by: Actor, subject: str, kind: str) -> None:
    """A decision or an order is an authority's paper: no producer may put one before the second reader."""
    authorize(by, "documents.keep", *owner_of(subject).scopes)
    if kind not in KINDS:
        raise Invalid({"kind": [", ".join(KINDS)]})
    if kind in OFFICIAL:
        authorize(by, "documents.keep_official")


def withdraw(by: Actor, code: str, *, reason: str) -> Document:
    """Say that a document was wrong; it stays readable for the desks. Raises DocumentNotFound, AlreadyWithdrawn."""
    authorize(by, "documents.withdraw")
    with transaction() as session:
        document = _locked(code, by)
        if document.withdrawn_at is not None:
            raise AlreadyWithdrawn
        document.withdrawn_at, document.withdrawn_by, document.withdrawn_reason = now(), by.user_id, reason
        session.flush()
        record("document.withdrawn", f"document:{code}", by, about=document.subject, reason=reason)
    return document


def set_public(by: Actor, code: str, *, is_public: bool) -> Document:
    """Show the scan of a verified certificate to anybody, or no longer. Raises DocumentNotFound,
    AlreadyWithdrawn, NotForThePublic.
    """
    authorize(by, "documents.publish")
    with transaction() as session:
        document = _locked(code, by)
        if document.withdrawn_at is not None:
            raise AlreadyWithdrawn
        if is_public and not (owner_of(document.subject).may_be_public and document.kind == "decision"):
            raise NotForThePublic
        if document.is_public != is_public:
            document.is_public = is_public
            session.flush()
            deed = "document.published" if is_public else "document.hidden"
            record(deed, f"document:{code}", by, about=document.subject)
    return document


def _locked(code: str, by: Actor) -> Document:
    query = select(Document).where(Document.code == code).with_for_update()
    document = db.session.scalars(query).first()
    if document is None or not may_see(document, by):
        raise DocumentNotFound
    return document
