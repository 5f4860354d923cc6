"""The engine of last resort: no index at all, only the listings as the database has them now.

Slower than an index, always up to date, read-only. The service takes it when the index is missing or damaged, so that
search degrades and never fails. It is also the plainest telling of scoring.py, by which the tests judge the others.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from catalog.search import scoring
from catalog.search.analysis import exact_words, folded_words
from catalog.search.layout import ABOUT_AT, WORDS_AT, Layout, exact_layout, folded_layout
from catalog.search.port import Clause, Document, Hits, IndexUnavailable, Term, Wanted


@dataclass(frozen=True, slots=True)
class _Read:
    """A document taken apart."""

    listing_id: int
    exact: Layout
    folded: Layout
    grams: frozenset[str]

    def clause(self, clause: Clause) -> float:
        """What the best of its terms counts; 0 when none holds."""
        return max((self.term(term) for term in clause.terms), default=0.0)

    def term(self, term: Term) -> float:
        """What a term counts; 0 when it does not hold."""
        places = (self.exact if term.is_exact else self.folded).places
        if term.is_phrase:
            found = _phrase(places, term.words)
            return term.weight * self._worth(found, term)
        each = [self._worth(min(places.get(word, [-1])), term) for word in term.words]
        return term.weight * min(each, default=0.0)

    def _worth(self, place: int, term: Term) -> float:
        if place < 0 or (term.in_name and place >= ABOUT_AT) or (not term.in_print and place >= WORDS_AT):
            return 0.0
        if place < ABOUT_AT:
            return scoring.name_worth(self.folded.name_words)
        return scoring.ABOUT if place < WORDS_AT else scoring.WORDS

    def typed(self, words: Sequence[str], marked: Sequence[str]) -> float:
        """What a text being typed counts against the name; 0 when it does not hold all words."""
        found = [_name_places(self.folded.places, word, at == len(words) - 1) for at, word in enumerate(words)]
        if not all(found):
            return 0.0
        exact = [_name_places(self.exact.places, word, at == len(marked) - 1) for at, word in enumerate(marked)]
        begins = all(at in places for at, places in enumerate(found))
        return (
            scoring.TYPED * len(found) + scoring.MARKS * sum(map(bool, exact)) + scoring.BEGINS * begins
            + scoring.brevity(self.folded.name_words)
        )  # fmt: skip


class DatabaseScan:
    """Search by reading every document given."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = list(documents)
        self._words: Mapping[str, int] | None = None

    def renewed(self, forget: Collection[int], documents: Iterable[Document]) -> "DatabaseScan":
        """The same after changes of some listings."""
        gone = set(forget)
        return DatabaseScan([*(one for one in self._documents if one.listing_id not in gone), *documents])

    def state(self) -> "DatabaseScan":
        """Itself: a change of the listings makes another one."""
        return self

    def find(self, wanted: Wanted) -> Hits:
        """All documents that satisfy the clauses."""
        least = max(1, len(wanted.clauses) if wanted.least is None else wanted.least)
        return self._hits((one.listing_id, _score(one, wanted, least)) for one in self._read())

    def begin_with(self, words: Sequence[str], limit: int) -> Hits:
        """Documents whose name holds the words, the last perhaps unfinished."""
        text = " ".join(words)
        folded, exact = folded_words(text), exact_words(text)
        if not folded:
            return Hits.none()
        return self._hits(((one.listing_id, one.typed(folded, exact)) for one in self._read()), limit)

    def resembling(self, text: str, limit: int) -> Hits:
        """Documents whose name shares runs of three letters with the text."""
        wanted = scoring.grams(folded_words(text))
        shares = ((one.listing_id, len(one.grams & wanted) / len(one.grams | wanted or " ")) for one in self._read())
        return self._hits(((one, share if share >= scoring.RESEMBLES else 0.0) for one, share in shares), limit)

    def known_words(self) -> Mapping[str, int]:
        """Every folded word with the number of documents that hold it."""
        if self._words is None:
            self._words = Counter(word for one in self._read() for word in one.folded.places)
        return self._words

    def stored_sequence(self, listing_id: int) -> int | None:
        """The sequence of a document, or None."""
        return self.contents().get(listing_id)

    def contents(self) -> Mapping[int, int]:
        """Listings with their sequences."""
        return {document.listing_id: document.sequence for document in self._documents}

    def put(self, documents: Iterable[Document]) -> None:
        """Nothing is kept here."""
        raise IndexUnavailable("the scan is read-only")

    def remove(self, listing_ids: Iterable[int]) -> None:
        """Nothing is kept here."""
        raise IndexUnavailable("the scan is read-only")

    def follow(self, listing_ids: Collection[int], documents: Iterable[Document]) -> None:
        """Nothing is kept here."""
        raise IndexUnavailable("the scan is read-only")

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Nothing is kept here."""
        raise IndexUnavailable("the scan is read-only")

    def _read(self) -> Iterable[_Read]:
        return map(_read, self._documents)

    @staticmethod
    def _hits(scored: Iterable[tuple[int, float]], limit: int | None = None) -> Hits:
        found = [one for one in scored if one[1] > 0]
        ids, scores = zip(*found, strict=True) if found else ((), ())
        return Hits.ranked(np.array(ids, np.int64), np.array(scores, np.float64), limit)


def _score(one: _Read, wanted: Wanted, least: int) -> float:
    """Clauses satisfied, what each counts, the words side by side; 0 when too few are satisfied."""
    counted = [score for clause in wanted.clauses if (score := one.clause(clause))]
    if len(counted) < least:
        return 0.0
    bonus = one.term(wanted.phrase) if wanted.phrase else 0.0
    return scoring.CLAUSE * len(counted) + sum(counted) + bonus


def _phrase(places: Mapping[str, Sequence[int]], words: Sequence[str]) -> int:
    """The first place at which the words stand side by side; -1 when nowhere."""
    sets = [set(places.get(word, ())) for word in words]
    if not all(sets):
        return -1
    return min((at for at in sets[0] if all(at + n in one for n, one in enumerate(sets))), default=-1)


def _name_places(places: Mapping[str, Sequence[int]], word: str, is_unfinished: bool) -> set[int]:
    """Where a word, or any word that begins so, stands in the name."""
    meant = [one for one in places if one.startswith(word)] if is_unfinished else [word]
    return {place for one in meant for place in places.get(one, ()) if place < ABOUT_AT}


@lru_cache(maxsize=20_000)
def _read(document: Document) -> _Read:
    grams = frozenset(scoring.grams(folded_words(document.name)))
    return _Read(document.listing_id, exact_layout(document), folded_layout(document), grams)
