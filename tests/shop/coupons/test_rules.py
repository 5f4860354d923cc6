"""What a coupon takes off: codes, days, limits, lines; and that every total adds up to the đồng."""

from datetime import date
from random import Random

import pytest

from core.money import allocate
from shop.carts.rules import line_total
from shop.coupons.rules import LEAST_PAID_VND, Item, Terms, Trouble, customer_of, is_meant, judge, new_code, normalise
from shop.delivery.rules import ZONES, Fees, Load, Rates, delivery_of
from shop.taxes.rules import Part, split

DAY = date(2026, 11, 22)
OPEN = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 12, 31)}


def items(*totals: int) -> list[Item]:
    return [Item(number, 10 * number, "I" if number % 2 else "III", vnd) for number, vnd in enumerate(totals, 1)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("tet2027", "TET2027"), (" TẾT-2027 ", "TET2027"), ("ＴＥＴ２０２７", "TET2027"),
        ("TET\u200b20\u200d27", "TET2027"),
        ("te\u0302\u0301t 2027", "TET2027"), ("đồng_quê", "DONGQUE"), ("TET\ufeff2027", "TET2027"),
        ("\u202eTET2027", "TET2027"),
        ("abc", None), ("", None), ("   ", None), ("a" * 41, None), ("ТЕТ2027", None), ("TET2027'; --", None),
        ("TET\x002027", None), ("٣٣٣٣", None), ("mã giảm 😀", None), ("\u200b" * 10, None),
    ],
)  # fmt: skip
def test_a_code_is_one_code_however_it_is_typed(typed: str, code: str | None) -> None:
    assert normalise(typed) == code


def test_a_made_code_has_fifty_random_bits_and_no_sign_that_looks_like_another() -> None:
    codes = {new_code("TET") for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 13 and normalise(code) == code and not set(code[3:]) & set("ILOU") for code in codes)


def test_a_customer_is_known_by_a_digest() -> None:
    assert customer_of("+84912345678") == customer_of("+84912345678") != customer_of("+84912345679")
    assert "912345678" not in customer_of("+84912345678")


@pytest.mark.parametrize(
    ("terms", "trouble"),
    [
        ({"percent": 10}, None),
        ({"percent": 10, "is_stopped": True}, Trouble.ENDED),
        ({"percent": 10, "starts_on": date(2026, 11, 23)}, Trouble.NOT_YET),
        ({"percent": 10, "ends_on": date(2026, 11, 21)}, Trouble.ENDED),
        ({"percent": 10, "ends_on": DAY}, None),
        ({"percent": 10, "starts_on": DAY}, None),
        ({"percent": 10, "left": 0}, Trouble.USED_UP),
        ({"percent": 10, "minimum_vnd": 300_001}, Trouble.MINIMUM),
        ({"percent": 10, "minimum_vnd": 300_000}, None),
        ({"percent": 10, "products": {9}}, Trouble.OTHER_GOODS),
        ({"percent": 10, "products": {2}, "minimum_vnd": 200_001}, Trouble.MINIMUM),
    ],
)
def test_days_limits_and_goods(terms: dict[str, object], trouble: Trouble | None) -> None:
    found = judge(Terms(**{**OPEN, **terms}), items(100_000, 200_000), DAY)  # type: ignore[arg-type]
    assert found.trouble == trouble
    assert (found.total_vnd > 0) == (trouble is None)


@pytest.mark.parametrize(
    ("terms", "shares"),
    [
        ({"percent": 10}, (10_000, 20_000)),
        ({"percent": 10, "most_vnd": 15_000}, (5_000, 10_000)),
        ({"amount_vnd": 50_000}, (16_667, 33_333)),
        ({"amount_vnd": 50_000, "products": {2}}, (0, 50_000)),
        ({"amount_vnd": 50_000, "producers": {10}}, (50_000, 0)),
        ({"amount_vnd": 50_000, "groups": {"III"}}, (0, 50_000)),
        ({"percent": 100}, (99_667, 199_333)),
        ({"amount_vnd": 10**13}, (99_667, 199_333)),
        ({"amount_vnd": 10**13, "products": {1}}, (100_000, 0)),
    ],
)
def test_shares(terms: dict[str, object], shares: tuple[int, ...]) -> None:
    assert judge(Terms(**{**OPEN, **terms}), items(100_000, 200_000), DAY).shares == shares  # type: ignore[arg-type]


