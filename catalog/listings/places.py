"""Where products come from, in today's provinces, and under every name their places ever had.

Areas change seldom and are few hundred rows: one reading serves a whole answer, however many products it has.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask import g, has_request_context
from sqlalchemy import select

from catalog.areas.models import Area, AreaChange
from core.db import db


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as shoppers see it: code and name without its title ("Hải Phòng", "Kiến Hưng")."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class _Node:
    id: int
    code: str
    kind: str
    name: str
    parent_id: int | None
    valid_until: date | None


#: Titles that a shopper's list leaves out.
_TITLES = ("Thành phố ", "Tỉnh ", "Quận ", "Huyện ", "Thị xã ", "Phường ", "Thị trấn ", "Xã ", "Đặc khu ")


class Places:
    """The whole tree of areas in all its epochs, read at once (two statements)."""

    def __init__(self) -> None:
        columns = (Area.id, Area.code, Area.kind, Area.name, Area.parent_id, Area.valid_until)
        self._nodes = {row.id: _Node(*row) for row in db.session.execute(select(*columns))}
        self._next: dict[int, list[int]] = defaultdict(list)
        changes = select(AreaChange.old_id, AreaChange.new_id).order_by(AreaChange.is_default.desc())
        for old_id, new_id in db.session.execute(changes):
            self._next[old_id].append(new_id)

    def province(self, area_id: int | None) -> Place | None:
        """The province of today in which an area of any epoch lies; None when it is not known."""
        found = self._province(area_id)
        return _place(found) if found else None

    def locality(self, area_id: int | None) -> Place | None:
        """The unit of today which an area became, or the area itself when it had no successor."""
        node = self._nodes.get(self._present(area_id) or area_id or 0)
        return _place(node) if node else None

    def codes(self, area_id: int | None) -> frozenset[str]:
        """Codes of the area, of what it became, and of every unit above them, up to its province of today:
        what a filter may name, and so at least what the facet counts it under.
        """
        return frozenset(node.code for node in self._all(area_id))

    def names(self, area_id: int | None) -> list[str]:
        """Names of the area, of what it became, and of every unit above them, each once: for the index."""
        return list(dict.fromkeys(node.name for node in self._all(area_id)))

    def _all(self, area_id: int | None) -> list[_Node]:
        province = self._province(area_id)
        return self._upward(area_id) + self._upward(self._present(area_id)) + ([province] if province else [])

    def _province(self, area_id: int | None) -> _Node | None:
        """What the province above the area, of its own epoch or of today, has become."""
        chain = self._upward(self._present(area_id)) or self._upward(area_id)
        top = chain[-1] if chain and chain[-1].kind == "province" else None
        return self._nodes.get(self._present(top.id) or top.id) if top else None

    def _present(self, area_id: int | None) -> int | None:
        """Follow the proposed successors to an area that still stands; None when there is none."""
        seen: set[int] = set()
        while area_id is not None and area_id not in seen:
            node = self._nodes.get(area_id)
            if node is None or node.valid_until is None:
                return area_id if node else None
            seen.add(area_id)
            area_id = next(iter(self._next[area_id]), None)
        return None

    def _upward(self, area_id: int | None) -> list[_Node]:
        """The area and the units above it, nearest first."""
        found: list[_Node] = []
        while area_id is not None and area_id in self._nodes:
            found.append(self._nodes[area_id])
            area_id = self._nodes[area_id].parent_id
        return found


def places() -> Places:
    """The tree, read once per request; outside of one at each call, since a worker lives longer than a tree."""
    if not has_request_context():
        return Places()
    if "places" not in g:
        g.places = Places()
    return g.places


def _place(node: _Node) -> Place:
    title = next((title for title in _TITLES if node.name.startswith(title)), "")
    return Place(node.code, node.name.removeprefix(title))
