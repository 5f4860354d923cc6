"""Where producers come from, as of a day: their areas followed to the present ones, for many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catalog.areas.models import Area, AreaChange
from catalog.areas.queries import province_of
from catalog.producers.models import Producer
from core.db import db

#: Epochs of the tree: an area is followed through so many changes and no more.
_EPOCHS = 3


@dataclass(frozen=True, slots=True)
class Home:
    """A producer's commune and province of the day, by code; the province's name as people say it."""

    area: str | None = None
    province: str | None = None
    province_name: str = ""


NOWHERE = Home()


def homes_of(producer_ids: Collection[int], on: date) -> dict[int, Home]:
    """The home of each producer; one whose papers name no area is left out. Few statements, however many there are."""
    query = select(Producer.id, Producer.area_id).where(Producer.id.in_(list(producer_ids)))
    area_of: dict[int, int] = {row.id: row.area_id for row in db.session.execute(query) if row.area_id is not None}
    present = _present(set(area_of.values()), on)
    return {producer: present[area] for producer, area in area_of.items() if area in present}


def _present(area_ids: Collection[int], on: date) -> dict[int, Home]:
    """Homes by the id of the area as it was written down; one that ended without a successor keeps its province."""
    at: dict[int, int] = {one: one for one in area_ids}
    known: dict[int, Area] = {}
    for _epoch in range(_EPOCHS):
        known |= _areas(set(at.values()) - set(known))
        ended = {here for here in at.values() if not _stands(known[here], on)}
        after = _successors(ended)
        if not after:
            break
        at = {first: after.get(here, here) for first, here in at.items()}
    known |= _areas(set(at.values()) - set(known))
    return {first: _home(known[here], _stands(known[here], on)) for first, here in at.items()}


def _areas(ids: Collection[int]) -> dict[int, Area]:
    if not ids:
        return {}
    return {one.id: one for one in db.session.scalars(select(Area).where(Area.id.in_(list(ids)))).unique()}


def _successors(ids: Collection[int]) -> dict[int, int]:
    """The proposed successor of each of these areas."""
    if not ids:
        return {}
    query = select(AreaChange.old_id, AreaChange.new_id).where(AreaChange.old_id.in_(list(ids)))
    ordered = query.order_by(AreaChange.is_default, AreaChange.new_id.desc())
    return {row[0]: row[1] for row in db.session.execute(ordered)}


def _stands(area: Area, on: date) -> bool:
    return area.valid_until is None or area.valid_until >= on


def _home(area: Area, stands: bool) -> Home:
    province = province_of(area)
    return Home(area.code if stands else None, province.code, province.name)
