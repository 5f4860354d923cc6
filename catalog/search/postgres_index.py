"""The PostgreSQL engine: tables beside the listings, one index for all machines, written by the worker alone.

What a word is, is decided in Python (layout.py), as for every engine: PostgreSQL gets vectors, no text to take apart.
Writers queue at one lock of the database; each write is one transaction, so readers see the index before or after it.
"""

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np
from psycopg.errors import LockNotAvailable
from sqlalchemy import TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from catalog.search import postgres_query as sql
from catalog.search.analysis import exact_words, folded_words
from catalog.search.layout import ABOUT_AT, WORDS_AT, exact_layout, folded_layout
from catalog.search.port import Document, Hits, IndexBusy, IndexUnavailable, Wanted
from catalog.search.postgres_tables import SearchDocument
from catalog.search.recent import Recent
from core.db import db, end_reading, in_transaction, run, transaction

#: The writers' lock; any number that no other lock of this database has.
_LOCK = 4_316_221
_BATCH = 500

_COLUMNS = {
    column.name: column.type.compile(dialect=postgresql.dialect()) for column in inspect(SearchDocument).columns
}
_VECTORS = [name for name, kind in _COLUMNS.items() if kind == "TSVECTOR"]
_PUT = text(
    f"""
    INSERT INTO search_document ({", ".join(_COLUMNS)})
    SELECT {", ".join(f"CAST({name} AS {kind})" for name, kind in _COLUMNS.items())}
    FROM unnest({", ".join(f"CAST(:{name} AS text[])" for name in _COLUMNS)}) AS given ({", ".join(_COLUMNS)})
    ON CONFLICT (listing_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
    WHERE search_document.sequence <= excluded.sequence
    """  # noqa: S608 the names above only
)
_WORDS_OF = text("SELECT unnest(tsvector_to_array(folded)) FROM search_document WHERE listing_id = ANY(:ids)")
_COUNT = text(
    "INSERT INTO search_word (word, listings) SELECT * FROM unnest(CAST(:words AS text[]), CAST(:counts AS integer[]))"
    " ON CONFLICT (word) DO UPDATE SET listings = search_word.listings + excluded.listings"
)
_STATE = text("SELECT number FROM search_state")
#: A rebuild lets the indexes gather everything in a list and sort it in once, instead of word by word.
_BEFORE_ALL = (
    "SET LOCAL gin_pending_list_limit = '1GB'",
    "SET LOCAL statement_timeout = '10min'",
    "DELETE FROM search_document",
    "DELETE FROM search_word",
)
_AFTER_ALL = (
    *(f"SELECT gin_clean_pending_list('ix_search_document_{name}')" for name in _VECTORS),
    "ANALYZE search_document",
)
_CHANGED = text(
    "INSERT INTO search_state (id, number) VALUES (1, 1)"
    " ON CONFLICT (id) DO UPDATE SET number = search_state.number + 1"
)


