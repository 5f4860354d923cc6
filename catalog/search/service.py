"""Search: an index proposes, the database disposes.

Whatever the index says, only listings that are open on the day (live, covered, with a pack) are answered,
counted, offered as a correction or suggested (decision 14). An answer costs a fixed number of statements:
at most four readings of open listings (one a reading of the query) and two of the areas.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from catalog.listings.places import places
from catalog.listings.queries import OpenListing, list_open
from catalog.search.analysis import exact_words
from catalog.search.engine import ask
from catalog.search.facets import Chosen, FacetValue, Sieve
from catalog.search.nearness import near_words
from catalog.search.port import Wanted
from catalog.search.synonyms import synonyms
from catalog.search.understanding import Understood, loose, partly, strict, understand, widened
from core.text import fold, sort_key

SUGGESTIONS = 10
#: So many names are asked of the index, since some of them may not be open today.
_CANDIDATES = 300
SORTS = ("relevance", "price", "-price", "-stars", "newest", "name")


@dataclass(frozen=True, slots=True)
class Query:
    """What a shopper asks for. Within one filter any value suffices, all filters must hold."""

    text: str = ""
    #: Chosen values by facet: group (I to VI), set, stars, area (any code above it), producer (code).
    chosen: Chosen = field(default_factory=dict[str, frozenset[str]])
    #: Bounds of the lowest price in đồng, both inclusive.
    price_min: int | None = None
    price_max: int | None = None
    #: Whether alcohol may be shown (decision 15).
    is_adult: bool = False
    sort: str = "relevance"


@dataclass(frozen=True, slots=True)
class Result:
    """What was found, in order. `before_among`: the same without the restriction to `among`."""

    listing_ids: list[int]
    total: int
    facets: dict[str, list[FacetValue]]
    did_you_mean: str | None
    before_among: list[int]
    #: Whether wine or spirits were left out that an adult would see.
    hides_alcohol: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product whose name continues what was typed."""

    text: str
    slug: str


@dataclass(frozen=True, slots=True)
class _Found:
    """Open listings that the words asked for, best first, and whether they had to be guessed at."""

    rows: list[OpenListing]
    is_guess: bool
    hides_alcohol: bool = False


def search(query: Query, on: date, among: Collection[int] | None = None) -> Result:
    """Find open listings; `among` restricts them further (to those in stock at a store)."""
    understood = understand(query.text)
    found = _find(understood, query, on)
    chosen = dict(query.chosen)
    if understood.stars and "stars" not in chosen:
        chosen["stars"] = frozenset(map(str, understood.stars))
    sieve = Sieve(places())
    before = sieve.sift(found.rows, chosen)
    after = before if among is None else sieve.sift((r for r in found.rows if r.listing_id in among), chosen)
    return Result(
        listing_ids=[row.listing_id for row in _sorted(after.passing, query.sort, bool(understood.words))],
        total=len(after.passing),
        facets=sieve.facets(after),
        did_you_mean=_did_you_mean(understood, after.passing) if found.is_guess else None,
        before_among=[row.listing_id for row in before.passing],
        hides_alcohol=found.hides_alcohol,
    )


def suggest(text: str, on: date, is_adult: bool = False) -> list[Suggestion]:
    """Names of open products that hold the typed words, the last of them perhaps unfinished; at most ten."""
    words = [word.decoded or word.exact for word in understand(text).words]
    if not words:
        return []
    hits = ask(lambda index: index.begin_with(words, _CANDIDATES))
    order = {hit.listing_id: place for place, hit in enumerate(hits)}
    rows = [row for row in list_open(on, order) if is_adult or not row.is_alcohol]
    rows.sort(key=lambda row: (order[row.listing_id], row.listing_id))
    return [Suggestion(row.name, row.slug) for row in rows[:SUGGESTIONS]]


def _find(understood: Understood, query: Query, on: date) -> _Found:
    """The first reading of the words that finds something open: strict, by letters, near words, in part."""
    if not understood.words:
        return _found(list_open(on) if understood.asks_for_all else [], query, is_guess=False)
    for reading, is_guess in _readings(understood):
        hits = ask(lambda index, reading=reading: index.find(reading()))
        place = {hit.listing_id: at for at, hit in enumerate(hits)}
        rows = [row for row in list_open(on, place) if row.listing_id in place]
        if rows:
            return _found(sorted(rows, key=lambda row: place[row.listing_id]), query, is_guess)
    return _Found([], is_guess=False)


def _found(rows: Sequence[OpenListing], query: Query, is_guess: bool) -> _Found:
    """Leave out what the visitor may not see, and what is not in the range of prices."""
    low, high = query.price_min or 0, query.price_max
    priced = [row for row in rows if low <= row.price_vnd and (high is None or row.price_vnd <= high)]
    seen = [row for row in priced if query.is_adult or not row.is_alcohol]
    return _Found(seen, is_guess, hides_alcohol=len(seen) < len(priced))


def _readings(understood: Understood) -> Iterable[tuple[Callable[[], Wanted], bool]]:
    """Ever wider readings, each made only when the one before has found nothing; and whether it guesses."""
    others = synonyms()
    yield lambda: strict(understood, others), False
    yield lambda: loose(understood, others), False
    known = ask(lambda index: index.known_words())
    if _is_near(understood, known):
        near = _near(understood, known)
        yield lambda: widened(understood, near, others), True
    if len(understood.words) > 2:
        yield lambda: partly(understood, others), True


def _is_near(understood: Understood, known: Mapping[str, int]) -> bool:
    """Whether guessing makes sense: one word alone, or at least half of them are words of the index."""
    right = sum(word.folded in known or fold(word.decoded or "") in known for word in understood.words)
    return len(understood.words) == 1 or right * 2 >= len(understood.words)


def _near(understood: Understood, known: Mapping[str, int]) -> Callable[[str], Sequence[tuple[str, ...]]]:
    following = dict(pairwise(word.folded for word in understood.words))
    is_alone = len(understood.words) == 1
    return lambda word: near_words(word, known, following.get(word, ""), is_alone=is_alone)


def _sorted(rows: Sequence[OpenListing], sort: str, has_words: bool) -> list[OpenListing]:
    """In the order asked for; ties keep the order of relevance, then of ids. Without words the newest lead."""
    if sort == "relevance" and has_words:
        return list(rows)
    keys: dict[str, Callable[[OpenListing], tuple[object, ...]]] = {
        "price": lambda row: (row.price_vnd,),
        "-price": lambda row: (-row.price_vnd,),
        "-stars": lambda row: (-row.stars,),
        "name": lambda row: (sort_key(row.name), row.listing_id),
    }
    return sorted(rows, key=keys.get(sort, lambda row: (-row.published_at.timestamp(), -row.listing_id)))


def _did_you_mean(understood: Understood, rows: Sequence[OpenListing]) -> str | None:
    """The typed words, each replaced by the nearest word of the best result's name; None when none differs."""
    if not rows:
        return None
    name = exact_words(rows[0].name)
    known = dict.fromkeys(map(fold, name), 1)
    text = " ".join(_corrected(word.folded, known, name) for word in understood.words)
    typed = " ".join(word.exact for word in understood.words)
    return text if fold(text) != fold(typed) and text else None


def _corrected(folded: str, known: Mapping[str, int], name: Sequence[str]) -> str:
    """A word as the name writes it: itself, or the nearest of the name's words; else as it was typed."""
    meant = (folded,) if folded in known else next(iter(near_words(folded, known)), (folded,))
    shown = {fold(word): word for word in reversed(name)}
    return " ".join(shown.get(word, word) for word in meant)
