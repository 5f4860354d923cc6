"""Cells of other systems' files as values: money, quantities, days, codes. Pure; each refuses with a sentence."""

import re
from datetime import date

from flask_babel import gettext as _

from catalog.registry.format import unguard
from core.text import compose, squeeze
from core.web.fields import accepting_text, read_day

#: Excel's way to keep leading noughts: ``="00123"``.
_KEPT = re.compile(r'="([^"]*)"')
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_PLAIN = re.compile(r"\d+")
_DECIMAL = re.compile(r"(\d+)[.,](\d{1,3})")
_HEAP = re.compile(r"\d(?:[.,]\d+)?[eE][+]?\d+")
MOST_VND = 1_000_000_000
MOST_UNITS = 10_000_000


class Unreadable(ValueError):
    """A cell that says nothing we can take; its text is for the person who sent it."""


def clean(cell: str) -> str:
    """A cell as text: without what spreadsheets put around it. Raises Unreadable for a formula."""
    text = cell.strip()
    if kept := _KEPT.fullmatch(text):
        return compose(kept[1]).strip()
    if text.startswith(("=", "＝")):
        raise Unreadable(_("Ô chứa công thức; hãy dán giá trị."))
    if any(ord(sign) < 32 and sign not in "\n\t\r" for sign in text):
        raise Unreadable(_("Có ký tự không dùng được."))
    return squeeze(compose(unguard(text)))


def code_of(text: str, most: int = 60) -> str:
    """A code or barcode in capitals. Raises Unreadable for a number that a spreadsheet has rounded."""
    if _HEAP.fullmatch(text):
        raise Unreadable(_("Mã đã bị Excel đổi thành số (8,93E+12); hãy định dạng cột là văn bản rồi xuất lại."))
    if len(text) > most:
        raise Unreadable(_("Dài quá %(most)d ký tự.", most=most))
    return text.upper().removesuffix(".0")


def money_of(text: str) -> int | None:
    """Whole đồng: "125000", "125.000", "125,000 ₫", "125000.00"; None for nothing. Raises Unreadable."""
    bare = re.sub(r"[\s\u00a0₫đ]|vnđ|vnd", "", text.lower())
    if not bare:
        return None
    whole = bare if not (cents := re.fullmatch(r"(.+)[.,]0{1,2}", bare)) else cents[1]
    if not (_GROUPED.fullmatch(whole) or _PLAIN.fullmatch(whole)):
        raise Unreadable(_("Không phải số tiền: %(text)s", text=text[:40]))
    found = int(re.sub(r"[.,]", "", whole))
    if found > MOST_VND:
        raise Unreadable(_("Số tiền lớn quá."))
    return found


def units_of(text: str, *, is_weighed: bool) -> int | None:
    """Pieces, or grams of what the file counts in kilograms; None for nothing; negative as the file says it.

    Raises Unreadable, also for "1.500" kilograms, which may be a thousand five hundred or one and a half.
    """
    bare = re.sub(r"[\s\u00a0]", "", text)
    if not bare:
        return None
    sign, digits = (-1, bare[1:]) if bare.startswith("-") else (1, bare)
    found = sign * (_grams(digits) if is_weighed else _pieces(digits))
    if abs(found) > MOST_UNITS:
        raise Unreadable(_("Số lượng lớn quá."))
    return found


def day_of(text: str) -> date | None:
    """A day: 2026-12-31 or 31/12/2026, also with the time behind it; None for nothing. Raises Unreadable."""
    if not text:
        return None
    with accepting_text():
        found = read_day(re.split(r"[ T]", text)[0])
    if found is None:
        raise Unreadable(_("Không phải ngày: %(text)s (cần dạng 31/12/2026).", text=text[:40]))
    return found


def _pieces(digits: str) -> int:
    whole = cents[1] if (cents := re.fullmatch(r"(\d+)[.,]0{1,2}", digits)) else digits
    if _PLAIN.fullmatch(whole) or _GROUPED.fullmatch(whole):
        return int(re.sub(r"[.,]", "", whole))
    raise Unreadable(_("Số lượng phải là số nguyên: %(text)s", text=digits[:40]))


def _grams(digits: str) -> int:
    if _PLAIN.fullmatch(digits):
        return int(digits) * 1000
    found = _DECIMAL.fullmatch(digits)
    if found is None:
        raise Unreadable(_("Không phải số ki-lô-gam: %(text)s", text=digits[:40]))
    if len(found[2]) == 3 and found[1] != "0":
        raise Unreadable(_("Không rõ %(text)s là nghìn hay là lẻ; hãy ghi 1,5 hoặc 1500.", text=digits[:40]))
    return int(found[1]) * 1000 + int(found[2].ljust(3, "0"))
