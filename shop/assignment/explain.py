"""Why this booth, and why not that one: read from a question and its plan, for one exhibitor.

What others wish stays theirs: an answer says how many points the whole would lose, never who does not want to stand
beside whom.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.assignment.board import Board, board_of
from shop.assignment.points import Term, forbidden, terms_of
from shop.assignment.problem import Candidate, Plan, Problem, ordered
from shop.assignment.search import Search


@dataclass(frozen=True)
class Other:
    """A booth that she does not have. ``verdict``: ``rule`` (``missing`` says what), ``kept`` (somebody has it, or it
    was pinned), ``quota``, ``holder`` (its holder may not stand on hers), or ``worse``.

    ``own``: what she would gain there by herself; ``loss``: what the whole would lose if she had it.
    """

    stand: str
    verdict: str
    missing: tuple[tuple[str, str], ...] = ()
    own: int = 0
    loss: int = 0


@dataclass(frozen=True)
class Why:
    """For one exhibitor: her booths, the points that they bring, wishes that are not met, and every other booth."""

    code: str
    stands: tuple[str, ...]
    is_pinned: bool
    terms: tuple[Term, ...]
    unmet: tuple[tuple[str, str], ...]
    others: tuple[Other, ...]

    @property
    def points(self) -> int:
        """What her booths bring her."""
        return sum(term.points for term in self.terms)

    @property
    def nearest(self) -> Other | None:
        """The booth whose change would cost the whole least, of those that the rules allow her."""
        allowed = [one for one in self.others if one.verdict == "worse"]
        return min(allowed, key=lambda one: (one.loss, one.stand), default=None)


def why(problem: Problem, plan: Plan, code: str) -> Why:
    """Explain one exhibitor's place. Raises KeyError for one who was not asked about."""
    problem = ordered(problem)
    one = {candidate.code: candidate for candidate in problem.candidates}[code]
    board = board_of(problem)
    search = Search(board, board.places(plan))
    unit = next(
        number for number, unit in enumerate(board.units)
        if unit.number == 0 and problem.candidates[unit.candidate].code == code
    )  # fmt: skip
    stands = plan.get(code, ())
    terms = tuple(terms_of(problem, plan).get(code, ()))
    pinned = {stand for who, stand in problem.pins if who == code}
    others = tuple(
        _other(board, search, unit, number)
        for number, stand in enumerate(problem.stands)
        if stand.code not in stands
    )  # fmt: skip
    return Why(code, stands, bool(pinned & set(stands)), terms, tuple(_unmet(one, stands, terms)), others)


def _other(board: Board, search: Search, unit: int, number: int) -> Other:
    problem, stand = board.problem, board.problem.stands[number]
    one, holder = problem.candidates[board.units[unit].candidate], search.holder[number]
    missing = forbidden(one, stand, dict(problem.zones))
    if missing:
        return Other(stand.code, "rule", tuple(missing))
    if board.fixed[unit] >= 0 or (holder >= 0 and board.fixed[holder] >= 0):
        return Other(stand.code, "kept")
    gain = search.gain(unit, number)
    if gain is None:
        return Other(stand.code, "quota" if search.places[unit] < 0 else "holder")
    here = search.places[unit]
    now = search.own[unit][here] + search.among(unit, here) if here >= 0 else 0
    return Other(stand.code, "worse", (), search.own[unit][number] + search.among(unit, number) - now, -gain)


def _unmet(one: Candidate, stands: Iterable[str], terms: Iterable[Term]) -> list[tuple[str, str]]:
    """Wishes that the plan does not meet: (kind of wish, whom or what it names)."""
    met = {(term.kind, term.about) for term in terms}
    found = [("kind", one.kind)] if one.kind and not any(kind == "kind" for kind, _ in met) else []
    found += [("neighbour", code) for code in one.near if ("neighbour", code) not in met]
    found += [("rival", code) for code in one.apart if ("rival", code) in met]
    found += [("near_feature", name) for name in one.near_features if ("near_feature", name) not in met]
    found += [("far_feature", name) for name in one.far_features if ("far_feature", name) not in met]
    short = one.wanted - len(list(stands))
    return found + ([("further", str(short))] if short > 0 else [])
