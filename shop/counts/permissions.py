"""Who counts, who approves, who sets the limit above which it must be another."""

from core.accounts.permissions import permit

permit("counts.count", "cashier", "store_manager", "admin")
permit("counts.read", "cashier", "store_manager", "auditor", "admin")
permit("counts.approve", "store_manager", "admin")
permit("counts.limit", "admin")
