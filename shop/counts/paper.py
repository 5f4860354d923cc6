"""The minutes of a stocktake (biên bản kiểm kê), after form 05-VT: what the books had, what was found, who signs."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from core.money import dong
from core.paper import FONT, LINE, SOFT, Paper, day_words, moment_words
from shop.counts.models import Stocktake
from shop.counts.queries import Reviewed
from shop.counts.rules import State
from shop.counts.words import PARTS, STATES
from shop.inventory.words import amount

#: Widths of the columns in millimetres; together the width between the margins.
WIDTHS = (8, 60, 33, 19, 19, 19, 22)
#: Room that a row and its heading need before a new page begins.
ROW, HEAD = 11, 9


def minutes_pdf(stocktake: Stocktake, lines: Sequence[Reviewed], counters: Sequence[str], made_at: datetime) -> bytes:
    """A4: differences first, then what agreed, then what was left out; room for three signatures."""
    pdf = Paper(
        _("Biên bản kiểm kê %(code)s", code=stocktake.code), f"{stocktake.store.name} · {stocktake.code}", made_at
    )
    _draw_head(pdf, stocktake, counters)
    groups = (
        (_("Chênh lệch"), [one for one in lines if one.units and one.line.counted is not None]),
        (_("Khớp sổ"), [one for one in lines if not one.units and one.line.counted is not None]),
        (_("Không đếm lần này"), [one for one in lines if one.line.counted is None]),
    )
    for title, rows in groups:
        if rows:
            _draw_rows(pdf, title, rows)
    _draw_sums(pdf, lines)
    _draw_signatures(pdf)
    return bytes(pdf.output())


def signed(units: int, unit: str) -> str:
    """``+3``, ``−250 g``, ``0``."""
    return ("+" if units > 0 else "−" if units < 0 else "") + amount(abs(units), unit)


def _draw_head(pdf: Paper, stocktake: Stocktake, counters: Sequence[str]) -> None:
    pdf.words(stocktake.store.seller.name, 9.5, bold=True)
    pdf.words(f"{stocktake.store.name}, {stocktake.store.address}", 9, color=SOFT)
    pdf.ln(3)
    pdf.words(_("BIÊN BẢN KIỂM KÊ HÀNG HÓA"), 15, bold=True, align="C")
    pdf.words(_("Số %(code)s", code=stocktake.code), 10, align="C")
    pdf.ln(3)
    place = {"shelf": _("trên kệ"), "back": _("trong kho")}.get(stocktake.place or "", _("trên kệ và trong kho"))
    pdf.fact(_("Phần kiểm kê"), f"{PARTS[stocktake.part]}, {place}")  # type: ignore[index]
    pdf.fact(_("Mở lúc"), f"{moment_words(stocktake.opened_at)}, {stocktake.opened_by}")
    pdf.fact(_("Người đếm"), ", ".join(counters))
    if stocktake.ended_at and stocktake.ended_by:
        term = _("Duyệt lúc") if stocktake.state == State.APPROVED else _("Bỏ lúc")
        pdf.fact(term, f"{moment_words(stocktake.ended_at)}, {stocktake.ended_by}")
    else:
        pdf.fact(_("Trạng thái"), str(STATES[stocktake.state]))  # type: ignore[index]
    pdf.fact(_("Ghi chú"), stocktake.note)
    pdf.words(_("Số trong sổ là số của sổ kho tại lúc đếm từng lô; giá trị tính theo giá bán."), 8.5, color=SOFT)
    pdf.ln(2)


def _draw_rows(pdf: Paper, title: str, rows: Sequence[Reviewed]) -> None:
    if pdf.will_page_break(HEAD + ROW + 10):
        pdf.add_page()
    pdf.words(f"{title} ({len(rows)})", 11, bold=True)
    _draw_heading(pdf)
    for one in rows:
        if pdf.will_page_break(ROW):
            pdf.add_page()
            _draw_heading(pdf)
        _draw_row(pdf, one)
    pdf.ln(3)


def _draw_heading(pdf: Paper) -> None:
    names = (_("STT"), _("Hàng hóa"), _("Lô, HSD"), _("Sổ kho"), _("Đếm được"), _("Chênh lệch"), _("Giá trị"))
    pdf.set_font(FONT, "B", 8)
    for name, width, at in zip(names, WIDTHS, range(len(WIDTHS)), strict=True):
        pdf.cell(width, 6, name, border="TB", align="R" if at > 2 else "L")
    pdf.ln(6)


def _draw_row(pdf: Paper, one: Reviewed) -> None:
    line, y = one.line, pdf.get_y()
    place = {"shelf": _("kệ"), "back": _("kho")}[one.place]
    expiry = _("HSD %(day)s", day=day_words(one.lot.expires_on)) if one.lot.expires_on else one.lot.number
    counted = "" if line.counted is None else amount(line.counted, one.unit)
    expected = "" if line.expected is None else amount(line.expected, one.unit)
    above = (str(line.position), _cut(pdf, one.name, WIDTHS[1]), one.lot.code, expected, counted)
    figures = ("", "") if line.counted is None else (signed(one.units, one.unit), dong(one.value_vnd))
    pdf.set_font(FONT, "", 8.5)
    for text, width, at in zip((*above, *figures), WIDTHS, range(len(WIDTHS)), strict=True):
        pdf.cell(width, 5, text, align="R" if at > 2 else "L")
    pdf.set_xy(pdf.l_margin + WIDTHS[0], y + 4.6)
    pdf.set_font(FONT, "", 7.5)
    pdf.set_text_color(*SOFT)
    pdf.cell(WIDTHS[1], 4.4, _cut(pdf, f"{one.label} · {one.sku} · {place}", WIDTHS[1]))
    pdf.cell(WIDTHS[2], 4.4, expiry)
    pdf.set_text_color(29, 42, 35)
    pdf.set_draw_color(*LINE)
    pdf.line(pdf.l_margin, y + ROW - 1, pdf.w - pdf.r_margin, y + ROW - 1)
    pdf.set_y(y + ROW - 0.5)


def _draw_sums(pdf: Paper, lines: Sequence[Reviewed]) -> None:
    counted = [one for one in lines if one.line.counted is not None]
    more, less = (sum(one.value_vnd for one in counted if one.value_vnd * sign > 0) for sign in (1, -1))
    if pdf.will_page_break(20):
        pdf.add_page()
    pdf.fact(_("Thừa"), dong(more))
    pdf.fact(_("Thiếu"), dong(less))
    pdf.ln(4)


def _draw_signatures(pdf: Paper) -> None:
    if pdf.will_page_break(40):
        pdf.add_page()
    names = (_("Người đếm"), _("Thủ kho"), _("Người duyệt"))
    for style, texts in (("B", names), ("", (_("(Ký, ghi rõ họ tên)"),) * 3)):
        pdf.set_font(FONT, style, 9.5 if style else 8)
        for text in texts:
            pdf.cell(60, 5.5, text, align="C")
        pdf.ln(5.5)


def _cut(pdf: Paper, text: str, width: float) -> str:
    """As much of a name as fits into its column."""
    if pdf.get_string_width(text) <= width - 2:
        return text
    while text and pdf.get_string_width(text + "…") > width - 2:
        text = text[:-1]
    return text.rstrip() + "…"
