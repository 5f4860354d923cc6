"""Opening hours."""

from datetime import datetime

import pytest

from core.clock import ZONE
from shop.stores.rules import Doors, check_hours, doors, week

HOURS = {"mon": [["07:30", "11:30"], ["13:30", "19:00"]], "tue": [["07:30", "19:00"]]}


@pytest.mark.parametrize(
    ("clock", "is_open", "change"),
    [
        ("07:29", False, "07:30"),
        ("07:30", True, "11:30"),
        ("11:30", False, "13:30"),
        ("18:59", True, "19:00"),
        ("19:00", False, None),
    ],
)
def test_doors_follow_the_clock_of_the_country(clock: str, is_open: bool, change: str | None) -> None:
    monday = datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=ZONE)
    assert doors(HOURS, monday) == Doors(is_open, change)


def test_a_day_without_hours_is_closed() -> None:
    assert doors(HOURS, datetime(2026, 11, 22, 10, tzinfo=ZONE)) == Doors(False, None)
    assert dict(week(HOURS))["sun"] == ""


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [
        (HOURS, set()),
        ({"mon": [["19:00", "07:30"]]}, {"mon"}),
        ({"mon": [["07:30", "12:00"], ["11:00", "19:00"]]}, {"mon"}),
        ({"mon": [["7:30", "12:00"]]}, {"mon"}),
        ({"mon": "always"}, {"mon"}),
        ({"mon": [["24:00", "25:00"]]}, {"mon"}),
        ({"funday": []}, {"funday"}),
    ],
)
def test_impossible_hours_are_named_by_day(hours: dict[str, object], wrong: set[str]) -> None:
    assert set(check_hours(hours)) == wrong