class PostgresIndex:
    """The engine over the tables of postgres_tables.py."""

    def __init__(self) -> None:
        self._words: tuple[int, Mapping[str, int]] | None = None
        self._recent = Recent()

    def state(self) -> int:
        """Rises with each change of the index. Raises IndexUnavailable when none was built."""
        found = _read(_STATE)
        if not found:
            raise IndexUnavailable("no index has been built")
        return int(found[0][0])

    def find(self, wanted: Wanted) -> Hits:
        """All proposals. Raises IndexUnavailable."""
        if not wanted.clauses:
            return Hits.none()
        return self._recent.get(self.state(), wanted, lambda: self._hits(*sql.find(wanted)))

    def begin_with(self, words: Sequence[str], limit: int) -> Hits:
        """Listings whose name holds the words, the last perhaps unfinished. Raises IndexUnavailable."""
        typed = " ".join(words)
        folded, marked = folded_words(typed), exact_words(typed)
        if not folded:
            return Hits.none()
        asked = ("begin_with", typed, limit)
        return self._recent.get(self.state(), asked, lambda: self._hits(*sql.begin_with(folded, marked, limit)))

    def resembling(self, text: str, limit: int) -> Hits:
        """Listings whose name shares runs of three letters with the text. Raises IndexUnavailable."""
        self.state()
        return self._hits(*sql.resembling(folded_words(text), limit))

    def known_words(self) -> Mapping[str, int]:
        """Every folded word with the number of listings that hold it; read once per state of the index."""
        number = self.state()
        known = self._words
        if known is None or known[0] != number:
            found = _read("SELECT word, listings FROM search_word WHERE listings > 0")
            self._words = known = (number, dict(map(tuple, found)))
        return known[1]

    def stored_sequence(self, listing_id: int) -> int | None:
        """The sequence that the index holds of a listing, or None. Raises IndexUnavailable."""
        self.state()
        found = _read("SELECT sequence FROM search_document WHERE listing_id = :id", id=listing_id)
        return int(found[0][0]) if found else None

    def contents(self) -> Mapping[int, int]:
        """Listings with their sequences. Raises IndexUnavailable."""
        self.state()
        return {row[0]: row[1] for row in _read("SELECT listing_id, sequence FROM search_document")}

    def lacking(self) -> str | None:
        """What an administrator should put right though search goes on without it; None when all is there."""
        found = _read("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return None if found else "no pg_trgm: names that resemble a text are not found (docs/search.md)"

    def put(self, documents: Iterable[Document]) -> None:
        """Store documents; one of a lower sequence than the stored one is left out. Raises IndexUnavailable."""
        self.follow((), documents)

    def remove(self, listing_ids: Iterable[int]) -> None:
        """Forget listings. Raises IndexUnavailable."""
        self.follow(list(listing_ids), ())

    def follow(self, listing_ids: Collection[int], documents: Iterable[Document]) -> None:
        """Put the documents, forget those of the listings that have none. Raises IndexUnavailable, IndexBusy."""
        with _writing():
            self.state()
            found = list(documents)
            touched = {*listing_ids, *(one.listing_id for one in found)}
            gone = touched - {one.listing_id for one in found}
            before = _words_of(touched)
            db.session.execute(text("DELETE FROM search_document WHERE listing_id = ANY(:ids)"), {"ids": list(gone)})
            _put(found)
            _count(_words_of(touched), before)
            db.session.execute(_CHANGED)

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Everything anew in one transaction: readers see the old index until it ends. Raises IndexBusy."""
        with _writing():
            for statement in _BEFORE_ALL:
                db.session.execute(text(statement))
            waiting, count = iter(documents), 0
            while batch := list(islice(waiting, _BATCH)):
                _put(batch)
                count += len(batch)
            db.session.execute(text(
                "INSERT INTO search_word (word, listings)"
                " SELECT word, ndoc FROM ts_stat('SELECT folded FROM search_document')"
            ))  # fmt: skip
            db.session.execute(_CHANGED)
            for statement in _AFTER_ALL:
                db.session.execute(text(statement))
        return count

    def _hits(self, statement: str, values: Mapping[str, object]) -> Hits:
        ids, scores = _read(statement, **values)[0]
        if ids is None:
            return Hits.none()
        return Hits.ranked(np.frombuffer(ids, ">i8").astype(np.int64), np.frombuffer(scores, ">f8").astype(np.float64))


@contextmanager
def _writing() -> Generator[None]:
    """A transaction that holds the writers' lock until it ends. Raises IndexBusy."""
    with transaction() as session:
        try:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise IndexBusy("another writer holds the index") from error
            raise
        yield


def _read(statement: str | TextClause, **values: object) -> Sequence[Any]:
    """Rows of a statement. What fails must not take the page's own reading with it. Raises IndexUnavailable."""
    asked = text(statement) if isinstance(statement, str) else statement
    try:
        if in_transaction():
            with db.session.begin_nested():
                return run(asked, values).all()
        return run(asked, values).all()
    except SQLAlchemyError as error:
        end_reading()
        raise IndexUnavailable(f"{type(error).__name__}: {getattr(error, 'orig', '')}") from error


def _put(documents: Sequence[Document]) -> None:
    """Store documents, each unless one of a higher sequence is there: one guarded statement."""
    rows = [_row(one) for one in {one.listing_id: one for one in documents}.values()]
    if rows:
        db.session.execute(_PUT, {name: [str(row[name]) for row in rows] for name in _COLUMNS})


def _row(document: Document) -> dict[str, object]:
    exact, folded = exact_layout(document), folded_layout(document)
    return {
        "listing_id": document.listing_id, "sequence": document.sequence, "name_words": folded.name_words,
        "title": " ".join(folded_words(document.name)),
        "name_exact": sql.vector(exact.places, ABOUT_AT), "name_folded": sql.vector(folded.places, ABOUT_AT),
        "top_exact": sql.vector(exact.places, WORDS_AT), "top_folded": sql.vector(folded.places, WORDS_AT),
        "exact": sql.vector(exact.places), "folded": sql.vector(folded.places),
    }  # fmt: skip


def _words_of(listing_ids: Iterable[int]) -> Counter[str]:
    return Counter(db.session.scalars(_WORDS_OF, {"ids": list(listing_ids)}))


def _count(after: Counter[str], before: Counter[str]) -> None:
    """Bring the counts of words from before to after."""
    changed = {word: after[word] - before[word] for word in after | before if after[word] != before[word]}
    if changed:
        db.session.execute(_COUNT, {"words": list(changed), "counts": list(changed.values())})
        db.session.execute(text("DELETE FROM search_word WHERE listings <= 0"))
