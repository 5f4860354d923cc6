"""The Whoosh engine: files under the instance folder, written by the worker alone.

Four traps of Whoosh 2.7.4 were each reproduced before (docs/decisions) and are avoided here: a new searcher for
each search, since a shared one gives wrong answers under threads; one writer at a time, waiting for its lock;
the schema handed over at each opening, its analyzers in one stable module; and a rebuild that stands beside
the old index until one rename puts it in place. Whatever a missing or damaged index raises becomes
IndexUnavailable, and the service goes on with the database alone.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.fields import NUMERIC, TEXT, Schema
from whoosh.index import FileIndex, create_in, open_dir
from whoosh.query import And, AndMaybe, Every, Or, Phrase, Prefix
from whoosh.query import Term as WhooshTerm
from whoosh.scoring import BM25F

from catalog.search.analysis import ExactTokenizer, FoldedTokenizer, exact_words, folded_words
from catalog.search.port import Clause, Document, Hit, IndexUnavailable, Term, Wanted
from core.text import fold

#: Seconds that a writer waits for another one (a second worker, a rebuild).
PATIENCE = 30.0
_CURRENT = "CURRENT"
#: Field and weight by the way of comparing: the name counts most.
_EXACT = (("name_exact", 3.0), ("all_exact", 0.6))
_FOLDED = (("name_fold", 2.0), ("all_fold", 0.4))
_PHRASE_BONUS = 4.0

SCHEMA = Schema(
    listing_id=NUMERIC(int, bits=64, signed=False, unique=True, stored=True, sortable=True),
    sequence=NUMERIC(int, bits=64, signed=False, stored=True),
    name_exact=TEXT(analyzer=ExactTokenizer()),
    name_fold=TEXT(analyzer=FoldedTokenizer()),
    all_exact=TEXT(analyzer=ExactTokenizer()),
    all_fold=TEXT(analyzer=FoldedTokenizer()),
)


class WhooshIndex:
    """The engine over one folder: `CURRENT` names the sub-folder in use, which a rebuild replaces at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[str, FileIndex] | None = None
        self._words: tuple[tuple[str, int], Mapping[str, int]] | None = None

    def find(self, wanted: Wanted) -> Sequence[Hit]:
        """All proposals, best first. Raises IndexUnavailable."""
        with self._searching() as searcher:
            clauses = [_clause(one) for one in wanted.clauses]
            if wanted.least is not None:
                return _find_partly(searcher, clauses, wanted.least)
            query = And(clauses)
            if wanted.phrase:
                query = AndMaybe(query, _phrase_bonus(wanted.phrase))
            return _hits(searcher, query, None)

    def begin_with(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        """Listings whose name holds the words, the last perhaps unfinished. Raises IndexUnavailable."""
        if not words:
            return []
        with self._searching() as searcher:
            return _hits(searcher, And([*map(_whole_word, words[:-1]), _beginning(words[-1])]), limit)

    def known_words(self) -> Mapping[str, int]:
        """Every folded word with the number of listings that hold it; read once per state of the index."""
        with self._searching() as searcher:
            if not searcher.doc_count():
                return {}
            state = (str(self._open and self._open[0]), searcher.ixreader.generation())
            if self._words is None or self._words[0] != state:
                reader = searcher.reader()
                lexicon = {
                    word.decode(): int(reader.doc_frequency("all_fold", word)) for word in reader.lexicon("all_fold")
                }
                self._words = (state, lexicon)
            return self._words[1]

    def put(self, documents: Iterable[Document]) -> None:
        """Store documents; one of a lower sequence than the stored one is left out. Raises IndexUnavailable."""
        with self._writing(), _as_unavailable():
            index = self._index()
            with index.searcher() as searcher:
                fresh = [one for one in documents if one.sequence >= (_stored_sequence(searcher, one.listing_id) or 0)]
            writer = index.writer(timeout=PATIENCE)
            for document in fresh:
                writer.update_document(**_fields(document))
            writer.commit()

    def remove(self, listing_ids: Iterable[int]) -> None:
        """Forget listings. Raises IndexUnavailable."""
        with self._writing(), _as_unavailable():
            writer = self._index().writer(timeout=PATIENCE)
            for listing_id in listing_ids:
                writer.delete_by_term("listing_id", listing_id)
            writer.commit()

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build anew in a folder of its own, then let CURRENT name it; answers how many documents."""
        with self._writing():
            fresh = Path(tempfile.mkdtemp(prefix="build-", dir=self._folder))
            writer = create_in(str(fresh), SCHEMA).writer(limitmb=128, timeout=PATIENCE)
            count = 0
            for document in documents:
                writer.add_document(**_fields(document))
                count += 1
            writer.commit()
            self._take_over(fresh)
        return count

    def stored_sequence(self, listing_id: int) -> int | None:
        """The sequence that the index holds of a listing, or None. Raises IndexUnavailable."""
        with self._searching() as searcher:
            return _stored_sequence(searcher, listing_id)

    def contents(self) -> Mapping[int, int]:
        """Listings with their sequences. Raises IndexUnavailable."""
        with self._searching() as searcher:
            stored = searcher.reader().all_stored_fields()
            return {int(fields["listing_id"]): int(fields["sequence"]) for fields in stored}

    def _take_over(self, fresh: Path) -> None:
        """Point CURRENT at a finished build; the one before stays for searches under way, older ones go."""
        before = self._current_name(otherwise="")
        pointer = self._folder / f"{_CURRENT}.new"
        pointer.write_text(fresh.name)
        os.replace(pointer, self._folder / _CURRENT)
        for old in self._folder.glob("build-*"):
            if old.name not in (fresh.name, before):
                shutil.rmtree(old, ignore_errors=True)

    def _current_name(self, otherwise: str | None = None) -> str:
        path = self._folder / _CURRENT
        if not path.exists():
            if otherwise is not None:
                return otherwise
            raise IndexUnavailable("no index has been built")
        return path.read_text().strip()

    def _index(self) -> FileIndex:
        """The index in use, opened once per build; opening again would only read its list of fields anew."""
        name = self._current_name()
        if self._open is None or self._open[0] != name:
            self._open = (name, open_dir(str(self._folder / name), schema=SCHEMA))
        return self._open[1]

    @contextmanager
    def _searching(self) -> Generator[Any]:
        """A searcher of one's own for one search: never shared, never refreshed."""
        with _as_unavailable():
            searcher = self._index().searcher(weighting=BM25F(B=0.3))
            try:
                yield searcher
            finally:
                searcher.close()

    @contextmanager
    def _writing(self) -> Generator[None]:
        """Hold the one place of the writer, across processes; waits up to PATIENCE seconds."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "writer.lock").open("w") as lock:
            _wait_for(lock.fileno())
            yield


def _wait_for(handle: int) -> None:
    """Take a file lock, asking again until PATIENCE is over. Raises IndexUnavailable."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise IndexUnavailable("another writer holds the index") from error
            time.sleep(0.05)
        else:
            return


@contextmanager
def _as_unavailable() -> Generator[None]:
    """Turn whatever damaged files make Whoosh raise into IndexUnavailable: there is no list of it."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Exception as error:
        raise IndexUnavailable(repr(error)) from error


def _stored_sequence(searcher: Any, listing_id: int) -> int | None:
    found = searcher.document(listing_id=listing_id)
    return int(found["sequence"]) if found else None


def _fields(document: Document) -> dict[str, Any]:
    d = document
    everything = f"{d.name} {d.producer} {d.places} {d.kind} {d.words}"
    return {
        "listing_id": document.listing_id, "sequence": document.sequence,
        "name_exact": document.name, "name_fold": document.name,
        "all_exact": everything, "all_fold": everything,
    }  # fmt: skip


def _clause(clause: Clause) -> Any:
    return Or([query for term in clause.terms for query in _term(term)])


def _term(term: Term) -> list[Any]:
    fields = (_EXACT if term.is_exact else _FOLDED)[: 1 if term.in_name else None]
    if len(term.words) == 1:
        return [WhooshTerm(field, term.words[0], boost=weight * term.weight) for field, weight in fields]
    if term.is_phrase:
        return [Phrase(field, list(term.words), boost=weight * term.weight) for field, weight in fields]
    return [And([WhooshTerm(f, word) for word in term.words], boost=weight * term.weight) for f, weight in fields]


def _phrase_bonus(term: Term) -> Any:
    return Phrase("name_exact" if term.is_exact else "name_fold", list(term.words), boost=_PHRASE_BONUS)


def _whole_word(word: str) -> Any:
    return _name_word(WhooshTerm, word)


def _beginning(word: str) -> Any:
    return _name_word(Prefix, word)


def _name_word(kind: Any, word: str) -> Any:
    """A word of the name by its letters; standing there with the same marks counts more."""
    exact, folded = exact_words(word), folded_words(word)
    if not folded:
        return Every("name_fold")
    bonus = [kind("name_exact", exact[0], boost=2.0)] if exact else []
    return Or([kind("name_fold", fold(folded[0])), *bonus])


def _hits(searcher: Any, query: Any, limit: int | None) -> list[Hit]:
    if not searcher.doc_count():
        return []
    ids = searcher.reader().column_reader("listing_id")
    return [Hit(int(ids[number]), float(score)) for score, number in searcher.search(query, limit=limit).top_n]


def _find_partly(searcher: Any, clauses: Sequence[Any], least: int) -> list[Hit]:
    """Listings that satisfy at least so many clauses; more of them outrank any score."""
    if not searcher.doc_count():
        return []
    counts = Counter(number for one in clauses for number in searcher.docs_for_query(one))
    ids = searcher.reader().column_reader("listing_id")
    found = [
        Hit(int(ids[number]), counts[number] * 1000 + float(score))
        for score, number in searcher.search(Or(list(clauses)), limit=None).top_n
        if counts[number] >= least
    ]
    return sorted(found, key=lambda hit: -hit.score)
