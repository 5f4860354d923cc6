"""Who composes gift baskets: the store that packs them."""

from core.accounts.permissions import permit

permit("baskets.read", "cashier", "store_manager", "admin", "auditor")
permit("baskets.compose", "store_manager", "admin")
