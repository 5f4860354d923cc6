"""Fees by zone and weight, on plain values."""

import pytest

from shop.delivery.rules import (
    ZONES,
    Fees,
    Load,
    Place,
    Rates,
    delivery_of,
    distance,
    fee_of,
    problems_of,
    weight_of,
    zone_of,
)

STEPS = Fees(((3_000, 20_000), (10_000, 35_000)), 4_000)
RATES = Rates(dict.fromkeys(ZONES, STEPS), 500_000, cold_vnd=15_000, fragile_vnd=10_000)
SHOP = Place("11737", "31", frozenset({"315"}))


@pytest.mark.parametrize(
    ("grams", "fee"),
    [
        (0, 20_000), (1, 20_000), (3_000, 20_000), (3_001, 35_000), (10_000, 35_000), (10_001, 39_000),
        (11_000, 39_000),        (11_001, 43_000), (60_000, 235_000),
    ],
)  # fmt: skip
def test_steps_of_weight(grams: int, fee: int) -> None:
    assert fee_of(RATES, "near", Load(grams)) == fee


@pytest.mark.parametrize(
    ("to", "zone", "far"),
    [
        (Place("11737", "31"), "local", 0),
        (Place("11740", "31", frozenset({"315", "316"})), "local", 1),
        (Place("11740", "31", frozenset({"316"})), "province", 2),
        (Place("00001", "22"), "near", 3),
        (Place("00002", "79"), "far", 3),
    ],
)
def test_zones_and_nearness(to: Place, zone: str, far: int) -> None:
    assert (zone_of(SHOP, to, {"22"}), distance(SHOP, to)) == (zone, far)


@pytest.mark.parametrize(
    ("goods", "parcels", "told"),
    [
        (499_999, [("local", Load(1))], (20_000, 0)),
        (500_000, [("local", Load(1))], (0, 0)),
        (100_000, [("local", Load(1)), ("far", Load(4_000))], (55_000, 0)),
        (100_000, [("local", Load(1, is_cold=True)), ("far", Load(1, is_fragile=True))], (50_000, 15_000)),
        (900_000, [("local", Load(1, is_cold=True, is_fragile=True))], (10_000, 15_000)),
    ],
)
def test_parcels_supplements_and_what_is_free(
    goods: int, parcels: list[tuple[str, Load]], told: tuple[int, int]
) -> None:
    assert delivery_of(RATES, goods, parcels) == told


@pytest.mark.parametrize(
    ("unit", "quantity", "grams", "ml", "weight"),
    [
        ("gram", 750, None, None, 750), ("piece", 2, 500, None, 1_000), ("piece", 2, None, 700, 1_400),
        ("piece", 3, None, None, 1_500),
    ],
)  # fmt: skip
def test_weights(unit: str, quantity: int, grams: int | None, ml: int | None, weight: int) -> None:
    assert weight_of(unit, quantity, grams, ml, 500) == weight


def test_what_is_wrong_with_a_tariff() -> None:
    assert problems_of(RATES) == []
    assert problems_of(Rates({**RATES.zones, "far": Fees(())})) == ["zone_missing:far"]
    falling = Fees(((3_000, 20_000), (2_000, 30_000)))
    cheaper = Fees(((3_000, 20_000), (5_000, 10_000)))
    assert problems_of(Rates({**RATES.zones, "near": falling, "far": cheaper})) == ["steps_fall:near", "steps_fall:far"]
