"""The statement on paper: who gets what from whom for which month, every row with its source."""

from collections.abc import Sequence

from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from core.money import dong
from core.paper import FONT, LEAF, SOFT, WARN, Paper, day_words, moment_words
from shop.inventory.words import amount
from shop.invoices.spelling import amount_words
from shop.sales.rules import Source
from shop.settlements.rules import Extra, days_of
from shop.settlements.statement import CARRIED, Beside, Row, Statement
from shop.settlements.words import EXTRAS, METHODS, PAPERS, SOURCES, percent_words, period_words, rate_words

_HEADS = ("Ngày", "Chứng từ", "Hàng, lô", "SL", "Đơn giá", "Tiền bán", "Hoa hồng", "Của chủ thể")
_WIDTHS = (15, 25, 51, 12, 18, 20, 19, 20)
_NOT_CLOSED = "BẢN TẠM TÍNH, KỲ CHƯA CHỐT"


def statement_pdf(statement: Statement) -> bytes:
    """An A4 paper. A drawn one that is not closed says so on top."""
    name = f"Bảng quyết toán {statement.code or ''}".strip()
    pdf = Paper(name, f"{name} · {statement.producer.name}", statement.drawn_at)
    if statement.code is None:
        pdf.words(_NOT_CLOSED, 11, bold=True, color=WARN, align="C")
    pdf.words("BẢNG QUYẾT TOÁN HÀNG KÝ GỬI", 15, bold=True, color=LEAF, align="C")
    pdf.words(str(period_words(statement.period)), 11, align="C")
    pdf.ln(3)
    _parties(pdf, statement)
    _sums(pdf, statement)
    _rows(pdf, statement)
    _beside(pdf, statement)
    _tax(pdf, statement)
    if statement.code is not None:
        _signatures(pdf)
    return bytes(pdf.output())


def _parties(pdf: Paper, statement: Statement) -> None:
    first, last = days_of(statement.period)
    seller, producer = statement.seller, statement.producer
    pdf.fact("Bên bán", f"{seller.name}, mã số thuế {seller.tax_code}")
    pdf.fact("Chủ thể", producer.name + (f", mã số thuế {producer.tax_code}" if producer.tax_code else ""))
    pdf.fact("Kỳ", f"{day_words(first)} đến {day_words(last)}")
    pdf.fact("Số", statement.code)
    pdf.fact("Lập lúc", moment_words(statement.drawn_at))
    pdf.ln(3)


def _sums(pdf: Paper, statement: Statement) -> None:
    sums = statement.sums
    pdf.fact("Tiền bán", dong(sums.sales_vnd))
    pdf.fact("Hàng trả lại", dong(-sums.returns_vnd))
    pdf.fact("Hoa hồng", dong(-sums.commission_vnd))
    if sums.adjustments_vnd:
        pdf.fact("Điều chỉnh", dong(sums.adjustments_vnd))
    if sums.carried_in_vnd:
        pdf.fact("Kỳ trước chuyển sang", dong(sums.carried_in_vnd))
    pdf.ln(1)
    owes = sums.total_vnd < 0
    pdf.words(f"{'Chuyển sang kỳ sau' if owes else 'Phải trả'}: {dong(sums.total_vnd)}", 12, bold=True, color=LEAF)
    pdf.fact("Bằng chữ", amount_words(sums.total_vnd))
    pdf.ln(3)


def _rows(pdf: Paper, statement: Statement) -> None:
    if not statement.rows:
        pdf.words("Trong kỳ không có hàng ký gửi nào bán ra hay trả lại.", 9.5)
        return
    _table(pdf, _HEADS, _WIDTHS, [_row(one) for one in statement.rows], lefts=3)
    revenue, due = sum(one.revenue_vnd for one in statement.rows), sum(one.due_vnd for one in statement.rows)
    pdf.words(f"Cộng: tiền bán {dong(revenue)}, hoa hồng {dong(revenue - due)}, của chủ thể {dong(due)}", 9,
              bold=True, align="R")  # fmt: skip
    pdf.ln(2)


def _row(one: Row) -> tuple[str, ...]:
    sign = "-" if one.quantity < 0 else ""
    return (
        f"{one.sold_on:%d/%m/%y}", f"{SOURCES[Source(one.source)]}\n{one.source_ref}",
        f"{one.product_name}, {one.label}\nLô {one.lot_code}", sign + amount(abs(one.quantity), one.unit),
        _plain(one.unit_price_vnd), _plain(one.revenue_vnd),
        f"{_plain(one.commission_vnd)}\n({percent_words(one.commission_bp)})", _plain(one.due_vnd),
    )  # fmt: skip


def _beside(pdf: Paper, statement: Statement) -> None:
    if not statement.beside:
        return
    rows = [(one.code, _beside_words(one), dong(one.amount_vnd)) for one in statement.beside]
    _table(pdf, ("Số", "Khoản khác", "Số tiền"), (28, 117, 35), rows, lefts=2)


def _beside_words(one: Beside) -> str:
    if one.kind == CARRIED:
        return f"Số dư {str(period_words(one.words)).lower()}"
    return f"{EXTRAS[Extra(one.kind)]}: {one.words}"


def _tax(pdf: Paper, statement: Statement) -> None:
    """Which paper is written for what is due, and the tax inside it, which changes no sum."""
    pdf.ln(2)
    assumed = " (tạm theo loại hình, chủ thể chưa khai)" if statement.is_method_assumed else ""
    pdf.fact("Phương pháp thuế", f"{METHODS[statement.vat_method]}{assumed}")
    if statement.paper is not None:
        pdf.fact("Chứng từ", f"{PAPERS[statement.paper.paper]}, trên số {dong(statement.sums.due_vnd)}")
    if statement.vat_method == "credit":
        for one in statement.rates:
            words = f"trước thuế {dong(one.net_vnd)}, thuế {dong(one.tax_vnd)}"
            rate = str(rate_words(one.rate_bp, one.kind))
            term = rate[0].upper() + rate[1:] if one.kind else f"Thuế suất {rate}"
            pdf.fact(term, dong(one.gross_vnd) if one.kind else words)
    pdf.words("Thuế nằm trong số tiền trên, không cộng thêm. Phần lẻ dưới một đồng của mỗi dòng thuộc bên bán.", 8.5,
              color=SOFT)  # fmt: skip


def _signatures(pdf: Paper) -> None:
    if pdf.will_page_break(34):
        pdf.add_page()
    pdf.ln(6)
    pdf.set_font(FONT, "B", 9.5)
    for title in ("Người lập", "Người duyệt", "Chủ thể"):
        pdf.cell(60, 5, title, align="C")
    pdf.ln(5)
    pdf.set_font(FONT, "", 8.5)
    for _title in range(3):
        pdf.cell(60, 5, "(ký, ghi rõ họ tên)", align="C")
    pdf.ln(24)


def _table(
    pdf: Paper, heads: Sequence[str], widths: tuple[int, ...], rows: Sequence[Sequence[str]], lefts: int
) -> None:
    pdf.set_font(FONT, "", 7.8)
    with pdf.table(
        col_widths=widths,
        text_align=tuple("LEFT" if at < lefts else "RIGHT" for at in range(len(heads))),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=4.2,
        padding=(0.8, 0.8),
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
    ) as table:
        table.row(heads)
        for row in rows:
            table.row(row)
    pdf.ln(2)


def _plain(amount_vnd: int) -> str:
    return dong(amount_vnd).removesuffix("\N{NO-BREAK SPACE}₫")
