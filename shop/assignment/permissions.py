"""Who assigns booths, who looks at answers, who reads why."""

from core.accounts.permissions import permit

permit("assignment.run", "fair_organizer", "admin")
permit("assignment.read", "fair_organizer", "auditor", "admin")
permit("assignment.why", "producer", "fair_organizer", "auditor", "admin")
