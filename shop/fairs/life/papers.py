"""Papers of a fair, such as the registration's confirmation: documents about ``fair:NUMBER``, for its organizers."""

from catalog.documents.subjects import Owner, subject_kind
from core.accounts.actor import Scope
from core.db import db
from shop.fairs.models import Fair


def subject_of(fair: Fair) -> str:
    """What documents call it: its number, since an address may be longer than a subject."""
    return f"fair:{fair.id}"


def _owner(code: str) -> Owner | None:
    fair = db.session.get(Fair, int(code)) if code.isascii() and code.isdecimal() and len(code) < 10 else None
    return Owner(None, also=(Scope("fair", fair.slug),)) if fair else None


subject_kind("fair", _owner)
