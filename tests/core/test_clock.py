"""Days are days in Việt Nam, whatever the server's own zone says."""

import os
import time
from datetime import UTC, date, datetime

import pytest

from core.clock import day_end, day_start, local_day, now, seconds_to_midnight, today, travel


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Ho_Chi_Minh"])
@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 0, 0, 0, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_a_day_begins_at_1700_utc_under_any_server_zone(
    zone: str, instant: datetime, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        with travel(instant):
            assert today() == day
            assert local_day(now()) == day
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_day_is_half_open() -> None:
    assert day_start(date(2026, 11, 23)) == datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert day_end(date(2026, 11, 22)) == day_start(date(2026, 11, 23))
    assert seconds_to_midnight(datetime(2026, 11, 22, 16, 59, 50, tzinfo=UTC)) == 10


def test_travel_refuses_a_naive_instant() -> None:
    with pytest.raises(ValueError, match="aware"), travel(datetime(2026, 1, 1)):  # noqa: DTZ001 the point of the test
        pass
