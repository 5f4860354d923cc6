"""Who may enter the desks, read the trail, keep people and mend jobs."""

from flask_babel import lazy_gettext as _l

from core.accounts.permissions import permit, role

STAFF = (
    "admin", "auditor", "certifier", "reporter", "producer", "cashier", "store_manager", "fair_organizer",
)  # fmt: skip


def register() -> None:
    """Fill the table of roles and actions."""
    role("shopper", label=_l("Người mua"), is_staff=False)
    permit("desk.enter", *STAFF)
    permit("audit.read", "auditor", "admin")
    permit("users.read", "admin", "auditor", "certifier", "store_manager", "producer")
    permit("users.keep", "admin")
    permit("users.invite", "admin", "certifier", "store_manager", "producer")
    permit("mandates.see", "producer", "store_manager", "reporter", "certifier", "auditor", "admin")
    permit("day.preview", "admin", "auditor", "certifier", "store_manager", "fair_organizer")
    permit("lookahead.read", "certifier", "auditor", "admin", "store_manager", "producer")
    permit("reports.read", "auditor", "admin")
    permit("sales.today", "cashier", "store_manager", "auditor", "admin")
    permit("sales.figures", "store_manager", "auditor", "admin")
    permit("jobs.read", "auditor", "admin")
    permit("jobs.retry", "admin")
