"""The one showcase of each process: read whole once, then followed change by change (core/feed.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog.listings.places import Places
from catalog.showcase.day import Day, make_day
from catalog.showcase.faces import Face
from catalog.showcase.reading import products_of, read_faces
from core.feed import Kept, Subjects

#: Days kept beside each other: today, and whichever another preview looks at.
_MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Showcase:
    """All live listings as of one position of the feed. Never changed: a change makes another one."""

    #: By listing id, rising.
    faces: Mapping[int, Face]
    tree: Places
    _days: dict[date, Day] = field(default_factory=dict[date, Day])

    def day(self, on: date) -> Day:
        """Everything as it is on one day."""
        found = self._days.get(on)
        if found is None:
            found = make_day([self.faces[one] for one in sorted(self.faces)], on, self.tree)
            for old in list(self._days)[: max(0, len(self._days) + 1 - _MOST_DAYS)]:
                self._days.pop(old, None)
            self._days[on] = found
        return found

    def renewed(self, changed: Mapping[int, Face | None]) -> "Showcase":
        """The same after changes of listings; None: not live any more."""
        kept = {**self.faces, **changed}
        faces = {one: face for one, face in kept.items() if face is not None}
        days = {on: later for on, day in list(self._days.items()) if (later := day.renewed(changed))}
        return Showcase(faces, self.tree, days)


def showcase(on: date) -> Day:
    """What is for sale on a day, as the database has it now: at most one statement when nothing has changed."""
    return _KEPT.current().day(on)


def known_day(on: date) -> Day | None:
    """A day as this process knew it last, for who asks next whether it is so still; None: not read yet."""
    known = _KEPT.known()
    return known.day(on) if known else None


def _read() -> Showcase:
    return Showcase({face.listing_id: face for face in read_faces()}, Places())


def _renewed(old: Showcase, subjects: Subjects) -> Showcase:
    if subjects.get("area"):
        return _read()
    products = set(subjects.get("product", ())) | products_of(subjects.get("producer", ()))
    changed: dict[int, Face | None] = {
        face.listing_id: None for face in old.faces.values() if face.product_id in products
    }
    changed |= {face.listing_id: face for face in read_faces(products)}
    return old.renewed(changed) if changed else old


_KEPT = Kept(["product", "producer", "area"], _read, _renewed)
