"""Reading the tree of areas as of a day, and following an area through its changes."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from catalog.areas.models import Area, AreaChange
from catalog.areas.refusals import AreaUnknown
from catalog.areas.rules import bare_folded
from core.db import db, run, table_of
from core.text import fold


def find_area(code: str, on: date) -> Area | None:
    """The area that bore this code on that day."""
    return db.session.scalars(_OF_CODE, {"code": code, "on": on}).first()


def get_area(code: str, on: date) -> Area:
    """As `find_area`; refuses with AreaUnknown."""
    area = find_area(code, on)
    if area is None:
        raise AreaUnknown(area=code)
    return area


def find_latest(code: str) -> Area | None:
    """The last area that bore this code, whether it still stands or not."""
    query = select(Area).where(Area.code == code).order_by(Area.valid_from.desc())
    return db.session.scalars(query).first()


def ancestors(area: Area) -> list[Area]:
    """The units above, nearest first: a commune's district (while there were some), then its province."""
    found: list[Area] = []
    above = area.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def province_of(area: Area) -> Area:
    """The province in which the area lay in its own epoch (itself when it is one)."""
    return [area, *ancestors(area)][-1]


def list_communes(province_code: str, on: date) -> Sequence[Area]:
    """Every commune of a province on that day, in Vietnamese order, under districts or without."""
    province = get_area(province_code, on)
    districts = select(Area.id).where(Area.parent_id == province.id, Area.kind == "district")
    inside = or_(Area.parent_id == province.id, Area.parent_id.in_(districts))
    query = select(Area).where(Area.kind == "commune", inside)
    return db.session.scalars(query.order_by(Area.sort_key)).all()


def list_all_communes(on: date) -> Sequence[Area]:
    """Every commune known on that day, in Vietnamese order."""
    query = _standing(on).where(Area.kind == "commune")
    return db.session.scalars(query.order_by(Area.sort_key, Area.code)).all()


def list_districts(province_code: str, on: date) -> Sequence[Area]:
    """The districts of a province on that day: 15 of Hải Phòng to 2024, none from 1 July 2025."""
    province = get_area(province_code, on)
    query = select(Area).where(Area.parent_id == province.id, Area.kind == "district")
    return db.session.scalars(query.order_by(Area.sort_key)).all()


def list_provinces(on: date) -> Sequence[Area]:
    """The provinces known on that day."""
    query = _standing(on).where(Area.kind == "province")
    return db.session.scalars(query.order_by(Area.sort_key)).all()


def list_named(name: str, on: date, kind: str | None = None) -> Sequence[Area]:
    """Areas of that day whose name without title, accents and case is this one."""
    query = _standing(on).where(Area.name_folded == fold(name))
    if kind:
        query = query.where(Area.kind == kind)
    return db.session.scalars(query.order_by(Area.code)).all()


def successors(area: Area) -> list[tuple[Area, bool]]:
    """What the area became in the next epoch, each with whether it is the proposed one.

    More than one means it was divided: which part a thing went to, only a person can say.
    """
    query = (
        select(Area, AreaChange.is_default)
        .join(AreaChange, AreaChange.new_id == Area.id)
        .where(AreaChange.old_id == area.id)
        .order_by(AreaChange.is_default.desc(), Area.sort_key)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def present_of(area: Area, on: date) -> tuple[Area | None, bool]:
    """The area of that day which this one became, and whether a person must confirm the choice.

    Follows the proposed successor from epoch to epoch. None for an area that ended without
    successor, as every district did on 1 July 2025.
    """
    doubtful = False
    current: Area | None = area
    while current is not None and current.valid_until is not None and current.valid_until < on:
        next_ones = successors(current)
        doubtful = doubtful or len(next_ones) > 1
        current = next_ones[0][0] if next_ones else None
    return current, doubtful


def find_by_any_name(words: str, province_code: str, on: date) -> list[Area]:
    """Communes of that day in a province that bear a name, or hold what bore it in any epoch: a commune or a district.

    Names with or without title, marks and case. Several where an area was divided or a name is borne twice.
    """
    wanted = {fold(words), bare_folded(words)} - {""}
    if not wanted:
        return []
    named = select(Area.id).where(Area.name_folded.in_(wanted), Area.kind != "province")
    inside = select(Area.id).where(Area.parent_id.in_(named), Area.kind == "commune")
    waiting = set(db.session.scalars(named.where(Area.kind == "commune").union(inside)))
    province = {one.id for one in list_communes(province_code, on)}
    found: set[int] = set()
    while waiting:
        found |= waiting & province
        after = select(AreaChange.new_id).where(AreaChange.old_id.in_(waiting))
        waiting = set(db.session.scalars(after)) - found
    query = select(Area).where(Area.id.in_(found)).order_by(Area.sort_key)
    return list(db.session.scalars(query)) if found else []


def old_districts_of(area_ids: Collection[int]) -> dict[int, set[str]]:
    """Codes of the districts in which the land of these areas lay while there were districts; by area id.

    A commune of today is followed back through every epoch, in one statement.
    """
    found: dict[int, set[str]] = {one: set() for one in area_ids}
    for row in run(_OLD_DISTRICTS, {"ids": list(found)}):
        found[row.now_id].add(row.code)
    return found


def _old_districts() -> Select[int, str]:
    """Each area of ``ids`` beside the district above itself, or above what went into it in any epoch."""
    area, change = table_of(Area), table_of(AreaChange)
    above = area.alias("above")
    asked = bindparam("ids", expanding=True)
    line = select(area.c.id.label("now_id"), area.c.id.label("then_id")).where(area.c.id.in_(asked))
    line = line.cte("line", recursive=True)
    line = line.union(select(line.c.now_id, change.c.old_id).join(line, change.c.new_id == line.c.then_id))
    return (
        select(line.c.now_id, above.c.code)
        .join(area, area.c.id == line.c.then_id)
        .join(above, above.c.id == area.c.parent_id)
        .where(above.c.kind == "district")
    )


def _standing(on: date) -> Select[Area]:
    """Areas that stood on that day."""
    return select(Area).where(Area.valid_from <= on, or_(Area.valid_until.is_(None), Area.valid_until >= on))


_OLD_DISTRICTS = _old_districts()
_ON: Any = bindparam("on")
_OF_CODE = _standing(_ON).where(Area.code == bindparam("code"))
