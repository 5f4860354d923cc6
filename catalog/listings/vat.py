"""VAT of goods: the class that a producer can tell, and the rate that the law of the day gives it.

A class stays what it is while rates change: 8 % on processed goods ends on 31/12/2026, and nobody touches a pack.
Source of every line: data/vat.csv.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from catalog.products.sets import ALCOHOL

OWN_PRODUCE: Final = "own_produce"
PRODUCE: Final = "produce"
PROCESSED: Final = "processed"
FULL: Final = "full"

#: Each class in plain words, with the law behind it.
CLASSES: Mapping[str, tuple[LazyString | str, LazyString | str]] = {
    OWN_PRODUCE: (
        _l("Chúng tôi tự trồng, tự nuôi, chỉ sơ chế đơn giản (phơi, sấy, làm sạch, đóng gói)"),
        _l("Không chịu thuế GTGT. Luật Thuế GTGT 48/2024, Điều 5 khoản 1."),
    ),
    PRODUCE: (
        _l("Nông sản mua lại của người khác, chỉ sơ chế đơn giản"),
        _l("Thuế GTGT 5%. Luật Thuế GTGT 48/2024, Điều 9 khoản 2."),
    ),
    PROCESSED: (
        _l("Đã chế biến: nấu, ủ, ướp, xay, pha, làm thành món khác"),
        _l("Thuế GTGT 8% đến hết 31/12/2026 (Nghị định 174/2025), sau đó 10%."),
    ),
    FULL: (
        _l("Rượu, bia và hàng chịu thuế tiêu thụ đặc biệt"),
        _l("Thuế GTGT 10%, không được giảm. Luật Thuế GTGT 48/2024, Điều 9 khoản 3."),
    ),
}

#: Sets whose goods may be raw or simply prepared produce: fresh and raw food, tea, coffee, herbs, living things.
RAW_SETS: Final = frozenset({1, 2, 3, 4, 11, 12, 13, 20, 23, 24, 25})


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of the law: a class's rate in basis points from a day to a day (None: open)."""

    vat_class: str
    rate_bp: int
    from_on: date
    until_on: date | None
    law: str


def _read() -> tuple[Rate, ...]:
    with (Path(__file__).parent / "data" / "vat.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Rate(
                row["class"],
                int(row["rate_bp"]),
                date.fromisoformat(row["from_on"]),
                date.fromisoformat(row["until_on"]) if row["until_on"] else None,
                row["law"],
            )
            for row in csv.DictReader(lines)
        )


RATES: tuple[Rate, ...] = _read()


def find_rate(vat_class: str, on: date) -> Rate | None:
    """The law's line for a class on a day; None for days before the law that we know."""
    return next(
        (
            one
            for one in RATES
            if one.vat_class == vat_class and one.from_on <= on and (one.until_on is None or on <= one.until_on)
        ),
        None,
    )


def rate_of(vat_class: str | None, vat_bp: int, on: date) -> int:
    """The rate in basis points on a day: the class's, or the stored figure where no class was told."""
    found = find_rate(vat_class, on) if vat_class else None
    return found.rate_bp if found else vat_bp


def classes_for(set_no: int) -> tuple[str, ...]:
    """The classes that goods of a set can be in, the likeliest first: alcohol is never anything but `full`."""
    if set_no in ALCOHOL:
        return (FULL,)
    return (OWN_PRODUCE, PRODUCE, PROCESSED) if set_no in RAW_SETS else (PROCESSED,)
