"""Who prints labels."""

from core.accounts.permissions import permit

permit("labels.print", "cashier", "store_manager", "admin")
