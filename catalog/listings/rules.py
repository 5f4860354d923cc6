"""Rules of listings and packs on plain values."""

from collections.abc import Mapping

from stdnum import ean
from stdnum.exceptions import ValidationError

from catalog.listings.models import DRAFT, GRAM, LIVE, SUBMITTED, WITHDRAWN

#: From which states a step may be taken.
STEPS: Mapping[str, frozenset[str]] = {
    "submit": frozenset({DRAFT, WITHDRAWN}),
    "publish": frozenset({DRAFT, SUBMITTED, WITHDRAWN}),
    "withdraw": frozenset({SUBMITTED, LIVE}),
}


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
