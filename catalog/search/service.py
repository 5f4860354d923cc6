"""Search: an index proposes, the database disposes.

Whatever the index says, only listings that are open on the day (live, covered, with a pack) are answered,
counted, offered as a correction or suggested (decision 14). The showcase knows them, exact to the last commit, so an
answer costs one statement besides what the engine itself asks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from catalog.search.facets import Chosen, FacetValue, facets, sift
from catalog.search.finding import Found, complete, did_you_mean, find
from catalog.search.understanding import Understood, understand
from catalog.showcase.day import Day, Mask, Rows
from catalog.showcase.faces import Face
from catalog.showcase.kept import showcase

SUGGESTIONS = 10
SORTS = ("relevance", "price", "-price", "-stars", "newest", "name", "ending")


@dataclass(frozen=True, slots=True)
class Query:
    """What a shopper asks for. Within one filter any value suffices, all filters must hold."""

    text: str = ""
    #: Chosen values by facet: group (I to VI), set, stars, area (any code above it), producer (code).
    chosen: Chosen = field(default_factory=dict[str, frozenset[str]])
    #: Bounds of the lowest price in đồng, both inclusive.
    price_min: int | None = None
    price_max: int | None = None
    #: Only gifts (True), only what is none (False), or both.
    is_gift: bool | None = None
    #: Only what stops being for sale on this day or before: the last day of its certificate.
    ends_by: date | None = None
    #: Whether alcohol may be shown (decision 15).
    is_adult: bool = False
    sort: str = "relevance"


@dataclass(frozen=True)
class Result:
    """What was found, in order, on a day of the showcase."""

    day: Day
    #: Rows of the day that were found, and those before the restriction to `among`.
    rows: Rows
    rows_before_among: Rows
    facets: dict[str, list[FacetValue]]
    did_you_mean: str | None
    #: Whether wine or spirits were left out that an adult would see.
    hides_alcohol: bool
    #: The query taken apart: for highlighting.
    understood: Understood

    @property
    def total(self) -> int:
        """How many were found."""
        return len(self.rows)

    @cached_property
    def listing_ids(self) -> list[int]:
        """All of them, in order."""
        return self.day.columns["listing_id"][self.rows].tolist()

    @cached_property
    def before_among(self) -> list[int]:
        """The same without the restriction to `among`."""
        return self.day.columns["listing_id"][self.rows_before_among].tolist()

    def faces(self, page: int, per_page: int) -> list[Face]:
        """One page of them, counted from 1."""
        part = self.rows[(page - 1) * per_page : page * per_page]
        return [self.day.faces[row] for row in part.tolist()]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product whose name continues what was typed."""

    text: str
    slug: str


def search(query: Query, on: date, among: Callable[[Day], Mask] | None = None) -> Result:
    """Find open listings; `among` says by row which of them remain (those in stock at a store)."""
    day = showcase(on)
    found = find(understand(query.text), day)
    understood = found.understood
    priced = found.rows[_within(day, query, understood)[found.rows]]
    seen = priced if query.is_adult else priced[day.columns["is_alcohol"][priced] == 0]
    before = sift(day, _gifts_first(day, seen, query, understood), _chosen(query, understood))
    after = before if among is None else before.among(among(day))
    return Result(
        day=day,
        rows=_sorted(day, after.passing, query, found),
        rows_before_among=before.passing,
        facets=facets(day, after),
        did_you_mean=did_you_mean(found, day, after.passing),
        hides_alcohol=len(seen) < len(priced),
        understood=understood,
    )


def _chosen(query: Query, understood: Understood) -> Chosen:
    """The chosen filters, and the stars that the words asked for unless a filter says otherwise."""
    asked = {"stars": frozenset(map(str, understood.stars))} if understood.stars else {}
    return {**asked, **query.chosen}


def _within(day: Day, query: Query, understood: Understood) -> Mask:
    """By row: whether it lies in the range of prices and days. A filter goes before what the words ask for."""
    price = day.columns["price_vnd"]
    low = understood.price_min if query.price_min is None else query.price_min
    high = understood.price_max if query.price_max is None else query.price_max
    found = (price >= (low or 0)) & (price <= (np.iinfo(np.int64).max if high is None else high))
    if query.ends_by is not None:
        found &= day.columns["ends_on"] <= query.ends_by.toordinal()
    if query.is_gift is not None:
        found &= day.columns["is_gift"] == query.is_gift
    return found


def _gifts_first(day: Day, rows: Rows, query: Query, understood: Understood) -> Rows:
    """Only gifts when the words ask for one and there are any: words are a wish, a filter is an order."""
    if not understood.is_gift or query.is_gift is not None:
        return rows
    gifts = rows[day.columns["is_gift"][rows] == 1]
    return gifts if len(gifts) else rows


def _sorted(day: Day, rows: Rows, query: Query, found: Found) -> Rows:
    """In the order asked for; ties keep the order of relevance. Without words the newest lead.

    An order asked for in words (`mật ong giá rẻ`) leaves weak answers behind, since no sort was chosen by hand.
    """
    if query.sort == "relevance" and found.understood.sort:
        ordered = _sorted(day, rows, replace(query, sort=found.understood.sort), found)
        is_strong = np.isin(ordered, found.rows[: found.strong])
        return np.concatenate([ordered[is_strong], ordered[~is_strong]])
    sort = query.sort
    column = day.columns
    match sort:
        case "price":
            order = np.argsort(column["price_vnd"][rows], kind="stable")
        case "-price":
            order = np.argsort(-column["price_vnd"][rows], kind="stable")
        case "-stars":
            order = np.argsort(-column["stars"][rows], kind="stable")
        case "ending":
            order = np.argsort(column["ends_on"][rows], kind="stable")
        case "name":
            order = np.argsort(day.name_order()[rows], kind="stable")
        case "relevance" if found.understood.words:
            return rows
        case _:
            order = np.lexsort((-column["listing_id"][rows], -column["published"][rows]))
    return rows[order]


def suggest(text: str, on: date, is_adult: bool = False) -> list[Suggestion]:
    """Names of open products that hold the typed words, the last of them perhaps unfinished; at most ten."""
    day = showcase(on)
    rows = complete(text, day)
    seen = rows if is_adult else rows[day.columns["is_alcohol"][rows] == 0]
    faces = [day.faces[row] for row in seen[:SUGGESTIONS].tolist()]
    return [Suggestion(face.name, face.slug) for face in faces]
