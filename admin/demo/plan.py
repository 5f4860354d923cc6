"""Which certificates each row of the sample gets: real ones where the source tells number and day, else marked ones.

Decision 20. A certificate with any invented value is marked (is_demo, "minh hoạ" in an invented number); what was
invented stands in its note. Pure: rows and a day in, planned certificates out, the same for the same seed.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from admin.demo.sample import Row
from catalog.certificates.law import competent_levels, usual_last_days
from catalog.certificates.rules import add_months

DAY = timedelta(days=1)
#: Rows whose own decision, with number and day, is in the source.
REAL = frozenset({*range(13, 37), 113})
#: Hải Phòng's first twelve: their old certificate lapsed, and they get a marked one of today.
HAI_PHONG = range(1, 13)
#: Nghệ An's: lapsed FROM the same day three years later; first stars where the source tells of a change.
NGHE_AN, NGHE_AN_FIRST_STARS = range(92, 99), {92: 4, 95: 3, 96: 3}
GIA_LAI = range(99, 103)
DONG_THAP = range(103, 108)
VINH_PHUC = range(108, 113)
#: Others that get a marked certificate of today.
MARKED = frozenset(
    {37, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 50, 51, 52, 53, 54, 57, 58, 59, 60, 61, 62, 63, 64, 66, 67, 68, 70}
    | {71, 72, 73, 74, 75, 76, 77, 78, 82, 83, 84, 86, 87, 91, 118, 119, 121}
)
#: Of these, days left from today on (0: the last day is today).
DAYS_LEFT = {41: 0, 72: 0, 43: 12, 66: 27, 46: 51}
#: Of these, one was suspended lately and one revoked, so that every state can be seen.
SUSPENDED, REVOKED = 57, 50
#: Of these, one stands as a documented exception: three stars by a province in the years of the districts.
EXCUSED, EXCUSED_ON = 44, date(2025, 3, 10)
EXCUSE = "Hồ sơ đề nghị 4 sao do tỉnh đánh giá, kết quả 3 sao nên tỉnh ban hành quyết định (minh hoạ)."

NUMBER_INVENTED = "số quyết định đặt minh hoạ"
DAY_INVENTED = "ngày quyết định đặt minh hoạ trong khoảng nguồn nêu"
STARS_INVENTED = "số sao đặt minh hoạ"
ALL_INVENTED = "chứng nhận đặt ra để minh hoạ"

#: How the authority of a district begins its name; a city that is a province is told by its own name.
DISTRICTS = ("UBND huyện", "UBND quận", "UBND thị xã", "UBND cấp huyện")


@dataclass(frozen=True)
class Planned:
    """A certificate to enter and verify under a past clock."""

    stars: int
    score: int | None
    decision_number: str
    decided_on: date
    valid_until: date
    issuer: str
    is_demo: bool
    note: str = ""
    #: First day without, for those that were revoked.
    revoked_on: date | None = None
    #: Why it stands although it contradicts the rules of its day.
    exception_reason: str | None = None

    @property
    def verified_on(self) -> date:
        """A week after the decision."""
        return self.decided_on + 7 * DAY

    @property
    def issuer_level(self) -> str:
        """Read off the authority's name."""
        if self.issuer.startswith("Bộ"):
            return "central"
        return "district" if self.issuer.startswith(DISTRICTS) else "province"


def certificates_of(row: Row, today: date, dice: random.Random, *, all_certified: bool = False) -> list[Planned]:
    """The certificates of a row, oldest first; none for a candidate."""
    past = _past(row)
    begins_for_all = dice.randint(60, 1030)  # drawn for every row, so that a choice for one changes no other
    if row.number in REAL:
        return past
    is_marked = row.number in MARKED or row.number in HAI_PHONG or all_certified
    return [*past, _marked(row, today, begins_for_all)] if is_marked else past


def _past(row: Row) -> list[Planned]:
    """What the sources tell, completed and marked where they do not."""
    n, day = row.number, row.decided_on
    if n in REAL and day:
        return [Planned(row.stars or 3, row.score, row.decision_number, day, add_months(day, 36), row.issuer, False)]
    if n in HAI_PHONG:
        day = date(2020, 1, 20)
        return [_told(row, row.stars or 3, row.decision_number, day, add_months(day, 36), DAY_INVENTED)]
    if n in NGHE_AN and day:
        last = add_months(day, 36) - DAY
        stars = NGHE_AN_FIRST_STARS.get(n, row.stars or 3)
        return [Planned(stars, None, row.decision_number, day, last, row.issuer, False)]
    if n in GIA_LAI and day:
        return [_told(row, 3, row.decision_number, day, add_months(day, 36), STARS_INVENTED)]
    if n in DONG_THAP or n in VINH_PHUC:
        day = date(2021, 6, 30)
        note = "; ".join([NUMBER_INVENTED, DAY_INVENTED, *([] if row.stars else [STARS_INVENTED])])
        one = _told(row, row.stars or 3, _number(row, 2021), day, add_months(day, 36), note)
        return [_revoked(one, date(2025, 2, 10))] if n in DONG_THAP else [one]
    return []


def _marked(row: Row, today: date, days_ago: int) -> Planned:
    """An invented certificate of today, begun at least sixty days ago."""
    left = DAYS_LEFT.get(row.number)
    begins = _begun(today + left * DAY) if left is not None else today - days_ago * DAY
    begins = EXCUSED_ON if row.number == EXCUSED else begins
    last = today + left * DAY if left is not None else add_months(begins, 36)
    stars = row.stars or 3
    excuse = EXCUSE if row.number == EXCUSED else None
    issuer = f"UBND {_province(row)}" if excuse else _issuer(row, stars, begins)
    number = _number(row, begins.year)
    return Planned(stars, None, number, begins, last, issuer, True, ALL_INVENTED, exception_reason=excuse)


def _begun(last: date) -> date:
    """The day of the decision whose 36 months end on that day, however they are counted."""
    begins = add_months(last, -36)
    return begins if last in usual_last_days(begins) else begins + DAY


def _issuer(row: Row, stars: int, day: date) -> str:
    """Who was competent for these stars on that day, at the product's own place."""
    levels = competent_levels(stars, day)
    if "central" in levels:
        return "Bộ Nông nghiệp và Môi trường"
    if "province" in levels:
        return f"UBND {_province(row)}"
    district = row.locality_old.split(",")[-1].strip()
    named = f"UBND {district}"
    return named if named.startswith(DISTRICTS) else f"UBND cấp huyện, {_province(row)}"


def _told(row: Row, stars: int, number: str, day: date, last: date, note: str) -> Planned:
    return Planned(stars, None, number, day, last, row.issuer, True, note)


def _revoked(one: Planned, on: date) -> Planned:
    return replace(one, revoked_on=on)


def _number(row: Row, year: int) -> str:
    return f"MH-{row.number:03}-{year}/QĐ-UBND (minh hoạ)"


def _province(row: Row) -> str:
    name = row.province_now or "Hải Phòng"
    return f"thành phố {name}" if name in ("Hải Phòng", "Hà Nội", "Đà Nẵng") else f"tỉnh {name}"
