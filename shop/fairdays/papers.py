"""Paper of a fair: badges to cut out, booth signs, and lists. Their words are Vietnamese only."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import cast

import segno

from catalog.exports import Column, Table
from core.money import dong
from core.paper import FONT, INK, LEAF, LINE, SOFT, Paper, day_words, moment_words
from core.web.links import address_of
from shop.fairdays.models import FairBadge
from shop.fairdays.queries import Holder, OnShow
from shop.fairs.models import Fair

#: Four badges on a sheet: A6 each, millimetres.
_WIDE, _TALL = 105.0, 148.5
#: A column of a list is never wider than this while another has need of room, millimetres.
_WIDEST = 60.0
#: Above and beside the words of a cell, millimetres.
PADDING = (1.0, 1.5)
#: What is said in so many signs stands on one line: a day, hours, a vehicle's plate, a telephone.
_UNBROKEN = 14
#: Points of type, the largest that fits being taken.
_SIZES = (30, 26, 22, 19, 16, 13, 11)


class Sheets(Paper):
    """A4 sheets to cut or to hang up: no margins of a letter, no foot."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(title, "", made_at)
        self.set_auto_page_break(False)

    def footer(self) -> None:
        """Nothing stands below a badge."""

    def put(
        self, text: str, box: tuple[float, float, float], sizes: Sequence[int], *, bold: bool = False,
        color: tuple[int, int, int] = INK, lines: int = 1,
    ) -> float:  # fmt: skip
        """Centred text in a box (left, top, width), in the largest size that fits so many lines; answers its end."""
        left, top, width = box
        rows, size = [text], sizes[-1]
        for size in sizes:
            self.set_font(FONT, "B" if bold else "", size)
            rows = cast("list[str]", self.multi_cell(width, 1, text, align="C", dry_run=True, output="LINES"))
            if len(rows) <= lines:
                break
        self.set_text_color(*color)
        height = size * 0.45
        for row in rows[:lines]:
            self.set_xy(left, top)
            self.cell(width, height, row, align="C")
            top += height
        self.set_text_color(*INK)
        return top

    def code(self, text: str, left: float, top: float, side: float) -> None:
        """A QR of so many millimetres, drawn as runs of dark modules."""
        rows = _modules(text)
        size = side / len(rows)
        self.set_fill_color(0, 0, 0)
        for number, row in enumerate(rows):
            for first, length in row.runs:
                self.rect(left + first * size, top + number * size, length * size, size + 0.01, style="F")


class _Row:
    """One line of a QR: where dark runs begin, and how long they are."""

    __slots__ = ("runs",)

    def __init__(self, dark: Sequence[int]) -> None:
        self.runs: list[tuple[int, int]] = []
        for is_dark, run in groupby(enumerate(dark), key=lambda one: bool(one[1])):
            places = [place for place, _dark in run]
            if is_dark:
                self.runs.append((places[0], len(places)))


@lru_cache(maxsize=512)
def _modules(text: str) -> tuple[_Row, ...]:
    return tuple(_Row(row) for row in segno.make(text, error="m", micro=False).matrix)


