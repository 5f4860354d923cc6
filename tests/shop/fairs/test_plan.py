"""Floor plans: every fault at once, a generator whose plans are sound, a document that comes back unchanged."""

import json
from importlib.resources import files

import pytest

from shop.fairs.plans.plan import (
    BoothPlan,
    Fault,
    Feature,
    Grid,
    Hall,
    Plan,
    check,
    document_of,
    draw,
    dropped,
    generate,
    plan_of,
)
from shop.fairs.plans.schemas import BoothIn, FeatureSchema, HallSchema, PlanIn
from tests.shop.fairs.test_geometry import box

HALL = Hall("A", "Nhà A", 20, 10)


def booth(code: str, left: int = 0, top: int = 0, hall: str = "A") -> BoothPlan:
    return BoothPlan(code, hall, box(left, top))


def test_a_sound_plan_has_no_faults() -> None:
    assert check(Plan((HALL,), (booth("A01"), booth("A02", 3), booth("A03", 0, 3)))) == []


def test_every_fault_is_told_at_once() -> None:
    stage = Feature("stage", "Sân khấu", box(12, 0, 5, 5))
    plan = Plan(
        (Hall("A", "Nhà A", 20, 10, (stage,)),),
        (
            booth("A01"), booth("A02", 2), booth("A03", 18), booth("A04", 13),
            BoothPlan("A05", "A", ((0, 5), (3, 8), (3, 5), (0, 8))),
        ),
    )  # fmt: skip
    assert check(plan) == [
        Fault("outside", ("A03", "A")),
        Fault("shape", ("A05",)),
        Fault("overlap", ("A01", "A02")),
        Fault("blocked", ("A04", "Sân khấu")),
    ]


def test_names_are_judged_first() -> None:
    twice = Plan((HALL,), (booth("A01"), booth("A01", 6), booth("B01", 9, hall="B")))
    assert check(twice) == [Fault("duplicate", ("A01",)), Fault("unknown_hall", ("B01", "B"))]
    assert check(Plan((), ())) == [Fault("no_hall", ())]


def test_booths_of_two_halls_may_lie_over_each_other() -> None:
    assert check(Plan((HALL, Hall("B", "Nhà B", 20, 10)), (booth("A01"), booth("B01", hall="B")))) == []


def test_two_hundred_booths_from_four_numbers() -> None:
    hall, booths = generate(Grid("A", rows=10, columns=20, price_vnd=3_000_000))
    assert len(booths) == 200
    assert check(Plan((hall,), booths)) == []
    assert (booths[0].code, booths[-1].code) == ("A01", "J20")
    assert [one.kind for one in booths[:3]] == ["corner", "standard", "standard"]
    assert (hall.width, hall.height) == (20 * 300 + 600, 5 * 600 + 6 * 300)


def test_a_grid_needs_rows_and_columns() -> None:
    with pytest.raises(ValueError, match="grid"):
        generate(Grid("A", rows=0, columns=5))


def test_the_document_comes_back_unchanged() -> None:
    hall, booths = generate(Grid("A", rows=2, columns=3))
    plan = Plan((hall, Hall("B", "Sân", 10, 10, (Feature("door", "Cửa", box(0, 0)),))), booths)
    document = json.loads(json.dumps(document_of(plan)))
    assert plan_of(PlanIn().load(document)) == plan


def test_the_published_schema_names_what_the_api_takes() -> None:
    schema = json.loads(files("shop.fairs.plans").joinpath("plan.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(PlanIn().fields)
    for name, ours in {"hall": HallSchema, "booth": BoothIn, "feature": FeatureSchema}.items():
        described = schema["$defs"][name]
        assert set(described["properties"]) == set(ours().fields)
        assert set(described["required"]) == {key for key, field in ours().fields.items() if field.required}


def test_dropped_names_what_is_gone() -> None:
    before = [booth("A01"), booth("A02", 3), booth("B09", 6)]
    assert [one.code for one in dropped(before, Plan((HALL,), (booth("A02"),)))] == ["A01", "B09"]


def test_the_drawing_of_a_booth() -> None:
    drawn = draw("A01", "A", box(3, 3, 6, 4))
    assert (drawn.points, drawn.label_at, drawn.size) == ("3,3 9,3 9,7 3,7", (6, 5), (6, 4))
