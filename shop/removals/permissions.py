"""Who writes goods off, approves it, gives goods back, and sets a store's limit; in the scope of a store."""

from core.accounts.permissions import permit

permit("removals.read", "cashier", "store_manager", "auditor", "admin")
permit("removals.make", "cashier", "store_manager", "admin")
permit("removals.approve", "store_manager", "admin")
permit("removals.limit", "admin")
