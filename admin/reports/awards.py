"""Products of four stars and more recognised in a period: the list for commendation."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.exports import Column
from admin.reports.books import Entry, entries
from admin.reports.registry import Asked, Row, report

#: Decision 674/QĐ-UBND of Hải Phòng, 3.e: "Các sản phẩm đạt 4 sao trở lên".
LEAST = 4
COLUMNS = (
    Column("product", _l("Sản phẩm")), Column("producer", _l("Chủ thể")), Column("area", _l("Địa bàn")),
    Column("stars", _l("Sao"), "stars"), Column("how", _l("Lần công nhận")), Column("decision", _l("Quyết định")),
    Column("decided_on", _l("Ngày quyết định"), "day"), Column("issuer", _l("Cơ quan")),
    Column("tax_code", _l("Mã số thuế")), Column("product_code", _l("Mã sản phẩm")), Column("is_demo", _l("Ghi chú")),
)  # fmt: skip


@report(
    "awards", _l("Đề nghị khen thưởng: từ 4 sao"), COLUMNS,
    order=40,
    note=_l("Sản phẩm được công nhận từ 4 sao trong kỳ và chưa bị thu hồi đến ngày khóa sổ."),
)  # fmt: skip
def awards(asked: Asked) -> list[Row]:
    """A row for each product with its newest recognition of the period, five stars first."""
    earlier: dict[int, Entry] = {}
    found: dict[int, Row] = {}
    for one in entries(asked):
        before = earlier.get(one.product.id)
        earlier[one.product.id] = one
        day = one.known.decided_on or one.known.valid_from
        revoked = one.known.revoked_on is not None and one.known.revoked_on <= asked.as_of
        if one.known.stars >= LEAST and asked.since <= day <= asked.until and not revoked:
            made_by = {"tax_code": one.product.producer.tax_code or ""}
            found[one.product.id] = one.words() | made_by | {"how": _how(before, one)}
    return sorted(found.values(), key=lambda row: (-row["stars"], str(row["product"])))


def _how(before: Entry | None, one: Entry) -> str:
    if before is None:
        return _("lần đầu")
    if one.known.stars > before.known.stars:
        return _("nâng từ %(stars)d sao", stars=before.known.stars)
    return _("công nhận lại")
