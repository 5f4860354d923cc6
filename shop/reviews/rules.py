"""Rules of reviews on plain values: names, what makes a text wait, grounds of hiding, sums.

Sources: Law 19/2023 on consumers (opinions are shown, unless they break the law or public morals), Law 91/2025 on
personal data (nobody's name, phone or address without her will).
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from core.text import fold, normalise

SHOWN: Final = "shown"
HELD: Final = "held"
HIDDEN: Final = "hidden"
WITHDRAWN: Final = "withdrawn"

MOST_MARKS = 5
#: So long after writing it, a buyer may change what she said.
EDITABLE = timedelta(days=30)
#: A buyer is asked once, so long after she got the goods, and not much later.
INVITE_AFTER = timedelta(days=3)
INVITE_UNTIL = timedelta(days=30)
#: How a buyer is called: first letters, the whole name, or not at all.
NAMINGS = ("initials", "full", "none")
#: Why a review may be hidden. That an opinion is bad is no ground.
GROUNDS = ("personal", "insult", "advert", "cure", "off_topic", "unlawful", "order")
#: How the list of a product may be sorted.
SORTS = ("newest", "lowest", "highest")

_WORDS = Path(__file__).parent / "data" / "held_words.csv"
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.,\-/()]{0,2}\d){8,10}(?!\d)")
_SPOKEN = re.compile(r"\b(?:(?:khong|mot|hai|ba|bon|nam|sau|bay|tam|chin|tu|lam)[\s.,\-]+){8,}")
_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+\.\w", re.ASCII)
_LINK = re.compile(
    r"https?:|www\.|\bzalo\b|\btelegram\b|\b[a-z0-9-]+\s?\.\s?(?:com|vn|net|org|shop|store|info|top|xyz|me|ly|io)\b"
)
_ADDRESS = re.compile(
    r"\b(?:số nhà|ngõ|ngách|hẻm|kiệt)\s+\d"
    r"|\bsố\s+\d+\w?(?:/\d+)*,?\s+(?:đường|phố|ngõ|ngách|hẻm|kiệt|thôn|tổ)\b"
    r"|\b(?:thôn|ấp|khu phố|tổ dân phố)\s+\w+.{0,40}\b(?:xã|phường)\s+\w"
)


@dataclass(frozen=True, slots=True)
class Rating:
    """What the shown reviews of a product come to. ``counts``: how many gave 1, 2, 3, 4 and 5 marks."""

    counts: tuple[int, int, int, int, int]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.counts)

    @property
    def tenths(self) -> int:
        """The average in tenths of a mark, half up: 43 is 4.3; 0 without any."""
        total = sum(marks * n for marks, n in enumerate(self.counts, start=1))
        return (20 * total + self.count) // (2 * self.count) if self.count else 0

    @property
    def average(self) -> float:
        """The average with one decimal; 0 without any."""
        return self.tenths / 10


NO_RATING = Rating((0, 0, 0, 0, 0))


def shown_name(naming: str, name: str) -> str:
    """The name as a buyer wants to read it: ``Nguyễn Thị Hoa`` gives ``N. T. H.`` unless she chose otherwise."""
    if naming == "full":
        return name
    if naming == "none":
        return ""
    firsts = (next((sign for sign in part if sign.isalpha()), "") for part in name.split())
    return " ".join(f"{first.upper()}." for first in firsts if first)


def reasons_to_wait(words: str) -> list[str]:
    """Codes of what a person should see first: phone, email, link, address, insult, cure. Empty: shown at once."""
    text = normalise(unicodedata.normalize("NFKC", words)).casefold()
    found = [code for code, pattern in _PATTERNS.items() if pattern.search(text)]
    if "phone" not in found and _SPOKEN.search(fold(text) + " "):
        found.insert(0, "phone")
    return found + sorted({why for pattern, why in _held_words() if pattern.search(text)})


_PATTERNS = {"phone": _PHONE, "email": _EMAIL, "link": _LINK, "address": _ADDRESS}


@cache
def _held_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    with _WORDS.open(encoding="utf-8", newline="") as file:
        rows = [(normalise(row["word"]).casefold(), row["why"]) for row in csv.DictReader(file)]
    return tuple((re.compile(rf"(?<!\w){re.escape(word)}(?!\w)"), why) for word, why in rows)


def is_editable(written_at: datetime, state: str, at: datetime) -> bool:
    """Whether its writer may still change it: thirty days, and not what was hidden or taken back."""
    return state in (SHOWN, HELD) and at < written_at + EDITABLE


def state_of(words: str) -> tuple[str, str]:
    """The state that a text begins in, and the codes of what it waits for."""
    reasons = reasons_to_wait(words)
    return (HELD, " ".join(reasons)) if reasons else (SHOWN, "")


def month_of(day: date) -> str:
    """``11/2026``: a day would tell more of a buyer than anybody needs."""
    return f"{day:%m/%Y}"
