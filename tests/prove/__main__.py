"""``make prove`` and ``make prove-quick``: races, killed workers, crashed databases, and their controls.

``python -m tests.prove [--quick] [--only WORDS] [--on sqlite|postgresql]``. One line a scenario;
the last line counts. PostgreSQL is left out with its reason where it is not installed, and its
absence is a failure under ``REQUIRE_ALL=1``.
"""

import argparse
import os
import re
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.prove import (
    booths,
    buying,
    drawers,
    durable,
    gate,
    index,
    long,
    lots,
    midnight,
    payments,
    refunds,
    repeats,
    scenarios,
    stock,
    tills,
)
from tests.prove.scenarios import Scenario
from tests.prove.stage import House
from tests.support.databases import KINDS
from tests.support.postgres import Missing

#: Everything that can be played, in this order.
SCENARIOS = (
    *repeats.SCENARIOS, *durable.SCENARIOS, *stock.SCENARIOS, *lots.SCENARIOS, *scenarios.SCENARIOS, *repeats.CONTROLS,
    *durable.CONTROLS, *stock.CONTROLS, *lots.CONTROLS,
    *gate.SCENARIOS, *long.SCENARIOS, *midnight.SCENARIOS, *index.SCENARIOS, *refunds.SCENARIOS, *payments.SCENARIOS,
    *buying.SCENARIOS, *tills.SCENARIOS, *drawers.SCENARIOS, *booths.SCENARIOS,
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """How many scenarios ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def main() -> int:
    """Play what is asked for; answers the exit status. The quick ones play on both databases at the same time."""
    options = _options()
    began = time.monotonic()
    kinds = options.on or KINDS
    if options.quick and len(kinds) > 1:
        with ThreadPoolExecutor(len(kinds)) as pool:
            count = sum(pool.map(play_apart, kinds), Count())
    else:
        count = sum((play_all(kind, options) for kind in kinds), Count())
    print(f"{time.monotonic() - began:.0f} s in all")
    print(f"{count.passed} passed, {count.failed} failed" + (f", {count.skipped} skipped" if count.skipped else ""))
    return 1 if count.failed or not count.passed else 0


def play_all(kind: str, options: argparse.Namespace) -> Count:
    """Every wanted scenario on one kind of database."""
    wanted = [one for one in SCENARIOS if _is_wanted(one, kind, options)]
    try:
        house = House(kind)
    except Missing as missing:
        print(f"{'FAIL' if _is_strict() else 'skip'}  {kind}: {missing}", flush=True)
        return Count(failed=len(wanted)) if _is_strict() else Count(skipped=len(wanted))
    try:
        held = [_play(scenario, house) for scenario in wanted]
    finally:
        house.close()
    return Count(passed=sum(held), failed=len(held) - sum(held))


def play_apart(kind: str) -> Count:
    """The same in a process of its own; its lines are passed on, its last one is counted."""
    command = [sys.executable, "-m", "tests.prove", *sys.argv[1:], "--on", kind]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        for line in process.stdout or ():
            last = line
            if line.startswith(("ok", "FAIL", "skip")):
                print(line, end="", flush=True)
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped)", last)}
    if process.returncode and not found.get("failed"):
        found["failed"] = found.get("failed", 0) + 1
    return Count(**found)


def _play(scenario: Scenario, house: House) -> bool:
    began = time.monotonic()
    try:
        seen, mark = scenario.play(house), "ok  "
    except Exception as error:  # noqa: BLE001 every failure is told, and the others still run
        seen, mark = f"{type(error).__name__}: {error}", "FAIL"
        if not isinstance(error, AssertionError):
            traceback.print_exc()
        house.leave()  # the next scenario finds nothing of this one
    took = time.monotonic() - began
    print(f"{mark}  {house.kind:<10}  {scenario.name}: {seen} ({took:.1f} s)", flush=True)
    return mark != "FAIL"


def _is_wanted(scenario: Scenario, kind: str, options: argparse.Namespace) -> bool:
    return (
        kind in scenario.kinds
        and (scenario.quick or not options.quick)
        and (not options.only or any(word in scenario.name for word in options.only))
    )


def _is_strict() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.prove", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only what fits into two minutes")
    parser.add_argument("--only", action="append", help="scenarios whose name has this in it")
    parser.add_argument("--on", action="append", choices=KINDS, help="this database only")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
