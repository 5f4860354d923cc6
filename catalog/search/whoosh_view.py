"""One state of a Whoosh index as arrays in memory: what questions are answered from.

Whoosh scores each posting by itself, in Python: a word of a thousand names costs a search tens of milliseconds. So
what is read of a word is kept as one array for as long as its segment lives (segments never change, only documents in
them are deleted), and scores are sums of arrays. Nothing here holds an open file: a reader is handed in, used and
closed by one search alone.
"""

from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.search import scoring
from catalog.search.layout import ABOUT_AT, WORDS_AT
from catalog.search.port import Clause, Hits, Term, Wanted

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
#: Gives an open reader of a segment.
Reader = Callable[["Segment"], Any]

#: Bytes of arrays that one segment keeps; those asked for longest ago go first.
MOST_KEPT = 32 << 20
_PLACE_BITS = 16
_PLACE = (1 << _PLACE_BITS) - 1
_NOWHERE = np.empty(0, np.int64)


class _Kept:
    """The arrays last asked for."""

    def __init__(self, most: int) -> None:
        self._arrays: OrderedDict[tuple[str, ...], Numbers] = OrderedDict()
        self._most, self._bytes, self._lock = most, 0, Lock()

    def get(self, key: tuple[str, ...], read: Callable[[], Numbers]) -> Numbers:
        """The array of a key; read when it is not kept."""
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
                return self._arrays[key]
        found = read()
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = found
                self._bytes += found.nbytes
            while self._bytes > self._most:
                self._bytes -= self._arrays.popitem(last=False)[1].nbytes
        return found


class Segment:
    """One segment: its columns, and the words that were asked for. Documents are numbers from 0."""

    def __init__(self, identity: str, reader: Any) -> None:
        self.identity = identity
        self.size: int = reader.doc_count_all()
        self.listing = self._column(reader, "listing", np.int64)
        self.sequence = self._column(reader, "sequence", np.int64)
        self.gram_count = self._column(reader, "gram_count", np.int64)
        lengths, back = np.unique(self._column(reader, "name_words", np.int64), return_inverse=True)
        self.name_worth = np.array([scoring.name_worth(int(n)) for n in lengths])[back]
        self.brevity = np.array([scoring.brevity(int(n)) for n in lengths])[back]
        self._kept = _Kept(MOST_KEPT)
        self._lexicons: dict[str, list[bytes]] = {}
        self._counts: dict[str, int] | None = None
        self._dead: dict[int, list[str]] = {}

    def _column(self, reader: Any, name: str, kind: Any) -> Any:
        column = reader.column_reader(name)
        return np.fromiter((column[number] for number in range(self.size)), kind, self.size)

    def places(self, reader: Reader, field: str, word: str) -> Numbers:
        """Where a word stands: document and place in one number, rising."""
        return self._kept.get((field, word), lambda: _read_places(reader(self), field, word.encode()))

    def beginning(self, reader: Reader, field: str, prefix: str) -> Numbers:
        """Where words that begin so stand in names."""

        def read() -> Numbers:
            found = (self.places(reader, field, word) for word in self._words_from(reader, field, prefix))
            names = [one[(one & _PLACE) < ABOUT_AT] for one in found]
            return np.unique(np.concatenate(names)) if names else _NOWHERE

        return self._kept.get(("beginning", field, prefix), read)

    def phrase(self, reader: Reader, field: str, words: Sequence[str]) -> Numbers:
        """Where words stand side by side: the places of the first one."""

        def read() -> Numbers:
            found = self.places(reader, field, words[0])
            for distance, word in enumerate(words[1:], 1):
                found = found[np.isin(found + distance, self.places(reader, field, word), assume_unique=True)]
            return found

        return self._kept.get(("phrase", field, *words), read) if len(words) > 1 else read()

    def gram(self, reader: Reader, gram: str) -> Numbers:
        """Documents whose name has a run of letters."""
        return self._kept.get(("grams", gram), lambda: _read_numbers(reader(self), "grams", gram.encode()))

    def counts(self, reader: Reader) -> dict[str, int]:
        """Every folded word with the number of documents that hold it, deleted ones too."""
        if self._counts is None:
            opened = reader(self)
            self._counts = {
                word.decode(): int(opened.doc_frequency("folded", word)) for word in self._lexicon(reader, "folded")
            }
        return self._counts

    def words_of(self, reader: Reader, numbers: Sequence[int]) -> Counter[str]:
        """How many of some (deleted) documents hold each word."""
        for number in numbers:
            if number not in self._dead:
                self._dead[number] = str(reader(self).stored_fields(number)["words"]).split()
        return Counter(word for number in numbers for word in self._dead[number])

    def _words_from(self, reader: Reader, field: str, prefix: str) -> Iterable[str]:
        lexicon, start = self._lexicon(reader, field), prefix.encode()
        at = bisect_left(lexicon, start)
        while at < len(lexicon) and lexicon[at].startswith(start):
            yield lexicon[at].decode()
            at += 1

    def _lexicon(self, reader: Reader, field: str) -> list[bytes]:
        if field not in self._lexicons:
            self._lexicons[field] = list(reader(self).lexicon(field))
        return self._lexicons[field]


