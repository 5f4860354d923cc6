"""What an assignment is worth, and what it must never break: the definitions that everything else is held against.

`terms_of` names each point and why; `total` adds them up; `breaches` lists broken rules. The solver counts the same
points in its own faster way, and a test compares the two.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shop.assignment.ground import grade, is_far, is_near, nearby, touching
from shop.assignment.problem import Candidate, Plan, Problem, Stand, Weights

#: Points for having a booth at all: by merit, not by wish.
MERIT = ("placed", "star", "review", "further", "home", "new", "early")


@dataclass(frozen=True)
class Term:
    """Points for one thing: ``about`` names the other exhibitor, the part of the hall, or how many."""

    kind: str
    points: int
    about: str = ""


@dataclass(frozen=True)
class Breach:
    """A rule that a plan breaks, for whom and where."""

    rule: str
    candidate: str
    stand: str = ""


def own_terms(one: Candidate, stand: Stand, number: int, weights: Weights) -> list[Term]:
    """What a booth is worth to an exhibitor wherever the others are; ``number``: her first booth is 0."""
    if number:
        found = [Term("further", weights.further)]
    else:
        found = [
            Term("placed", weights.placed), Term("star", weights.star * (one.stars - 3)),
            Term("review", weights.review * one.score // 100),
            Term("site", weights.site * grade(stand) * (one.stars - 3)),
        ]  # fmt: skip
        found += [Term(kind, points) for kind, points in one.standing]
        found += [Term("near_feature", weights.feature, f) for f in one.near_features if is_near(stand, f)]
        found += [Term("far_feature", weights.feature, f) for f in one.far_features if is_far(stand, f)]
    if one.kind is not None and one.kind == stand.kind:
        found.append(Term("kind", weights.kind, stand.kind))
    return [term for term in found if term.points]


def forbidden(one: Candidate, stand: Stand, zones: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Why an exhibitor may never have this booth: (rule, what is missing). Empty when she may."""
    found = [("services", name) for name in one.services if name not in stand.services]
    groups = zones.get(stand.zone or "")
    if groups is not None and not set(groups) & set(one.groups):
        found.append(("zone", stand.zone or ""))
    if stand.delegation != one.delegation:
        found.append(("delegation", ""))
    return found


def quota_keys(one: Candidate, quota: Mapping[str, int]) -> tuple[str, ...]:
    """The quotas that an exhibitor counts against: her area's and her province's."""
    return tuple(sorted({key for key in (one.area, one.province) if key in quota}))


