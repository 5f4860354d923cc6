"""Which words of a text a query asked for, in the text's own spelling. Pure.

Folded matching: `mat ong` marks `Mật ong`. A word typed with marks leaves words of other marks alone as long as the
text has one with the right ones. Words typed as one mark both, words typed apart mark the one that they are, and what
was not found at all marks its other writings and then what is near.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from catalog.search.analysis import WORD
from catalog.search.keystrokes import is_plain_syllable, runs
from catalog.search.nearness import sound
from catalog.search.understanding import Understood, Word, meanings_of
from catalog.search.words import Synonyms, base_synonyms
from core.text import compose, fold, normalise


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the text and where it stands."""

    start: int
    end: int
    exact: str
    folded: str


def highlight(text: str, understood: Understood, synonyms: Synonyms | None = None) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was asked for; together they are the text (composed).

    >>> from catalog.search.understanding import understand
    >>> highlight("Mật ong rừng", understand("mat ong"))
    [('Mật ong', True), (' rừng', False)]
    """
    text = compose(text)
    tokens = [_token(one.start(), one[0]) for one in WORD.finditer(text)]
    marked: set[int] = set()
    for word in understood.words:
        marked |= _places(word, tokens)
    marked |= _joined_places(understood.words, tokens)
    marked |= _other_places(understood.words, tokens, marked, synonyms or base_synonyms())
    return _pieces(text, tokens, marked)


def _token(start: int, word: str) -> _Token:
    return _Token(start, start + len(word), normalise(word).lower(), fold(word))


def _places(word: Word, tokens: Sequence[_Token]) -> set[int]:
    """Tokens that are the word: with its marks if there are any such, else by its letters."""
    right = {at for at, token in enumerate(tokens) if token.exact == word.meant}
    if right and word.bears_marks:
        return right
    letters = {word.folded, fold(word.meant)}
    return {at for at, token in enumerate(tokens) if token.folded in letters}


def _joined_places(words: Sequence[Word], tokens: Sequence[_Token]) -> set[int]:
    """Tokens that are several typed words, and runs of tokens that are one typed word."""
    ways = ([word.folded for word in words], [fold(word.meant) for word in words])
    joined = {"".join(way[at : at + size]) for way in ways for size in (2, 3) for at in range(len(way) - size + 1)}
    found = {at for at, token in enumerate(tokens) if token.folded in joined}
    for word in words:
        for parts in runs(word.exact):
            found |= _run_places(parts, tokens)
    return found


def _run_places(parts: Sequence[str], tokens: Sequence[_Token], *, is_exact: bool = False) -> set[int]:
    """All tokens of the places where these words stand side by side."""
    said = [token.exact if is_exact else token.folded for token in tokens]
    size = len(parts)
    places = [at for at in range(len(said) - size + 1) if said[at : at + size] == list(parts)]
    return {at + step for at in places for step in range(size)}


def _other_places(words: Sequence[Word], tokens: Sequence[_Token], marked: set[int], synonyms: Synonyms) -> set[int]:
    """For words that stand nowhere in the text: their other writings there, or else the nearest words."""
    said = {tokens[at].folded for at in marked}
    found: set[int] = set()
    for at, word in enumerate(words):
        if {word.folded, fold(word.meant)} & said:
            continue
        others = {
            place for other in _writings(words, at, synonyms) for place in _run_places(other, tokens, is_exact=True)
        }
        found |= others or {place for place, token in enumerate(tokens) if _is_near(word.folded, token.folded)}
    return found


def _writings(words: Sequence[Word], at: int, synonyms: Synonyms) -> Iterable[tuple[str, ...]]:
    """Other writings of the phrases of which a word is part."""
    for size in range(1, synonyms.longest + 1):
        for begin in range(max(0, at - size + 1), min(at, len(words) - size) + 1):
            part = words[begin : begin + size]
            yield from (one for _, writings in meanings_of(part, synonyms) for one in writings)


def _is_near(word: str, other: str) -> bool:
    """Whether a word of the text may be what a slip meant; a true syllable is taken at its word."""
    if min(len(word), len(other)) < 3 or is_plain_syllable(word):
        return False
    most = 2 if len(word) >= 6 else 1
    return sound(word) == sound(other) or OSA.distance(word, other, score_cutoff=most) <= most


def _pieces(text: str, tokens: Sequence[_Token], marked: set[int]) -> list[tuple[str, bool]]:
    """Cut the text; marked words with nothing but spaces between them are one piece."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for at in sorted(marked):
        token = tokens[at]
        between = text[end : token.start]
        if pieces and pieces[-1][1] and not between.strip():
            pieces[-1] = (pieces[-1][0] + between + text[token.start : token.end], True)
        else:
            pieces += [(between, False)] if between else []
            pieces.append((text[token.start : token.end], True))
        end = token.end
    return pieces + ([(text[end:], False)] if text[end:] else [])
