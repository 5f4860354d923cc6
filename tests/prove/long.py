"""Tests that are too long for every day (``@pytest.mark.long``), on each database."""

import os
import re
import subprocess
import sys

from tests.prove.scenarios import Scenario
from tests.prove.stage import House
from tests.support.sources import ROOT


def long_tests(house: House) -> str:
    """A session of pytest of their own; its counts are what was seen."""
    environment = {**os.environ, "OCOP_LONG": "1", "OCOP_TEST_DATABASE": house.kind}
    command = [sys.executable, "-m", "pytest", "-q", "--timeout", "900"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    counted = re.findall(r"(\d+) (passed|failed|error)", done.stdout)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return ", ".join(f"{number} {word}" for number, word in counted)


SCENARIOS = (Scenario("long tests", long_tests, quick=False),)
