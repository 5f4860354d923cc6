"""Who sees and keeps the cases that a revocation leaves."""

from core.accounts.permissions import permit

permit("cases.read", "store_manager", "fair_organizer", "certifier", "auditor", "admin")
permit("cases.keep", "store_manager", "fair_organizer", "certifier", "admin")
