"""Labels drawn as PDF: sheets of A4 and rolls, black on white so that thermal printers print them."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import segno
from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import Align

from core.money import dong
from core.paper import FONT, FONTS, day_words
from shop.labels.barcodes import QUIET, bars, code_128
from shop.labels.rules import LotTag, ShelfTag, Size

T = TypeVar("T", ShelfTag, LotTag)
BLACK, GREY = (0, 0, 0), (70, 70, 70)
#: A label is drawn this far from its edge, for printers that shift.
_MARGIN = {True: 2.5, False: 1.5}
#: A dot of a label printer (203 dpi), and the finest module that readers at a counter take, in millimetres.
_DOT, _FINEST = 0.125, 0.19


def shelf_pdf(tags: Sequence[ShelfTag], size: Size, made_at: datetime, skip: int = 0) -> bytes:
    """Shelf labels; ``skip``: places of the first sheet that were used before."""
    return _pdf(tags, size, made_at, _("Nhãn kệ"), _draw_shelf, skip)


def lots_pdf(tags: Sequence[LotTag], size: Size, made_at: datetime, skip: int = 0) -> bytes:
    """Lot labels."""
    return _pdf(tags, size, made_at, _("Nhãn lô"), _draw_lot, skip)


class _Canvas(FPDF):
    """A page without margins, in our font."""

    def __init__(self, size: Size, title: str, made_at: datetime) -> None:
        super().__init__(format=size.page, unit="mm", orientation="P")
        self.add_font(FONT, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FONT, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
        self.set_margins(0, 0, 0)
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.set_lang("vi")
        self.set_title(title)
        self.set_creation_date(made_at)

    def line_of(self, text: str, x: float, y: float, width: float, size: float, *, bold: bool = False,
                least: float = 5.0, align: str = "L") -> float:  # fmt: skip
        """One line, smaller until it fits, then cut; answers where the next may stand."""
        while size > least and self._width(text, size, bold=bold) > width:
            size -= 0.25
        text = self._cut(text, width, size, bold=bold)
        self.set_xy(x, y)
        self.cell(width, size * 0.42, text, align=Align.coerce(align))
        return y + size * 0.42

    def lines_of(self, text: str, x: float, y: float, width: float, size: float, most: int, least: float) -> float:
        """A name in at most ``most`` lines, smaller until it fits."""
        while size > least and len(self._wrapped(text, width, size)) > most:
            size -= 0.25
        lines = self._wrapped(text, width, size)
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        for line in lines:
            y = self.line_of(line, x, y, width, size, bold=True, least=least)
        return y

    def modules(self, code: str, x: float, y: float, width: float, height: float) -> None:
        """Bars of a code over a width."""
        step, start = width / len(code), 0
        self.set_fill_color(*BLACK)
        for end in range(1, len(code) + 1):
            if end == len(code) or code[end] != code[start]:
                if code[start] == "1":
                    self.rect(x + start * step, y, (end - start) * step, height, style="F")
                start = end

    def qr(self, text: str, x: float, y: float, side: float) -> None:
        """A QR with its quiet zone within ``side``."""
        rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=2)]
        step = side / len(rows)
        for at, row in enumerate(rows):
            self.modules("".join("1" if dark else "0" for dark in row), x, y + at * step, side, step * 1.02)

    def draw_star(self, x: float, y: float, radius: float) -> None:
        """A five-pointed star around a middle."""
        points = [
            (x + math.sin(turn) * reach, y - math.cos(turn) * reach)
            for number in range(10)
            for turn, reach in [(number * math.pi / 5, radius if number % 2 == 0 else radius * 0.4)]
        ]
        self.set_fill_color(*BLACK)
        self.polygon(points, style="F")

    def _width(self, text: str, size: float, *, bold: bool) -> float:
        self.set_font(FONT, "B" if bold else "", size)
        return self.get_string_width(text)

    def _cut(self, text: str, width: float, size: float, *, bold: bool) -> str:
        if self._width(text, size, bold=bold) <= width:
            return text
        while text and self._width(text + "…", size, bold=bold) > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def _wrapped(self, text: str, width: float, size: float) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._width(longer, size, bold=True) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


def _pdf(
    tags: Sequence[T], size: Size, made_at: datetime, title: str,
    draw: "Callable[[_Canvas, T, Size, float, float], None]", skip: int,
) -> bytes:  # fmt: skip
    canvas, places = _Canvas(size, title, made_at), size.columns * size.rows
    skip = skip % places
    for number, tag in enumerate(tags, skip):
        if number == skip or number % places == 0:
            canvas.add_page()
        x, y = size.place(number)
        draw(canvas, tag, size, x, y)
    return bytes(canvas.output())


def _draw_shelf(canvas: _Canvas, tag: ShelfTag, size: Size, x: float, y: float) -> None:
    """Name and pack, the price large, the price to compare; below the barcode, at the right stars and QR.

    On a small label the bars run below everything, since an EAN needs 28 mm.
    """
    edge = _MARGIN[size.is_sheet]
    left, top, width, bottom = x + edge, y + edge, size.width - 2 * edge, y + size.height - edge
    is_large = size.height >= 37
    side, bars_high = (20.0, 8.5) if is_large else (14.5, 6.5)
    text = width - side - 1.5
    at = canvas.lines_of(tag.name, left, top, text, 10.5 if is_large else 8, 2, 6.0)
    at = canvas.line_of(tag.pack, left, at + 0.4, text, 7.5 if is_large else 6)
    if tag.price_vnd is not None:
        suffix = "/kg" if tag.unit == "gram" else ""
        at = canvas.line_of(dong(tag.price_vnd) + suffix, left, at + 0.4, text, 19 if is_large else 13, bold=True)
        if tag.compared and tag.unit != "gram":
            per, what = tag.compared
            canvas.line_of(f"{dong(per)}/{what}", left, at, text, 7 if is_large else 5.5)
    _draw_code(canvas, tag.barcode, left, bottom - bars_high, text if is_large else width, bars_high, size)
    below = bottom if is_large else bottom - bars_high
    canvas.qr(tag.address, left + width - side, below - side, side)
    _draw_stars(canvas, tag, left + width - side, top, side, below - side)


def _draw_stars(canvas: _Canvas, tag: ShelfTag, x: float, top: float, width: float, bottom: float) -> None:
    """Stars over the QR, with the decision and its last day where there is room."""
    step = width / 5
    radius = min(step * 0.46, (bottom - top) * 0.3, 2.1)
    start = x + (width - step * (tag.stars - 1)) / 2
    for number in range(tag.stars):
        canvas.draw_star(start + number * step, top + radius + 0.2, radius)
    at = top + 2 * radius + 0.8
    if bottom - at >= 2.2:
        at = canvas.line_of(_("OCOP %(n)s sao", n=tag.stars), x, at, width, 6, bold=True, align="C", least=4.5)
    if bottom - at >= 5.0:
        at = canvas.line_of(_("QĐ %(number)s", number=tag.decision), x, at + 0.2, width, 5.5, align="C", least=4.0)
        canvas.line_of(_("đến %(day)s", day=day_words(tag.ends_on)), x, at + 0.2, width, 5.5, align="C", least=4.0)


def _draw_code(canvas: _Canvas, barcode: str, x: float, y: float, width: float, height: float, size: Size) -> None:
    """EAN with its digits below, or the SKU's code as Code 128; the quiet zones lie within the width.

    A module of a roll is a whole number of dots of its printer (8 a millimetre). Bars that would be too fine to be read
    are left out: the code stands there in letters.
    """
    is_ean = barcode.isdecimal() and len(barcode) in (8, 13)
    code = bars(barcode) if is_ean else code_128(barcode)
    before, after = QUIET.get(len(code), (10, 10)) if is_ean else (10, 10)
    step = min(0.33 if size.is_sheet else 0.375, width / (len(code) + before + after))
    if not size.is_sheet:
        step = math.floor(step / _DOT) * _DOT
    if step < _FINEST:
        canvas.line_of(barcode, x, y + height - 3, width, 6, least=4.0)
        return
    drawn = len(code) * step
    canvas.modules(code, x + before * step, y, drawn, height - 2.4)
    canvas.line_of(barcode, x + before * step, y + height - 2.3, drawn, 5.5, align="C", least=4.0)


def _draw_lot(canvas: _Canvas, tag: LotTag, size: Size, x: float, y: float) -> None:
    """Name, lot, NSX and HSD; the QR leads to the lot's way."""
    edge = _MARGIN[size.is_sheet]
    left, top, width, height = x + edge, y + edge, size.width - 2 * edge, size.height - 2 * edge
    is_large = size.height >= 37
    side = min(24.0 if is_large else 16.0, height)
    text = width - side - 1.5
    at = canvas.lines_of(tag.name, left, top, text, 10 if is_large else 8, 2, 6.0)
    at = canvas.line_of(tag.pack, left, at + 0.3, text, 7 if is_large else 6)
    if is_large:
        at = canvas.line_of(tag.producer, left, at + 0.2, text, 6.5)
    at = canvas.line_of(tag.code, left, at + 0.8, text, 11 if is_large else 9, bold=True)
    at = canvas.line_of(_("Số lô %(number)s", number=tag.number), left, at + 0.2, text, 6.5 if is_large else 5.5)
    for word, day in (("NSX", tag.made_on), ("HSD", tag.expires_on)):
        if day is not None:
            at = canvas.line_of(
                f"{word} {day_words(day)}", left, at + 0.3, text, 8 if is_large else 7, bold=word == "HSD"
            )
    canvas.qr(tag.address, left + width - side, top + (height - side) / 2, side)
