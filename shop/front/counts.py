"""How many products are for sale on a day, by producer and by area: for the directories, which no facet can hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select

from catalog.producers.models import Producer
from catalog.showcase.day import Day, Numbers, Rows
from catalog.showcase.faces import Face
from catalog.showcase.kept import showcase
from core.db import db
from core.text import fold, sort_key


@dataclass(frozen=True, slots=True)
class Maker:
    """A producer with products for sale."""

    producer: Producer
    #: Products open on the day.
    count: int


@dataclass(frozen=True, slots=True)
class Makers:
    """A page of them."""

    found: list[Maker]
    total: int
    #: Producers by kind of subject, the choice of kinds left out.
    kinds: Counter[str]


def open_faces(on: date, *, is_adult: bool) -> list[Face]:
    """Everything that this visitor may see on the day, oldest listing first."""
    day = showcase(on)
    return [day.faces[row] for row in _rows(day, is_adult=is_adult).tolist()]


def by_area(on: date, *, is_adult: bool) -> Counter[int | None]:
    """Open products by where they are made, else by where their producers are registered (ids of any epoch)."""
    day = showcase(on)
    return _counted(day.areas.things, day.columns["area"][_rows(day, is_adult=is_adult)])


def list_makers(on: date, *, is_adult: bool, words: str, kinds: list[str], page: int, per_page: int) -> Makers:
    """A page of producers with open products, by name: two statements."""
    day = showcase(on)
    counts = _counted(day.producers.things, day.columns["producer"][_rows(day, is_adult=is_adult)])
    wanted = fold(words)
    named = {code: name for code, name in counts if wanted in fold(name)}
    kind_of = {row[0]: row[1] for row in db.session.execute(select(Producer.code, Producer.kind)) if row[0] in named}
    chosen = [code for code, kind in kind_of.items() if not kinds or kind in kinds]
    chosen.sort(key=lambda code: (sort_key(named[code]), code))
    codes = chosen[(page - 1) * per_page : page * per_page]
    rows = {one.code: one for one in db.session.scalars(select(Producer).where(Producer.code.in_(codes)))}
    found = [Maker(rows[code], counts[code, named[code]]) for code in codes if code in rows]
    return Makers(found, len(chosen), Counter(kind_of.values()))


def _rows(day: Day, *, is_adult: bool) -> Rows:
    """Rows of everything that this visitor may see."""
    rows = day.open_rows()
    return rows if is_adult else rows[day.columns["is_alcohol"][rows] == 0]


def _counted(things: Sequence[Any], numbers: Numbers) -> Counter[Any]:
    """How often each thing occurs among these numbers of things."""
    counts = np.bincount(numbers, minlength=len(things)).tolist()
    return Counter({thing: count for thing, count in zip(things, counts, strict=True) if count})
