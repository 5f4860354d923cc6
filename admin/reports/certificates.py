"""Certificates decided in a period, with their status on the day of the books."""

from flask_babel import lazy_gettext as _l

from admin.exports import Column
from admin.reports.books import entries
from admin.reports.registry import Asked, Row, report
from catalog.certificates.rules import status_of

COLUMNS = (
    Column("product", _l("Sản phẩm")), Column("producer", _l("Chủ thể")), Column("area", _l("Địa bàn")),
    Column("stars", _l("Sao"), "stars"), Column("decision", _l("Quyết định")),
    Column("decided_on", _l("Ngày quyết định"), "day"), Column("issuer", _l("Cơ quan")),
    Column("valid_from", _l("Từ ngày"), "day"), Column("ends_on", _l("Ngày cuối"), "day"),
    Column("status", _l("Trạng thái"), "status"), Column("product_code", _l("Mã sản phẩm")),
    Column("code", _l("Mã chứng nhận")), Column("is_demo", _l("Ghi chú")),
)  # fmt: skip


@report(
    "certificates", _l("Công nhận theo ngày quyết định"), COLUMNS,
    order=10,
    note=_l("Chứng nhận đã xác nhận, quyết định trong kỳ; trạng thái vào ngày khóa sổ, theo sổ khi đó."),
)  # fmt: skip
def certificates(asked: Asked) -> list[Row]:
    """A row for each, oldest decision first."""
    return [
        one.words()
        | {
            "valid_from": one.known.valid_from,
            "ends_on": one.known.ends_on,
            "status": status_of(one.known, asked.as_of),
        }
        for one in entries(asked)
        if asked.since <= (one.known.decided_on or one.known.valid_from) <= asked.until
    ]
