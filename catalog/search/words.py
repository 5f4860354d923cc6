"""Words that mean the same, and the words of each product set: data beside this file, read once. Pure."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from catalog.search.analysis import exact_words
from core.text import fold

_DATA = Path(__file__).parent / "data"

#: A writing as words with their marks, or as words by their letters.
Phrase = tuple[str, ...]
#: What a typed phrase may be, with its marks, and the other writings of that.
Meaning = tuple[Phrase, tuple[Phrase, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """Writings of one meaning. In a one-way group the first finds the others and is found by none of them:
    who asks for `honey` means `mật ong`, but who asks for `mật ong` does not mean coffee called Honey.
    """

    writings: tuple[str, ...]
    is_one_way: bool = False

    @property
    def key(self) -> str:
        """Its line of the file, spelled the one way: what a switched-off group is known by."""
        first, *others = (" ".join(exact_words(one)) for one in self.writings)
        return f"{first}>{'|'.join(others)}" if self.is_one_way else "|".join([first, *others])

    @classmethod
    def read(cls, line: str) -> "Group":
        """A group from `dứa|thơm|khóm` or, one way, `honey>mật ong`."""
        first, arrow, others = line.partition(">")
        writings = [first, *others.split("|")] if arrow else line.split("|")
        return cls(tuple(one.strip() for one in writings if one.strip()), is_one_way=bool(arrow))


class Synonyms:
    """Other writings of words and phrases, made once of groups and never changed."""

    def __init__(self, groups: Iterable[Group]) -> None:
        found: dict[Phrase, set[Phrase]] = defaultdict(set)
        for group in groups:
            writings = [phrase for one in group.writings if (phrase := tuple(exact_words(one)))]
            for one in writings[: 1 if group.is_one_way else None]:
                found[one] |= {other for other in writings if other != one}
        by_letters: dict[Phrase, list[Meaning]] = defaultdict(list)
        for phrase, others in sorted(found.items()):
            by_letters[tuple(map(fold, phrase))].append((phrase, tuple(sorted(others))))
        self._by_letters = MappingProxyType(dict(by_letters))
        #: The longest phrase that has another writing, in words.
        self.longest = max(map(len, found), default=1)

    def meanings(self, phrase: Phrase, marked: Sequence[bool]) -> Sequence[Meaning]:
        """What typed words may be. A marked word is itself, one without marks any word of its letters."""
        return [
            (meant, writings)
            for meant, writings in self._by_letters.get(tuple(map(fold, phrase)), ())
            if all(not is_marked or one == word for one, word, is_marked in zip(phrase, meant, marked, strict=True))
        ]

    def of(self, phrase: Phrase, marked: Sequence[bool]) -> tuple[Phrase, ...]:
        """Other writings of typed words, whatever they are."""
        return tuple(dict.fromkeys(one for _, writings in self.meanings(phrase, marked) for one in writings))

    def of_marked(self, phrase: Phrase) -> tuple[Phrase, ...]:
        """Other writings of words with their marks."""
        return self.of(phrase, [True] * len(phrase))

    def of_letters(self, phrase: Phrase) -> tuple[Phrase, ...]:
        """Other writings of words by their letters; they may stand for several meanings."""
        return self.of(phrase, [False] * len(phrase))


@cache
def base_groups() -> tuple[Group, ...]:
    """The groups that come with the shop, from data/synonyms.csv."""
    return tuple(_read_groups("synonyms.csv"))


@cache
def base_synonyms() -> Synonyms:
    """The synonyms that come with the shop, as nobody changed them."""
    return Synonyms(base_groups())


@cache
def provinces() -> Synonyms:
    """Provinces of before July 2025 by what they became, and other writings, from data/provinces.csv."""
    return Synonyms(_read_groups("provinces.csv"))


def _read_groups(name: str) -> list[Group]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [Group.read(line) for line in lines if line and not line.startswith("#")]


def _read_set_words() -> dict[int, str]:
    with (_DATA / "set_words.csv").open(encoding="utf-8", newline="") as lines:
        return {int(row["set_no"]): row["words"] for row in csv.DictReader(lines)}


#: What shoppers call the goods of a product set, by its number.
SET_WORDS: Mapping[int, str] = MappingProxyType(_read_set_words())
