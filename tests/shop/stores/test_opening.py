"""When a store is open: hours as people write them, holidays, a stall's days. Rules alone."""

from datetime import date, datetime, timedelta

import pytest

from core.clock import ZONE
from shop.orders.promises import ready_by
from shop.stores.opening import Calendar, Special, check_special, keep, read_hours, specials
from shop.stores.picking import SIDE, Window, window_over
from shop.stores.rules import doors

WEEK = {day: [["07:30", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
TET = keep([Special(date(2027, 2, 5), date(2027, 2, 9), (), "Tết"), Special(date(2027, 2, 10), date(2027, 2, 10), (("08:00", "11:00"),))])  # fmt: skip # noqa: E501


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("07:30–19:00", [["07:30", "19:00"]]), ("7h30-11h30; 13:30 đến 18h", [["07:30", "11:30"], ["13:30", "18:00"]]),
        ("8-12, 14-18", [["08:00", "12:00"], ["14:00", "18:00"]]), ("", []), ("Nghỉ", []),
        ("0:00-24:00", [["00:00", "24:00"]]), ("sáng", None), ("19:00-07:30", None), ("07:30", None),
        ("25:00-26:00", None),
        ("08:00-12:00, 11:00-13:00", None),
        ("08:61-09:00", None), ("24:00-24:00", None),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, hours: list[list[str]] | None) -> None:
    assert read_hours(text) == hours


def test_a_holiday_shuts_the_doors_and_says_why() -> None:
    calendar = Calendar(WEEK, TET)
    tet = doors(calendar, datetime(2027, 2, 6, 10, tzinfo=ZONE))
    assert (tet.is_open, tet.next_change, tet.note) == (False, None, "Tết")
    assert doors(calendar, datetime(2027, 2, 10, 10, tzinfo=ZONE)).next_change == "11:00"
    assert doors(calendar, datetime(2027, 2, 11, 10, tzinfo=ZONE)).is_open
    assert [one.note for one in calendar.coming(date(2027, 1, 20))] == ["Tết", ""]
    assert calendar.coming(date(2027, 2, 11)) == []


def test_a_stall_is_open_on_its_days_only() -> None:
    stall = Calendar(WEEK, {}, date(2026, 12, 1), date(2026, 12, 5))
    noon = datetime(2026, 11, 30, 12, tzinfo=ZONE)
    assert [doors(stall, noon + timedelta(days=n)).is_open for n in (0, 1, 5, 6)] == [False, True, True, False]


def test_goods_are_promised_after_the_holiday() -> None:
    eve = datetime(2027, 2, 4, 18, tzinfo=ZONE)
    assert ready_by(Calendar(WEEK, TET), eve, "pickup") == datetime(2027, 2, 10, 9, tzinfo=ZONE)
    assert ready_by(WEEK, eve, "pickup") == datetime(2027, 2, 5, 8, 30, tzinfo=ZONE)
    assert ready_by(WEEK, eve, "pickup", timedelta(0)) == eve
    assert ready_by(Calendar(WEEK, {}, None, date(2027, 2, 1)), eve, "pickup") is None


@pytest.mark.parametrize(
    ("kept", "wrong"),
    [
        (TET, None), ({}, None), ([], "shape"), ({"2027-13-01": {"until": "2027-02-01"}}, "shape"),
        ({"2027-02-05": {"until": "2027-02-04"}}, "length"), ({"2027-02-05": {"until": "2027-12-04"}}, "length"),
        ({"2027-02-05": {"until": "2027-02-09"}, "2027-02-09": {"until": "2027-02-09"}}, "overlap"),
        ({"2027-02-05": {"until": "2027-02-05", "hours": [["19:00", "07:00"]]}}, "hours"),
        ({"2027-02-05": {"until": "2027-02-05", "note": "\u0000"}}, "shape"),
        ({"2027-02-05": {"until": "2027-02-05", "more": 1}}, "shape"), ({"2027-02-05": None}, "shape"),
    ],
)  # fmt: skip
def test_special_days_that_cannot_be_kept_are_named(kept: object, wrong: str | None) -> None:
    assert check_special(kept) == wrong


def test_special_days_come_back_as_they_were_kept() -> None:
    assert keep(specials(TET)) == TET


def test_a_press_on_the_map_is_the_place_below_it() -> None:
    window = window_over([(20.70, 106.50), (20.95, 107.05)])
    for lat, lng in ((20.8, 106.6), (20.9, 107.0)):
        x, y = window.place(lat, lng)
        assert 0 < x < SIDE
        assert 0 < y < SIDE
        assert window.position(x, y) == pytest.approx((lat, lng), abs=1e-4)
    assert Window(20.0, 106.0, 10).zoomed(0.001).km == 2.0
