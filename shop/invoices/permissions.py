"""Who reads and who issues invoices, each in the scope of a store of the seller."""

from core.accounts.permissions import permit

permit("invoices.read", "store_manager", "admin", "auditor")
permit("invoices.issue", "store_manager", "admin")
