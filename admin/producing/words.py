"""What a producer says in her own words and what is kept of it: packs, prices, shelf lives, strengths, stories."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stdnum import ean

from catalog.listings.measures import decimal

#: Prices below are taken for a slip: nobody sells a pack for 125 đồng.
LEAST_PRICE: Final = 1_000
#: The unit of what is told by name alone: crafts, plants, tickets.
NAMED: Final = "none"
#: How many grams or millilitres a unit of the form is; pieces count themselves.
_UNITS: Final[Mapping[str, tuple[str, int]]] = {
    "g": ("net_grams", 1), "kg": ("net_grams", 1000), "ml": ("net_ml", 1), "l": ("net_ml", 1000),
    "piece": ("net_pieces", 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """What one pack holds: the column and the whole number in it."""

    column: str
    amount: int


def read_amount(text: str) -> int | None:
    """A decimal as Vietnamese people write it, in thousandths: "1,5" is 1500; None when it is none.

    A point or a comma followed by three figures after at most three parts thousands: "1.500" is 1500 whole.
    """
    clean = text.strip().replace(" ", "")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", clean):
        return int(clean.replace(".", "")) * 1000
    found = re.fullmatch(r"([0-9]{1,6})(?:[.,]([0-9]{1,3}))?", clean)
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")) if found else None


def read_measure(amount: str, unit: str) -> Measure | None:
    """An amount and its unit as a column of the pack; None when it is no whole gram, millilitre or piece."""
    thousandths, known = read_amount(amount), _UNITS.get(unit)
    if thousandths is None or known is None:
        return None
    column, factor = known
    whole, rest = divmod(thousandths * factor, 1000)
    return Measure(column, whole) if whole > 0 and rest == 0 else None


def tell_measure(net_grams: int | None, net_ml: int | None, net_pieces: int | None) -> tuple[str, str]:
    """Amount and unit for the form: kilograms and litres where they come out even to a tenth."""
    for value, small, large in ((net_grams, "g", "kg"), (net_ml, "ml", "l")):
        if value is not None:
            return (decimal(value, 1000), large) if value >= 1000 and value % 100 == 0 else (str(value), small)
    return (str(net_pieces), "piece") if net_pieces is not None else ("", "")


def propose_label(container: str, amount: str, unit: str) -> str:
    """The pack in the shopper's words: "Hũ 500 g", "Hộp 20 gói"; goods sold loose by weight are just that."""
    if unit == "loose":
        return "Bán theo cân"
    shown = {"l": "lít", "piece": "cái"}.get(unit, unit)
    return f"{container} {amount.strip()} {shown}"[:80].strip()


def read_price(text: str) -> int | None:
    """Whole đồng out of "125.000 ₫", "125,000", "125000đ", "125k" or "125 nghìn"; None when it is no price."""
    clean = text.strip().lower().replace("\u00a0", " ").removesuffix("vnđ").removesuffix("vnd")
    clean = clean.removesuffix("₫").removesuffix("đồng").removesuffix("đ").strip()
    thousands = re.fullmatch(r"([0-9]{1,7})\s*(k|nghìn|ngàn|nghin|ngan)", clean)
    if thousands:
        return int(thousands[1]) * 1000
    if re.fullmatch(r"[0-9]{1,3}([., ][0-9]{3})+", clean):
        return int(re.sub(r"[., ]", "", clean))
    return int(clean) if re.fullmatch(r"[0-9]{1,11}", clean) else None


def grouped(number: int) -> str:
    """125000 as "125.000"."""
    return f"{number:,}".replace(",", ".")


def read_strength(text: str) -> int | None:
    """Percent of alcohol in basis points: "29,5" is 2950; None outside 0,1 to 99."""
    thousandths = read_amount(text.strip().removesuffix("%").removesuffix("°").removesuffix("độ"))
    return thousandths // 10 if thousandths is not None and 100 <= thousandths <= 99_000 else None


def expected_digit(text: str) -> str | None:
    """The check digit that the figures before it ask for; None where the length is no GTIN's or letters stand in it."""
    digits = re.sub(r"[\s-]", "", text)
    if not digits.isascii() or not digits.isdecimal() or len(digits) not in (8, 12, 13, 14):
        return None
    return str(ean.calc_check_digit(digits[:-1]))


def compose(answers: Mapping[str, str]) -> str:
    """The story out of the three answers: each a paragraph, in their order, ended like a sentence."""
    parts = [answers.get(name, "").strip() for name in ("who", "how", "why")]
    return "\n\n".join(part if part[-1] in '.!?…”"' else part + "." for part in parts if part)


def is_composed(story: str, answers: Mapping[str, str]) -> bool:
    """Whether a story is what its answers made of it, so that a new answer may make it anew; an empty one is."""
    return not story.strip() or story.strip() == compose(answers)
