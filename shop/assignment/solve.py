"""One question in, one answer out, with its figures."""

from dataclasses import dataclass
from math import floor

from shop.assignment import points
from shop.assignment.board import board_of
from shop.assignment.points import Breach
from shop.assignment.problem import Plan, Problem, digest_of, ordered
from shop.assignment.queue import first_come
from shop.assignment.relax import bound_of
from shop.assignment.search import STEPS_PER_STAND, Search, anneal, climb, start_of, tidy


@dataclass(frozen=True)
class Figures:
    """What a plan is worth: its score, by kind of point, and how many exhibitors have a booth."""

    score: int
    parts: dict[str, int]
    placed: int
    booths: int


@dataclass(frozen=True)
class Answer:
    """The plan, the bound no plan can pass, and what first come, first served would give."""

    digest: str
    plan: Plan
    bound: int
    figures: Figures
    queue: Figures

    @property
    def share_bp(self) -> int:
        """The score as part of the bound, in basis points, rounded down."""
        return floor(self.figures.score * 10_000 / self.bound) if self.bound > 0 else 10_000


class Unsound(AssertionError):
    """The solver broke a rule: its answer is thrown away. ``found`` says which."""

    def __init__(self, found: list[Breach]) -> None:
        super().__init__(found)
        self.found = found


def solve(problem: Problem) -> Answer:
    """Answer a question. The same question (in whatever order) and seed, the same answer.

    Raises Unsound should the answer break a hard rule: `points.breaches` is asked, whose code is not the search's.
    """
    digest, problem = digest_of(problem), ordered(problem)
    board = board_of(problem)
    search = Search(board, start_of(board))
    search = Search(board, anneal(search, STEPS_PER_STAND * len(problem.stands), problem.seed))
    tidy(search)
    climb(search)
    tidy(search)
    plan, queue = board.plan(search.places), board.plan(first_come(board))
    found = points.breaches(problem, plan)
    if found:
        raise Unsound(found)
    return Answer(digest, plan, bound_of(board), figures_of(problem, plan), figures_of(problem, queue))


def figures_of(problem: Problem, plan: Plan) -> Figures:
    """Count a plan."""
    parts = points.parts_of(problem, plan)
    booths = sum(map(len, plan.values()))
    return Figures(sum(parts.values()), parts, sum(bool(given) for given in plan.values()), booths)
