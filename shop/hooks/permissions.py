"""Who keeps webhooks: each in her own scope."""

from core.accounts.permissions import permit

permit("hooks.keep", "store_manager", "producer", "admin")
