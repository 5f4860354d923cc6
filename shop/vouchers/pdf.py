"""A voucher as a sheet to print, with its QR."""

import segno
from fpdf.enums import XPos, YPos

from core.money import dong
from core.paper import LEAF, SOFT, WARN, Paper, day_words
from shop.orders.models import OrderLine
from shop.vouchers.models import Voucher
from shop.vouchers.rules import State, shown_code
from shop.vouchers.words import place_of

_SIDE = 52
_STATES = {State.REDEEMED: "ĐÃ DÙNG", State.RETURNED: "ĐÃ TRẢ LẠI", State.VOID: "KHÔNG CÒN GIÁ TRỊ"}


def voucher_pdf(voucher: Voucher, line: OrderLine, url: str) -> bytes:
    """One voucher; what is not live any more says so across the top."""
    pdf = Paper("Phiếu dịch vụ", f"Phiếu dịch vụ {voucher.order.number}", voucher.issued_at)
    if voucher.state in _STATES:
        pdf.words(_STATES[State(voucher.state)], 13, bold=True, color=WARN, align="C")
    pdf.words("PHIẾU DỊCH VỤ", 18, bold=True, color=LEAF, align="C")
    pdf.words(line.product_name, 14, bold=True, align="C")
    pdf.words(line.label, 11, color=SOFT, align="C")
    pdf.ln(5)
    _code(pdf, url)
    pdf.words(shown_code(voucher.code), 16, bold=True, align="C")
    pdf.words("Dùng một lần. Ai cầm mã này đều dùng được phiếu.", 9, color=SOFT, align="C")
    pdf.ln(5)
    address, phone = place_of(voucher)
    pdf.fact("Nơi dùng", f"{voucher.producer.name}" + (f", {address}" if address else ""))
    if phone:
        pdf.fact("Điện thoại", phone)
    pdf.fact("Dùng từ ngày", day_words(voucher.valid_from))
    pdf.fact("Đến hết ngày", day_words(voucher.valid_until))
    pdf.fact("Đã trả", dong(voucher.price_vnd))
    pdf.fact("Nơi bán", f"{voucher.store.name}, đơn {voucher.order.number}")
    pdf.fact("Công nhận OCOP", f"{line.stars} sao, quyết định {line.certificate_number}")
    pdf.ln(3)
    pdf.words(CERTIFICATE_WORDS.format(day=day_words(voucher.sold_on)), 9, color=SOFT)
    pdf.words("Chưa dùng và muốn trả: gọi cửa hàng đã bán trước ngày cuối.", 9, color=SOFT)
    return bytes(pdf.output())


#: What the law asks of the day of sale, and what happens after; on the sheet, the page and the desk alike.
CERTIFICATE_WORDS = (
    "Công nhận OCOP có hiệu lực vào ngày mua, {day}. Nếu sau đó công nhận hết hạn, phiếu vẫn dùng được đến ngày cuối. "
    "Nếu công nhận bị thu hồi trước khi dùng, bạn được nhận lại tiền."
)


def _code(pdf: Paper, url: str) -> None:
    """The QR in the middle of the page, drawn module by module."""
    matrix = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    size = _SIDE / len(matrix)
    left, top = (pdf.w - _SIDE) / 2, pdf.get_y()
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * size, top + y * size, size + 0.02, size + 0.02, style="F")
    pdf.set_xy(pdf.l_margin, top + _SIDE + 3)
    pdf.cell(0, 0, "", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
