"""Who may look at what cards put before a person."""

from core.accounts.permissions import permit

permit("cards.read", "store_manager", "admin", "auditor")
permit("cards.clear", "store_manager", "admin")
