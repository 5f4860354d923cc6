"""Clock work of consequences: what was told and got lost."""

from datetime import date

from catalog.consequences.service import settle_all
from core.schedule import nightly


@nightly
def catch_up(today: date) -> int:
    """Draw every consequence that is due and not done, however long ago; answers how many.

    A reaction may be lost with its row of the outbox, a worker may have been dead for weeks: what happened to a
    certificate is read from the certificate.
    """
    return settle_all(today)
