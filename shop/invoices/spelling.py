"""Amounts in words, as an invoice must state its total (Decree 123/2020, Article 10): ``105`` -> một trăm linh năm.

Vietnamese only: an invoice is written in Vietnamese.
"""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", " nghìn", " triệu")
_BILLION = 10**9


def amount_words(vnd: int) -> str:
    """Whole đồng in words with a capital: ``21000`` -> Hai mươi mốt nghìn đồng. Less than zero: Âm …"""
    words = f"{'âm ' if vnd < 0 else ''}{number_words(abs(vnd))} đồng"
    return words[0].upper() + words[1:]


def number_words(number: int) -> str:
    """A whole number from 0 in words. Raises ValueError below zero."""
    if number < 0:
        raise ValueError("no negative numbers")
    return _DIGITS[0] if number == 0 else _spell(number, is_whole=True)


def _spell(number: int, *, is_whole: bool) -> str:
    """Billions of billions, then what is left of them. Unless `is_whole`, something was said before this part."""
    above, rest = divmod(number, _BILLION)
    said = [f"{_spell(above, is_whole=is_whole)} tỷ"] if above else []
    if rest:
        said.append(_below_billion(rest, is_whole=is_whole and not above))
    return " ".join(said)


def _below_billion(number: int, *, is_whole: bool) -> str:
    """Millions, thousands and units; groups of zero are left out."""
    groups = [number // 1_000_000, number // 1_000 % 1_000, number % 1_000]
    said: list[str] = []
    for place, group in enumerate(groups):
        if group:
            is_first = is_whole and not said
            said.append(_group(group, is_first=is_first) + _SCALES[2 - place])
    return " ".join(said)


def _group(number: int, *, is_first: bool) -> str:
    """1 to 999. The first group says no empty hundreds; a later one does: không trăm linh năm."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said: list[str] = []
    if hundreds or not is_first:
        said.append(f"{_DIGITS[hundreds]} trăm")
    if tens:
        said.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    elif ones and said:
        said.append("linh")
    if ones:
        said.append(_ones(ones, tens))
    return " ".join(said)


def _ones(ones: int, tens: int) -> str:
    """mốt and tư after two tens and more, lăm after any ten."""
    if tens >= 2 and ones == 1:
        return "mốt"
    if tens >= 2 and ones == 4:
        return "tư"
    return "lăm" if tens and ones == 5 else _DIGITS[ones]
