"""What a plan that can be built may still be asked: ways too narrow, booths that nobody can reach, walls called open.

Warnings, not faults: an organizer may know better. Exact on whole centimetres, as `geometry`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from shop.fairs.plans.geometry import Exact, Ring, bounds, covers, nearest, outside_of
from shop.fairs.plans.plan import BoothPlan, Fault, Hall, Plan

#: Features that one walks through.
OPEN_GROUND = ("door", "exit", "corridor")
#: Warnings of one plan: more would not be read.
MOST = 60
_CELL = 500


@dataclass(frozen=True)
class _Solid:
    """Something that one cannot walk through, by the name that people know it by."""

    name: str
    ring: Ring


def warnings(plan: Plan) -> list[Fault]:
    """At most `MOST` warnings of a plan without faults.

    Kinds: ``narrow`` (two things, or one and a wall "|", with less between them than the hall's least way), ``shut_in``
    (a booth for an exhibitor without one side that can be reached), ``closed_side`` (called open, but something
    stands against it).
    """
    found: list[Fault] = []
    for hall in plan.halls:
        booths = [one for one in plan.booths if one.hall == hall.code]
        ground = _Ground(hall, _solids(hall, booths))
        found += [*ground.narrow(), *_sides(ground, booths)]
    return found[:MOST]


def _solids(hall: Hall, booths: Sequence[BoothPlan]) -> list[_Solid]:
    standing = [_Solid(one.label, one.polygon) for one in hall.features if one.kind not in OPEN_GROUND]
    return [_Solid(one.code, one.polygon) for one in booths] + standing


def _sides(ground: "_Ground", booths: Iterable[BoothPlan]) -> Iterator[Fault]:
    for booth in booths:
        free = [ground.is_free(point, booth.polygon) for point in outside_of(booth.polygon)]
        if booth.use == "exhibitor" and not any(free):
            yield Fault("shut_in", (booth.code,))
        elif not all(free[side] for side in booth.open_sides):
            yield Fault("closed_side", (booth.code,))


class _Ground:
    """One hall with its solids in cells of five metres, so that only neighbours are compared."""

    def __init__(self, hall: Hall, solids: Sequence[_Solid]) -> None:
        self.hall, self.solids = hall, solids
        self.cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self.boxes = [bounds(solid.ring) for solid in solids]
        for number, box in enumerate(self.boxes):
            for cell in _cells(box):
                self.cells[cell].append(number)

    def narrow(self) -> Iterator[Fault]:
        """Every way that is too narrow."""
        least = self.hall.aisle
        for number, solid in enumerate(self.solids):
            yield from self._narrow_to_walls(solid, least)
            left, top, right, bottom = bounds(solid.ring)
            around = _cells((left - least, top - least, right + least, bottom + least))
            for other in sorted({one for cell in around for one in self.cells.get(cell, ()) if one > number}):
                squared, middle = nearest(solid.ring, self.solids[other].ring)
                if 0 < squared < least * least and not self._is_filled(middle, (number, other)):
                    yield Fault("narrow", (solid.name, self.solids[other].name))

    def is_free(self, point: Exact, own: Ring) -> bool:
        """Whether one can stand there: in the hall, and on nothing solid but the booth itself."""
        x, y = point
        if not (0 < x < self.hall.width and 0 < y < self.hall.height):
            return False
        return not any(covers(point, one.ring) for one in self._around(point) if one.ring != own)

    def _narrow_to_walls(self, solid: _Solid, least: int) -> Iterator[Fault]:
        left, top, right, bottom = bounds(solid.ring)
        x, y = (left + right) // 2, (top + bottom) // 2
        width, height = self.hall.width, self.hall.height
        gaps = ((left, (left // 2, y)), (top, (x, top // 2)), (width - right, ((width + right) // 2, y)),
                (height - bottom, (x, (height + bottom) // 2)))  # fmt: skip
        if any(0 < gap < least and not self._is_filled(middle, ()) for gap, middle in gaps):
            yield Fault("narrow", (solid.name, "|"))

    def _is_filled(self, point: Exact, besides: tuple[int, ...]) -> bool:
        """Whether something else stands there, so that the gap is no way."""
        left_out = [self.solids[one] for one in besides]
        return any(covers(point, one.ring) for one in self._around(point) if one not in left_out)

    def _around(self, point: Exact) -> Iterator[_Solid]:
        """The solids whose box has the point."""
        x, y = point
        for number in self.cells.get((int(x) // _CELL, int(y) // _CELL), ()):
            left, top, right, bottom = self.boxes[number]
            if left <= x <= right and top <= y <= bottom:
                yield self.solids[number]


def _cells(box: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = box
    return product(range(left // _CELL, right // _CELL + 1), range(top // _CELL, bottom // _CELL + 1))
