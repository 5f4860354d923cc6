"""Whose file it is, and which of its columns says what: by its headings."""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import lazy_gettext as _l

from core.text import fold

KINDS = {"products": _l("Hàng hóa"), "stock": _l("Tồn kho"), "customers": _l("Khách hàng")}
OTHER = "other"
SYSTEMS = {"kiotviet": "KiotViet", "sapo": "Sapo", "shopify": "Shopify", OTHER: _l("Hệ thống khác")}
#: What can be read of each kind, in the order of the form, and whether it must be there.
FIELDS: dict[str, dict[str, bool]] = {
    "products": {
        "code": True, "name": True, "barcode": False, "variant": False, "maker": False, "price": False,
        "handle": False, "kind": False,
    },
    "stock": {
        "code": True, "quantity": True, "name": False, "barcode": False, "variant": False, "maker": False,
        "cost": False, "lot": False, "made_on": False, "expires_on": False, "handle": False,
    },
    "customers": {"name": True, "last_name": False, "phone": False, "email": False, "code": False},
}  # fmt: skip
FIELD_LABELS = {
    "code": _l("Mã"),
    "name": _l("Tên"),
    "barcode": _l("Mã vạch"),
    "variant": _l("Phiên bản, quy cách"),
    "maker": _l("Nhà sản xuất, thương hiệu"),
    "price": _l("Giá bán"),
    "handle": _l("Cột nối các phiên bản"),
    "kind": _l("Loại hàng"),
    "quantity": _l("Tồn kho"),
    "cost": _l("Giá vốn"),
    "lot": _l("Số lô"),
    "made_on": _l("Ngày sản xuất"),
    "expires_on": _l("Hạn sử dụng"),
    "last_name": _l("Họ"),
    "phone": _l("Điện thoại"),
    "email": _l("Email"),
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose file it seems to be, and the heading of each field."""

    system: str
    columns: dict[str, str]


@cache
def _known() -> Mapping[tuple[str, str], Mapping[str, Sequence[str]]]:
    """Folded headings by system and kind, then by field."""
    found: dict[tuple[str, str], dict[str, Sequence[str]]] = {}
    path = Path(__file__).parent / "data" / "systems.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            headings = tuple(plain(one) for one in row["headings"].split("|"))
            found.setdefault((row["system"], row["kind"]), {})[row["field"]] = headings
    return found


def plain(heading: str) -> str:
    """A heading as headings are compared: folded, without the star of a column that must be filled in."""
    return fold(heading).rstrip("* ").strip()


def recognise(headings: Sequence[str], kind: str) -> Recognised:
    """The system most of whose headings a file has; ``other`` when a needed one is missing from all of them."""
    guesses = [Recognised(system, _columns(headings, known)) for (system, of), known in _known().items() if of == kind]
    best = max(guesses, key=lambda one: len(one.columns))
    if all(name in best.columns for name, needed in FIELDS[kind].items() if needed):
        return best
    return Recognised(OTHER, best.columns)


def fingerprint(headings: Sequence[str]) -> str:
    """The same for files with the same headings, in any order."""
    return hashlib.sha256("\n".join(sorted(plain(one) for one in headings)).encode()).hexdigest()


def _columns(headings: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    here: dict[str, str] = {}
    for heading in reversed(headings):  # the first of equal ones is taken
        here[plain(heading)] = heading
    found = {field: next((here[one] for one in names if one in here), None) for field, names in known.items()}
    return {field: heading for field, heading in found.items() if heading is not None}
