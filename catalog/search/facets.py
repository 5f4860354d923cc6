"""Filters and facets over open listings: one pass, whatever is chosen."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask_babel import get_locale

from catalog.listings.places import Place, Places
from catalog.listings.queries import OpenListing
from catalog.products.sets import GROUPS, SETS
from core.text import sort_key

#: A facet shows so many values at most (producers could be thousands).
MOST_VALUES = 200
FACETS = ("group", "set", "stars", "area", "producer")
#: Chosen values by facet; within one any value suffices, all facets must hold.
Chosen = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and how many results it has, its own facet's filter left out."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Sifted:
    """Listings by what they lack: nothing, or only the choice of one facet (which that facet still counts)."""

    passing: list[OpenListing]
    lacking: Mapping[str, list[OpenListing]]


class Sieve:
    """Knows what each listing answers to; areas are looked up once each."""

    def __init__(self, tree: Places) -> None:
        self._tree = tree
        self._codes: dict[int | None, frozenset[str]] = {}
        self._provinces: dict[int | None, Place | None] = {}

    def sift(self, rows: Iterable[OpenListing], chosen: Chosen) -> Sifted:
        """Part the listings; those that lack two or more choices are in no count."""
        passing: list[OpenListing] = []
        lacking: dict[str, list[OpenListing]] = defaultdict(list)
        for row in rows:
            lacks = [name for name, wanted in chosen.items() if not self._answers(row, name, wanted)]
            if not lacks:
                passing.append(row)
            elif len(lacks) == 1:
                lacking[lacks[0]].append(row)
        return Sifted(passing, lacking)

    def facets(self, sifted: Sifted) -> dict[str, list[FacetValue]]:
        """Every facet with its values in the order in which people look, counted without its own filter."""
        return {name: self._facet(name, [*sifted.passing, *sifted.lacking.get(name, ())]) for name in FACETS}

    def _answers(self, row: OpenListing, name: str, wanted: frozenset[str]) -> bool:
        """Whether a listing has one of the wanted values; to an area it answers by any code above its own."""
        if name != "area":
            return _value(row, name) in wanted
        if row.area_id not in self._codes:
            self._codes[row.area_id] = self._tree.codes(row.area_id)
        return bool(self._codes[row.area_id] & wanted)

    def _facet(self, name: str, rows: Iterable[OpenListing]) -> list[FacetValue]:
        if name == "area":
            places = Counter(place for row in rows if (place := self._province(row.area_id)))
            found = [FacetValue(place.code, place.name, count) for place, count in places.items()]
        else:
            labels = {row.producer_code: row.producer_name for row in rows} if name == "producer" else {}
            counts = Counter(_value(row, name) for row in rows)
            found = [FacetValue(one, labels.get(one) or _label(name, one), count) for one, count in counts.items()]
        return sorted(found, key=_order_of(name))[:MOST_VALUES]

    def _province(self, area_id: int | None) -> Place | None:
        if area_id not in self._provinces:
            self._provinces[area_id] = self._tree.province(area_id)
        return self._provinces[area_id]


def group_name(group: str) -> str:
    """The name of a group in the reader's language."""
    return GROUPS[group].name_en if str(get_locale()) == "en" else GROUPS[group].name_vi


def set_name(number: int) -> str:
    """The name of a product set in the reader's language."""
    return SETS[number].name_en if str(get_locale()) == "en" else SETS[number].name_vi


def _value(row: OpenListing, name: str) -> str:
    match name:
        case "group":
            return row.group
        case "set":
            return str(row.set_no)
        case "stars":
            return str(row.stars)
        case _:
            return row.producer_code


def _label(name: str, value: str) -> str:
    match name:
        case "group":
            return group_name(value)
        case "set":
            return set_name(int(value))
        case _:
            return f"{value} ★"


def _order_of(name: str) -> Callable[[FacetValue], tuple[object, ...]]:
    match name:
        case "set":
            return lambda one: (int(one.value),)
        case "stars":
            return lambda one: (-int(one.value),)
        case "group":
            return lambda one: (list(GROUPS).index(one.value),)
        case _:
            return lambda one: (-one.count, sort_key(one.label), one.value)
