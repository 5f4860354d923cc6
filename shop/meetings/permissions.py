"""Who arranges meetings, who reads them, and who has some of her own."""

from core.accounts.permissions import permit

permit("meetings.manage", "fair_organizer", "admin")
permit("meetings.read", "fair_organizer", "auditor", "admin")
permit("meetings.own", "producer", "admin")
