"""Reading which messages went."""

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.messages.models import MessageSent

#: Shown on a page of one thing; more than that nobody gets about it.
MOST = 50


def sent_about(about: str) -> Sequence[MessageSent]:
    """The messages about one thing, newest first."""
    query = select(MessageSent).where(MessageSent.about == about).order_by(MessageSent.id.desc())
    return db.session.scalars(query.limit(MOST)).all()
