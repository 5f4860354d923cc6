"""The wizard's rules without an app: the way, words read as producers write them, stories."""

import pytest

from admin.producing.questions import LINES, QUESTIONS
from admin.producing.steps import (
    BY_NAME,
    NEW,
    STEPS,
    Stop,
    asked,
    first_open,
    next_stop,
    place,
    road,
    step_of_lack,
    stop_before,
)
from admin.producing.words import (
    Measure,
    compose,
    expected_digit,
    grouped,
    is_composed,
    propose_label,
    read_amount,
    read_measure,
    read_price,
    read_strength,
    tell_measure,
)
from catalog.listings.label import FIELDS


def names(set_no: int) -> list[str]:
    return [step.name for step in asked(set_no)]


def test_every_question_has_words_and_an_address_of_its_own() -> None:
    assert {step.name for step in STEPS} - {"read"} == set(QUESTIONS)
    assert len({step.slug for step in STEPS}) == len(STEPS)
    assert {step_of_lack(field) for field in FIELDS} <= set(BY_NAME)
    assert set(LINES) <= set(BY_NAME)


@pytest.mark.parametrize(
    ("set_no", "has", "has_not"),
    [
        (4, {"vat_class", "shelf", "storage", "ingredients", "warnings", "dates_note"}, {"abv", "specs"}),
        (8, {"shelf", "ingredients"}, {"vat_class", "abv", "specs"}),
        (14, {"abv", "warnings", "storage", "shelf"}, {"vat_class", "specs"}),
        (22, {"specs", "ingredients", "usage"}, {"shelf", "storage", "abv", "warnings"}),
        (24, {"origin", "maker_address"}, {"shelf", "ingredients", "specs"}),
        (26, {"summary", "price", "is_gift"}, {"gtin", "shelf", "origin", "maker_address", "storage"}),
    ],
)
def test_a_set_is_asked_what_its_label_needs(set_no: int, has: set[str], has_not: set[str]) -> None:
    assert has <= set(names(set_no))
    assert not has_not & set(names(set_no))
    assert names(set_no)[-1] == "read"


def test_the_way_goes_on_and_back_through_every_question() -> None:
    stops = road(4, [])
    here, seen = stops[0], []
    while here != stops[-1]:
        seen.append(here)
        assert place(stops, here) == (len(seen), len(stops))
        after = next_stop(stops, here)
        assert stop_before(stops, after) == here
        here = after
    assert seen == stops[:-1]
    assert stop_before(stops, stops[0]) is None


def test_further_packs_are_asked_little_and_lead_back_to_the_list() -> None:
    stops = road(4, ["A", "B"], is_adding=True)
    assert [one.step.name for one in stops if one.pack == "B"] == ["measure", "price", "gtin"]
    assert [one.step.name for one in stops if one.pack == NEW] == ["measure", "price", "gtin"]
    off = Stop(BY_NAME["storage"], "B")
    assert next_stop(stops, off).step.name == "packs"
    assert place(stops, off)[0] == 0


def test_one_resumes_at_the_first_open_question() -> None:
    stops = road(4, ["A"])
    done = {stop.key for stop in stops}
    assert first_open(stops, done - {"A:gtin"}) == Stop(BY_NAME["gtin"], "A")
    assert first_open(stops, set()) == stops[0]
    assert first_open(stops, done).step.name == "read"


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("125.000 ₫", 125_000), ("125000", 125_000), ("125.000", 125_000), ("125,000đ", 125_000), ("125k", 125_000),
        ("125 nghìn", 125_000), ("1.250.000\u00a0₫", 1_250_000), ("125 000", 125_000), ("125 đồng", 125),
        ("12.50", None), ("-5", None), ("", None), ("một trăm", None), ("1e6", None), ("９９", None), ("12,5", None),
    ],
)  # fmt: skip
def test_prices_as_they_are_typed(text: str, price: int | None) -> None:
    assert read_price(text) == price


def test_prices_come_back_grouped() -> None:
    assert [grouped(one) for one in (999, 1000, 125_000, 12_345_678)] == ["999", "1.000", "125.000", "12.345.678"]


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        ("500", "g", Measure("net_grams", 500)), ("1,5", "kg", Measure("net_grams", 1500)),
        ("1.5", "l", Measure("net_ml", 1500)), ("1.500", "g", Measure("net_grams", 1500)),
        ("20", "piece", Measure("net_pieces", 20)), ("0", "g", None), ("0,4", "g", None), ("1,5", "piece", None),
        ("-1", "g", None), ("nhiều", "g", None), ("5", "tạ", None), ("", "kg", None),
    ],
)  # fmt: skip
def test_measures(amount: str, unit: str, expected: Measure | None) -> None:
    assert read_measure(amount, unit) == expected


def test_measures_come_back_as_they_were_told() -> None:
    assert tell_measure(500, None, None) == ("500", "g")
    assert tell_measure(1500, None, None) == ("1,5", "kg")
    assert tell_measure(None, 750, None) == ("750", "ml")
    assert tell_measure(None, 1250, None) == ("1250", "ml")
    assert tell_measure(None, None, 20) == ("20", "piece")
    assert read_amount("1,234") == 1234
    assert propose_label("Hũ", "500", "g") == "Hũ 500 g"
    assert propose_label("Chai", "1,5", "l") == "Chai 1,5 lít"
    assert propose_label("Hũ", "", "loose") == "Bán theo cân"


def test_strengths() -> None:
    found = [read_strength(text) for text in ("29,5", "40", "12.5%", "0", "100", "mạnh", "39,5°")]
    assert found == [2950, 4000, 1250, None, None, None, 3950]


def test_the_check_digit_is_told_not_guessed() -> None:
    assert expected_digit("8938505974195") == "4"
    assert expected_digit("893 850597-4194") == "4"
    assert expected_digit("12345") is None
    assert expected_digit("89385059741A4") is None


def test_a_story_is_put_together_and_hers_is_kept() -> None:
    answers = {"who": "Tổ ong 12 hộ", "how": "Quay tay!", "why": "  "}
    told = compose(answers)
    assert told == "Tổ ong 12 hộ.\n\nQuay tay!"
    assert is_composed(told, answers)
    assert is_composed("", answers)
    assert not is_composed(told + " Thêm.", answers)
    assert compose({}) == ""
