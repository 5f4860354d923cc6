"""Who calls back (``stock.recall``), who takes goods off the shelves, who speaks with buyers."""

from core.accounts.permissions import permit

permit("recalls.read", "cashier", "store_manager", "auditor", "admin")
permit("recalls.take_off", "cashier", "store_manager", "admin")
permit("recalls.call", "store_manager", "admin")
