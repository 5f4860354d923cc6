"""Who sees what couriers owe, and who writes down what they paid."""

from core.accounts.permissions import permit

permit("remittances.read", "store_manager", "auditor", "admin")
permit("remittances.keep", "store_manager", "admin")
