"""Who may keep, read and withdraw papers."""

from core.accounts.permissions import permit


def register() -> None:
    """Fill the table of actions."""
    permit("documents.read", "producer", "certifier", "auditor", "admin")
    permit("documents.keep", "producer", "certifier", "admin")
    permit("documents.keep_official", "certifier", "admin")
    permit("documents.withdraw", "certifier", "admin")
    permit("documents.publish", "certifier")
