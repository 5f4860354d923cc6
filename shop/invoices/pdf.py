"""What the buyer reads: the visual form (bản thể hiện) of an invoice, or a sales note. Never the legal original.

The original is the signed XML at the provider and the tax authority; every page says so.
"""

from collections.abc import Sequence

from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from core.money import dong
from core.paper import FONT, LEAF, SOFT, WARN, Paper, day_words, moment_words
from shop.inventory.words import amount
from shop.invoices.export import net_price, sums
from shop.invoices.models import Invoice, InvoiceLine
from shop.invoices.rules import BuyerKind, Kind, State, number_words
from shop.invoices.spelling import amount_words
from shop.invoices.words import buyer_words, form_name, quantity_words, refers_words, signed, vat_words
from shop.orders.models import Order
from shop.orders.words import CHARGES

_NOT_ORIGINAL = "Bản thể hiện của hóa đơn điện tử, không phải bản gốc có giá trị pháp lý"
_DRAFT = "BẢN NHÁP, CHƯA PHÁT HÀNH, KHÔNG CÓ GIÁ TRỊ"
_PAID = {"TM": "Tiền mặt", "CK": "Chuyển khoản", "TM/CK": "Tiền mặt, chuyển khoản"}
_HEADS_VAT = ("STT", "Tên hàng hóa, dịch vụ", "SL", "Đơn giá", "Thành tiền", "Thuế suất", "Tiền thuế")
_HEADS_SALE = ("STT", "Tên hàng hóa, dịch vụ", "SL", "Đơn giá", "Thành tiền")


def invoice_pdf(invoice: Invoice) -> bytes:
    """The visual form of an invoice."""
    pdf = Paper(form_name(invoice), f"{_NOT_ORIGINAL} · {invoice.code}", invoice.issued_at or invoice.created_at)
    if invoice.state == State.DRAFT:
        pdf.words(_DRAFT, 11, bold=True, color=WARN, align="C")
    pdf.words(form_name(invoice), 16, bold=True, color=LEAF, align="C")
    pdf.words(f"({_NOT_ORIGINAL})", 9, color=SOFT, align="C")
    _number(pdf, invoice)
    _parties(pdf, invoice)
    _lines(pdf, invoice)
    _totals(pdf, invoice)
    _authority(pdf, invoice)
    return bytes(pdf.output())


def sales_note_pdf(order: Order) -> bytes:
    """What a seller without electronic invoices gives: a note of the sale, which is no invoice."""
    foot = f"Phiếu bán hàng, không phải hóa đơn · {order.number}"
    pdf = Paper("Phiếu bán hàng", foot, order.placed_at)
    pdf.words("PHIẾU BÁN HÀNG", 16, bold=True, color=LEAF, align="C")
    pdf.words("(Không phải hóa đơn. Bên bán chưa lập hóa đơn điện tử trên hệ thống này.)", 9, color=SOFT, align="C")
    pdf.ln(3)
    pdf.fact("Bên bán", f"{order.seller.name}, mã số thuế {order.seller.tax_code}")
    pdf.fact("Cửa hàng", f"{order.store.name}, {order.store.address}")
    pdf.fact("Đơn hàng", f"{order.number}, đặt {moment_words(order.placed_at)}")
    pdf.fact("Người mua", order.contact_name)
    pdf.ln(3)
    rows = [
        (str(one.position), f"{one.product_name}, {one.label}", amount(one.quantity, one.unit),
         dong(one.unit_price_vnd), dong(one.line_total_vnd))
        for one in order.lines
    ]  # fmt: skip
    rows += [("", str(CHARGES[one.kind]), "", "", dong(one.amount_vnd)) for one in order.charges if one.amount_vnd]
    if order.discount_total_vnd:
        rows.append(("", "Giảm giá", "", "", "-" + dong(order.discount_total_vnd)))
    _table(pdf, (10, 84, 22, 30, 34), _HEADS_SALE, rows)
    pdf.ln(3)
    pdf.fact("Tổng cộng", f"{dong(order.total_vnd)} (đã gồm thuế, nếu có)")
    pdf.fact("Bằng chữ", amount_words(order.total_vnd))
    return bytes(pdf.output())


