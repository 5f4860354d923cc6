"""The port of search: what any engine must offer, in words that belong to none.

An index is a cache. It proposes listings in an order; it never says that one may be sold: the service keeps
only what the gate of the database lets through on the day. Any engine may therefore be empty, late or gone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class IndexUnavailable(Exception):
    """The index is missing, damaged or of another build: the caller degrades to the database."""


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
    #: Summary and ingredients.
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


@dataclass(frozen=True, slots=True)
class Clause:
    """One word or phrase of a query: any of its terms satisfies it."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query as an engine gets it."""

    clauses: tuple[Clause, ...]
    #: All typed words in their order; standing so in a name counts extra.
    phrase: Term | None = None
    #: How many clauses must be satisfied; None: all.
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that the index proposes; a higher score is better."""

    listing_id: int
    score: float


class SearchIndex(Protocol):
    """What an engine offers. Every method may raise IndexUnavailable."""

    def find(self, wanted: Wanted) -> Sequence[Hit]:
        """All proposals, best first."""
        ...

    def begin_with(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        """Listings whose name holds the words, the last one perhaps unfinished; best first."""
        ...

    def known_words(self) -> Mapping[str, int]:
        """Every folded word of the index with the number of listings that hold it."""
        ...

    def put(self, documents: Iterable[Document]) -> None:
        """Store documents, each unless one of a higher sequence is there. The worker only."""
        ...

    def remove(self, listing_ids: Iterable[int]) -> None:
        """Forget listings. The worker only."""
        ...

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build anew beside the old and take its place at once; answers how many."""
        ...

    def stored_sequence(self, listing_id: int) -> int | None:
        """The sequence that it holds of a listing, or None."""
        ...

    def contents(self) -> Mapping[int, int]:
        """Which listings it holds, with their sequences."""
        ...
