"""Who sees what is short, sets levels, orders, and marks down; each in the scope of a store."""

from core.accounts.permissions import permit

permit("replenish.read", "cashier", "store_manager", "auditor", "admin")
permit("replenish.levels", "store_manager", "admin")
permit("replenish.order", "store_manager", "admin")
permit("replenish.markdown", "store_manager", "admin")
