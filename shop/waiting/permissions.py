"""Who sees how many wait, and who may telephone them."""

from core.accounts.permissions import permit

permit("waiting.read", "producer", "store_manager", "admin", "auditor")
permit("waiting.call", "store_manager", "admin")
permit("people.forget", "admin")
