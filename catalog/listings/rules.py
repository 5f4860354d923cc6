"""Rules of listings and packs on plain values."""

import re
from collections.abc import Mapping
from typing import Final

from stdnum import ean
from stdnum.exceptions import ValidationError

from catalog.listings.models import DRAFT, GRAM, LIVE, SUBMITTED, WITHDRAWN

#: From which states a step may be taken.
STEPS: Mapping[str, frozenset[str]] = {
    "submit": frozenset({DRAFT, WITHDRAWN}),
    "publish": frozenset({DRAFT, SUBMITTED, WITHDRAWN}),
    "withdraw": frozenset({SUBMITTED, LIVE}),
}

#: What a person may set of a listing and of a pack. Everything else belongs to the certificate, to the product or to
#: a verb of its own, and no body or form reaches it.
LISTING_FIELDS: Final = frozenset(
    {
        "summary", "story", "ingredients", "usage", "maker_address", "origin", "warnings", "dates_note", "specs",
        "is_gift",
    }
)  # fmt: skip
SKU_FIELDS: Final = frozenset(
    {
        "label", "net_grams", "net_ml", "net_pieces", "price_vnd", "vat_bp", "vat_class", "gtin", "shelf_days",
        "storage", "abv_bp", "is_active", "is_pickup_only", "is_fragile", "is_cold",
    }
)  # fmt: skip
#: What is told when a pack is added, and never changes: stock and orders were counted in it.
SKU_IDENTITY: Final = frozenset({"code", "unit"})

_QUANTITY = re.compile(
    r"\d\s*(kg|g|gr|gam|ml|cl|l|lít|lit|cái|chiếc|bộ|đôi|con|cây|chậu|bó|quả|trứng|túi|gói|viên|miếng|bánh)\b",
    re.IGNORECASE,
)


def may(step: str, state: str) -> bool:
    """Whether a step follows from a state."""
    return state in STEPS[step]


def clean_gtin(text: str) -> str | None:
    """The GTIN in digits alone (8, 12, 13 or 14), its check digit verified, or None when it cannot be one."""
    try:
        return str(ean.validate(text))
    except ValidationError:
        return None


def missing(summary: str, active_packs: int) -> list[str]:
    """What a listing still lacks before it can be published."""
    return [name for name, has in (("summary", bool(summary.strip())), ("skus", active_packs > 0)) if not has]


def implausible_pack(unit: str, net_grams: int | None) -> list[str]:
    """Fields that contradict each other: goods counted in grams have no net weight of a piece."""
    return ["net_grams"] if unit == GRAM and net_grams is not None else []


def states_quantity(label: str, unit: str, net_grams: int | None, net_ml: int | None, net_pieces: int | None) -> bool:
    """Whether a pack says how much it holds: a measure of its own, its words ("Chai 500 ml"), or sale by weight."""
    return unit == GRAM or any((net_grams, net_ml, net_pieces)) or _QUANTITY.search(label) is not None