def fair_shares(problem: Problem) -> dict[str, int]:
    """By area: how many of its exhibitors make up its fair part of the free booths; delegations have their blocks."""
    apart = [one for one in problem.candidates if one.delegation is None]
    room = sum(stand.delegation is None for stand in problem.stands)
    asked = Counter(one.area for one in apart)
    return {area: min(n, max(1, n * room // len(apart))) for area, n in asked.items()}


def terms_of(problem: Problem, plan: Plan) -> dict[str, list[Term]]:
    """Every point of a plan, by exhibitor. A wall that a group shares is told on both sides; `total` counts it once."""
    ground = _Ground(problem, plan)
    found = {code: list(ground.terms(code, stands)) for code, stands in plan.items() if stands}
    for code, term in _fair_terms(problem, plan):
        found[code].append(term)
    return found


def total(problem: Problem, plan: Plan) -> int:
    """The score of a plan."""
    return sum(parts_of(problem, plan).values())


def parts_of(problem: Problem, plan: Plan) -> dict[str, int]:
    """The score by kind of point. Walls of a group appear at both sides and are counted once."""
    found: Counter[str] = Counter()
    for terms in terms_of(problem, plan).values():
        for term in terms:
            found[term.kind] += term.points
    if "group" in found:
        found["group"] //= 2
    return dict(found)


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Every hard rule that a plan breaks; what was pinned by hand may stand where the solver would not put it."""
    candidates = {one.code: one for one in problem.candidates}
    stands = {one.code: one for one in problem.stands}
    zones, pinned = dict(problem.zones), set(problem.pins)
    taken = Counter(stand for given in plan.values() for stand in given)
    found = [Breach("one_holder", "", stand) for stand, times in taken.items() if times > 1]
    found += [Breach("pin", one, stand) for one, stand in problem.pins if stand not in plan.get(one, ())]
    for code, given in plan.items():
        if code not in candidates or not set(given) <= set(stands):
            found.append(Breach("unknown", code))
            continue
        for stand in given:
            if (code, stand) not in pinned:
                rules = forbidden(candidates[code], stands[stand], zones)
                found += [Breach(rule, code, stand) for rule, _ in rules]
    return found + _quota_breaches(problem, plan) + _several_breaches(problem, plan)


def _quota_breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """A quota holds for all, unless pins alone already fill more: then nothing may be added to them."""
    quota, counts, pinned = dict(problem.quota), Counter[str](), Counter[str]()
    keys = {one.code: quota_keys(one, quota) for one in problem.candidates}
    for code, given in plan.items():
        counts.update({key: len(given) for key in keys.get(code, ())})
    for code, _stand in problem.pins:
        pinned.update(keys.get(code, ()))
    return [Breach("quota", key) for key, many in counts.items() if many > max(quota[key], pinned[key])]


def _several_breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Further booths: no more than asked for (or pinned), each side by side with the one before."""
    numbers = {stand.code: number for number, stand in enumerate(problem.stands)}
    walls, pins = touching(problem.stands), Counter(code for code, _ in problem.pins)
    found: list[Breach] = []
    for one in problem.candidates:
        given = [stand for stand in plan.get(one.code, ()) if stand in numbers]
        if len(given) > max(one.wanted, pins[one.code]):
            found.append(Breach("too_many", one.code))
        for before, stand in pairwise(given):
            both_pinned = {(one.code, before), (one.code, stand)} <= set(problem.pins)
            if numbers[stand] not in walls[numbers[before]] and not both_pinned:
                found.append(Breach("side_by_side", one.code, stand))
    return found


class _Ground:
    """A plan laid on the floor, to ask who is beside whom. Wishes for others look at the first booth of each."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.weights, self.plan = problem.weights, plan
        self.candidates = {one.code: one for one in problem.candidates}
        self.numbers = {stand.code: number for number, stand in enumerate(problem.stands)}
        self.stands, self.walls, self.around = problem.stands, touching(problem.stands), nearby(problem.stands)
        self.holders = {self.numbers[stand]: code for code, given in plan.items() for stand in given}

    def terms(self, code: str, given: Sequence[str]) -> Iterator[Term]:
        one = self.candidates[code]
        for number, stand in enumerate(given):
            yield from own_terms(one, self.stands[self.numbers[stand]], number, self.weights)
            yield from self._walls_shared(one, self.numbers[stand])
        here = self.around[self.numbers[given[0]]]
        for other in one.near:
            if self._stands_at(other, here):
                yield Term("neighbour", self.weights.neighbour, other)
        for other in one.apart:
            if self._stands_at(other, here):
                yield Term("rival", -self.weights.rival, other)

    def _stands_at(self, code: str, here: Sequence[int]) -> bool:
        given = self.plan.get(code)
        return bool(given) and self.numbers[given[0]] in here

    def _walls_shared(self, one: Candidate, stand: int) -> Iterator[Term]:
        for other in self.walls[stand]:
            holder = self.holders.get(other)
            if holder is not None and one.groups and self.candidates[holder].groups[:1] == one.groups[:1]:
                yield Term("group", self.weights.group, holder)


def _fair_terms(problem: Problem, plan: Plan) -> Iterator[tuple[str, Term]]:
    """The points of fairness, each told to one of the area's exhibitors, the best scored first."""
    left = fair_shares(problem)
    for one in sorted(problem.candidates, key=lambda c: (-c.stars, -c.score, c.code)):
        if one.delegation is None and plan.get(one.code) and left[one.area] > 0 and problem.weights.fair:
            left[one.area] -= 1
            yield one.code, Term("fair", problem.weights.fair, one.area)
