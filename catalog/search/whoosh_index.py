"""The Whoosh engine: files under the instance folder, written by the worker alone.

Four traps of Whoosh 2.7.4 were each reproduced before (decision 33) and are avoided here: no searcher or reader is
shared by threads or refreshed, a search opens its own and only for words that no search before it asked for; one
writer at a time, waiting for its lock; the schema handed over at each opening, what it pickles in one stable module;
and a rebuild that stands beside the old index until one rename puts it in place. Whatever a missing or damaged index
raises becomes IndexUnavailable, and the service goes on with the database alone.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Generator, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, create_in

from catalog.search import scoring
from catalog.search.analysis import exact_words, folded_words
from catalog.search.port import Document, Hits, IndexUnavailable, Wanted
from catalog.search.recent import Recent
from catalog.search.whoosh_files import PATIENCE, Builds
from catalog.search.whoosh_format import SCHEMA, Gathered, LeanCodec, fields_of
from catalog.search.whoosh_view import Reader, Segment, View, answer, resemblance, typed

T = TypeVar("T")

#: Documents of one segment of a rebuild: its postings are gathered in memory (about 10 KB a document).
BATCH = 10_000
#: A segment that was merged away while a search was on its way makes that search begin again.
_TRIES = 5


class _Moved(Exception):
    """The files have gone on since the view was taken."""


class WhooshIndex:
    """The engine over one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._builds = Builds(folder)
        self._open: tuple[str, FileIndex] | None = None
        self._view: View | None = None
        self._bad: tuple[tuple[str, int], str] | None = None
        self._words: tuple[tuple[str, int], Mapping[str, int]] | None = None
        self._recent = Recent()
        self._loading = Lock()

    def state(self) -> Hashable:
        """The build with its generation. Raises IndexUnavailable."""
        with _as_unavailable():
            return self._fresh_view().state

    def find(self, wanted: Wanted) -> Hits:
        """All proposals. Raises IndexUnavailable."""

        def found(view: View, reader: Reader) -> Hits:
            return view.gather(lambda segment: answer(segment, reader, wanted))

        return self._ask(lambda view, reader: self._recent.get(view.state, wanted, lambda: found(view, reader)))

    def begin_with(self, words: Sequence[str], limit: int) -> Hits:
        """Listings whose name holds the words, the last perhaps unfinished. Raises IndexUnavailable."""
        text = " ".join(words)
        folded, exact = folded_words(text), exact_words(text)
        if not folded:
            return Hits.none()
        return self._ask(lambda view, reader: view.gather(lambda one: typed(one, reader, folded, exact), limit))

    def resembling(self, text: str, limit: int) -> Hits:
        """Listings whose name shares runs of three letters with the text. Raises IndexUnavailable."""
        grams = scoring.grams(folded_words(text))
        return self._ask(lambda view, reader: view.gather(lambda one: resemblance(one, reader, grams), limit))

    def known_words(self) -> Mapping[str, int]:
        """Every folded word with the number of listings that hold it; counted once per state of the index."""
        return self._ask(self._count_words)

    def stored_sequence(self, listing_id: int) -> int | None:
        """The sequence that the index holds of a listing, or None. Raises IndexUnavailable."""
        return self._ask(lambda view, _: view.sequence_of(listing_id))

    def contents(self) -> Mapping[int, int]:
        """Listings with their sequences, after a look at every file. Raises IndexUnavailable."""
        self._builds.check(self._builds.current())
        return self._ask(lambda view, _: view.contents())

    def put(self, documents: Iterable[Document]) -> None:
        """Store documents; one of a lower sequence than the stored one is left out. Raises IndexUnavailable."""
        self._write((), documents)

    def remove(self, listing_ids: Iterable[int]) -> None:
        """Forget listings. Raises IndexUnavailable."""
        self._write(list(listing_ids), ())

    def follow(self, listing_ids: Collection[int], documents: Iterable[Document]) -> None:
        """Put the documents, forget those of the listings that have none. Raises IndexUnavailable."""
        self._write(listing_ids, documents)

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build anew in a folder of its own, then let CURRENT name it; answers how many documents."""
        with self._builds.writing():
            fresh = self._builds.begin()
            try:
                count = _build(create_in(str(fresh), SCHEMA), iter(documents))
                self._builds.seal(fresh.name)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            self._builds.take_over(fresh)
        return count

    def _write(self, listing_ids: Collection[int], documents: Iterable[Document]) -> None:
        """One commit: what is stored after the lock was taken decides, not what anybody saw before."""
        with self._builds.writing():
            documents = list(documents)
            gone = set(listing_ids) - {one.listing_id for one in documents}
            with _as_unavailable():
                name = self._builds.current()
                self._builds.check(name, [])
                view = self._fresh_view()
                new = [one for one in documents if one.sequence >= (view.sequence_of(one.listing_id) or 0)]
                _commit(self._index(name), [*gone, *(one.listing_id for one in new)], map(fields_of, new))
                self._builds.seal(name)

    def _ask(self, question: Callable[[View, Reader], T]) -> T:
        """Put a question to the present state, with readers of its own. Raises IndexUnavailable."""
        with _as_unavailable():
            for _ in range(_TRIES):
                view = self._fresh_view()
                try:
                    with self._readers(view) as reader:
                        return question(view, reader)
                except _Moved:
                    continue
        raise IndexUnavailable("the index changes faster than it can be read")

    def _fresh_view(self) -> View:
        """The state that the files are in now; loaded by one thread, once. A bad state is not tried twice."""
        name = self._builds.current()
        state = (name, self._index(name).latest_generation())
        view = self._view
        if view and view.state == state:
            return view
        if self._bad and self._bad[0] == state:
            raise IndexUnavailable(self._bad[1])
        with self._loading:
            view = self._view
            if not view or view.state != state:
                try:
                    self._view = view = self._load(name, view)
                except Exception as error:
                    self._bad = state, str(error) or repr(error)
                    raise
        return view

    def _load(self, name: str, before: View | None) -> View:
        """Read the state anew; segments of this build that were loaded before are taken as they are."""
        is_same = before is not None and before.state[0] == name
        known = {segment.identity: segment for segment, _ in before.parts} if before and is_same else {}
        index = self._index(name)
        generation = int(index.latest_generation())
        reader: Any = index.reader()
        try:
            leaves = {_key(one): one for one, _ in reader.leaf_readers() if one.doc_count_all()}
            generation = int(reader.generation()) if leaves else generation
            self._builds.check(name, [f"_MAIN_{generation}.toc", *map(_file, leaves)])
            parts = [(known.get(key) or Segment(key, one), _alive(one)) for key, one in leaves.items()]
        finally:
            reader.close()
        return View((name, generation), tuple(parts))

    @contextmanager
    def _readers(self, view: View) -> Generator[Reader]:
        """Gives readers of segments to one search: opened when the first is asked for, closed with the search."""
        opened: list[Any] = []

        def reader(segment: Segment) -> Any:
            if not opened:
                self._builds.check(view.state[0], [_file(one.identity) for one, _ in view.parts])
                opened.append(self._index(view.state[0]).reader())
            found = next((one for one, _ in opened[0].leaf_readers() if _key(one) == segment.identity), None)
            if found is None:
                raise _Moved
            return found

        try:
            yield reader
        finally:
            for one in opened:
                one.close()

    def _index(self, name: str) -> FileIndex:
        """The index in use, opened once per build; opening again would only read its list of fields anew."""
        found = self._open
        if found is None or found[0] != name:
            # Without mapping files into memory: one that is cut short under a map would end the process.
            storage = FileStorage(str(self._builds.path(name)), supports_mmap=False)
            self._open = found = (name, storage.open_index(schema=SCHEMA))
        return found[1]

    def _count_words(self, view: View, reader: Reader) -> Mapping[str, int]:
        if self._words is None or self._words[0] != view.state:
            counts: Counter[str] = Counter()
            for segment, alive in view.parts:
                counts.update(segment.counts(reader))
                if alive is not None:
                    counts.subtract(segment.words_of(reader, np.flatnonzero(~alive).tolist()))
            self._words = view.state, {word: count for word, count in counts.items() if count > 0}
        return self._words[1]


def _build(index: FileIndex, documents: Iterator[Document]) -> int:
    """Fill an empty index, a segment for each batch; answers how many documents."""
    count = 0
    while batch := list(islice(documents, BATCH)):
        _commit(index, (), map(fields_of, batch), merge=False)
        count += len(batch)
    return count


def _commit(index: FileIndex, forget: Iterable[int], add: Iterable[dict[str, Any]], *, merge: bool = True) -> None:
    """Delete, add, commit; whatever happens the writer lets go of its lock."""
    writer: Any = index.writer(timeout=PATIENCE, codec=LeanCodec())
    try:
        writer.pool = Gathered()
        for listing_id in forget:
            writer.delete_by_term("key", str(listing_id))
        for fields in add:
            writer.add_document(**fields)
        writer.commit(merge=merge)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


@contextmanager
def _as_unavailable() -> Generator[None]:
    """Turn whatever damaged files make Whoosh raise into IndexUnavailable: there is no list of it."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Exception as error:
        raise IndexUnavailable(repr(error)) from error


def _key(leaf: Any) -> str:
    return str(leaf.segment().segment_id())


def _file(identity: str) -> str:
    return f"MAIN_{identity}.seg"


def _alive(leaf: Any) -> NDArray[np.bool_] | None:
    """Which documents of a segment are not deleted; None: all."""
    if not leaf.has_deletions():
        return None
    alive = np.ones(leaf.doc_count_all(), np.bool_)
    alive[list(leaf.segment().deleted_docs())] = False
    return alive
