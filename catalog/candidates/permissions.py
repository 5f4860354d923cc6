"""Who may propose, read, change and decide on candidates; and whose their pictures and papers are."""

from catalog.candidates.queries import find_candidate
from catalog.documents.subjects import Owner, subject_kind
from core.accounts.permissions import permit


def register() -> None:
    """Fill the table of actions. A reporter's role is held in a commune; the verbs look at which."""
    permit("candidates.propose", "reporter", "certifier", "admin")
    permit("candidates.read", "reporter", "certifier", "auditor", "admin")
    permit("candidates.edit", "reporter", "certifier", "admin")
    permit("candidates.decide", "certifier", "admin")
    permit("documents.read", "reporter")
    permit("documents.keep", "reporter")
    subject_kind("candidate", _owner)


def _owner(code: str) -> Owner | None:
    """The papers of a candidate are its commune's; none of them is ever public."""
    candidate = find_candidate(code)
    return Owner(None, area=candidate.area.code) if candidate else None
