"""First come, first served: what the fair would be without an assignment. The yardstick beside every run.

Each exhibitor in the order of application takes the free booth that is best for her as things stand then; hard rules
hold for her too.
"""

from shop.assignment.board import NEVER, Board
from shop.assignment.search import Search


def first_come(board: Board) -> list[int]:
    """Places by unit."""
    search = Search(board, list(board.fixed))
    candidates = board.problem.candidates
    order = sorted(
        (unit for unit, one in enumerate(board.units) if one.number == 0),
        key=lambda u: (candidates[board.units[u].candidate].submitted_at, candidates[board.units[u].candidate].code),
    )
    for first in order:
        unit = first
        while unit >= 0:
            if search.places[unit] < 0 and not _take_best(search, unit):
                break
            unit = search.after[unit]
    return search.places


def _take_best(search: Search, unit: int) -> bool:
    before = search.board.before[unit]
    free = [stand for stand, holder in enumerate(search.holder) if holder < 0 and search.own[unit][stand] != NEVER]
    if before >= 0:
        free = [stand for stand in free if stand in search.wall_sets[search.places[before]]]
    gains = [(gain, -stand) for stand in free if (gain := search.gain(unit, stand)) is not None]
    if not gains:
        return False
    search.give(unit, -max(gains)[1])
    return True
