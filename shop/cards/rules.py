"""Pure rules of cards: when a signal is believed, what may not differ, when we look by ourselves, which key is used."""

from datetime import datetime, timedelta

from shop.payments.providers.stripe import CURRENCY, Intent

#: Signals older or younger than this by our clock are refused.
SKEW = timedelta(seconds=300)
#: The longest signal that is read, in bytes.
LARGEST_SIGNAL = 256 * 1024
#: A payment that waits so long is looked up although nobody told us anything, and again after as long.
LOOK_AFTER = timedelta(minutes=10)
#: Reserved money that nobody has taken after so long was forgotten on the way.
TAKE_AFTER = timedelta(minutes=2)
#: How far back undelivered events are listed: each minute, and each hour.
LIST_BACK, LIST_FAR_BACK = timedelta(hours=1), timedelta(days=3)
#: How long after it went a refund may still come back from the card's bank.
BOUNCES = timedelta(days=40)
#: The provider's word for a balance that does not reach for a refund.
BALANCE_SHORT = "balance_insufficient"


def is_timely(signed_at: int, at: datetime) -> bool:
    """Whether a signature's instant (seconds since 1970) is near ours: neither past nor future beyond the limit."""
    return abs(at.timestamp() - signed_at) <= SKEW.total_seconds()


def find_difference(intent: Intent, reference: str, amount_vnd: int, *, is_live: bool) -> str | None:
    """What of the provider's money is not as we asked: such money never marks anything paid. None when all fits."""
    if intent.is_live != is_live:
        return "mode"
    if intent.currency != CURRENCY:
        return "currency"
    if intent.reference != reference:
        return "reference"
    if intent.amount != amount_vnd or (intent.status == "succeeded" and intent.received != amount_vnd):
        return "amount"
    return None


def page_key(reference: str, attempt: int) -> str:
    """The key under which a page is asked for."""
    return f"ses:{reference}:{attempt}"


def capture_key(reference: str, refused: int) -> str:
    """The key under which money is taken; a new one only after a fault that the provider keeps under the old one."""
    return f"cap:{reference}" + (f":{refused}" if refused else "")


def refund_key(code: str, refused: int) -> str:
    """The key under which money is sent back, likewise."""
    return f"ref:{code}" + (f":{refused}" if refused else "")
