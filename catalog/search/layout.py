"""Where the words of a document stand: one numbering for every engine, so that they agree on words and phrases.

Each text has a stretch of places of its own, and a gap between two texts, so that no phrase runs over the end of one.
The stretch tells what a word there is worth (scoring.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from catalog.search.analysis import exact_words, folded_words
from catalog.search.port import Document

#: First places of what the listing is about and of its small print; the name begins at 0. Places end before LAST,
#: since PostgreSQL knows no higher ones.
ABOUT_AT, WORDS_AT, LAST = 1_000, 8_000, 16_000
_GAP = 3
#: Longer ones are no words that anybody would type (and more than PostgreSQL's vectors take).
_LONGEST = 64

Split = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of each word of a document in one way of comparing, rising; and how many words its name has."""

    places: dict[str, list[int]]
    name_words: int


def exact_layout(document: Document) -> Layout:
    """By words with their marks."""
    return _layout(document, exact_words, _exact_part)


def folded_layout(document: Document) -> Layout:
    """By letters alone."""
    return _layout(document, folded_words, _folded_part)


def _layout(document: Document, split: Split, split_often: Callable[[str], tuple[str, ...]]) -> Layout:
    places: dict[str, list[int]] = defaultdict(list)
    name = split(document.name)
    _put(places, [name], 0, ABOUT_AT)
    _put(places, map(split_often, (document.producer, document.places, document.kind)), ABOUT_AT, WORDS_AT)
    _put(places, [split(document.words)], WORDS_AT, LAST)
    return Layout(dict(places), len(name))


def _put(places: dict[str, list[int]], texts: Iterable[Iterable[str]], at: int, end: int) -> None:
    for text in texts:
        for word in text:
            if at >= end - _GAP:
                return
            if len(word) <= _LONGEST:
                places[word].append(at)
            at += 1
        at += _GAP


@lru_cache(maxsize=20_000)
def _exact_part(text: str) -> tuple[str, ...]:
    """Producers, places and kinds come again and again."""
    return tuple(exact_words(text))


@lru_cache(maxsize=20_000)
def _folded_part(text: str) -> tuple[str, ...]:
    return tuple(folded_words(text))
