"""What a test needs of the machine: a skip with its reason, or a failure under ``REQUIRE_ALL=1``."""

import os
from typing import NoReturn

import pytest


def lacking(reason: str) -> NoReturn:
    """End the test: skipped, or failed where everything is required (CI)."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, and {reason}", pytrace=False)
    pytest.skip(reason)
