"""Where an answer stands, and how an organizer's wishes become weights. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from enum import StrEnum

from shop.assignment.problem import Weights
from shop.fairs.rulebook import Priority

#: What comes first is worth so many points, what comes second fewer.
STEPS = (10, 6, 4, 2)
#: The most points for one thing: no weight drowns all others.
MOST_WEIGHT = 200


class RunState(StrEnum):
    """``waiting`` for the solver, ``ready`` to be looked at, ``applied``, ``dropped`` for a newer one, ``failed``."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    APPLIED = "applied"
    DROPPED = "dropped"


def weights_for(priority: Sequence[Priority], chosen: Mapping[str, int]) -> Weights:
    """The weights of a fair: stars by their place among its priorities, and what the organizer chose besides.

    Raises ValueError for a weight that does not exist or lies outside 0 to `MOST_WEIGHT`.
    """
    known = {field.name for field in fields(Weights)}
    if not set(chosen) <= known or not all(0 <= points <= MOST_WEIGHT for points in chosen.values()):
        raise ValueError("a weight is a known one of 0 to 200 points")
    return replace(Weights(), **{"star": step_of(priority, Priority.STARS), **chosen})


def step_of(priority: Sequence[Priority], what: Priority) -> int:
    """What one of a fair's priorities is worth: by its place, nothing when it is none."""
    return STEPS[priority.index(what)] if what in priority else 0


def early_points(place: int, many: int, most: int) -> int:
    """What applying early is worth: all of it for the first of ``many``, nothing for the last (``place`` from 0)."""
    return most * (many - 1 - place) // (many - 1) if many > 1 else most
