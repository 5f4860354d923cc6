"""The states of a payment as one pure table, and the window a payment may stay open."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from core.clock import day_end


class Status(StrEnum):
    """Where the money is."""

    PENDING = "pending"  #: awaited
    AUTHORISED = "authorised"  #: reserved at the bank, not yet taken
    CAPTURED = "captured"  #: received
    FAILED = "failed"  #: the provider said no
    CANCELLED = "cancelled"  #: called off before any money came
    EXPIRED = "expired"  #: the window ended before any money came
    TO_REFUND = "to_refund"  #: received, and must go back
    REFUNDED = "refunded"  #: gone back


class Signal(StrEnum):
    """What a provider, a cashier or the clock tells us."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    FAIL = "fail"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REFUND = "refund"
    BOUNCE = "bounce"  #: what had gone back is here again: the card's bank would not take it


class RefundState(StrEnum):
    """Where a refund stands."""

    PROMISED = "promised"  #: owed, and nobody has sent it yet
    SENT = "sent"  #: with the card provider, or in a payout file: nobody else pays it
    DONE = "done"  #: gone back; a card's bank may still return it, and then it has failed
    FAILED = "failed"  #: could not go this way; its promise is given back


class Way(StrEnum):
    """How a refund goes back."""

    CARD = "card"  #: by the provider, to the card it came from
    BANK = "bank"  #: to an account that the buyer names, by a payout file
    CASH = "cash"  #: over the store's counter


_S, _T = Status, Signal

#: (status, signal) -> status. What is not here is refused; what leads back to itself is a repeat without effect.
#: Money that arrives after the end is never kept: it turns into a duty to give it back.
NEXT: dict[tuple[Status, Signal], Status] = {
    (_S.PENDING, _T.AUTHORISE): _S.AUTHORISED,
    (_S.PENDING, _T.CAPTURE): _S.CAPTURED,
    (_S.PENDING, _T.FAIL): _S.FAILED,
    (_S.PENDING, _T.CANCEL): _S.CANCELLED,
    (_S.PENDING, _T.EXPIRE): _S.EXPIRED,
    (_S.AUTHORISED, _T.AUTHORISE): _S.AUTHORISED,
    (_S.AUTHORISED, _T.CAPTURE): _S.CAPTURED,
    (_S.AUTHORISED, _T.FAIL): _S.FAILED,
    (_S.AUTHORISED, _T.CANCEL): _S.CANCELLED,
    (_S.AUTHORISED, _T.EXPIRE): _S.EXPIRED,
    (_S.CAPTURED, _T.AUTHORISE): _S.CAPTURED,
    (_S.CAPTURED, _T.CAPTURE): _S.CAPTURED,
    (_S.CAPTURED, _T.FAIL): _S.CAPTURED,
    (_S.CAPTURED, _T.EXPIRE): _S.CAPTURED,
    (_S.CAPTURED, _T.CANCEL): _S.TO_REFUND,
    (_S.CAPTURED, _T.REFUND): _S.REFUNDED,
    (_S.CAPTURED, _T.BOUNCE): _S.CAPTURED,
    (_S.FAILED, _T.FAIL): _S.FAILED,
    (_S.FAILED, _T.CAPTURE): _S.TO_REFUND,
    (_S.FAILED, _T.CANCEL): _S.FAILED,
    (_S.FAILED, _T.EXPIRE): _S.FAILED,
    (_S.FAILED, _T.AUTHORISE): _S.FAILED,
    (_S.CANCELLED, _T.AUTHORISE): _S.CANCELLED,
    (_S.CANCELLED, _T.CANCEL): _S.CANCELLED,
    (_S.CANCELLED, _T.EXPIRE): _S.CANCELLED,
    (_S.CANCELLED, _T.FAIL): _S.CANCELLED,
    (_S.CANCELLED, _T.CAPTURE): _S.TO_REFUND,
    (_S.EXPIRED, _T.AUTHORISE): _S.EXPIRED,
    (_S.EXPIRED, _T.EXPIRE): _S.EXPIRED,
    (_S.EXPIRED, _T.CANCEL): _S.EXPIRED,
    (_S.EXPIRED, _T.FAIL): _S.EXPIRED,
    (_S.EXPIRED, _T.CAPTURE): _S.TO_REFUND,
    (_S.TO_REFUND, _T.AUTHORISE): _S.TO_REFUND,
    (_S.TO_REFUND, _T.CAPTURE): _S.TO_REFUND,
    (_S.TO_REFUND, _T.CANCEL): _S.TO_REFUND,
    (_S.TO_REFUND, _T.FAIL): _S.TO_REFUND,
    (_S.TO_REFUND, _T.EXPIRE): _S.TO_REFUND,
    (_S.TO_REFUND, _T.REFUND): _S.REFUNDED,
    (_S.TO_REFUND, _T.BOUNCE): _S.TO_REFUND,
    (_S.REFUNDED, _T.REFUND): _S.REFUNDED,
    (_S.REFUNDED, _T.BOUNCE): _S.TO_REFUND,
    (_S.REFUNDED, _T.AUTHORISE): _S.REFUNDED,
    (_S.REFUNDED, _T.CAPTURE): _S.REFUNDED,
    (_S.REFUNDED, _T.CANCEL): _S.REFUNDED,
    (_S.REFUNDED, _T.FAIL): _S.REFUNDED,
    (_S.REFUNDED, _T.EXPIRE): _S.REFUNDED,
}

#: Seconds before the end of a window in which no capture is begun: one that is under way takes ten at most.
CAPTURE_MARGIN = timedelta(seconds=15)

#: The states in which we have, or had, somebody's money.
RECEIVED = frozenset({Status.CAPTURED, Status.TO_REFUND, Status.REFUNDED})


def next_status(status: Status, signal: Signal) -> Status | None:
    """Where a signal leads, or None when it makes no sense there."""
    return NEXT.get((status, signal))


def window_end(opened_at: datetime, window_seconds: int | None, last_day: date) -> datetime | None:
    """When an open payment ends: after its window, never past the local midnight that ends `last_day`.

    None for payments that are settled in person: the sale is decided at its placement (decision 4).
    """
    if window_seconds is None:
        return None
    return min(datetime.fromtimestamp(opened_at.timestamp() + window_seconds, tz=opened_at.tzinfo), day_end(last_day))


def seller_ref(bank_ref: str, seller_id: int) -> str:
    """A bank's reference that another seller's bank has given, too: with the seller's number behind it."""
    return f"{bank_ref}@{seller_id}"


def refund_way(provider: str) -> Way:
    """How money that came by this provider goes back unless the buyer chooses: to its source where there is one.

    A courier's cash goes back to an account, since its buyer may live far from the store (decision 8).
    """
    return {"stripe": Way.CARD, "at_store": Way.CASH}.get(provider, Way.BANK)
