"""What a shopper typed, as clauses: our own small grammar, without wildcards, fields, ranges or regex.

Pure. Words are letters and digits; every other sign parts words and means nothing. A word typed with marks is
looked for with its marks first; one typed without finds every word of the same letters. Three ever wider
readings are offered; the service takes the first that finds something on sale.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from catalog.search.analysis import exact_words
from catalog.search.keystrokes import decode
from catalog.search.port import Clause, Term, Wanted
from catalog.search.words import Phrase, Synonyms, base_synonyms
from core.text import fold, normalise, squeeze

#: More signs are refused by the API and cut on pages.
MOST_SIGNS = 100
#: Words beyond these are left out.
MOST_WORDS = 10

#: Gives the words of the index that one typed word may have meant, nearest first.
Near = Callable[[str], Sequence[tuple[str, ...]]]

_SYNONYM = 0.5
_DECODED = 0.9
_NEAR = 0.6

_STARS = re.compile(r"(?<!\w)([1-5]|một|mot|hai|ba|bốn|bon|tư|tu|năm|nam)\s*(?:sao(?!\w)|\*|★)")
_STAR_WORDS = {"một": 1, "mot": 1, "hai": 2, "ba": 3, "bốn": 4, "bon": 4, "tư": 4, "tu": 4, "năm": 5, "nam": 5}
_ADULT = re.compile(r"(?<!\w)18\s*\+")
#: Phrases that say nothing here, since they are true of everything on sale; they are left out in front.
_EMPTY = frozenset(
    tuple(one.split())
    for one in ("ocop", "đặc sản", "sản phẩm", "hàng", "mua", "bán", "các", "loại", "tìm", "chính hãng")
)
_EMPTY_FOLDED = frozenset(tuple(map(fold, one)) for one in _EMPTY if len(one) > 1)


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word: with its marks, by its letters, and what its keys may have meant."""

    exact: str
    folded: str
    decoded: str | None

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks."""
        return self.exact != self.folded


@dataclass(frozen=True, slots=True)
class Understood:
    """A query taken apart: `words` is what remains to look for; the rest was asked for in words."""

    words: tuple[Word, ...]
    #: "5 sao", "3 sao trở lên"; empty: any.
    stars: frozenset[int] = frozenset()
    #: No word remains, since none was needed ("", "ocop", "5 sao"); signs alone ask for nothing.
    asks_for_all: bool = False
    #: Bounds of the price in đồng, both inclusive: "dưới 100k", "từ 50k đến 100 nghìn".
    price_min: int | None = None
    price_max: int | None = None
    #: True for "quà tết", "làm quà": gifts.
    is_gift: bool | None = None
    #: Whether "18+" stands in it. It confirms no age (decision 15); it only says that alcohol is meant.
    is_adult: bool = False
    #: An order asked for in words ("rẻ nhất": price), named as in `service.SORTS`; None: none.
    sort: str | None = None


def understand(text: str) -> Understood:
    """Take a query apart; never refuses, whatever the signs."""
    text = squeeze(text)[:MOST_SIGNS]
    lower = normalise(text).lower()
    stars = frozenset(_STAR_WORDS.get(found) or int(found) for found in _STARS.findall(lower))
    typed = exact_words(text)
    drop = _words_of(_STARS, lower) + _words_of(_ADULT, lower)
    kept = _without(typed, drop)
    words = tuple(_word(one) for one in _without_empty(kept)[:MOST_WORDS])
    return Understood(words, stars, asks_for_all=not words and bool(typed or not text))


def _word(exact: str) -> Word:
    return Word(exact, fold(exact), decode(exact))


def _words_of(pattern: re.Pattern[str], text: str) -> list[str]:
    return [word for found in pattern.finditer(text) for word in exact_words(found[0])]


def _without(typed: Sequence[str], drop: Iterable[str]) -> list[str]:
    kept = list(typed)
    for word in drop:
        if word in kept:  # a mark that composes with nothing may have made another word of it
            kept.remove(word)
    return kept


def _without_empty(typed: Sequence[str]) -> list[str]:
    """Leave out what says nothing: such phrases in front, and `ocop` anywhere."""
    kept = [one for one in typed if one != "ocop"]
    while size := next((n for n in (2, 1) if _says_nothing(tuple(kept[:n]), n)), 0):
        kept = kept[size:]
    return kept


def _says_nothing(words: tuple[str, ...], size: int) -> bool:
    """Whether these are an empty phrase. One word must carry its marks: `ban` may be `bàn`."""
    return len(words) == size and (words in _EMPTY or tuple(map(fold, words)) in _EMPTY_FOLDED)


def strict(understood: Understood, synonyms: Synonyms | None = None) -> Wanted:
    """Marked words with their marks, unmarked ones by their letters; synonyms count half."""
    return Wanted(
        tuple(_clauses(understood.words, synonyms or base_synonyms(), _strict_terms, _own_phrase)),
        _whole(understood.words),
    )


def loose(understood: Understood, synonyms: Synonyms | None = None) -> Wanted:
    """Every word by its letters: for marks that were mistyped."""
    return Wanted(
        tuple(_clauses(understood.words, synonyms or base_synonyms(), _loose_terms, _folded_phrase)),
        _whole(understood.words),
    )


def widened(understood: Understood, near: Near, synonyms: Synonyms | None = None) -> Wanted:
    """Every word by its letters, or by words near to it that stand in a name."""

    def terms(word: Word) -> list[Term]:
        close = near(word.folded)
        guesses = [Term(one, False, _NEAR / place, in_name=True) for place, one in enumerate(close, 1)]
        return _loose_terms(word) + guesses

    return Wanted(tuple(_clauses(understood.words, synonyms or base_synonyms(), terms, None)), _whole(understood.words))


def partly(understood: Understood, synonyms: Synonyms | None = None) -> Wanted:
    """Most of the words, by their letters: three of five, two of three, both of two."""
    clauses = loose(understood, synonyms).clauses
    return Wanted(clauses, least=(len(clauses) * 6 + 9) // 10)


def _strict_terms(word: Word) -> list[Term]:
    if word.is_marked:
        return [Term((word.exact,), is_exact=True)]
    terms = [Term((word.folded,), is_exact=False)]
    if word.decoded:
        terms.append(Term((word.decoded,), is_exact=True, weight=_DECODED))
    return terms


def _loose_terms(word: Word) -> list[Term]:
    terms = [Term((word.folded,), is_exact=False)]
    if word.decoded:
        terms.append(Term((fold(word.decoded),), is_exact=False, weight=_DECODED))
    return terms


def _own_phrase(words: Sequence[Word]) -> Term:
    """The words side by side: with their marks when any was typed, else by their letters."""
    marked = any(word.is_marked or word.decoded for word in words)
    return Term(tuple((w.decoded or w.exact) if marked else w.folded for w in words), is_exact=marked)


def _folded_phrase(words: Sequence[Word]) -> Term:
    return Term(tuple(fold(word.decoded or word.exact) for word in words), is_exact=False)


def _whole(words: Sequence[Word]) -> Term | None:
    return _own_phrase(words) if len(words) > 1 else None


def _clauses(
    words: Sequence[Word],
    synonyms: Synonyms,
    terms_of: Callable[[Word], list[Term]],
    phrase_of: Callable[[Sequence[Word]], Term] | None,
) -> list[Clause]:
    """One clause a word, or (with `phrase_of`) one a phrase that has other writings; each clause once.

    `khoai khoai` so asks for one word; its repetition counts in the phrase only.
    """
    clauses: list[Clause] = []
    at = 0
    while at < len(words):
        size, others = _others_at(words, at, synonyms, synonyms.longest if phrase_of else 1)
        part = words[at : at + size]
        own = [replace(phrase_of(part), is_phrase=False)] if phrase_of and size > 1 else terms_of(part[0])
        clauses.append(Clause((*own, *(Term(one, True, _SYNONYM) for one in others))))
        at += size
    return list(dict.fromkeys(clauses))


def _others_at(words: Sequence[Word], at: int, synonyms: Synonyms, longest: int) -> tuple[int, Sequence[Phrase]]:
    """The longest phrase from a place that has other writings, with these; else one word without any."""
    for size in range(min(longest, len(words) - at), 0, -1):
        part = words[at : at + size]
        if any(word.is_marked or word.decoded for word in part):
            others = synonyms.of_marked(tuple(word.decoded or word.exact for word in part))
        else:
            others = synonyms.of_letters(tuple(word.folded for word in part))
        if others:
            return size, others
    return 1, ()
