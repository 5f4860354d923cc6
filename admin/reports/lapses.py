"""Ends within a period: what ran out, was revoked or carried on, and how long the gap was."""

from collections import defaultdict

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.exports import Column
from admin.reports.books import entries
from admin.reports.registry import Asked, Row, report
from catalog.certificates.rules import Term
from catalog.renewals.rules import successor_of

COLUMNS = (
    Column("ends_on", _l("Ngày cuối"), "day"), Column("product", _l("Sản phẩm")), Column("producer", _l("Chủ thể")),
    Column("area", _l("Địa bàn")), Column("stars", _l("Sao"), "stars"), Column("why", _l("Vì sao")),
    Column("renewed_on", _l("Có lại từ"), "day"), Column("renewed_stars", _l("Sao mới"), "stars"),
    Column("gap_days", _l("Số ngày trống"), "whole"), Column("decision", _l("Quyết định")),
    Column("product_code", _l("Mã sản phẩm")), Column("code", _l("Mã chứng nhận")), Column("is_demo", _l("Ghi chú")),
)  # fmt: skip


@report(
    "lapses", _l("Hết hiệu lực và công nhận lại"), COLUMNS,
    order=30,
    note=_l("Chứng nhận có ngày cuối trong kỳ, kể cả ngày sắp tới; số ngày trống tính đến khi có chứng nhận mới."),
)  # fmt: skip
def lapses(asked: Asked) -> list[Row]:
    """A row for each, the earliest end first."""
    every = entries(asked)
    by_product: dict[int, list[Term]] = defaultdict(list)
    for one in every:
        by_product[one.product.id].append(one.known)
    found: list[Row] = []
    for one in every:
        if not asked.since <= one.known.ends_on <= asked.until or one.known.ends_on < one.known.starts_on:
            continue
        after = successor_of(one.known, by_product[one.product.id])
        gap = (after.starts_on - one.known.ends_on).days - 1 if after else None
        found.append(
            one.words()
            | {
                "ends_on": one.known.ends_on, "why": _why(one.known), "gap_days": gap,
                "renewed_on": after.starts_on if after else None, "renewed_stars": after.stars if after else None,
            }
        )  # fmt: skip
    return sorted(found, key=lambda row: (row["ends_on"], row["code"]))


def _why(term: Term) -> str:
    if term.revoked_on is not None and term.ends_on < term.lasts_until:
        return _("bị thu hồi")
    if term.governs_until is not None and term.governs_until == term.ends_on < term.lasts_until:
        return _("chứng nhận mới thay")
    return _("hết thời hạn kéo dài") if term.extended_until else _("hết thời hạn")
