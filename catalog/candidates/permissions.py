"""Who may propose, read, change and decide on candidates."""

from core.accounts.permissions import permit


def register() -> None:
    """Fill the table of actions. A reporter's role is held in a commune; the verbs look at which."""
    permit("candidates.propose", "reporter", "certifier", "admin")
    permit("candidates.read", "reporter", "certifier", "auditor", "admin")
    permit("candidates.edit", "reporter", "certifier", "admin")
    permit("candidates.decide", "certifier", "admin")
