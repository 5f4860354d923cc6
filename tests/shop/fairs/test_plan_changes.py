"""Which booth is which, what a new plan changes, and what may be asked of it though it can be built."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.fairs.plans.aisles import warnings
from shop.fairs.plans.changes import HallChange, compare
from shop.fairs.plans.geometry import bounds, nearest, outside_of
from shop.fairs.plans.plan import BoothPlan, Fault, Feature, Grid, Hall, Plan, check, generate, matched
from tests.shop.fairs.test_geometry import ELL, box

HALL = Hall("A", "Nhà A", 2000, 2000, aisle=200)


def booth(code: str, left: int = 0, top: int = 0, uid: str = "", **more) -> BoothPlan:
    return BoothPlan(code, "A", box(left, top, 300, 300), uid=uid, **more)


def test_a_booth_is_known_by_its_uid_whatever_its_number() -> None:
    before = [booth("A01", uid="x"), booth("A02", 300, uid="y")]
    after = [booth("A02", uid="x"), booth("A01", 300, uid="y")]
    assert matched(before, after) == before


def test_a_booth_of_another_drawing_is_the_one_whose_number_it_has() -> None:
    before = [booth("A01", uid="x"), booth("A02", 300, uid="y")]
    assert matched(before, [booth("A02"), booth("A01", uid="else"), booth("A03")]) == [before[1], before[0], None]


def test_a_number_that_went_to_another_booth_names_no_second_one() -> None:
    before = [booth("A01", uid="x")]
    assert matched(before, [booth("A01", 600), booth("A09", uid="x")]) == [None, before[0]]


def test_every_part_that_changes_is_told() -> None:
    one = booth("A01", uid="x", price_vnd=1, services=("power", "water"))
    other = replace(one, code="B01", polygon=box(5, 5, 300, 300), price_vnd=2, use="sponsor", zone="I", open_sides=(0,))
    (change,) = compare(Plan((HALL,), (one,)), Plan((HALL,), (other,))).booths
    assert (change.kind, change.code) == ("changed", "A01")
    assert change.parts == ("code", "place", "use", "zone", "open_sides", "price_vnd")
    wider = replace(one, polygon=box(0, 0, 400, 300), services=("water", "power"))
    assert compare(Plan((HALL,), (one,)), Plan((HALL,), (wider,))).booths[0].parts == ("shape",)


def test_halls_and_their_features() -> None:
    door = Feature("door", "Cửa", box(0, 0))
    after = replace(HALL, width=2500, features=(door, door))
    difference = compare(Plan((HALL, Hall("B", "B", 9, 9)), ()), Plan((after, Hall("C", "C", 9, 9)), ()))
    assert difference.halls == (
        HallChange("changed", "A", ("width",), 2, 0), HallChange("removed", "B"), HallChange("added", "C"),
    )  # fmt: skip
    assert compare(Plan((HALL,), (booth("A01"),)), Plan((HALL,), (booth("A01"),))).is_empty


def test_new_and_gone_are_counted() -> None:
    difference = compare(Plan((HALL,), (booth("A01"),)), Plan((HALL,), (booth("A02"), booth("A03", 600))))
    assert [(one.code, one.kind) for one in difference.booths] == [
        ("A01", "removed"), ("A02", "added"), ("A03", "added"),
    ]  # fmt: skip
    assert (difference.count("added"), difference.count("removed"), difference.count("changed")) == (2, 1, 0)


def test_what_the_generator_makes_needs_no_warning() -> None:
    hall, booths = generate(Grid("A", rows=10, columns=20))
    assert warnings(Plan((hall,), booths)) == []
    assert booths[0].open_sides == (0, 3)
    assert booths[20].open_sides == (2, 3)
    assert booths[1].open_sides == (0,)


def test_a_way_that_is_too_narrow() -> None:
    plan = Plan((HALL,), (booth("A01", 500, 500), booth("A02", 900, 500)))
    assert warnings(plan) == [Fault("narrow", ("A01", "A02"))]
    wall = Plan((HALL,), (booth("A01", 100, 500),))
    assert warnings(wall) == [Fault("narrow", ("A01", "|"))]


def test_a_gap_that_is_filled_is_no_way() -> None:
    hall = replace(HALL, aisle=400)
    row = tuple(booth(f"A{n:02}", 500 + 300 * n, 500) for n in range(3))
    assert [one for one in warnings(Plan((hall,), row)) if "|" not in one.codes] == []


def test_a_booth_that_nobody_can_reach() -> None:
    around = [booth("N", 800, 500), booth("W", 500, 800), booth("E", 1100, 800), booth("S", 800, 1100)]
    plan = Plan((HALL,), (*around, booth("M", 800, 800)))
    assert warnings(plan) == [Fault("shut_in", ("M",))]
    used = Plan((HALL,), (*around, booth("M", 800, 800, use="service")))
    assert warnings(used) == []


def test_an_open_side_behind_which_something_stands() -> None:
    plan = Plan((HALL,), (booth("A01", 500, 500, open_sides=(0, 1)), booth("A02", 800, 500)))
    assert warnings(plan) == [Fault("closed_side", ("A01",))]


def test_an_open_side_that_the_shape_has_not() -> None:
    assert check(Plan((HALL,), (booth("A01", open_sides=(4,)),))) == [Fault("sides", ("A01",))]
    twice = Plan((HALL,), (booth("A01", uid="x"), booth("A02", 300, uid="x")))
    assert check(twice) == [Fault("duplicate", ("A01",)), Fault("duplicate", ("A02",))]


def test_outside_is_outside_whichever_way_the_corners_run() -> None:
    for ring in (ELL, tuple(reversed(ELL)), box(0, 0, 6, 6)):
        left, top, right, bottom = bounds(ring)
        for x, y in outside_of(ring):
            in_bend = 3 < x < 6 and 3 < y < 6
            assert not (left < x < right and top < y < bottom) or in_bend


@pytest.mark.parametrize(
    "a, b, squared",
    [
        (box(0, 0), box(5, 0), 4), (box(0, 0), box(3, 0), 0), (box(0, 0), box(6, 7), 25), (ELL, box(5, 5), 4),
        (ELL, box(8, 5), 8),
    ],
)  # fmt: skip
def test_how_near_two_shapes_are(a, b, squared: int) -> None:
    assert nearest(a, b)[0] == nearest(b, a)[0] == squared


places = st.integers(0, 30)
boxes = st.builds(box, places, places, st.integers(1, 9), st.integers(1, 9))


@given(boxes, boxes)
@settings(max_examples=150, deadline=None)
def test_boxes_are_as_near_as_any_shape(a, b) -> None:
    """The short way for boxes says the same as the long way: a corner that does not bend makes it no box."""
    (x1, y1), (x2, y2), *rest = a
    bent = ((x1 * 1, y1), ((x1 + x2) // 2, y1), (x2, y2), *rest) if x2 - x1 > 1 else a
    quick, slow = nearest(a, b)[0], nearest(bent, b)[0]
    (l1, t1, r1, b1), (l2, t2, r2, b2) = bounds(a), bounds(b)
    apart = max(l2 - r1, l1 - r2, 0) ** 2 + max(t2 - b1, t1 - b2, 0) ** 2
    assert quick == apart
    assert apart == 0 or slow == apart
