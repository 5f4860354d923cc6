"""Labels by law, VAT by class and day, measures: rules without an app."""

from datetime import date

import pytest

from catalog.listings.label import FIELDS, RULES, missing_label, required
from catalog.listings.measures import contents_words, days_of, decimal, tell_days, tell_strength
from catalog.listings.models import Listing, Sku
from catalog.listings.rules import states_quantity
from catalog.listings.vat import CLASSES, FULL, OWN_PRODUCE, PROCESSED, PRODUCE, RATES, classes_for, find_rate, rate_of

WORDS = {
    "maker_address": "Xã Kiến Hưng", "origin": "Việt Nam", "ingredients": "Mật ong", "usage": "Pha nước",
    "warnings": "Không có", "dates_note": "Trên nắp", "specs": "24 cm",
}  # fmt: skip


def listing(**words: str) -> Listing:
    told = {
        "maker_address": "",
        "origin": "",
        "ingredients": "",
        "usage": "",
        "warnings": "",
        "dates_note": "",
        "specs": "",
    }
    one = Listing(product_id=1, **{**told, **words})
    one.skus = []
    return one


def pack(**facts: object) -> Sku:
    told = {"label": "Hũ", "unit": "piece", "price_vnd": 1, "is_active": True, "storage": "Khô ráo", **facts}
    return Sku(code="A", **told)


def lacking(one: Listing, set_no: int, address: str = "") -> set[str]:
    return {lack.field for lack in missing_label(one, set_no, address)}


def test_every_rule_names_a_known_item_of_known_sets_with_its_article() -> None:
    for rule in RULES:
        assert rule.field in FIELDS
        assert rule.sets <= set(range(1, 26))
        assert rule.article.startswith("NĐ 43/2017/NĐ-CP")
    assert {rule.field for rule in RULES} == set(FIELDS)


@pytest.mark.parametrize(
    ("set_no", "expected"),
    [
        (4, {"maker_address", "origin", "quantity", "dates", "ingredients", "warnings", "usage", "storage"}),
        (9, {"maker_address", "origin", "quantity", "dates", "ingredients", "warnings", "usage", "storage"}),
        (3, {"maker_address", "origin", "quantity", "dates"}),
        (14, {"maker_address", "origin", "quantity", "warnings", "abv"}),
        (15, {"maker_address", "origin", "quantity", "warnings", "abv", "storage"}),
        (21, {"maker_address", "origin", "ingredients", "specs"}),
        (22, {"maker_address", "origin", "ingredients", "specs", "usage"}),
        (24, {"maker_address", "origin"}),
        (26, set()),
    ],
)
def test_what_each_kind_of_goods_must_state(set_no: int, expected: set[str]) -> None:
    assert set(required(set_no)) == expected
    assert lacking(listing(), set_no) == expected


def test_a_full_label_lacks_nothing() -> None:
    one = listing(**WORDS)
    one.skus = [pack(net_grams=500, shelf_days=365, abv_bp=2900)]
    assert all(lacking(one, set_no) == set() for set_no in range(1, 27))


def test_each_item_is_missed_alone() -> None:
    """The negative control: take one thing away, and that one is lacking."""
    for name, item in (
        ("origin", "origin"),
        ("ingredients", "ingredients"),
        ("usage", "usage"),
        ("warnings", "warnings"),
    ):
        one = listing(**{**WORDS, name: "  "})
        one.skus = [pack(net_grams=500)]
        assert lacking(one, 4) == {item}


def test_packs_say_it_all_or_it_is_lacking() -> None:
    one = listing(**{**WORDS, "dates_note": ""})
    one.skus = [pack(net_grams=500, shelf_days=365), pack(label="Hũ to", storage="")]
    assert lacking(one, 4) == {"quantity", "dates", "storage"}
    one.skus[1].is_active = False
    assert lacking(one, 4) == set()


def test_goods_sold_loose_state_the_general_part_only() -> None:
    one = listing(origin="Việt Nam")
    one.skus = [pack(unit="gram", storage="")]
    assert lacking(one, 1) == {"maker_address"}
    assert lacking(one, 1, "Xã Kiến Hưng") == set()
    one.skus.append(pack(label="Khay", storage=""))
    assert "quantity" in lacking(one, 1)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Chai 500 ml", True),
        ("Hộp 20 gói", True),
        ("Hũ 1,5kg", True),
        ("Chiếc", False),
        ("Loại 1", False),
        ("2026", False),
    ],
)
def test_a_label_may_state_the_quantity_in_words(label: str, told: bool) -> None:
    assert states_quantity(label, "piece", None, None, None) is told
    assert states_quantity("", "piece", None, 5, None)


def test_rates_follow_the_day() -> None:
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    assert [rate_of(PROCESSED, 0, day) for day in (last, first)] == [800, 1000]
    assert [rate_of(FULL, 0, day) for day in (last, first)] == [1000, 1000]
    assert (rate_of(OWN_PRODUCE, 800, last), rate_of(PRODUCE, 0, last)) == (0, 500)
    assert rate_of(None, 800, first) == 800
    assert rate_of(PROCESSED, 700, date(2020, 1, 1)) == 700


def test_every_day_since_2025_has_one_rate_of_each_class() -> None:
    for name in CLASSES:
        for day in (date(2025, 7, 1), date(2026, 12, 31), date(2027, 1, 1), date(2040, 1, 1)):
            found = [
                r for r in RATES if r.vat_class == name and r.from_on <= day and (not r.until_on or day <= r.until_on)
            ]
            assert len(found) == 1
            assert find_rate(name, day) == found[0]


def test_alcohol_never_has_a_reduced_rate() -> None:
    assert classes_for(14) == classes_for(15) == (FULL,)
    assert FULL not in {one for set_no in range(1, 27) if set_no not in (14, 15) for one in classes_for(set_no)}


def test_months_come_back_as_months() -> None:
    for months in range(3, 121):
        assert tell_days(days_of(months, "month")) == (months, "month")
    assert (tell_days(60), tell_days(45)) == ((60, "day"), (45, "day"))


def test_decimals_as_people_write_them() -> None:
    assert [tell_strength(bp) for bp in (2950, 4000, 1250, 505, None)] == ["29,5", "40", "12,5", "5,05", ""]
    assert [decimal(one, 1000) for one in (1500, 2000, 1005)] == ["1,5", "2", "1,005"]
    assert contents_words(500, None, None) == "500 g"
    assert contents_words(1500, None, None) == "1,5 kg"
