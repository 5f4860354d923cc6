"""What people searched for in a period, against the period before."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.exports import Column
from admin.reports.registry import Asked, Row, report
from catalog.search.asked.queries import least_visitors, list_asked, sums

COLUMNS = (
    Column("text", _l("Chữ đã tìm")), Column("times", _l("Lượt tìm"), "whole"),
    Column("visitors", _l("Ít nhất số người"), "whole"), Column("misses", _l("Lượt không thấy gì"), "whole"),
    Column("results", _l("Sản phẩm lần cuối"), "whole"), Column("before", _l("Kỳ trước"), "whole"),
    Column("change", _l("Thay đổi (%)"), "whole"),
)  # fmt: skip


@report(
    "searches", _l("Khách tìm gì"), COLUMNS,
    order=60,
    note=_l("Đếm chữ, không đếm người: kể ra những chữ có ít nhất ba người khác nhau tìm; dòng cuối gộp phần còn lại."),
)  # fmt: skip
def searches(asked: Asked) -> list[Row]:
    """A row for each text, the most asked first; the last row sums up what is not shown by its words."""
    until, least = min(asked.until, asked.as_of), least_visitors()
    if until < asked.since:
        return []
    found = list_asked(asked.since, until, least=least, most=None)
    rows: list[Row] = [
        {
            "text": one.text, "times": one.times, "visitors": one.visitors, "misses": one.misses,
            "results": one.results, "before": one.before, "change": one.change,
        }
        for one in found
    ]  # fmt: skip
    rest = sums(asked.since, until, least=least)
    if rest.hidden:
        rows.append({"text": _("(%(n)d chữ ít người tìm, không kể ra)", n=rest.hidden), "times": rest.hidden_times})
    return rows
