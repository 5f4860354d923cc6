"""Words that mean the same, and the words of each product set: data beside this file, read once."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from catalog.search.analysis import exact_words, folded_words

_DATA = Path(__file__).parent / "data"

#: A meaning's other writings, by one of them: words with their marks.
Phrase = tuple[str, ...]


def _read_synonyms() -> tuple[dict[Phrase, set[Phrase]], dict[Phrase, set[Phrase]]]:
    exact: dict[Phrase, set[Phrase]] = defaultdict(set)
    folded: dict[Phrase, set[Phrase]] = defaultdict(set)
    for line in (_DATA / "synonyms.csv").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        writings = [tuple(exact_words(one)) for one in line.split("|")]
        for one in writings:
            others = {other for other in writings if other != one}
            exact[one] |= others
            folded[tuple(folded_words(" ".join(one)))] |= others
    return exact, folded


def _read_set_words() -> dict[int, str]:
    with (_DATA / "set_words.csv").open(encoding="utf-8", newline="") as lines:
        return {int(row["set_no"]): row["words"] for row in csv.DictReader(lines)}


_exact, _folded = _read_synonyms()
#: Other writings by a phrase with its marks.
SYNONYMS: Mapping[Phrase, set[Phrase]] = MappingProxyType(_exact)
#: Other writings by a phrase without marks; an unmarked phrase may stand for several meanings.
FOLDED_SYNONYMS: Mapping[Phrase, set[Phrase]] = MappingProxyType(_folded)
#: What shoppers call the goods of a product set, by its number.
SET_WORDS: Mapping[int, str] = MappingProxyType(_read_set_words())
#: The longest phrase that has another writing, in words.
LONGEST = max(len(phrase) for phrase in _exact)
