"""The bound: the linear relaxation of the same question, solved by HiGHS. No plan can have more points.

Booths on which every exhibitor makes the same points by herself are one column: at the optimum they may be shared out
evenly, so this is no looser than a column for each, and thirty times smaller (figures: decision 63). Left out are
rows that could only lower the bound: that a named neighbour stands near and not just somewhere, that a further booth
lies beside the first, and what rivals cost.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from shop.assignment.board import NEVER, Board

#: How far from a whole number HiGHS may end.
_SLACK = 1e-6


@dataclass
class _Program:
    """A linear program as it is written: points by variable, then rows that may not exceed their limit."""

    points: list[int] = field(default_factory=list[int])
    most: list[float] = field(default_factory=list[float])
    limits: list[int] = field(default_factory=list[int])
    rows: list[int] = field(default_factory=list[int])
    columns: list[int] = field(default_factory=list[int])
    values: list[float] = field(default_factory=list[float])

    def variable(self, points: int, most: float = 1.0) -> int:
        self.points.append(points)
        self.most.append(most)
        return len(self.points) - 1

    def row(self, limit: int, more: Iterable[int], less: Iterable[int] = ()) -> None:
        """The sum of ``more`` without the sum of ``less`` is at most ``limit``."""
        for value, columns in ((1.0, more), (-1.0, less)):
            for column in columns:
                self.rows.append(len(self.limits))
                self.columns.append(column)
                self.values.append(value)
        self.limits.append(limit)

    def solve(self) -> float:
        shape = len(self.limits), len(self.points)
        matrix: Any = csr_array((self.values, (self.rows, self.columns)), shape=shape)
        bounds = [(0.0, most) for most in self.most]
        answer = linprog([-p for p in self.points], A_ub=matrix, b_ub=self.limits, bounds=bounds, method="highs-ds")
        if answer.status != 0 or answer.fun is None:
            raise ArithmeticError(answer.message)
        return -answer.fun


@dataclass(frozen=True)
class _Places:
    """Booths gathered into kinds: ``kind_of`` each booth, and the variables of units by kind."""

    kind_of: Sequence[int]
    sizes: Sequence[int]
    columns: Sequence[dict[int, int]]


def bound_of(board: Board) -> int:
    """The most points that any plan could have, by the linear relaxation, rounded down to whole points."""
    if not board.units or not board.problem.stands:
        return 0
    program = _Program()
    places = _places(board, program)
    _one_each(board, program, places)
    _fairness(board, program, places)
    _neighbours(board, program, places)
    _walls(board, program, places)
    return math.floor(program.solve() + _SLACK)


def _places(board: Board, program: _Program) -> _Places:
    kinds: NDArray[np.int64]
    kinds, inverse, sizes = np.unique(board.own, axis=1, return_inverse=True, return_counts=True)
    columns = [
        {kind: program.variable(points) for kind, points in enumerate(row) if points > NEVER}
        for row in kinds.tolist()
    ]  # fmt: skip
    return _Places(inverse.ravel().tolist(), sizes.tolist(), columns)


def _one_each(board: Board, program: _Program, places: _Places) -> None:
    """A unit has one booth, a kind its booths, a quota its limit; no further booth without the one before."""
    for unit, columns in enumerate(places.columns):
        program.row(1, columns.values())
        if board.before[unit] >= 0:
            program.row(0, columns.values(), places.columns[board.before[unit]].values())
    for kind, size in enumerate(places.sizes):
        program.row(size, [columns[kind] for columns in places.columns if kind in columns])
    for key, most in board.most.items():
        counted = [columns for columns, keys in zip(places.columns, board.quotas, strict=True) if key in keys]
        program.row(most, [column for columns in counted for column in columns.values()])


def _fairness(board: Board, program: _Program, places: _Places) -> None:
    for area, share in board.shares.items():
        own = [columns for columns, of in zip(places.columns, board.areas, strict=True) if of == area]
        fair = program.variable(board.problem.weights.fair, share)
        program.row(0, [fair], [column for columns in own for column in columns.values()])


def _neighbours(board: Board, program: _Program, places: _Places) -> None:
    for unit, pairs in enumerate(board.pairs):
        for other, points in pairs.items():
            if unit < other and points > 0:
                met = program.variable(points)
                program.row(0, [met], places.columns[unit].values())
                program.row(0, [met], places.columns[other].values())


def _walls(board: Board, program: _Program, places: _Places) -> None:
    """By group and booth: how much of the booth the group has; a shared wall counts for the smaller part beside it."""
    walls = [(one, other) for one, beside in enumerate(board.walls) for other in beside if one < other]
    weight, members = board.problem.weights.group, _members(board)
    parts: dict[str, list[int]] = {}
    for group, units in members.items():
        part = [program.variable(0) for _ in places.kind_of]
        for kind in range(len(places.sizes)):
            own = [places.columns[unit][kind] for unit in units if kind in places.columns[unit]]
            program.row(0, [part[booth] for booth, of in enumerate(places.kind_of) if of == kind], own)
        for one, other in walls:
            shared = program.variable(weight)
            program.row(0, [shared], [part[one]])
            program.row(0, [shared], [part[other]])
        parts[group] = part
    for booth in range(len(places.kind_of) if parts else 0):
        program.row(1, [part[booth] for part in parts.values()])


def _members(board: Board) -> dict[str, list[int]]:
    """Groups of two units or more: one alone shares no wall."""
    found: dict[str, list[int]] = {}
    for unit, group in enumerate(board.groups):
        found.setdefault(group, []).append(unit)
    return {group: units for group, units in found.items() if len(units) > 1}
