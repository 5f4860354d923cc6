"""The report on one fair on A4: what it is, the tables, and where to sign."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from catalog.exports import Column, Table
from core.money import dong
from core.paper import FONT, SOFT, Paper, day_words, moment_words
from shop.fairs.models import Fair

#: Width of the page between its margins, in millimetres.
WIDE = 180.0
#: A column's share of the width, by how it is shown.
_SHARES = {"text": 3.0, "short": 1.6, "whole": 1.4, "dong": 2.2, "day": 1.6, "stars": 1.0}


def report_pdf(fair: Fair, organizer: str, tables: Sequence[Table], made_at: datetime) -> bytes:
    """The whole report; long tables go over pages with their heading repeated."""
    title = _("Báo cáo kết quả hội chợ")
    pdf = Paper(f"{title} · {fair.name}", fair.name, made_at)
    pdf.words(organizer, 9.5, bold=True)
    pdf.ln(2)
    pdf.words(title.upper(), 15, bold=True, align="C")
    pdf.words(fair.name, 11, align="C")
    pdf.ln(3)
    pdf.fact(_("Thời gian"), f"{day_words(fair.opens_on)} – {day_words(fair.closes_on)}")
    pdf.fact(_("Địa điểm"), fair.venue)
    pdf.fact(_("Số đăng ký"), fair.registration_number)
    pdf.fact(_("Lập lúc"), moment_words(made_at))
    for table in tables:
        if table.rows:
            _draw(pdf, table)
    _signatures(pdf)
    return bytes(pdf.output())


def _signatures(pdf: Paper) -> None:
    """Who signs, with room to do so: never parted from their titles by the end of a page."""
    pdf.ln(8)
    if pdf.will_page_break(40):
        pdf.add_page()
    who, how = (_("Người lập"), _("Đơn vị tổ chức")), (_("(Ký, ghi rõ họ tên)"), _("(Ký, ghi rõ họ tên, đóng dấu)"))
    for style, size, texts in (("B", 9.5, who), ("", 8, how)):
        pdf.set_font(FONT, style, size)
        for text in texts:
            pdf.cell(WIDE / 2, 5.5, text, align="C")
        pdf.ln(5.5)


def _draw(pdf: Paper, table: Table) -> None:
    pdf.ln(5)
    if pdf.will_page_break(30):
        pdf.add_page()
    pdf.words(table.title, 11.5, bold=True)
    pdf.ln(1)
    pdf.set_font(FONT, "", 8.5)
    widths = [WIDE * share / sum(_shares(table)) for share in _shares(table)]
    aligns = tuple("RIGHT" if column.is_number else "LEFT" for column in table.columns)
    with pdf.table(
        col_widths=tuple(widths), text_align=aligns, line_height=4.6, borders_layout="HORIZONTAL_LINES",
        padding=(0.6, 1.6), first_row_as_headings=True, width=WIDE, align="L",
    ) as drawn:  # fmt: skip
        head = drawn.row()
        for column in table.columns:
            head.cell(str(column.label))
        for row in table.rows:
            line = drawn.row()
            for column in table.columns:
                line.cell(said(column, row.get(column.key)))
    pdf.set_text_color(*SOFT)
    pdf.set_text_color(29, 42, 35)


def _shares(table: Table) -> list[float]:
    return [_SHARES.get(column.kind, 2.0) for column in table.columns]


def said(column: Column, value: Any) -> str:
    """A cell in words."""
    if value is None or value == "":
        return "–"
    if column.kind == "dong":
        return dong(int(value))
    if column.kind == "day":
        return day_words(value)
    if column.kind == "stars":
        return _("%(n)s sao", n=value)
    return f"{value:,}".replace(",", ".") if column.kind == "whole" else str(value)
