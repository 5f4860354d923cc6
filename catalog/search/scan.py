"""The engine of last resort: no index at all, only the listings as the database has them now.

Slower and plainer than an index, always up to date, read-only. The service takes it when the index is missing
or damaged, so that search degrades and never fails.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog.search.analysis import exact_words, folded_words
from catalog.search.port import Clause, Document, Hit, IndexUnavailable, Term, Wanted

_NAME = 5.0


@dataclass(frozen=True, slots=True)
class _Texts:
    """A document's words, parted by spaces and framed by them, so that a phrase is a part of a string."""

    name_exact: str
    name_folded: str
    all_exact: str
    all_folded: str

    def score(self, term: Term) -> float:
        """How well a term stands in the document; 0 when it does not."""
        if not term.is_phrase:
            return min(
                self.score(Term((word,), term.is_exact, term.weight, in_name=term.in_name)) for word in term.words
            )
        phrase = _framed(term.words)
        everything, name = (self.all_exact, self.name_exact) if term.is_exact else (self.all_folded, self.name_folded)
        if phrase not in (name if term.in_name else everything):
            return 0.0
        return term.weight * (_NAME + 10.0 / (1 + name.count(" ")) if phrase in name else 1.0)


class DatabaseScan:
    """Search by reading every document given."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = list(documents)

    def find(self, wanted: Wanted) -> Sequence[Hit]:
        """All documents that satisfy the clauses, best first."""
        least = len(wanted.clauses) if wanted.least is None else wanted.least
        hits: list[Hit] = []
        for document in self._documents:
            texts = _texts(document)
            scores = [score for clause in wanted.clauses if (score := _clause_score(texts, clause))]
            if len(scores) >= max(1, least):
                bonus = texts.score(wanted.phrase) if wanted.phrase else 0.0
                hits.append(Hit(document.listing_id, len(scores) * 1000 + sum(scores) + bonus))
        return sorted(hits, key=lambda hit: (-hit.score, hit.listing_id))

    def begin_with(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        """Documents whose name holds the words, the last perhaps unfinished."""
        folded = folded_words(" ".join(words))
        if not folded:
            return []
        found = [d for d in self._documents if _begins(_texts(d).name_folded, folded)]
        exact = " " + " ".join(exact_words(" ".join(words)))
        hits = [Hit(d.listing_id, 2.0 if exact in _texts(d).name_exact else 1.0) for d in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.listing_id))[:limit]

    def known_words(self) -> Mapping[str, int]:
        """Every folded word with the number of documents that hold it."""
        return Counter(word for one in self._documents for word in set(_texts(one).all_folded.split()))

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

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Nothing is kept here."""
        raise IndexUnavailable("the scan is read-only")


def _begins(name: str, folded: Sequence[str]) -> bool:
    return all(f" {word} " in name for word in folded[:-1]) and f" {folded[-1]}" in name


def _clause_score(texts: _Texts, clause: Clause) -> float:
    return max((texts.score(term) for term in clause.terms), default=0.0)


def _framed(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


@lru_cache(maxsize=20_000)
def _texts(document: Document) -> _Texts:
    everything = f"{document.name} {document.producer} {document.places} {document.kind} {document.words}"
    return _Texts(
        name_exact=_framed(exact_words(document.name)), name_folded=_framed(folded_words(document.name)),
        all_exact=_framed(exact_words(everything)), all_folded=_framed(folded_words(everything)),
    )  # fmt: skip
