"""Quantities as people type them into a page's table: one field for each pack, pieces or kilograms."""

import re
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from catalog.listings.models import GRAM
from core.errors import Invalid

_PIECES = re.compile(r"\d{1,7}")
_KILOGRAMS = re.compile(r"(\d{1,5})(?:[.,](\d{1,3}))?")


def units_of(typed: str, unit: str) -> int | None:
    """Units in what somebody typed: "12" pieces, "1,5" or "1.5" kilograms; None for nothing. Raises ValueError."""
    text = typed.strip()
    if not text:
        return None
    if unit != GRAM:
        if not _PIECES.fullmatch(text):
            raise ValueError(text)
        return int(text)
    found = _KILOGRAMS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0") or 0)


def shown(units: int | None, unit: str) -> str:
    """Units as they stand in such a field."""
    if units is None:
        return ""
    if unit != GRAM:
        return str(units)
    whole, rest = divmod(units, 1000)
    return f"{whole},{rest:03}".rstrip("0").rstrip(",") if rest else str(whole)


def read_all(prefix: str, packs: Iterable[tuple[str, str]], form: Mapping[str, str]) -> dict[str, int]:
    """Units by SKU code from the fields ``<prefix>-<code>``; a pack without its field, or empty, is left out.

    packs: codes with their units. Raises Invalid naming every field that cannot be read.
    """
    found: dict[str, int] = {}
    wrong: dict[str, list[str]] = {}
    for code, unit in packs:
        name = f"{prefix}-{code}"
        try:
            units = units_of(form.get(name, ""), unit)
        except ValueError:
            wrong[name] = [_("Ghi số, như 12; hàng bán cân ghi số ki-lô-gam, như 1,5.")]
            continue
        if units is not None:
            found[code] = units
    if wrong:
        raise Invalid(wrong)
    return found
