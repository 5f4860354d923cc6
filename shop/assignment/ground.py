"""How booths lie to each other: which share a wall, which are near (across an aisle too), and how good a place is."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations

from shop.assignment.problem import Stand

#: A gap up to this is a wall; a shared stretch shorter than this is only a corner.
WALL_CM, STRETCH_CM = 20, 50
#: Neighbours for wishes: side by side, back to back, or over an aisle of up to this.
NEAR_CM = 400
#: "Near" a part of the hall, and "far" from it.
CLOSE_CM, FAR_CM = 1_200, 2_500
#: From here on an entrance makes a place better.
DOOR_CM = 1_500

Lying = tuple[tuple[int, ...], ...]


@lru_cache(maxsize=8)
def touching(stands: tuple[Stand, ...]) -> Lying:
    """By booth, in order: those that share a wall with it."""
    return _related(stands, lambda a, b: _share_wall(a.box, b.box))


@lru_cache(maxsize=8)
def nearby(stands: tuple[Stand, ...]) -> Lying:
    """By booth, in order: those that count as its neighbours when somebody wants to be near, or apart."""
    return _related(stands, lambda a, b: _gap(a.box, b.box) <= NEAR_CM)


def grade(stand: Stand) -> int:
    """How good a place is, 0 to 4: open sides beyond the first, a better type, near a door."""
    points = min(2, max(0, stand.open_sides - 1))
    points += stand.kind in ("corner", "premium") and stand.open_sides < 2
    points += stand.kind == "premium"
    points += any(kind == "door" and cm <= DOOR_CM for kind, cm in stand.features)
    return min(4, points)


def is_near(stand: Stand, kind: str) -> bool:
    """Whether such a part of the hall is close."""
    return any(one == kind and cm <= CLOSE_CM for one, cm in stand.features)


def is_far(stand: Stand, kind: str) -> bool:
    """Whether such a part of the hall is far away; one that the hall does not have always is."""
    return all(one != kind or cm >= FAR_CM for one, cm in stand.features)


def distance(box: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> int:
    """The free way between two boxes of one hall, along the longer axis of it, in centimetres."""
    return _gap(box, other)


def _related(stands: Sequence[Stand], is_so: Callable[[Stand, Stand], bool]) -> Lying:
    found: list[list[int]] = [[] for _ in stands]
    by_hall: dict[str, list[int]] = {}
    for number, stand in enumerate(stands):
        by_hall.setdefault(stand.hall, []).append(number)
    for numbers in by_hall.values():
        for a, b in combinations(numbers, 2):
            if is_so(stands[a], stands[b]):
                found[a].append(b)
                found[b].append(a)
    return tuple(tuple(sorted(one)) for one in found)


def _share_wall(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    across, down = _apart(a[0], a[2], b[0], b[2]), _apart(a[1], a[3], b[1], b[3])
    return max(across, down) <= WALL_CM and min(across, down) <= -STRETCH_CM


def _gap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> int:
    return max(0, _apart(a[0], a[2], b[0], b[2]), _apart(a[1], a[3], b[1], b[3]))


def _apart(low: int, high: int, other_low: int, other_high: int) -> int:
    """How far two stretches of one axis lie apart; below zero: how much they share."""
    return max(low, other_low) - min(high, other_high)
