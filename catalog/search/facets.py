"""Filters and facets over the rows of a day: each facet counts without its own filter, in one pass of arrays."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from flask_babel import get_locale

from catalog.products.sets import GROUPS, SETS
from catalog.showcase.day import Day, Mask, Numbers, Rows, group_at, group_number


class Named(Protocol):
    """A group or a set."""

    @property
    def name_vi(self) -> str:
        """In Vietnamese."""
        ...

    @property
    def name_en(self) -> str:
        """In English."""
        ...


#: A facet shows so many values at most (producers could be thousands).
MOST_VALUES = 100
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
    """Rows by what they lack: nothing, or only the choice of one facet (which that facet still counts)."""

    passing: Rows
    lacking: Mapping[str, Rows]

    def among(self, keep: Mask) -> "Sifted":
        """Only the rows for which ``keep`` (by row) is true."""
        lacking = {name: rows[keep[rows]] for name, rows in self.lacking.items()}
        return Sifted(self.passing[keep[self.passing]], lacking)


def sift(day: Day, rows: Rows, chosen: Chosen) -> Sifted:
    """Part the rows, which keep their order; those that lack two or more choices are in no count."""
    answers = {name: _answers(day, name, wanted)[day.columns[name][rows]] for name, wanted in chosen.items()}
    lacking = {name: rows[_all(answers, len(rows), besides=name) & ~found] for name, found in answers.items()}
    return Sifted(rows[_all(answers, len(rows))], lacking)


def facets(day: Day, sifted: Sifted) -> dict[str, list[FacetValue]]:
    """Every facet with its values in the order in which people look."""
    nothing = np.empty(0, np.intp)
    return {
        name: _facet(day, name, np.concatenate((sifted.passing, sifted.lacking.get(name, nothing)))) for name in FACETS
    }


def group_name(group: str) -> str:
    """The name of a group in the reader's language."""
    return _of(GROUPS[group], is_english=str(get_locale()) == "en")


def set_name(number: int) -> str:
    """The name of a product set in the reader's language."""
    return _of(SETS[number], is_english=str(get_locale()) == "en")


def _all(answers: Mapping[str, Mask], count: int, besides: str = "") -> Mask:
    found = np.ones(count, np.bool_)
    for name, answer in answers.items():
        if name != besides:
            found &= answer
    return found


def _answers(day: Day, name: str, wanted: frozenset[str]) -> Mask:
    """Which numbers of a column answer to the wanted values; to an area any code above its own."""
    if name == "area":
        return day.areas_within(wanted)
    numbers = [number for value in wanted if (number := _number(day, name, value)) >= 0]
    size = max([*numbers, int(day.columns[name].max(initial=0))]) + 1
    found = np.zeros(size, np.bool_)
    found[numbers] = True
    return found


def _number(day: Day, name: str, value: str) -> int:
    match name:
        case "group":
            return group_number(value)
        case "producer":
            return day.producers.numbers.get(value, -1)
        case _:
            return int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else -1


def _facet(day: Day, name: str, rows: Rows) -> list[FacetValue]:
    """The values of one facet among rows, counted."""
    if name == "area":
        return _named(day, day.columns["province"][rows], "province")
    if name == "producer":
        return _named(day, day.columns["producer"][rows], "producer")
    counts, tell = np.bincount(day.columns[name][rows]), _teller(name)
    numbers = np.flatnonzero(counts).tolist()
    return [FacetValue(*tell(number), int(counts[number])) for number in _in_order(name, numbers)]


def _in_order(name: str, numbers: list[int]) -> Iterable[int]:
    return reversed(numbers) if name == "stars" else numbers


def _teller(name: str) -> Callable[[int], tuple[str, str]]:
    """What a number of a column is called: its value in addresses, and its name in the reader's language."""
    is_english = str(get_locale()) == "en"
    match name:
        case "group":
            return lambda number: (group := group_at(number), _of(GROUPS[group], is_english=is_english))
        case "set":
            return lambda number: (str(number), _of(SETS[number], is_english=is_english))
        case _:
            return lambda number: (str(number), f"{number} ★")


def _of(named: Named, *, is_english: bool) -> str:
    return named.name_en if is_english else named.name_vi


def _named(day: Day, column: Numbers, name: str) -> list[FacetValue]:
    """Provinces or producers: the most frequent first, then by name."""
    things, places = day.named(name)
    counts = np.bincount(column, minlength=len(things))
    numbers = np.flatnonzero(counts)
    order = numbers[np.lexsort((places[numbers], -counts[numbers]))][:MOST_VALUES]
    found = ((things[one], int(counts[one])) for one in order.tolist())
    return [FacetValue(thing[0], thing[1], count) for thing, count in found if thing]
