"""The table of payment states: every pair, and what may never happen."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from shop.payments.rules import NEXT, RECEIVED, Signal, Status, next_status, window_end

OPEN = {Status.PENDING, Status.AUTHORISED}


@pytest.mark.parametrize(("status", "signal"), list(product(Status, Signal)))
def test_money_received_is_never_forgotten(status: Status, signal: Signal) -> None:
    """From a state with money only states with money, or money given back, can follow."""
    after = next_status(status, signal)
    if status in RECEIVED and after is not None:
        assert after in RECEIVED


@pytest.mark.parametrize("status", list(Status))
def test_money_can_arrive_in_every_state_and_is_kept_only_when_open(status: Status) -> None:
    after = next_status(status, Signal.CAPTURE)
    if status in OPEN | {Status.CAPTURED}:
        assert after == Status.CAPTURED
    else:
        assert after in {Status.TO_REFUND, Status.REFUNDED}


@pytest.mark.parametrize(("status", "signal"), list(product(Status, Signal)))
def test_a_repeated_signal_changes_nothing(status: Status, signal: Signal) -> None:
    after = next_status(status, signal)
    if after is None or (status, signal) == (Status.CAPTURED, Signal.CANCEL):
        return
    again = next_status(after, signal)
    assert again == after


def test_only_money_that_is_owed_back_can_be_refunded() -> None:
    assert {s for s in Status if next_status(s, Signal.REFUND)} == {Status.CAPTURED, Status.TO_REFUND, Status.REFUNDED}


def test_every_entry_speaks_of_known_states() -> None:
    assert all(s in Status and t in Signal and a in Status for (s, t), a in NEXT.items())


AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # 22:00 in Việt Nam


def test_the_window_never_passes_the_last_day() -> None:
    midnight = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert window_end(AT, 24 * 3600, date(2026, 11, 22)) == midnight
    assert window_end(AT, 24 * 3600, date(2027, 1, 1)) == AT + timedelta(hours=24)
    assert window_end(AT, None, date(2026, 11, 22)) is None
