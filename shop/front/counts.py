"""How many products are for sale on a day, by producer and by area: for the directories, which no facet can hold."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catalog.producers.models import Producer
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
    found = (day.faces[row] for row in day.open_rows().tolist())
    return [face for face in found if is_adult or not face.is_alcohol]


def by_area(on: date, *, is_adult: bool) -> Counter[int | None]:
    """Open products by where they are made, else by where their producers are registered (ids of any epoch)."""
    return Counter(face.area_id for face in open_faces(on, is_adult=is_adult))


def list_makers(on: date, *, is_adult: bool, words: str, kinds: list[str], page: int, per_page: int) -> Makers:
    """A page of producers with open products, by name: two statements."""
    faces = open_faces(on, is_adult=is_adult)
    counts = Counter(face.producer_id for face in faces)
    names = {face.producer_id: face.producer_name for face in faces}
    wanted = fold(words)
    named = {one for one, name in names.items() if wanted in fold(name)}
    kind_of = {row[0]: row[1] for row in db.session.execute(select(Producer.id, Producer.kind)) if row[0] in named}
    chosen = [one for one, kind in kind_of.items() if not kinds or kind in kinds]
    chosen.sort(key=lambda one: (sort_key(names[one]), one))
    ids = chosen[(page - 1) * per_page : page * per_page]
    rows = {one.id: one for one in db.session.scalars(select(Producer).where(Producer.id.in_(ids)))}
    return Makers([Maker(rows[one], counts[one]) for one in ids if one in rows], len(chosen), Counter(kind_of.values()))