def _number(pdf: Paper, invoice: Invoice) -> None:
    if invoice.number is not None and invoice.issued_on is not None:
        day = invoice.issued_on
        pdf.words(f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}", 10, align="C")
        named = (
            f"Mẫu số {str(invoice.series)[0]} · Ký hiệu {str(invoice.series)[1:]} · Số {number_words(invoice.number)}"
        )
        pdf.words(named, 10.5, bold=True, align="C")
    if words := refers_words(invoice):
        pdf.ln(1)
        pdf.words(words, 9.5, bold=True, color=WARN, align="C")
    pdf.ln(3)


def _parties(pdf: Paper, invoice: Invoice) -> None:
    pdf.fact("Đơn vị bán", invoice.seller_name)
    pdf.fact("Mã số thuế", invoice.seller_tax_code)
    pdf.fact("Địa chỉ", invoice.seller_address)
    pdf.ln(2)
    is_business = invoice.buyer_kind == BuyerKind.BUSINESS
    pdf.fact("Tên đơn vị mua" if is_business else "Người mua", buyer_words(invoice))
    pdf.fact("Mã số thuế", invoice.buyer_tax_code)
    pdf.fact("Địa chỉ", invoice.buyer_address)
    pdf.fact("Thanh toán", _PAID[invoice.paid_by])
    pdf.fact("Đơn hàng" if invoice.order else "Phiếu tại quầy", invoice.source)
    pdf.ln(3)


def _lines(pdf: Paper, invoice: Invoice) -> None:
    if invoice.vat_method == "credit":
        rows = [(*_goods(one), vat_words(one.vat_bp, one.vat_kind), _plain(one.tax_vnd)) for one in invoice.lines]
        _table(pdf, (10, 62, 14, 27, 27, 20, 20), _HEADS_VAT, rows)
    else:
        _table(pdf, (10, 84, 22, 30, 34), _HEADS_SALE, [_goods(one) for one in invoice.lines])
    pdf.ln(3)


def _goods(line: InvoiceLine) -> tuple[str, str, str, str, str]:
    price = f"{net_price(line):,.2f}".translate(str.maketrans(",.", ".,")).removesuffix(",00")
    note = " (đã trừ giảm giá)" if line.discount_vnd else ""
    return str(line.position), line.name + note, quantity_words(line), price, _plain(line.net_vnd)


def _totals(pdf: Paper, invoice: Invoice) -> None:
    if invoice.vat_method == "credit":
        for one in sums(invoice):
            rate = vat_words(one.rate_bp, one.kind)
            pdf.fact(f"Cộng {rate}", f"{dong(one.net_vnd)}, thuế {dong(one.tax_vnd)}")
        pdf.fact("Cộng tiền hàng", dong(invoice.net_vnd))
        pdf.fact("Cộng tiền thuế GTGT", dong(invoice.tax_vnd))
    pdf.fact("Tổng thanh toán", dong(invoice.gross_vnd))
    pdf.fact("Số tiền bằng chữ", invoice.total_words or amount_words(invoice.gross_vnd))
    if invoice.rounding_vnd:
        pdf.fact("Làm tròn tiền mặt", f"{signed(invoice.rounding_vnd)} (không thuộc giá hàng, không tính thuế)")
        is_back = invoice.kind == Kind.ADJUSTMENT
        pdf.fact("Đã trả lại khách" if is_back else "Khách đã trả", dong(abs(invoice.received_vnd)))
    if invoice.kind == Kind.ADJUSTMENT:
        pdf.words("Số âm: điều chỉnh giảm.", 9, color=SOFT)


def _authority(pdf: Paper, invoice: Invoice) -> None:
    pdf.ln(3)
    if invoice.authority_code:
        pdf.fact("Mã của cơ quan thuế", invoice.authority_code)
        pdf.fact("Mã tra cứu", invoice.lookup_code)
    elif invoice.issued_on is not None:
        words = f"Lập ngày {day_words(invoice.issued_on)}, chờ cơ quan thuế cấp mã."
        pdf.words("Cơ quan thuế chưa chấp nhận hóa đơn này." if invoice.state == State.REJECTED else words, 9.5)


def _table(pdf: Paper, widths: tuple[int, ...], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    pdf.set_font(FONT, "", 9)
    left = ("STT", "Tên hàng hóa, dịch vụ")
    with pdf.table(
        col_widths=widths,
        text_align=tuple("LEFT" if head in left else "RIGHT" for head in heads),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=5.2,
        padding=(0.8, 1.2),
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
    ) as table:
        table.row(heads)
        for row in rows:
            table.row(row)


def _plain(vnd: int) -> str:
    """``-12.345``: đồng in a column that says so."""
    return f"{vnd:,}".replace(",", ".")
