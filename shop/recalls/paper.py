"""The note of recalled goods that a store took off its shelves, to go with them back to the producer."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from catalog.producers.models import Producer
from core.paper import FONT, SOFT, Paper, day_words, moment_words
from shop.inventory.models import Lot
from shop.inventory.words import amount
from shop.recalls.models import Recall
from shop.stores.models import Store

#: What was taken off at one instant: lot, units, unit, instant, who.
Taken = tuple[Lot, int, str, datetime, str]
WIDTHS = (10, 60, 40, 30, 40)


def note_pdf(called: Recall, store: Store, producer: Producer, taken: Sequence[Taken], made_at: datetime) -> bytes:
    """A4: what was recalled and why, what the store gives back, two signatures."""
    pdf = Paper(_("Phiếu trả hàng thu hồi %(code)s", code=called.code), f"{store.name} · {called.code}", made_at)
    pdf.words(store.seller.name, 9.5, bold=True)
    pdf.words(f"{store.name}, {store.address}", 9, color=SOFT)
    pdf.ln(3)
    pdf.words(_("PHIẾU TRẢ HÀNG THU HỒI"), 15, bold=True, align="C")
    pdf.words(_("Đợt thu hồi %(code)s", code=called.code), 10, align="C")
    pdf.ln(3)
    pdf.fact(_("Sản phẩm"), called.product.name)
    pdf.fact(_("Người làm ra"), ", ".join(filter(None, [producer.name, producer.address])))
    pdf.fact(_("Lý do"), called.reason)
    pdf.fact(_("Thu hồi từ"), moment_words(called.opened_at))
    pdf.ln(3)
    _draw_rows(pdf, taken)
    _draw_signatures(pdf)
    return bytes(pdf.output())


def _draw_rows(pdf: Paper, taken: Sequence[Taken]) -> None:
    names = (_("STT"), _("Lô"), _("NSX, HSD"), _("Số lượng"), _("Lấy khỏi kệ lúc"))
    pdf.set_font(FONT, "B", 9)
    for name, width in zip(names, WIDTHS, strict=True):
        pdf.cell(width, 7, name, border="TB")
    pdf.ln(7)
    pdf.set_font(FONT, "", 9)
    for number, (lot, units, unit, at, _by) in enumerate(taken, 1):
        days = " – ".join(day_words(day) if day else "?" for day in (lot.made_on, lot.expires_on))
        texts = (str(number), f"{lot.number} ({lot.code})", days, amount(units, unit), moment_words(at))
        for text, width in zip(texts, WIDTHS, strict=True):
            pdf.cell(width, 7, text, border="B")
        pdf.ln(7)
    pdf.ln(6)


def _draw_signatures(pdf: Paper) -> None:
    for style, texts in (("B", (_("Cửa hàng giao"), _("Người làm ra nhận"))), ("", (_("(Ký, ghi rõ họ tên)"),) * 2)):
        pdf.set_font(FONT, style, 9.5 if style else 8)
        for text in texts:
            pdf.cell(90, 5.5, text, align="C")
        pdf.ln(5.5)
