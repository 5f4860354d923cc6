"""Steps of a complaint and its deadline: pure decisions."""

from datetime import date, timedelta

#: Days within which the house promises an answer; its own rule, shorter than what any law asks of it.
ANSWER_WITHIN = timedelta(days=7)
#: Which state may follow which; staying in a state is a note.
NEXT = {
    "received": ("received", "examining", "answered", "closed"),
    "examining": ("examining", "answered", "closed"),
    "answered": ("answered", "examining", "closed"),
    "closed": ("examining",),
}


def due_on(received_on: date) -> date:
    """Last day for an answer."""
    return received_on + ANSWER_WITHIN


def may_follow(state: str, then: str) -> bool:
    """Whether a complaint in one state may go to the other."""
    return then in NEXT[state]


def is_late(state: str, due: date, today: date) -> bool:
    """Whether the answer is overdue."""
    return state in ("received", "examining") and due < today
