"""What happens to renewals."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RemindersMade:
    """Reminders of one evening for one person: one mail tells them all. `on` is the day they were made."""

    user_id: int
    reminder_ids: tuple[int, ...]
    on: date
