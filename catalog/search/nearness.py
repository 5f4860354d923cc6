"""Words near to a typed one: slips of the finger, lost and added spaces, spelling by ear. Pure.

RapidFuzz counts the slips (3 ms for twenty thousand words; our own loop took a hundred); what a slip weighs is ours:
a letter doubled or two swapped is less than a wrong one, a key beside the right one less than one far away, and
sounds that a region does not tell apart (l/n, s/x, ch/tr, d/gi/r, i/y) least of all.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.search.keystrokes import is_plain_syllable

#: Words shorter than this are not corrected but by ear.
_SHORTEST = 3
_MOST = 10
_BY_EAR = 0.3
#: Up to this a word is all but the other.
_SLIP = 0.6
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = frozenset(
    (a, b)
    for y, row in enumerate(_ROWS)
    for x, a in enumerate(row)
    for near in _ROWS[max(0, y - 1) : y + 2]
    for b in near[max(0, x - 1) : x + 2]
    if a != b
)
#: Sounds that are one in some region, the longer writing first; the same at the end of a syllable.
_HEARD = (
    (re.compile("^ngh|^ng"), "w"), (re.compile("^gh"), "g"), (re.compile("^(gi|d|r|v(?=[ie]))"), "d"),
    (re.compile("^(ch|tr)"), "j"), (re.compile("^(s|x)"), "s"), (re.compile("^(l|n(?!h))"), "n"),
    (re.compile("^(qu|kh?w)"), "q"), (re.compile("^(k|c(?!h))"), "k"), (re.compile("y"), "i"),
    (re.compile("(nh|ng)$"), "n"), (re.compile("(ch|c)$"), "t"), (re.compile("(.)\\1"), r"\1"),
)  # fmt: skip


class Lexicon:
    """The folded words of an index with how many listings hold each, ready to be asked for near ones."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self.known = known
        self._words = [word for word in known if len(word) > 1 and not word.isdigit()]
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_sound[sound(word)].append(word)

    def near(self, word: str, following: str = "", *, is_alone: bool = False) -> list[tuple[str, ...]]:
        """What a folded word may have meant, nearest first, at most ten.

        A word of six letters or more may differ in two places, a shorter one in one. `matong` gives ("mat", "ong");
        with `following`, `co` + `puree` is `copuree`. A true syllable of three letters that was typed alone is taken
        at its word: `heo` is near to ten others.
        """
        found: dict[tuple[str, ...], tuple[float, int]] = {
            (a, b): (0.5, -min(self.known[a], self.known[b])) for a, b in self._splits(word)
        }
        joined = word + following
        if following and joined in self.known:
            found[(joined,)] = (0.25, -self.known[joined])
        if not (is_alone and len(word) <= _SHORTEST and is_plain_syllable(word)):
            for other in self._candidates(word):
                found[(other,)] = (_weight(word, other), -self.known[other])
        return sorted(found, key=lambda words: (*found[words], words))[:_MOST]

    def is_slip(self, word: str) -> bool:
        """Whether a word is all but another: a letter doubled, two swapped, or heard so."""
        return any(_weight(word, other) <= _SLIP for other in self._candidates(word))

    def begins(self, beginning: str) -> bool:
        """Whether any word begins so."""
        return any(word.startswith(beginning) for word in self._words)

    def _candidates(self, word: str) -> set[str]:
        found = set(self._by_sound.get(sound(word), ()))
        if len(word) >= _SHORTEST:
            most = 2 if len(word) >= 6 else 1
            close = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=most, limit=None)
            found |= {other for other, _, _ in close}
        return found - {word}

    def _splits(self, word: str) -> list[tuple[str, str]]:
        cuts = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
        return [(head, tail) for head, tail in cuts if head in self.known and tail in self.known]


_last: list[Lexicon] = []


def lexicon(known: Mapping[str, int]) -> Lexicon:
    """The lexicon of an index's words; made once for as long as the index gives the same object."""
    kept = _last[0] if _last else None
    if kept is None or kept.known is not known:
        kept = Lexicon(known)
        _last[:] = [kept]
    return kept


def near_words(
    word: str, known: Mapping[str, int], following: str = "", *, is_alone: bool = False
) -> list[tuple[str, ...]]:
    """What a folded word may have meant among known ones: see `Lexicon.near`."""
    return lexicon(known).near(word, following, is_alone=is_alone)


def sound(word: str) -> str:
    """How a folded word is heard where sounds are told apart least: `xen` and `sen`, `giay` and `day` are one.

    >>> sound("trung") == sound("chung"), sound("nam") == sound("lam"), sound("nam") == sound("ram")
    (True, True, False)
    """
    for pattern, heard in _HEARD:
        word = pattern.sub(heard, word)
    return word


def distance(one: str, two: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words; `most` + 1 when more."""
    return int(OSA.distance(one, two, score_cutoff=most))


def _weight(word: str, other: str) -> float:
    """How much parts a word from another: the sum of its slips; a first letter is seldom wrong."""
    if sound(word) == sound(other):
        return _BY_EAR
    return sum(_slips(word, other)) + (0.3 if word[0] != other[0] else 0.0)


def _slips(word: str, other: str) -> Sequence[float]:
    if len(word) == len(other):
        wrong = [(a, b) for a, b in zip(word, other, strict=True) if a != b]
        if len(wrong) == 2 and wrong[0] == wrong[1][::-1]:
            return [0.6]
        return [0.8 if pair in _BESIDE else 1.0 for pair in wrong]
    longer, shorter = sorted((word, other), key=len, reverse=True)
    is_doubled = any(
        longer[at] == longer[at - 1] and longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer))
    )
    return [0.5] if is_doubled else [0.9 * distance(word, other, 3)]
