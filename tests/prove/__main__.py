"""``make prove`` and ``make prove-quick``: races, killed workers, crashed databases, and their controls.

``python -m tests.prove [--quick] [--only WORDS] [--on sqlite|postgresql]``. One line a scenario;
the last line counts. PostgreSQL is left out with its reason where it is not installed, and its
absence is a failure under ``REQUIRE_ALL=1``.
"""

import argparse
import os
import sys
import time
import traceback

from tests.prove.scenarios import SCENARIOS, Scenario
from tests.prove.stage import House
from tests.support.databases import KINDS
from tests.support.postgres import Missing


def main() -> int:
    """Play what is asked for; answers the exit status."""
    options = _options()
    began = time.monotonic()
    passed = failed = skipped = 0
    for kind in options.on or KINDS:
        wanted = [one for one in SCENARIOS if _is_wanted(one, kind, options)]
        try:
            house = House(kind)
        except Missing as missing:
            print(f"{'FAIL' if _is_strict() else 'skip'}  {kind}: {missing}", flush=True)
            failed += len(wanted) * _is_strict()
            skipped += len(wanted) * (not _is_strict())
            continue
        try:
            for scenario in wanted:
                held = _play(scenario, house)
                passed += held
                failed += not held
        finally:
            house.close()
    print(f"{time.monotonic() - began:.0f} s in all")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


def _play(scenario: Scenario, house: House) -> bool:
    began = time.monotonic()
    try:
        seen, mark = scenario.play(house), "ok  "
    except Exception as error:  # noqa: BLE001 every failure is told, and the others still run
        seen, mark = f"{type(error).__name__}: {error}", "FAIL"
        if not isinstance(error, AssertionError):
            traceback.print_exc()
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
