"""SMS text: letters that every telephone shows, and what they cost. Pure rules."""

import unicodedata
from typing import Final

#: One message by the oldest alphabet (GSM 03.38), and each part of a longer one.
ONE_GSM: Final = 160
PART_GSM: Final = 153
#: The same when one letter needs Unicode: every Vietnamese letter with a mark does.
ONE_UNICODE: Final = 70
PART_UNICODE: Final = 67

_LETTERS = frozenset("@$_!\"#%&'()*+,-./:;<=>?\n \r") | frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
#: They cost two.
_DOUBLE = frozenset("^{}\\[~]|")
_SWAPS = str.maketrans({
    "đ": "d", "Đ": "D", "₫": "d", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "×": "x",
    "·": ",", "•": "-", "\u00a0": " ", "\u202f": " ", "→": "->",
})  # fmt: skip


def plain(text: str) -> str:
    """The text without marks, in letters that cost least: ``Đơn đã hủy, 250.000 ₫`` -> ``Don da huy, 250.000 d``.

    What has no such letter (a picture, another script) is left out.
    """
    apart = unicodedata.normalize("NFD", text.translate(_SWAPS))
    return "".join(sign for sign in apart if sign in _LETTERS or sign in _DOUBLE)


def parts(text: str) -> int:
    """How many messages a gateway charges for."""
    if all(sign in _LETTERS or sign in _DOUBLE for sign in text):
        cost = sum(2 if sign in _DOUBLE else 1 for sign in text)
        return 1 if cost <= ONE_GSM else -(-cost // PART_GSM)
    cost = len(text.encode("utf-16-le")) // 2
    return 1 if cost <= ONE_UNICODE else -(-cost // PART_UNICODE)
