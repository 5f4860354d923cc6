"""The rows of the sample, read and tidied; what a row does not tell stays empty."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from catalog.areas.models import Area
from catalog.areas.queries import ancestors, list_named, province_of
from catalog.areas.rules import bare_name
from core.text import fold

DATA = Path(__file__).parent / "data"
#: A day of the older trees, for localities written as they were then.
OLD_DAY = date(2024, 6, 1)
#: Remarks of whoever keyed the sample, inside a name.
_REMARK = re.compile(r"\s*\((as the sources list it|wording uncertain|not in source|synthetic)\)")


@dataclass(frozen=True)
class Row:
    """One product of the sample."""

    id: str
    name: str
    #: Empty where the source does not tell it.
    producer: str
    producer_type: str
    set_no: int
    stars: int | None
    #: Hundredths of a point.
    score: int | None
    decision_number: str
    #: As keyed: a day, a month with a remark, a year, or nothing.
    decision_date: str
    issuer: str
    locality_old: str
    locality_new: str
    province_old: str
    province_now: str
    source: str

    @property
    def number(self) -> int:
        """1 for P001."""
        return int(self.id[1:])

    @property
    def decided_on(self) -> date | None:
        """The day of the decision, where the source tells the day."""
        return date.fromisoformat(self.decision_date) if re.fullmatch(r"\d{4}-\d\d-\d\d", self.decision_date) else None


@cache
def rows() -> tuple[Row, ...]:
    """All rows, in order."""
    with (DATA / "products.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(_row(cells) for cells in csv.DictReader(lines))


def find_area(row: Row, today: date) -> Area | None:
    """Where the product is made: the old commune, the new one, the old district, or the province."""
    *commune, district = [part.strip() for part in row.locality_old.split(",")]
    within = _plain(district)
    for area in _named("".join(commune), OLD_DAY, "commune"):
        if _is_in(area, row.province_old) and within in {above.name_folded for above in ancestors(area)}:
            return area
    wider = (
        (row.locality_new, row.province_now, today, "commune"),
        (district, row.province_old, OLD_DAY, "district"),
        (row.province_now, row.province_now, today, "province"),
    )
    for name, province, day, kind in wider:
        found = [area for area in _named(name, day, kind) if _is_in(area, province)]
        if found:
            return found[0]
    return None


def _named(name: str, day: date, kind: str) -> list[Area]:
    return list(list_named(_plain(name), day, kind)) if name else []


def _is_in(area: Area, province: str) -> bool:
    return province_of(area).name_folded == fold(province)


def _plain(name: str) -> str:
    """Folded and without its title."""
    return fold(bare_name(name))


def _row(cells: dict[str, str]) -> Row:
    score = cells["score"]
    return Row(
        id=cells["id"],
        name=cells["name"],
        producer=_REMARK.sub("", cells["producer"]).strip(),
        producer_type=cells["producer_type"],
        set_no=int(cells["qd26_set"]),
        stars=int(cells["star"]) if cells["star"] else None,
        score=round(float(score) * 100) if score else None,
        decision_number=cells["decision_no"],
        decision_date=cells["decision_date"],
        issuer=cells["issuing_authority"],
        locality_old=cells["locality_old"],
        locality_new=cells["locality_new"],
        province_old=cells["province_old"],
        province_now=cells["province_now"],
        source=cells["source"],
    )
