"""Districts with and without an OCOP Mart: at least one in each (Decision 674/QĐ-UBND of Hải Phòng, 3.d).

Districts ended on 1 July 2025; the programme's fifteen are those of the first tree, to 31 December 2024 (decision 19).
Shops keep no history of their opening, so this report is of today whatever the day of the books.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.exports import Column
from admin.reports.registry import Asked, Row, report
from shop.stores import districts

COLUMNS = (
    Column("district", _l("Quận, huyện")), Column("code", _l("Mã")), Column("stores", _l("Số cửa hàng"), "whole"),
    Column("state", _l("Tình trạng")), Column("names", _l("Cửa hàng")), Column("stands_in", _l("Đứng ở")),
)  # fmt: skip


@report(
    "coverage", _l("Huyện chưa có cửa hàng OCOP"), COLUMNS, has_period=False,
    order=50,
    note=_l("Mỗi quận, huyện của Hải Phòng đến 31/12/2024 cần ít nhất một cửa hàng; tính cửa hàng đang mở hôm nay."),
)  # fmt: skip
def coverage(asked: Asked) -> list[Row]:
    """A row for each district, those without a shop first."""
    found: list[Row] = []
    for one in districts.coverage():
        names = ", ".join(store.name for store in one.stores)
        found.append(
            {
                "district": one.district.name, "code": one.district.code, "stores": len(one.stores), "names": names,
                "state": _("đã có") if one.stores else _("chưa có cửa hàng"),
                "stands_in": ", ".join(store.area.name for store in one.stores),
            }
        )  # fmt: skip
    return found
