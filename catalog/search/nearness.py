"""Words near to a typed one: slips of the finger, lost and added spaces. Pure."""

from collections.abc import Mapping
from functools import lru_cache

from catalog.search.keystrokes import is_plain_syllable

#: Words shorter than this are not corrected.
_SHORTEST = 3
_MOST = 5


def near_words(
    word: str, known: Mapping[str, int], following: str = "", *, is_alone: bool = False
) -> list[tuple[str, ...]]:
    """Words of the index that a folded word may have meant, nearest first, at most five.

    known: folded words with how many listings hold each. A word of six letters or more may differ in two
    places, a shorter one in one. `matong` gives ("mat", "ong"); with `following`, `co` + `puree` is `copuree`.
    A true syllable of three letters that was typed alone is taken at its word: `heo` is near to ten others.
    """
    found: list[tuple[tuple[float, ...], tuple[str, ...]]] = []
    is_open = len(word) > _SHORTEST or (len(word) == _SHORTEST and not (is_alone and is_plain_syllable(word)))
    for other, count in known.items():
        slips = _slips(word, other) if is_open else 0
        if slips:
            found.append(((slips, word[0] != other[0], -count), (other,)))
    found += [((0.5, 0.0, -min(known[a], known[b])), (a, b)) for a, b in _splits(word, known)]
    joined = word + following
    if following and joined in known:
        found.append(((0.25, 0.0, -known[joined]), (joined,)))
    return [words for _, words in sorted(found)[:_MOST]]


def _slips(word: str, other: str) -> int:
    """How many slips part two words, or 0 when they are the same or too far apart."""
    most = 2 if len(word) >= 6 else 1
    if word == other or abs(len(word) - len(other)) > most or len(other) < 2:
        return 0
    slips = distance(word, other, most)
    return slips if slips <= most else 0


def _splits(word: str, known: Mapping[str, int]) -> list[tuple[str, str]]:
    cuts = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
    return [(head, tail) for head, tail in cuts if head in known and tail in known]


@lru_cache(maxsize=50_000)
def distance(one: str, two: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words; `most` + 1 when more."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        previous, before_previous = row, before
        row = [i]
        for j, b in enumerate(two, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, before_previous[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = previous
    return row[-1]
