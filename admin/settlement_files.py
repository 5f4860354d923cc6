"""A statement as a file to keep, for the desk and for the producers' own pages: PDF, CSV, XLSX, with the same rows."""

from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.exports import FORMATS, Column, Table, answer
from core.errors import NotFound
from shop.sales.rules import Source
from shop.settlements.pdf import statement_pdf
from shop.settlements.rules import Extra
from shop.settlements.statement import CARRIED, Beside, Row, Statement
from shop.settlements.words import EXTRAS, SOURCES, percent_words, period_words

COLUMNS = (
    Column("sold_on", _l("Ngày"), "day"), Column("source", _l("Nguồn"), "short"),
    Column("source_ref", _l("Chứng từ"), "short"), Column("product", _l("Hàng")), Column("lot", _l("Lô"), "short"),
    Column("quantity", _l("Số lượng"), "whole"), Column("unit", _l("Đơn vị"), "short"),
    Column("unit_price_vnd", _l("Đơn giá"), "dong"), Column("revenue_vnd", _l("Tiền bán"), "dong"),
    Column("commission", _l("Tỷ lệ hoa hồng"), "short"), Column("commission_vnd", _l("Hoa hồng"), "dong"),
    Column("due_vnd", _l("Của chủ thể"), "dong"),
)  # fmt: skip


def statement_file(statement: Statement, file_format: str) -> Response:
    """The answer of a download. Refuses NotFound for a format that we do not write."""
    if file_format == "pdf":
        response = Response(statement_pdf(statement), mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{statement.name}.pdf"'
        response.headers["Cache-Control"] = "private, no-store"
        return response
    if file_format not in FORMATS:
        raise NotFound
    return answer(table_of(statement), file_format)


def table_of(statement: Statement) -> Table:
    """Its rows, then what stands beside the sales, then the total: the last column adds up to it."""
    rows = [_row(one) for one in statement.rows] + [_beside(one) for one in statement.beside]
    owes = statement.sums.total_vnd < 0
    total = {"product": _("Chuyển sang kỳ sau") if owes else _("Phải trả"), "due_vnd": statement.sums.total_vnd}
    return Table(statement.name, str(period_words(statement.period)).replace("/", "-"), COLUMNS, [*rows, total])


def beside_words(one: Beside) -> str:
    """What a sum beside the sales is."""
    if one.kind == CARRIED:
        return _("Số dư %(period)s", period=str(period_words(one.words)).lower())
    return f"{EXTRAS[Extra(one.kind)]}: {one.words}"


def _row(one: Row) -> dict[str, Any]:
    return {
        "sold_on": one.sold_on, "source": SOURCES[Source(one.source)], "source_ref": one.source_ref,
        "product": f"{one.product_name}, {one.label}", "lot": one.lot_code, "quantity": one.quantity,
        "unit": _("gam") if one.unit == "gram" else _("gói"), "unit_price_vnd": one.unit_price_vnd,
        "revenue_vnd": one.revenue_vnd, "commission": percent_words(one.commission_bp),
        "commission_vnd": one.commission_vnd, "due_vnd": one.due_vnd,
    }  # fmt: skip


def _beside(one: Beside) -> dict[str, Any]:
    return {"source": _("Khoản khác"), "source_ref": one.code, "product": beside_words(one), "due_vnd": one.amount_vnd}
