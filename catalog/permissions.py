"""Roles of the catalog, and what each may do there."""

from core.accounts.permissions import permit, role


def register() -> None:
    """Fill the table of roles and actions."""
    role("admin")
    role("auditor")
    role("certifier")
    role("reporter", scope="area")
    role("producer", scope="producer")
    permit("certificates.enter", "certifier")
    permit("certificates.verify", "certifier")
    permit("certificates.end", "certifier")
    permit("certificates.read", "certifier", "auditor", "admin")
    permit("producers.create", "certifier", "admin")
    permit("producers.edit", "producer", "certifier", "admin")
    permit("producers.list", "certifier", "auditor", "admin")
    permit("producers.read", "producer", "certifier", "auditor", "admin")
    permit("products.create", "producer", "certifier", "admin")
    permit("products.edit", "producer", "certifier", "admin")
    permit("products.read", "producer", "certifier", "auditor", "admin")
    permit("products.why", "producer", "reporter", "certifier", "auditor", "admin")
