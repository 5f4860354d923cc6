"""Targets of an authority against what was reached, by year and star."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.exports import Column
from admin.reports.books import terms
from admin.reports.registry import Asked, Row, report
from catalog.targets.models import FIVE_STARS, RE_EVALUATED, RECOGNISED, UPGRADED, Target
from catalog.targets.queries import chains, list_targets
from catalog.targets.rules import count

COLUMNS = (
    Column("measure", _l("Chỉ tiêu")), Column("years", _l("Năm"), "short"), Column("target", _l("Mục tiêu"), "whole"),
    Column("most", _l("đến"), "whole"),
    Column("reached", _l("Đã đạt"), "whole"), Column("missing", _l("Còn thiếu"), "whole"),
    Column("stars_3", _l("3 sao"), "whole"), Column("stars_4", _l("4 sao"), "whole"),
    Column("stars_5", _l("5 sao"), "whole"), Column("demo", _l("Minh hoạ"), "whole"),
    Column("source", _l("Nguồn mục tiêu")),
)  # fmt: skip

MEASURES = {
    RECOGNISED: _l("Sản phẩm được công nhận lần đầu"),
    RE_EVALUATED: _l("Sản phẩm được công nhận lại"),
    FIVE_STARS: _l("Sản phẩm đạt 5 sao"),
    UPGRADED: _l("Sản phẩm được nâng hạng sao"),
}


@report(
    "targets", _l("Mục tiêu và thực hiện"), COLUMNS,
    order=20,
    note=_l(
        "Đếm sản phẩm trong sổ này theo năm của quyết định công nhận; sản phẩm chưa được nhập vào sổ không được đếm."
    ),
)  # fmt: skip
def targets(asked: Asked) -> list[Row]:
    """A row for each target that speaks of any year of the period."""
    every, known = list_targets(asked.since.year, asked.until.year), terms(asked)
    by_area = {code: chains(known, code) for code in {one.area_code for one in every}}
    found: list[Row] = []
    for one in every:
        reached = count(one.measure, by_area[one.area_code], range(one.from_year, one.to_year + 1), one.stars)
        stars = {f"stars_{number}": reached.by_stars[number] for number in (3, 4, 5)}
        found.append(
            {
                "years": _years(one), "measure": _measure(one), "target": one.least, "most": one.most,
                "reached": reached.total, "missing": max(0, one.least - reached.total), "demo": reached.demo,
                "source": one.source, **stars,
            }
        )  # fmt: skip
    return found


def _years(one: Target) -> str:
    return str(one.from_year) if one.from_year == one.to_year else f"{one.from_year}–{one.to_year}"


def _measure(one: Target) -> str:
    words = str(MEASURES[one.measure])
    return words + " " + _("(đợt %(year)d)", year=one.cohort_year) if one.cohort_year else words
