"""Who may look at what cards put before a person: those who answer for the account at the provider."""

from core.accounts.permissions import permit

permit("cards.read", "admin", "auditor")
permit("cards.clear", "admin")
