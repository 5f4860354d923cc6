"""Who sees, sends, receives and settles transfers; each in the scope of the store that does it."""

from core.accounts.permissions import permit

permit("transfers.read", "cashier", "store_manager", "auditor", "admin")
permit("transfers.send", "store_manager", "admin")
permit("transfers.receive", "cashier", "store_manager", "admin")
permit("transfers.settle", "store_manager", "admin")
