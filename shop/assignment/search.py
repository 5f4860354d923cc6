"""The solver: the best places by themselves (`scipy.optimize.linear_sum_assignment`), then a search over exchanges
that also weighs who stands beside whom. Decision 63 says why, with the figures of `milp`.

It counts steps, never seconds: the same question gives the same answer on every machine.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from shop.assignment.board import NEVER, Board

#: What a further booth that is not side by side with the one before costs while searching.
_ASTRAY = 200
#: Steps of the search per booth; the first and the last temperature, in points.
STEPS_PER_STAND = 1_600
_HOT, _COLD = 30.0, 0.7
#: One proposal in so many looks for a place beside those whom somebody would like near.
_AIMED = 4


def start_of(board: Board) -> list[int]:
    """Places by unit that are best when nobody minds the others: an assignment of first booths within the quotas."""
    places = list(board.fixed)
    own = board.own.copy()
    counts = Counter(key for unit, place in enumerate(places) if place >= 0 for key in board.quotas[unit])
    free = [u for u, unit in enumerate(board.units) if unit.number == 0 and places[u] < 0]
    stands = [s for s in range(own.shape[1]) if s not in set(places)]
    if not free or not stands:
        return places
    for unit in sorted(free, key=lambda u: (-int(own[u].max()), u)):
        if all(counts[key] < board.most[key] for key in board.quotas[unit]):
            counts.update(board.quotas[unit])
        else:
            own[unit] = NEVER
    part = own[np.ix_(free, stands)]
    rows, columns = linear_sum_assignment(np.maximum(part, -10_000), maximize=True)
    for row, column in zip(rows, columns, strict=True):
        if part[row, column] > NEVER:
            places[free[int(row)]] = stands[int(column)]
    return places


class Search:
    """A plan being improved: each exchange is judged by what it changes alone."""

    def __init__(self, board: Board, places: list[int]) -> None:
        self.board, self.places = board, list(places)
        self.holder = [-1] * len(board.problem.stands)
        for unit, stand in enumerate(places):
            if stand >= 0:
                self.holder[stand] = unit
        self.own: list[list[int]] = board.own.tolist()
        self.walls, self.around = board.walls, [frozenset(near) for near in board.around]
        self.wall_sets = [frozenset(near) for near in board.walls]
        self.pairs = [tuple(pairs.items()) for pairs in board.pairs]
        self.groups = _numbers(board.groups)
        self.after = [-1] * len(board.units)
        for unit, before in enumerate(board.before):
            if before >= 0:
                self.after[before] = unit
        self.is_tied = [max(one) >= 0 for one in zip(board.before, self.after, strict=True)]
        self.quota_counts: Counter[str] = Counter()
        self.area_counts: Counter[str] = Counter()
        for unit, stand in enumerate(places):
            if stand >= 0:
                self._count(unit, 1)

    def _count(self, unit: int, by: int) -> None:
        for key in self.board.quotas[unit]:
            self.quota_counts[key] += by
        area = self.board.areas[unit]
        if area is not None:
            self.area_counts[area] += by

    def among(self, unit: int, stand: int) -> int:
        """Points that a unit on a booth makes with the others where they are now."""
        points, places, near = 0, self.places, self.around[stand]
        for other, worth in self.pairs[unit]:
            if places[other] in near:
                points += worth
        groups, holder = self.groups, self.holder
        group, weight = groups[unit], self.board.problem.weights.group
        for wall in self.walls[stand]:
            beside = holder[wall]
            if beside >= 0 and groups[beside] == group and beside != unit:
                points += weight
        return points

    def gain(self, unit: int, stand: int) -> int | None:
        """What it changes to give that booth to this unit: its holder takes the unit's old booth, or goes without.

        None when a rule forbids it.
        """
        own, old, other = self.own, self.places[unit], self.holder[stand]
        if own[unit][stand] == NEVER or (other >= 0 and self.board.fixed[other] >= 0):
            return None
        if old >= 0 and other >= 0 and own[other][old] == NEVER:
            return None
        if old < 0 and not self._has_room(unit, other):
            return None
        gain = own[unit][stand] + self.among(unit, stand)
        if other >= 0:
            gain -= own[other][stand] + self.among(other, stand)
        if old < 0:
            gain += self._fairer(unit, other)
        else:
            gain -= own[unit][old] + self.among(unit, old)
            if other >= 0:
                gain += own[other][old] + self.among(other, old) + 2 * self._between(unit, other, old, stand)
        if self.is_tied[unit] or (other >= 0 and self.is_tied[other]):
            gain += self._ties_gain(unit, other, stand)
        return gain

    def _between(self, unit: int, other: int, old: int, stand: int) -> int:
        """What two make with each other; they make it after an exchange as well, but each was asked alone."""
        points = self.board.pairs[unit].get(other, 0) if stand in self.around[old] else 0
        if stand in self.wall_sets[old] and self.groups[unit] == self.groups[other]:
            points += self.board.problem.weights.group
        return points

    def _fairer(self, unit: int, other: int) -> int:
        """What fairness between areas gains when one comes in and perhaps another goes out."""
        come, gone = self.board.areas[unit], self.board.areas[other] if other >= 0 else None
        if come == gone:
            return 0
        counts, shares, weight = self.area_counts, self.board.shares, self.board.problem.weights.fair
        gain = weight if come is not None and counts[come] < shares[come] else 0
        return gain - (weight if gone is not None and counts[gone] <= shares[gone] else 0)

    def _ties_gain(self, unit: int, other: int, stand: int) -> int:
        """What changes for booths that must lie side by side."""
        units = {one for of in (unit, other) if of >= 0 for one in (of, self.board.before[of], self.after[of])} - {-1}
        before = sum(map(self._astray, units))
        old = self.places[unit]
        self._put(unit, stand)
        after = sum(map(self._astray, units))
        self._back(unit, old, other, stand)
        return before - after

    def _astray(self, unit: int) -> int:
        """What it costs that a further booth does not lie beside the one before."""
        before, place = self.board.before[unit], self.places[unit]
        if before < 0 or place < 0 or self.places[before] in self.wall_sets[place]:
            return 0
        return _ASTRAY

    def give(self, unit: int, stand: int) -> None:
        """Do what `gain` has judged."""
        self._put(unit, stand)

    def _put(self, unit: int, stand: int) -> None:
        old, other = self.places[unit], self.holder[stand]
        self.places[unit], self.holder[stand] = stand, unit
        if old >= 0:
            self.holder[old] = other
        else:
            self._count(unit, 1)
        if other >= 0:
            self.places[other] = old
            if old < 0:
                self._count(other, -1)

    def _back(self, unit: int, old: int, other: int, stand: int) -> None:
        self.places[unit], self.holder[stand] = old, other
        if old >= 0:
            self.holder[old] = unit
        else:
            self._count(unit, -1)
        if other >= 0:
            self.places[other] = stand
            if old < 0:
                self._count(other, 1)

    def _has_room(self, unit: int, leaving: int) -> bool:
        gone = self.board.quotas[leaving] if leaving >= 0 else ()
        counts, most = self.quota_counts, self.board.most
        return all(counts[key] - (key in gone) < most[key] for key in self.board.quotas[unit])

    def remove(self, unit: int) -> None:
        """Leave a unit without a booth."""
        stand = self.places[unit]
        self.places[unit], self.holder[stand] = -1, -1
        self._count(unit, -1)


def _numbers(words: Sequence[str]) -> list[int]:
    """The same word, the same number: quicker to compare."""
    known = {word: number for number, word in enumerate(sorted(set(words)))}
    return [known[word] for word in words]


def anneal(search: Search, steps: int, seed: int) -> list[int]:
    """Exchanges by chance, fewer and fewer that cost something; answers the best places seen."""
    board, dice = search.board, random.Random(seed)  # noqa: S311 repeatable, no secret
    units = [unit for unit, stand in enumerate(board.fixed) if stand < 0]
    open_to = [[s for s, points in enumerate(row) if points != NEVER] for row in search.own]
    units = [unit for unit in units if open_to[unit]]
    if not units or steps <= 0:
        return list(search.places)
    friends = [[other for other, points in pairs.items() if points > 0] for pairs in board.pairs]
    level = best = 0
    best_places = list(search.places)
    heat, cooling = _HOT, (_COLD / _HOT) ** (1 / steps)
    chance, pick = dice.random, dice.random
    for _ in range(steps):
        heat *= cooling
        unit = units[int(pick() * len(units))]
        stand = _aimed(search, unit, friends, dice) if chance() * _AIMED < 1 else -1
        if stand < 0:
            row = open_to[unit]
            stand = row[int(pick() * len(row))]
        if search.places[unit] == stand:
            continue
        gain = search.gain(unit, stand)
        if gain is not None and (gain >= 0 or chance() < math.exp(gain / heat)):
            search.give(unit, stand)
            level += gain
            if level > best:
                best, best_places = level, list(search.places)
    return best_places


def _aimed(search: Search, unit: int, friends: list[list[int]], dice: random.Random) -> int:
    """A booth beside one whom this unit would like near, or beside its own other booth; -1 when there is none."""
    before, after = search.board.before[unit], search.after[unit]
    beside = [search.places[one] for one in (before, after) if one >= 0 and search.places[one] >= 0]
    choices = [s for stand in beside for s in search.walls[stand]]
    if not choices:
        named = [search.places[one] for one in friends[unit] if search.places[one] >= 0]
        choices = [s for stand in named for s in search.board.around[stand]]
    return dice.choice(choices) if choices else -1


def tidy(search: Search) -> None:
    """Take away further booths that came to stand apart from the one before."""
    board = search.board
    for unit, before in enumerate(board.before):
        stand = search.places[unit]
        if before >= 0 and stand >= 0 and board.fixed[unit] < 0:
            place = search.places[before]
            if place < 0 or stand not in search.wall_sets[place]:
                search.remove(unit)


def climb(search: Search, rounds: int = 60) -> None:
    """Do the best exchange of each unit as long as one gains: in the end no single exchange makes the plan better."""
    units = [unit for unit, stand in enumerate(search.board.fixed) if stand < 0]
    for _ in range(rounds):
        moved = False
        for unit in units:
            stands = [s for s, points in enumerate(search.own[unit]) if points != NEVER and s != search.places[unit]]
            gains = [(gain, -stand) for stand in stands if (gain := search.gain(unit, stand)) is not None]
            if gains and max(gains)[0] > 0:
                search.give(unit, -max(gains)[1])
                moved = True
        if not moved:
            return
