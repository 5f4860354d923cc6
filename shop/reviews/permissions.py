"""Who reads, answers and moderates reviews. No store and no producer hides what is said of its goods."""

from core.accounts.permissions import permit

permit("reviews.read", "admin", "auditor")
permit("reviews.moderate", "admin")
permit("reviews.answer", "producer")
