"""A question made ready for counting: numbers in place of codes, points in a matrix."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shop.assignment.ground import Lying, grade, is_far, is_near, nearby, touching
from shop.assignment.points import fair_shares, forbidden, own_terms, quota_keys
from shop.assignment.problem import Plan, Problem, Stand

#: In the matrix: this exhibitor may never have this booth.
NEVER = -1_000_000
#: The most booths side by side that one exhibitor asks for.
MOST_WANTED = 4

Matrix = NDArray[np.int64]


@dataclass(frozen=True)
class Unit:
    """One booth that is wished for: the exhibitor's number, and which of her booths (0: the first)."""

    candidate: int
    number: int


@dataclass(frozen=True)
class Board:
    """What search and bound count on. Lists are by unit or by booth, in the question's order.

    ``own``: points by unit and booth, `NEVER` where forbidden; ``fixed``: booth of each pinned unit, else -1;
    ``pairs``: by unit, {other unit: points when near}; ``before``: the unit whose neighbour a further booth must be.
    """

    problem: Problem
    units: tuple[Unit, ...]
    own: Matrix
    fixed: tuple[int, ...]
    walls: Lying
    around: Lying
    pairs: tuple[dict[int, int], ...]
    groups: tuple[str, ...]
    areas: tuple[str | None, ...]
    shares: dict[str, int]
    quotas: tuple[tuple[str, ...], ...]
    most: dict[str, int]
    before: tuple[int, ...]

    def plan(self, places: list[int]) -> Plan:
        """Places by unit, as a plan by code; a further booth without the one before it is left out."""
        found: dict[str, tuple[str, ...]] = {}
        for number, unit in enumerate(self.units):
            if places[number] >= 0 and (unit.number == 0 or places[self.before[number]] >= 0):
                code = self.problem.candidates[unit.candidate].code
                found[code] = (*found.get(code, ()), self.problem.stands[places[number]].code)
        return found

    def places(self, plan: Plan) -> list[int]:
        """The opposite of `plan`."""
        numbers = {stand.code: number for number, stand in enumerate(self.problem.stands)}
        given = {code: [numbers[stand] for stand in stands] for code, stands in plan.items()}
        codes = [self.problem.candidates[unit.candidate].code for unit in self.units]
        return [
            given[code][unit.number] if unit.number < len(given.get(code, ())) else -1
            for code, unit in zip(codes, self.units, strict=True)
        ]


def board_of(problem: Problem) -> Board:
    """Count everything that does not depend on who stands where."""
    pins: dict[str, list[int]] = {}
    numbers = {stand.code: number for number, stand in enumerate(problem.stands)}
    for code, stand in problem.pins:
        pins.setdefault(code, []).append(numbers[stand])
    units = tuple(
        Unit(index, number)
        for index, one in enumerate(problem.candidates)
        for number in range(max(1, min(one.wanted, MOST_WANTED), len(pins.get(one.code, ()))))
    )
    firsts = {unit.candidate: number for number, unit in enumerate(units) if unit.number == 0}
    held = [pins.get(problem.candidates[unit.candidate].code, []) for unit in units]
    fixed = tuple(of[unit.number] if unit.number < len(of) else -1 for unit, of in zip(units, held, strict=True))
    quota = dict(problem.quota)
    candidates = [problem.candidates[unit.candidate] for unit in units]
    return Board(
        problem=problem, units=units, own=_own(problem, units, fixed), fixed=fixed,
        walls=touching(problem.stands), around=nearby(problem.stands), pairs=_pairs(problem, units, firsts),
        groups=tuple(one.groups[0] if one.groups else f"#{number}" for number, one in enumerate(candidates)),
        areas=tuple(
            one.area if unit.number == 0 and one.delegation is None else None
            for unit, one in zip(units, candidates, strict=True)
        ),
        shares=fair_shares(problem), quotas=tuple(quota_keys(one, quota) for one in candidates),
        most=_most(quota, problem), before=tuple(n - 1 if unit.number else -1 for n, unit in enumerate(units)),
    )  # fmt: skip


def _own(problem: Problem, units: tuple[Unit, ...], fixed: tuple[int, ...]) -> Matrix:
    """Points of each unit on each booth. A pinned booth is nobody else's; a pinned unit has no other."""
    zones, alike = dict(problem.zones), _alike(problem.stands)
    matrix = np.full((len(units), len(problem.stands)), NEVER, dtype=np.int64)
    for row, unit in enumerate(units):
        one = problem.candidates[unit.candidate]
        for columns in alike:
            stand = problem.stands[columns[0]]
            if fixed[row] in columns or not forbidden(one, stand, zones):
                terms = own_terms(one, stand, unit.number, problem.weights)
                matrix[row, columns] = sum(term.points for term in terms)
    for row, column in enumerate(fixed):
        if column >= 0:
            points = matrix[row, column]
            matrix[row, :] = matrix[:, column] = NEVER
            matrix[row, column] = points
    return matrix


def _alike(stands: tuple[Stand, ...]) -> list[list[int]]:
    """Booths on which anybody makes the same points by herself, and that the same are kept from."""
    found: dict[tuple[object, ...], list[int]] = {}
    for number, stand in enumerate(stands):
        kinds = sorted({kind for kind, _cm in stand.features})
        lying = tuple((kind, is_near(stand, kind), is_far(stand, kind)) for kind in kinds)
        key = (stand.kind, stand.services, stand.zone, stand.delegation, grade(stand), lying)
        found.setdefault(key, []).append(number)
    return list(found.values())


def _pairs(problem: Problem, units: tuple[Unit, ...], firsts: dict[int, int]) -> tuple[dict[int, int], ...]:
    """What two first booths near each other are worth, both ways of wishing added, seen from both."""
    numbers = {one.code: number for number, one in enumerate(problem.candidates)}
    found: list[dict[int, int]] = [{} for _ in units]
    for index, one in enumerate(problem.candidates):
        wishes = [(code, problem.weights.neighbour) for code in one.near]
        wishes += [(code, -problem.weights.rival) for code in one.apart]
        for code, points in wishes:
            if code in numbers and code != one.code:
                a, b = firsts[index], firsts[numbers[code]]
                found[a][b] = found[a].get(b, 0) + points
                found[b][a] = found[b].get(a, 0) + points
    return tuple(found)


def _most(quota: dict[str, int], problem: Problem) -> dict[str, int]:
    """Quotas as they bind: pins that already fill more leave no room, but stand."""
    keys = {one.code: quota_keys(one, quota) for one in problem.candidates}
    pinned = Counter(key for code, _stand in problem.pins for key in keys.get(code, ()))
    return {key: max(most, pinned[key]) for key, most in quota.items()}
