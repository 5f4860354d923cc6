"""Pure decisions about exhibitors: scores, who a message reaches, what an invitation allows."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

#: What can happen to an application, as its history keeps it.
ACTS = (
    "submitted", "entered", "edited", "accepted", "waitlisted", "rejected", "withdrawn", "condition_met",
    "condition_ended", "partner_asked", "partner_agreed", "partner_declined", "partner_ended", "booked", "offered",
    "offer_accepted", "offer_ended", "paid", "at_risk", "released", "checked_in",
)  # fmt: skip


class OutsiderState(StrEnum):
    """Where the papers of an exhibitor from outside stand."""

    SENT = "sent"
    ENTERED = "entered"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: They still wait for somebody.
OPEN_OUTSIDER = (OutsiderState.SENT, OutsiderState.ENTERED)


class Source(StrEnum):
    """How an application came."""

    ACCOUNT = "account"
    INVITATION = "invitation"
    FILE = "file"
    DELEGATION = "delegation"
    OUTSIDE = "outside"


def score_of(weights: Mapping[int, int], points: Iterable[tuple[int, int, int]]) -> int | None:
    """The score of an application in hundredths of 100, or None while nobody scored it.

    ``weights``: by criterion; ``points``: (criterion, reviewer, 0 to 10). For each reviewer the weighted mean over the
    criteria that she scored, then the mean over reviewers, halves up: a reviewer counts once, whatever she left out.
    """
    of_reviewer: dict[int, list[tuple[int, int]]] = {}
    for criterion, reviewer, given in points:
        if criterion in weights:
            of_reviewer.setdefault(reviewer, []).append((weights[criterion], given))
    if not of_reviewer:
        return None
    means = [
        (sum(weight * given for weight, given in rows) * 1000, sum(weight for weight, _given in rows))
        for rows in of_reviewer.values()
    ]
    total = sum((above * 2 + below) // (2 * below) for above, below in means)
    return (total * 2 + len(means)) // (2 * len(means))


def takes_applications(first_on: date, last_on: date, on: date, invited_until: date | None, cut_off: date) -> bool:
    """Whether an application may be sent: in the public days, or by an invitation until its own last day.

    ``cut_off``: the fair's first day; an invitation never reaches beyond the day before.
    """
    if first_on <= on <= last_on:
        return True
    return invited_until is not None and on <= invited_until and on < cut_off
