"""Who may take the registry out, bring one in, and confirm what came in."""

from core.accounts.permissions import permit


def register() -> None:
    """Fill the table of actions."""
    permit("registry.read", "auditor", "certifier", "admin")
    permit("registry.import", "certifier")
    permit("registry.confirm", "certifier")
