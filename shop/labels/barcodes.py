"""Bars of EAN-13, EAN-8 (ISO/IEC 15420) and Code 128 (ISO/IEC 15417), as modules: "1" is dark. Pure.

Proven by a reader that is not ours (tests: zbar reads what we print).
"""

from typing import Final

#: Left-hand digits with odd parity; even parity and right-hand digits follow from them.
_L: Final = (
    "0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011",
)  # fmt: skip
_R: Final = tuple("".join("10"[int(module)] for module in code) for code in _L)
_G: Final = tuple(code[::-1] for code in _R)
#: Which of the six left digits are even, by the thirteenth digit.
_PARITY: Final = (
    "LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL",
)  # fmt: skip
_EDGE, _MIDDLE = "101", "01010"
#: Widths of bar, space, bar … of the 103 values, the three starts and the stop; seven signs each.
_WIDTHS: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_START_B, _STOP = 104, 106
#: Light modules that a reader needs beside the bars.
QUIET: Final = {95: (11, 7), 67: (7, 7)}


def retail_digits(gtin: str | None) -> str | None:
    """The digits that a till reads from a GTIN: 13 or 8; None where the GTIN is a case's (GTIN-14) or none at all.

    >>> retail_digits("012345678905"), retail_digits("96385074"), retail_digits(None)
    ('0012345678905', '96385074', None)
    """
    if gtin is None:
        return None
    if len(gtin) == 14:
        gtin = gtin[1:] if gtin.startswith("0") else ""
    if len(gtin) == 12:
        gtin = "0" + gtin
    return gtin if len(gtin) in (8, 13) and gtin.isascii() and gtin.isdecimal() else None


def bars(digits: str) -> str:
    """The modules of an EAN-13 or EAN-8. Raises ValueError for other lengths."""
    if len(digits) == 13:
        parity = _PARITY[int(digits[0])]
        left = "".join((_L if sign == "L" else _G)[int(d)] for sign, d in zip(parity, digits[1:7], strict=True))
        return _EDGE + left + _MIDDLE + "".join(_R[int(d)] for d in digits[7:]) + _EDGE
    if len(digits) == 8:
        left, right = "".join(_L[int(d)] for d in digits[:4]), "".join(_R[int(d)] for d in digits[4:])
        return _EDGE + left + _MIDDLE + right + _EDGE
    raise ValueError("an EAN has 13 or 8 digits")


def code_128(text: str) -> str:
    """The modules of a Code 128 (set B) of printable ASCII. Raises ValueError for other signs and for nothing."""
    if not text or any(not 32 <= ord(sign) < 127 for sign in text):
        raise ValueError("Code 128 B carries printable ASCII")
    values = [_START_B, *(ord(sign) - 32 for sign in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return "".join(_drawn(_WIDTHS[7 * value : 7 * value + 7].strip()) for value in [*values, check, _STOP])


def _drawn(widths: str) -> str:
    return "".join(("1" if place % 2 == 0 else "0") * int(width) for place, width in enumerate(widths))
