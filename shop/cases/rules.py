"""Where a case stands and what may be done with it: values only.

Source: decision 5 (delivered sales become cases), certificate cases D2, D3 and E1.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

#: A buyer is told within so long of the recording of a revocation that reaches back (case D3).
CONTACT_WITHIN = timedelta(hours=24)
#: Grounds on which a full refund is offered first: forged papers, and breaches of quality and safety.
GRAVE = frozenset({"forged", "breach"})


class Kind(StrEnum):
    """What was sold or shown on a day that a later revocation took away."""

    SALE = "sale"  #: a line of an order that has left the store
    BOOTH = "booth"  #: a booth that showed the product at a fair


class State(StrEnum):
    """Where a case stands."""

    TO_CONTACT = "to_contact"
    CONTACTED = "contacted"
    REFUNDED = "refunded"
    CLOSED = "closed"


#: What may follow what.
MOVES: Mapping[State, tuple[State, ...]] = {
    State.TO_CONTACT: (State.CONTACTED, State.REFUNDED),
    State.CONTACTED: (State.REFUNDED, State.CLOSED),
    State.REFUNDED: (State.CLOSED,),
    State.CLOSED: (),
}
#: Cases that wait for somebody.
OPEN = (State.TO_CONTACT, State.CONTACTED, State.REFUNDED)


def contact_by(recorded_at: datetime) -> datetime:
    """Until when the buyer is to be told."""
    return recorded_at + CONTACT_WITHIN


def may_become(state: str, wanted: str) -> bool:
    """Whether a case may go from one state to the other."""
    return wanted in MOVES[State(state)]
