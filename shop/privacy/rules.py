"""Rules of personal data on plain values: terms of the law, what is still needed, what a person may ask.

Luật 91/2025/QH15 on personal data and NĐ 356/2025: an answer within two working days. Luật Kế toán and NĐ 123/2020:
invoices and payment papers are kept ten years, with what stands on them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from shop.orders.rules import OFF, RETURN_DAYS, State, working_days_after

#: Days in which a request must be answered.
ANSWER_WORKING_DAYS: Final = 2
#: Contact data of an order that is over is forgotten by itself after the time in which a contract can be sued over
#: (BLDS 2015, điều 429: three years).
CONTACT_KEPT: Final = timedelta(days=3 * 365)
#: Invoices and papers of payment (Luật Kế toán 2015, điều 41).
PAPERS_KEPT_YEARS: Final = 10
#: A link to one's data works so long until it is opened, and so long afterwards.
LINK_LASTS: Final = timedelta(minutes=60)
VISIT_LASTS: Final = timedelta(minutes=30)
#: What an erased name and address read.
ERASED: Final = "(đã xóa)"


class Wish(StrEnum):
    """What a person can ask for."""

    ACCESS = "access"  #: she has left no address that a link could be sent to: somebody must call her
    CORRECT = "correct"
    ERASE = "erase"


class Stage(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Needed:
    """An order whose contact data is still needed: why (a code of `words.NEEDS`), and until when if that is known."""

    number: str
    why: str
    until: date | None


#: Nothing more will happen to these.
OVER = frozenset({State.COMPLETED, State.CANCELLED, State.CANCELLED_LAPSED, State.REFUNDED, State.PART_REFUNDED})


def due_on(asked_on: date) -> date:
    """The last day for an answer."""
    return working_days_after(asked_on, ANSWER_WORKING_DAYS)


def why_needed(state: State, handed_on: date | None, today: date) -> tuple[str, date | None] | None:
    """Why an order's contact data is still needed on a day, and until when; None when it is not.

    ``handed_on``: the day on which the buyer got the goods.
    """
    if state == State.TO_REFUND:
        return "money", None
    if state in OVER or state in OFF:
        return None
    if state == State.HANDED_OVER:
        until = (handed_on or today) + timedelta(days=RETURN_DAYS)
        return ("returns", until) if today <= until else None
    return "open", None


def papers_until(issued_on: date) -> date:
    """The last day on which an invoice must be kept: ten years from the end of its year."""
    return date(issued_on.year + PAPERS_KEPT_YEARS, 12, 31)


def latest(needed: Iterable[Needed]) -> date | None:
    """From when on everything could be erased; None when one of them has no known end."""
    ends = [one.until for one in needed]
    known = [one for one in ends if one is not None]
    return max(known) + timedelta(days=1) if known and len(known) == len(ends) else None
