"""A4 sheets in Vietnamese, made with fpdf2 and an embedded font. Decision page 0025 says why not WeasyPrint."""

from datetime import date, datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from core.clock import ZONE

#: Where the font's files are: BeVietnamPro-Regular.ttf, BeVietnamPro-SemiBold.ttf.
FONTS = Path(__file__).parent / "data"
FONT = "BeVietnamPro"
INK, SOFT, LINE, LEAF, WARN = (29, 42, 35), (92, 107, 98), (205, 200, 188), (20, 97, 63), (150, 60, 20)


class Paper(FPDF):
    """A4 upright unless it is said otherwise, our font and colours, and a foot on every page: what it is, and the page
    of pages.
    """

    def __init__(
        self, title: str, foot: str, made_at: datetime, *, size: Literal["A4", "A3"] = "A4", is_wide: bool = False
    ) -> None:
        super().__init__("landscape" if is_wide else "portrait", "mm", size)
        self.foot = foot
        self.add_font(FONT, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FONT, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
        self.set_margins(15, 15, 15)
        self.set_auto_page_break(True, margin=20)
        self.set_text_color(*INK)
        self.set_draw_color(*LINE)
        self.set_lang("vi")
        self.set_title(title)
        self.set_creation_date(made_at)
        self.add_page()

    def footer(self) -> None:
        """The foot."""
        self.set_y(-14)
        self.set_font(FONT, "", 8)
        self.set_text_color(*SOFT)
        self.cell(self.epw - 40, 5, self.foot)
        self.cell(0, 5, f"Trang {self.page_no()}/{{nb}}", align="R")
        self.set_text_color(*INK)

    def words(
        self, text: str, size: float = 10, *, bold: bool = False, color: tuple[int, int, int] = INK, align: str = "L"
    ) -> None:
        """A paragraph over the whole width."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*color)
        self.multi_cell(0, size * 0.52, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*INK)

    def fact(self, term: str, words: str | None, width: float = 42) -> None:
        """A term and what it is; nothing where there is nothing to say."""
        if not words:
            return
        self.set_font(FONT, "B", 9.5)
        self.cell(width, 5.6, term)
        self.set_font(FONT, "", 9.5)
        self.multi_cell(0, 5.6, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def day_words(day: date) -> str:
    """``22/11/2026``."""
    return f"{day:%d/%m/%Y}"


def moment_words(at: datetime) -> str:
    """``22/11/2026 14:05`` by the clock of Việt Nam."""
    return f"{at.astimezone(ZONE):%d/%m/%Y %H:%M}"
