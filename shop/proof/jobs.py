"""Clock work of proof."""

from datetime import date

from core.schedule import nightly
from shop.proof import service


@nightly
def forget_reporters(today: date) -> int:
    """Forget who reported a label, half a year after the answer."""
    return service.forget_contacts(today)
