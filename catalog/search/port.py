"""The port of search: what any engine must offer, in words that belong to none.

An index is a cache. It proposes listings in an order; it never says that one may be sold: the service keeps
only what the gate of the database lets through on the day. Any engine may therefore be empty, late or gone.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class IndexUnavailable(Exception):
    """The index is missing, damaged or of another build: the caller degrades to the database."""


class IndexBusy(IndexUnavailable):
    """Another writer holds the index: nothing is wrong with it, the work is tried again later."""


@dataclass(frozen=True, slots=True)
class Document:
    """A listing as the index keeps it: texts in their writer's spelling; each engine folds them itself."""

    listing_id: int
    #: The listing's sequence; a put with a lower one than stored changes nothing.
    sequence: int
    #: Name of the product.
    name: str
    #: Name of the producer.
    producer: str
    #: Names of the places of product and producer, of old epochs and of today.
    places: str
    #: Words of its product set and group.
    kind: str
    #: Small print: summary, ingredients, what its packs are called.
    words: str


@dataclass(frozen=True, slots=True)
class Term:
    """One way to satisfy a clause: all these words."""

    words: tuple[str, ...]
    #: Compare with marks and tones (True) or by folded letters (False).
    is_exact: bool
    #: How much this way counts beside the others; 1 for what was typed.
    weight: float = 1.0
    #: Whether the words must stand next to each other, in this order.
    is_phrase: bool = True
    #: Whether only the product's name counts: a guess found in small print would be noise.
    in_name: bool = False
    #: Whether the small print counts too.
    in_print: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """One word or phrase of a query: any of its terms satisfies it."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query as an engine gets it."""

    clauses: tuple[Clause, ...]
    #: All typed words in their order; standing so counts extra, in the name or in what the listing is about
    #: (`an dương` is the place An Dương before a name with an `An` in it), never in small print.
    phrase: Term | None = None
    #: How many clauses must be satisfied; None: all.
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that the index proposes; a higher score is better."""

    listing_id: int
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """What the index proposes, best first; equal scores by rising id. Two arrays of one length.

    Arrays, since a wide question has thousands of answers and the service needs them all for its counts.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Hit]:
        return map(Hit, self.ids.tolist(), self.scores.tolist())

    @classmethod
    def ranked(cls, ids: NDArray[np.int64], scores: NDArray[np.float64], limit: int | None = None) -> "Hits":
        """Bring proposals into their order; with a limit only the first of them."""
        order = np.lexsort((ids, -np.round(scores, 9)))[:limit]  # sums of the same parts differ in their last bits
        found = cls(ids[order], scores[order])
        for one in (found.ids, found.scores):
            one.flags.writeable = False  # the same answer may be given again
        return found

    @classmethod
    def none(cls) -> "Hits":
        """Nothing found."""
        return cls(np.empty(0, np.int64), np.empty(0, np.float64))


class SearchIndex(Protocol):
    """What an engine offers. Every method may raise IndexUnavailable, a write IndexBusy too.

    All engines give the same hits with the same scores (scoring.py); the contract tests hold them to it.
    """

    def state(self) -> Hashable:
        """Equal for as long as the index stays as it is: what was found stays true so long."""
        ...

    def find(self, wanted: Wanted) -> Hits:
        """All proposals."""
        ...

    def begin_with(self, words: Sequence[str], limit: int) -> Hits:
        """Listings whose name holds the words, the last one perhaps unfinished; those that begin so first."""
        ...

    def resembling(self, text: str, limit: int) -> Hits:
        """Listings whose name shares so many runs of three letters with the text (scoring.RESEMBLES)."""
        ...

    def known_words(self) -> Mapping[str, int]:
        """Every folded word of the index with the number of listings that hold it; the same object while
        the index stays as it is.
        """
        ...

    def put(self, documents: Iterable[Document]) -> None:
        """Store documents, each unless one of a higher sequence is there. The worker only."""
        ...

    def remove(self, listing_ids: Iterable[int]) -> None:
        """Forget listings. The worker only."""
        ...

    def follow(self, listing_ids: Collection[int], documents: Iterable[Document]) -> None:
        """Put the documents, forget those of the listings that have none. The documents are read when no other
        writer can come between reading and writing, so that no late message undoes a newer one. The worker only.
        """
        ...

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build anew beside the old and take its place at once; answers how many. Read as in `follow`."""
        ...

    def stored_sequence(self, listing_id: int) -> int | None:
        """The sequence that it holds of a listing, or None."""
        ...

    def contents(self) -> Mapping[int, int]:
        """Which listings it holds, with their sequences. Looks for damage while it is at it."""
        ...
