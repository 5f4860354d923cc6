"""Who reads and answers reports of labels."""

from core.accounts.permissions import permit

permit("label_reports.read", "certifier", "auditor", "admin")
permit("label_reports.answer", "certifier", "admin")
