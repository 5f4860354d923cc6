"""What runs each day and what is left to ``make test-long``: one rule for every test (docs/decisions/0067).

In this order:

1. ``@pytest.mark.long`` leaves a test to the long suite, ``@pytest.mark.daily`` keeps it in the everyday one; both may
   name databases.
2. A test in savepoints (fixture ``app``) runs on SQLite each day, on PostgreSQL in the long suite. A test whose subject
   is the database itself takes ``live``, ``database`` or ``postgres``: it runs on both each day.
3. What weighs ``LIMIT`` or more stands in ``tests/weights.csv`` and is left to the long suite.

Who names a test file gets all of it but rule 1. Every test belongs to exactly one suite, since one question is asked.
"""

import csv
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

#: Where a session keeps all that it collected, before anything is left out.
COLLECTED = pytest.StashKey[tuple[pytest.Item, ...]]()
WEIGHTS = Path(__file__).parents[1] / "weights.csv"
#: Fixtures of tests with connections of their own, beside whatever they do in savepoints.
REAL = {"live", "postgres"}
#: Seconds of one processor, set-up and call and teardown together: the one number that makes the everyday suite longer.
LIMIT = 0.12
#: What weighs as much is written down, so that ``LIMIT`` can be moved without weighing all anew.
WRITTEN = 0.1


def read_weights(path: Path = WEIGHTS) -> dict[str, float]:
    """Seconds of every test that has weighed ``WRITTEN`` or more, by its id."""
    with path.open(newline="") as file:
        return {row["test"]: float(row["seconds"]) for row in csv.DictReader(file)}


def read_heavy() -> set[str]:
    """Ids of the tests that weigh ``LIMIT`` or more."""
    return {test for test, seconds in read_weights().items() if seconds >= LIMIT}


def write_weights(weights: dict[str, float], path: Path = WEIGHTS) -> None:
    """Keep those of ``WRITTEN`` or more, sorted by id, so that a new weighing shows as few lines as it changes."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["seconds", "test"])
        lines.writerows([f"{weights[test]:.2f}", test] for test in sorted(weights) if weights[test] >= WRITTEN)


def left(items: Sequence[pytest.Item], named: bool, heavy: Collection[str]) -> list[pytest.Item]:
    """Those that the everyday suite leaves to the long one. named: somebody asked for these files by name."""
    return [item for item in items if is_left(item, named, heavy)]


def is_left(item: pytest.Item, named: bool, heavy: Collection[str]) -> bool:
    """Whether one test is left to the long suite."""
    if _is_marked(item, "long"):
        return True
    if named or _is_marked(item, "daily"):
        return False
    return has_a_twin(item) or item.nodeid in heavy


def database_of(item: pytest.Item) -> str | None:
    """``sqlite`` or ``postgresql``; None: it touches none, or the one that it names itself."""
    spec = getattr(item, "callspec", None)
    return spec.params.get("database") if spec is not None else None


def _is_marked(item: pytest.Item, name: str) -> bool:
    marker = item.get_closest_marker(name)
    return marker is not None and (not marker.args or database_of(item) in marker.args)


def has_a_twin(item: pytest.Item) -> bool:
    """Whether it says in savepoints on PostgreSQL what its twin says on SQLite."""
    taken: set[str] = set(getattr(item, "fixturenames", ()))
    in_savepoints = "app" in taken and not taken & REAL
    return in_savepoints and database_of(item) == "postgresql" and item.get_closest_marker("on") is None
