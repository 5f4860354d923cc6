"""Who reads, decides, receives and settles returns; each in the scope of a store."""

from core.accounts.permissions import permit

permit("returns.read", "cashier", "store_manager", "admin", "auditor")
permit("returns.decide", "store_manager", "admin")
permit("returns.receive", "cashier", "store_manager", "admin")
