"""Measuring search by lists of queries with the products that each should find."""

import csv
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
#: The list that was given, and our own, several times as long.
GIVEN, OWN = "search_queries.csv", "search_queries_own.csv"
_FIRST = 20


@dataclass
class Measured:
    """How well a list of queries was answered."""

    #: Mean share of the expected products among the first twenty.
    recall: float = 0.0
    #: Mean reciprocal rank of the first expected product.
    rank: float = 0.0
    #: Queries of one product which did not come first.
    not_first: list[str] = field(default_factory=list[str])
    #: Whether queries for what is not there found nothing.
    nothing_found_for_nothing: bool = True
    #: One line for each query that was answered less than perfectly.
    misses: list[str] = field(default_factory=list[str])


def measure(path: Path, ask: Callable[[str], Sequence[str]], step: int = 1) -> Measured:
    """Ask every query of a list, or each `step`-th; `ask` answers ids of products, best first."""
    found, recalls, ranks = Measured(), list[float](), list[float]()
    with path.open(encoding="utf-8", newline="") as lines:
        for row in islice(csv.DictReader(lines), 0, None, step):
            wanted, answer = row["expected_ids"].split(), list(ask(row["query"]))
            if not wanted:
                found.nothing_found_for_nothing &= not answer
                found.misses += [f"{row['query']}: {answer[:3]}"] if answer else []
                continue
            recalls.append(len(set(wanted) & set(answer[:_FIRST])) / min(len(wanted), _FIRST))
            ranks.append(next((1 / place for place, one in enumerate(answer, 1) if one in wanted), 0.0))
            if len(wanted) == 1 and answer[:1] != wanted:
                found.not_first.append(row["query"])
            if recalls[-1] < 1 or ranks[-1] < 1:
                found.misses.append(f"{row['query']}: recall {recalls[-1]:.2f}, first at {ranks[-1]:.2f}: {answer[:3]}")
    found.recall, found.rank = statistics.mean(recalls), statistics.mean(ranks)
    return found