@dataclass(frozen=True, slots=True)
class View:
    """The segments of one state, each with its documents that are still alive (None: all)."""

    state: tuple[str, int]
    parts: tuple[tuple[Segment, NDArray[np.bool_] | None], ...]

    def gather(self, score: Callable[[Segment], Floats], limit: int | None = None) -> Hits:
        """All living documents with a score above nothing."""
        ids: list[Numbers] = []
        scores: list[Floats] = []
        for segment, alive in self.parts:
            scored = score(segment)
            found = np.flatnonzero(scored if alive is None else np.where(alive, scored, 0.0))
            ids.append(segment.listing[found])
            scores.append(scored[found])
        return Hits.ranked(np.concatenate(ids), np.concatenate(scores), limit) if ids else Hits.none()

    def sequence_of(self, listing_id: int) -> int | None:
        """The sequence of a living document, or None."""
        for segment, alive in self.parts:
            found = segment.listing == listing_id
            at = np.flatnonzero(found if alive is None else found & alive)
            if len(at):
                return int(segment.sequence[at[-1]])
        return None

    def contents(self) -> dict[int, int]:
        """Listings with their sequences."""
        found: dict[int, int] = {}
        for segment, alive in self.parts:
            keep = slice(None) if alive is None else alive
            found |= dict(zip(segment.listing[keep].tolist(), segment.sequence[keep].tolist(), strict=True))
        return found


def answer(segment: Segment, reader: Reader, wanted: Wanted) -> Floats:
    """What each document counts for a question; 0 where too few clauses hold."""
    least = max(1, len(wanted.clauses) if wanted.least is None else wanted.least)
    satisfied = np.zeros(segment.size, np.int64)
    total = np.zeros(segment.size)
    for clause in wanted.clauses:
        counted = _clause(segment, reader, clause)
        satisfied += counted > 0
        total += counted
    if wanted.phrase:
        total += _term(segment, reader, wanted.phrase)
    return np.where(satisfied >= least, scoring.CLAUSE * satisfied + total, 0.0)


def typed(segment: Segment, reader: Reader, words: Sequence[str], marked: Sequence[str]) -> Floats:
    """What each document's name counts for a text being typed; 0 where a word is missing."""
    begins = holds = np.ones(segment.size, np.bool_)
    for at, word in enumerate(words):
        found = _in_name(segment, reader, "folded", word, at == len(words) - 1)
        holds = holds & _documents(segment, found)
        begins = begins & _documents(segment, found[(found & _PLACE) == at])
    total = scoring.TYPED * len(words) + scoring.BEGINS * begins + segment.brevity
    for at, word in enumerate(marked):
        total += scoring.MARKS * _documents(segment, _in_name(segment, reader, "exact", word, at == len(marked) - 1))
    return np.where(holds, total, 0.0)


def resemblance(segment: Segment, reader: Reader, wanted: set[str]) -> Floats:
    """The share of common runs of letters; 0 where it is too small."""
    shared = np.zeros(segment.size)
    for gram in wanted:
        shared[segment.gram(reader, gram)] += 1
    share = shared / np.maximum(segment.gram_count + len(wanted) - shared, 1)
    return np.where(share >= scoring.RESEMBLES, share, 0.0)


def _clause(segment: Segment, reader: Reader, clause: Clause) -> Floats:
    best = np.zeros(segment.size)
    for term in clause.terms:
        np.maximum(best, _term(segment, reader, term), out=best)
    return best


def _term(segment: Segment, reader: Reader, term: Term) -> Floats:
    field = "exact" if term.is_exact else "folded"
    if term.is_phrase:
        return term.weight * _worth(segment, segment.phrase(reader, field, term.words), term)
    each = [_worth(segment, segment.places(reader, field, word), term) for word in term.words]
    return term.weight * np.minimum.reduce(each)


def _worth(segment: Segment, places: Numbers, term: Term) -> Floats:
    """What each document counts by the first of these places in it."""
    worth = np.zeros(segment.size)
    place = places & _PLACE
    if not term.in_name:
        if term.in_print:
            worth[places[place >= WORDS_AT] >> _PLACE_BITS] = scoring.WORDS
        worth[places[(place >= ABOUT_AT) & (place < WORDS_AT)] >> _PLACE_BITS] = scoring.ABOUT
    named = places[place < ABOUT_AT] >> _PLACE_BITS
    worth[named] = segment.name_worth[named]
    return worth


def _in_name(segment: Segment, reader: Reader, field: str, word: str, is_unfinished: bool) -> Numbers:
    if is_unfinished:
        return segment.beginning(reader, field, word)
    found = segment.places(reader, field, word)
    return found[(found & _PLACE) < ABOUT_AT]


def _documents(segment: Segment, places: Numbers) -> NDArray[np.bool_]:
    found = np.zeros(segment.size, np.bool_)
    found[places >> _PLACE_BITS] = True
    return found


def _read_places(reader: Any, field: str, word: bytes) -> Numbers:
    """All postings of a word. A damaged one names a document that is not there: an error, never an answer."""
    if (field, word) not in reader:
        return _NOWHERE
    matcher = reader.postings(field, word)
    numbers: list[int] = []
    lengths: list[int] = []
    kept: list[bytes] = []
    while matcher.is_active():
        value = matcher.value()
        numbers.append(matcher.id())
        lengths.append(len(value) // 2)
        kept.append(value)
        matcher.next()
    places = np.frombuffer(b"".join(kept), np.uint16).astype(np.int64)
    return (np.repeat(np.array(numbers, np.int64), lengths) << _PLACE_BITS) | places


def _read_numbers(reader: Any, field: str, word: bytes) -> Numbers:
    if (field, word) not in reader:
        return _NOWHERE
    return np.fromiter(reader.postings(field, word).all_ids(), np.int64)
