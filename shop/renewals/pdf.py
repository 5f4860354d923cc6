"""The table of sales as a PDF on A4, in Vietnamese: it goes into a dossier for a Vietnamese authority.

fpdf2 and an embedded font; decision page 0025 says why not WeasyPrint.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace
from fpdf.table import Table

from catalog.certificates.models import Certificate
from core.clock import ZONE
from core.money import dong
from core.paper import FONTS
from shop.inventory.words import amount
from shop.renewals.evidence import Evidence, Sold

_DATA = FONTS
_FONT = "BeVietnamPro"
_INK, _SOFT, _LINE, _LEAF = (29, 42, 35), (92, 107, 98), (205, 200, 188), (20, 97, 63)
#: Widths of the table in millimetres: store, pack, units, orders, revenue.
_WIDTHS = (58, 44, 26, 18, 34)


@dataclass(frozen=True, slots=True)
class Heading:
    """Who made the table, where and when."""

    site: str
    made_by: str
    made_at: datetime
    url: str


def sales_pdf(certificate: Certificate, evidence: Evidence, heading: Heading) -> bytes:
    """The document."""
    pdf = _Paper(evidence.digest, heading)
    pdf.add_page()
    _title(pdf, certificate)
    _facts(pdf, certificate, evidence)
    if evidence.rows:
        _packs(pdf, evidence)
        _months(pdf, evidence)
    else:
        pdf.set_font(_FONT, "B", 11)
        pdf.multi_cell(
            0, 6, "Không có đơn hàng đã chốt nào trong kỳ này.", align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
    _notes(pdf, heading)
    _signatures(pdf, heading)
    return bytes(pdf.output())


class _Paper(FPDF):
    """A4 with our font, and a foot on each page that ties the copy to the books."""

    def __init__(self, digest: str, heading: Heading) -> None:
        super().__init__(format="A4", unit="mm")
        self.digest, self.heading = digest, heading
        self.add_font(_FONT, "", _DATA / "BeVietnamPro-Regular.ttf")
        self.add_font(_FONT, "B", _DATA / "BeVietnamPro-SemiBold.ttf")
        self.set_margins(15, 15, 15)
        self.set_auto_page_break(True, margin=20)
        self.set_text_color(*_INK)
        self.set_draw_color(*_LINE)
        self.set_lang("vi")
        self.set_title("Bảng kê doanh thu sản phẩm OCOP")
        self.set_creator(heading.site)
        self.set_creation_date(heading.made_at)

    def footer(self) -> None:
        """Page of pages, and the mark of the figures."""
        self.set_y(-14)
        self.set_font(_FONT, "", 8)
        self.set_text_color(*_SOFT)
        self.cell(130, 5, f"Mã số liệu {self.digest} · lập {_moment(self.heading.made_at)}, {self.heading.made_by}")
        self.cell(0, 5, f"Trang {self.page_no()}/{{nb}}", align="R")
        self.set_text_color(*_INK)


def _title(pdf: FPDF, certificate: Certificate) -> None:
    pdf.set_font(_FONT, "B", 17)
    pdf.set_text_color(*_LEAF)
    pdf.multi_cell(0, 8, "Bảng kê doanh thu sản phẩm OCOP", align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_text_color(*_INK)
    pdf.set_font(_FONT, "B", 12.5)
    pdf.multi_cell(0, 7, certificate.product.name, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font(_FONT, "", 9)
    pdf.set_text_color(*_SOFT)
    text = (
        "Minh chứng thị trường tiêu thụ, sản lượng và doanh thu cho hồ sơ đánh giá, phân hạng lại "
        "(điểm c khoản 1 Điều 6 Quyết định 26/2026/QĐ-TTg)."
    )
    pdf.multi_cell(0, 5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_text_color(*_INK)
    pdf.ln(3)


def _facts(pdf: FPDF, certificate: Certificate, evidence: Evidence) -> None:
    producer = certificate.product.producer
    decision = f"{certificate.decision_number}, ngày {_day(certificate.decided_on)}, {certificate.issuer}"
    lines = [
        ("Chủ thể", producer.name + (f", mã số thuế {producer.tax_code}" if producer.tax_code else "")),
        ("Công nhận", f"{certificate.stars} sao, quyết định {decision}"),
        ("Mã chứng nhận", certificate.code + (" (số liệu minh hoạ)" if certificate.is_demo else "")),
        ("Ngày cuối", _day(certificate.extended_until or certificate.valid_until)),
        ("Kỳ kê", f"từ {_day(evidence.since)} đến hết {_day(evidence.until)}"),
        ("Tổng doanh thu", dong(evidence.revenue_vnd)),
    ]
    for term, words in lines:
        pdf.set_font(_FONT, "B", 10)
        pdf.cell(38, 6, term)
        pdf.set_font(_FONT, "", 10)
        pdf.multi_cell(0, 6, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(3)


def _packs(pdf: FPDF, evidence: Evidence) -> None:
    _section(pdf, "Cả kỳ, theo quy cách")
    with _table(pdf, (102, 26, 18, 34), ("Quy cách", "Sản lượng", "Số đơn", "Doanh thu")) as table:
        for row in evidence.by_pack:
            table.row((row.label, *_figures(row)))


def _months(pdf: FPDF, evidence: Evidence) -> None:
    _section(pdf, "Từng tháng, theo cửa hàng và quy cách")
    heads = ("Cửa hàng", "Quy cách", "Sản lượng", "Số đơn", "Doanh thu")
    strong = FontFace(emphasis="BOLD", fill_color=(244, 240, 230))
    with _table(pdf, _WIDTHS, heads) as table:
        for month, rows in evidence.by_month:
            table.row((f"Tháng {month:%m/%Y}", "", "", "", dong(sum(row.revenue_vnd for row in rows))), style=strong)
            for row in rows:
                table.row((row.store, row.label, *_figures(row)))
        table.row(("Cộng", "", "", "", dong(evidence.revenue_vnd)), style=strong)


@contextmanager
def _table(pdf: FPDF, widths: tuple[int, ...], heads: tuple[str, ...]) -> Generator[Table]:
    """A table whose heading is repeated on each page."""
    pdf.set_font(_FONT, "", 9)
    numbers = ("Sản lượng", "Số đơn", "Doanh thu")
    with pdf.table(
        col_widths=widths,
        text_align=tuple("RIGHT" if head in numbers else "LEFT" for head in heads),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=5.5,
        padding=(0.8, 1.5),
        headings_style=FontFace(emphasis="BOLD", color=_SOFT),
    ) as table:
        table.row(heads)
        yield table


def _figures(row: Sold) -> tuple[str, str, str]:
    return amount(row.quantity, row.unit), f"{row.orders:,}".replace(",", "."), dong(row.revenue_vnd)


def _section(pdf: FPDF, words: str) -> None:
    pdf.ln(3)
    pdf.set_font(_FONT, "B", 11)
    pdf.cell(0, 8, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _notes(pdf: FPDF, heading: Heading) -> None:
    pdf.ln(4)
    pdf.set_font(_FONT, "", 8.5)
    pdf.set_text_color(*_SOFT)
    text = (
        f"Lập từ sổ bán hàng của {heading.site} ({heading.url}): các đơn đã chốt trong kỳ, không gồm đơn đã hủy hoặc "
        "hoàn tiền; giá đã gồm thuế giá trị gia tăng, trước giảm giá của đơn. Không gồm hàng chủ thể tự bán nơi khác. "
        "Mã số liệu ở chân trang đổi khi bất kỳ con số nào đổi."
    )
    pdf.multi_cell(0, 4.6, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_text_color(*_INK)


def _signatures(pdf: FPDF, heading: Heading) -> None:
    if pdf.will_page_break(45):
        pdf.add_page()
    pdf.ln(8)
    half = (pdf.w - pdf.l_margin - pdf.r_margin) / 2
    for style, size, left, right in (
        ("B", 10, "Chủ thể OCOP", "Đơn vị bán hàng"),
        ("", 8.5, "(ký, ghi rõ họ tên, đóng dấu nếu có)", "(ký, ghi rõ họ tên, đóng dấu)"),
    ):
        pdf.set_font(_FONT, style, size)
        pdf.cell(half, 5.5, left, align="C")
        pdf.cell(half, 5.5, right, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%d/%m/%Y %H:%M}"