def badges_pdf(fair: Fair, badges: Sequence[tuple[Holder, FairBadge]], made_at: datetime) -> bytes:
    """Four badges on each sheet, with lines to cut along."""
    pdf = Sheets(f"Thẻ, {fair.name}", made_at)
    for place, (held, badge) in enumerate(badges):
        if place and place % 4 == 0:
            pdf.add_page()
        _badge(pdf, fair, held, badge, (place % 2 * _WIDE, place % 4 // 2 * _TALL))
    return bytes(pdf.output())


def signs_pdf(fair: Fair, signs: Sequence[tuple[Holder, str, Sequence[OnShow]]], made_at: datetime) -> bytes:
    """One sheet a booth: its number, the name on its fascia, its products with their stars, a QR to its page."""
    pdf = Sheets(f"Biển gian hàng, {fair.name}", made_at)
    for place, (held, fascia, products) in enumerate(signs):
        if place:
            pdf.add_page()
        _sign(pdf, fair, held, fascia, products)
    return bytes(pdf.output())


def table_pdf(fair: Fair, table: Table, day: date | None, made_at: datetime) -> bytes:
    """A list as A4 sheets with its head on each."""
    about = f"{fair.name}" + (f" · {day_words(day)}" if day else "")
    pdf = Paper(table.title, f"{about} · in lúc {moment_words(made_at)}", made_at)
    pdf.words(table.title, 15, bold=True)
    pdf.words(f"{about} · {len(table.rows)} dòng", 9.5, color=SOFT)
    pdf.ln(3)
    widths = widths_of(pdf, table)
    with pdf.table(
        col_widths=widths, line_height=5, padding=PADDING, borders_layout="HORIZONTAL_LINES", repeat_headings=1,
        text_align=tuple("RIGHT" if column.is_number else "LEFT" for column in table.columns),
    ) as drawn:  # fmt: skip
        head = drawn.row()
        for column in table.columns:
            head.cell(str(column.label))
        for row in table.rows:
            line = drawn.row()
            for column in table.columns:
                line.cell(_shown(column, row.get(column.key)))
    return bytes(pdf.output())


def _badge(pdf: Sheets, fair: Fair, held: Holder, badge: FairBadge, corner: tuple[float, float]) -> None:
    left, top = corner
    pdf.set_draw_color(*LINE)
    pdf.rect(left, top, _WIDE, _TALL)
    pdf.set_fill_color(*LEAF)
    pdf.rect(left, top, _WIDE, 24, style="F")
    pdf.put(fair.name, (left + 8, top + 5, _WIDE - 16), (13, 11, 9), bold=True, color=(255, 255, 255), lines=2)
    name = badge.name or "." * 24
    end = pdf.put(name, (left + 8, top + 32, _WIDE - 16), (24, 20, 17, 14, 12), bold=True, lines=2)
    if badge.title:
        end = pdf.put(badge.title, (left + 8, end + 1.5, _WIDE - 16), (11, 9), color=SOFT)
    pdf.put(held.name, (left + 8, end + 3, _WIDE - 16), (12, 10, 9), lines=2)
    pdf.put(held.booth.code, (left + 6, top + 82, 42), (40, 32, 26, 20), bold=True, color=LEAF)
    pdf.put("GIAN", (left + 6, top + 76, 42), (10,), color=SOFT)
    pdf.code(address_of("fairdays.badge", code=badge.code), left + 54, top + 76, 42)
    pdf.put(badge.code, (left + 48, top + 120, 54), (9,), color=SOFT)
    days = f"{day_words(fair.opens_on)} – {day_words(fair.closes_on)}"
    pdf.put(days, (left + 8, top + 131, _WIDE - 16), (10,), bold=True)
    pdf.put(fair.venue, (left + 8, top + 137, _WIDE - 16), (8, 7), color=SOFT)


def _sign(pdf: Sheets, fair: Fair, held: Holder, fascia: str, products: Sequence[OnShow]) -> None:
    pdf.set_fill_color(*LEAF)
    pdf.rect(0, 0, pdf.w, 62, style="F")
    pdf.put(held.booth.code, (10, 10, pdf.w - 20), (96, 80, 64, 48), bold=True, color=(255, 255, 255))
    end = pdf.put(fascia, (15, 72, pdf.w - 30), (38, 32, 27, 22), bold=True, lines=3)
    end = pdf.put(held.producer.address or "", (15, end + 2, pdf.w - 30), (12, 10), color=SOFT, lines=2)
    top = end + 8
    for shown in products[:9]:
        pdf.put(f"{shown.product.name} · {shown.stars} sao OCOP", (20, top, pdf.w - 40), (15, 13, 11, 9))
        top += 9
    if len(products) > 9:
        pdf.put(f"và {len(products) - 9} sản phẩm nữa", (20, top, pdf.w - 40), (11,), color=SOFT)
    pdf.code(address_of("fairs.show", slug=fair.slug, gian=held.booth.code), (pdf.w - 46) / 2, 222, 46)
    pdf.put("Quét để xem sản phẩm và công nhận OCOP của gian", (20, 271, pdf.w - 40), (11,), color=SOFT)
    pdf.put(fair.name, (20, 279, pdf.w - 40), (11, 9), bold=True)


def widths_of(pdf: Paper, table: Table) -> tuple[float, ...]:
    """Every column has room for its longest word, so that no number is broken; what is left goes to long lines."""
    needed, wanted = zip(*(_room(pdf, table, column) for column in table.columns), strict=True)
    missing = [max(0.0, min(full, _WIDEST) - least) for least, full in zip(needed, wanted, strict=True)]
    share = min(1.0, max(0.0, pdf.epw - sum(needed)) / (sum(missing) or 1.0))
    return tuple(least + more * share for least, more in zip(needed, missing, strict=True))


def _room(pdf: Paper, table: Table, column: Column) -> tuple[float, float]:
    """The least width of a column, and the one in which nothing is broken. Leaves the font of the rows set."""
    label, texts = str(column.label), [_shown(column, row.get(column.key)) for row in table.rows]
    pdf.set_font(FONT, "B", 8.5)
    least, full = max(map(pdf.get_string_width, label.split() or [""])), pdf.get_string_width(label)
    pdf.set_font(FONT, "", 8.5)
    for text in texts:
        words = [text] if len(text) <= _UNBROKEN else text.split()
        least = max(least, *map(pdf.get_string_width, words))
        full = max(full, pdf.get_string_width(text))
    beside = 2 * (PADDING[1] + pdf.c_margin)
    return least + beside, full + beside


def _shown(column: Column, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return day_words(value)
    return dong(value) if column.kind == "dong" and isinstance(value, int) else str(value)