def test_a_sale_is_never_for_nothing() -> None:
    assert judge(Terms(**OPEN, percent=100), items(5_000), DAY).total_vnd == 5_000 - LEAST_PAID_VND
    assert judge(Terms(**OPEN, percent=100), items(LEAST_PAID_VND), DAY).trouble is Trouble.OTHER_GOODS


FEES = Fees(((3_000, 20_000), (10_000, 33_333)), 4_001)
RATES = Rates(dict.fromkeys(ZONES, FEES), 500_000, cold_vnd=15_001, fragile_vnd=7_003)


def generated(seed: int) -> None:
    """P16 on one made-up basket: every part is whole and not negative, shares add up to the discount, all parts to the
    total, and what is given back piece by piece to what was paid.
    """
    dice = Random(seed)
    units = [(dice.choice(("piece", "gram")), dice.randint(1, 99)) for _ in range(dice.randint(1, 8))]
    totals = [line_total(dice.randint(1, 5_000_000), 250 * n if unit == "gram" else n, unit) for unit, n in units]
    goods = [Item(dice.randint(1, 6), dice.randint(1, 3), dice.choice(("I", "II", "III")), vnd) for vnd in totals]
    shares = coupon_shares(dice, goods) if dice.random() < 0.8 else (0,) * len(goods)
    assert all(0 <= share <= total for share, total in zip(shares, totals, strict=True))
    paid = sum(totals) - sum(shares)
    assert paid >= min(LEAST_PAID_VND, sum(totals))
    parcels = [
        (dice.choice(ZONES), Load(dice.randint(0, 60_000), dice.random() < 0.3, dice.random() < 0.3))
        for _ in range(dice.randint(0, 4))
    ]
    charges = delivery_of(RATES, paid, parcels)
    assert min(charges) >= 0
    parts = [Part(t - s, dice.choice((0, 500, 800, 1000))) for t, s in zip(totals, shares, strict=True)]
    parts += [Part(vnd, 800) for vnd in charges]
    assert sum(one.net_vnd + one.tax_vnd for one in split(parts)) == paid + sum(charges)
    for total, share, (_unit, number) in zip(totals, shares, units, strict=True):
        pieces = allocate(total - share, [1] * number)
        assert sum(pieces) == total - share
        assert min(pieces) >= 0


def coupon_shares(dice: Random, goods: list[Item]) -> tuple[int, ...]:
    """What a made-up coupon takes off; only what it is for, never more than it says."""
    is_percent = dice.random() < 0.5
    terms = Terms(
        **OPEN, percent=dice.randint(1, 100) if is_percent else None,
        amount_vnd=None if is_percent else dice.randint(1, 3_000_000),
        most_vnd=dice.randint(1, 500_000) if is_percent and dice.random() < 0.5 else None,
        minimum_vnd=dice.choice((0, 0, 1_000_000)), products=set(dice.sample(range(1, 7), dice.randint(0, 2))),
        groups=set(dice.sample(("I", "II", "III"), dice.randint(0, 1))),
    )  # fmt: skip
    found = judge(terms, goods, DAY)
    assert (found.trouble is None) == (found.total_vnd > 0)
    assert found.total_vnd <= (terms.amount_vnd or terms.most_vnd or found.goods_vnd)
    assert all(is_meant(terms, item) for share, item in zip(found.shares, goods, strict=True) if share)
    return found.shares


def test_every_total_of_a_thousand_baskets_adds_up() -> None:
    for seed in range(1_000):
        generated(seed)


@pytest.mark.long
def test_every_total_of_twenty_thousand_baskets_adds_up() -> None:
    for seed in range(1_000, 21_000):
        generated(seed)


def test_shares_that_are_rounded_one_by_one_do_not_add_up() -> None:
    """The control: what the largest remainder is for."""
    careless = [round(50_000 * vnd / 300_000) for vnd in (100_000, 100_000, 100_000)]
    assert sum(careless) != 50_000
    assert sum(judge(Terms(**OPEN, amount_vnd=50_000), items(100_000, 100_000, 100_000), DAY).shares) == 50_000
