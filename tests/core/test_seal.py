"""A seal covers what has settled, in order, and never jumps over an entry that has not."""

from datetime import timedelta

import pytest

from core.accounts.actor import SYSTEM
from core.audit import record, seal, seals_hold
from core.clock import now, travel
from core.db import transaction

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.daily]


def deed(name: str) -> None:
    with transaction():
        record(name, "thing:1", SYSTEM)


def test_an_entry_with_an_older_clock_waits_behind_a_newer_one() -> None:
    at = now()
    deed("thing.recent")
    with travel(at - timedelta(days=700)):
        deed("thing.entered_for_the_past")
    assert seal(at + timedelta(seconds=30)) == 0
    assert seals_hold() == []
    assert seal(at + timedelta(minutes=5)) == 2
    assert seals_hold() == []
