"""Who sets what delivery costs."""

from core.accounts.permissions import permit

permit("delivery.read", "admin", "auditor", "store_manager")
permit("delivery.edit", "admin")
