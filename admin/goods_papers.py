"""Papers of goods to print and sign: received, sent on, written off, given back. Their words are Vietnamese only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from admin.receiving_fields import percent_words
from core.money import dong
from core.paper import FONT, LEAF, SOFT, Paper, day_words, moment_words
from shop.inventory.models import GoodsReceipt
from shop.inventory.receipts import ReceivedLine
from shop.inventory.words import amount
from shop.removals.models import Removal
from shop.removals.queries import LineShown as RemovedLine
from shop.removals.rules import Kind, State
from shop.stores.models import Store
from shop.transfers.models import Transfer
from shop.transfers.queries import LineShown as MovedLine

_PLACES = {"shelf": "kệ", "back": "kho sau"}
_REASONS = {
    "damage": "hư hỏng", "tasting": "dùng thử, trưng bày", "expiry": "hết hạn sử dụng",
    "producer_return": "trả lại chủ thể", "recall": "thu hồi lô",
}  # fmt: skip
_OUTCOMES = {"lost": "mất trên đường", "back": "còn ở bên gửi", "arrived": "đến sau"}


@dataclass(frozen=True)
class Sheet:
    """A paper: title, number, facts, a table (heads with widths in millimetres), sums, and who signs."""

    title: str
    code: str
    at: datetime
    facts: Sequence[tuple[str, str | None]]
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[str]]
    sums: Sequence[tuple[str, str | None]]
    signs: Sequence[str]


def sent_pdf(data: bytes, name: str) -> Response:
    """A paper as the browser shows it."""
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def receipt_pdf(store: Store, paper: GoodsReceipt, lines: Sequence[ReceivedLine]) -> bytes:
    """Phiếu nhập kho."""
    note = paper.delivery_note
    if note and paper.delivered_on:
        note = f"{note}, ngày {day_words(paper.delivered_on)}"
    facts = [
        ("Cửa hàng", f"{store.name}, {store.address}"), ("Đơn vị", f"{store.seller.name}, MST {store.seller.tax_code}"),
        ("Nhập lúc", moment_words(paper.received_at)), ("Phiếu giao số", note), ("Người giao", paper.deliverer),
        ("Người nhập", paper.actor), ("Ghi chú", paper.note),
    ]  # fmt: skip
    rows = [
        (str(n), _goods(one), _lot(one), _days(one), amount(one.quantity, one.unit), _terms(one), _money(one.value_vnd))
        for n, one in enumerate(lines, 1)
    ]
    columns = [("STT", 9), ("Tên hàng, chủ thể", 52), ("Lô", 34), ("NSX – HSD", 22), ("SL", 15), ("Điều kiện", 24),
               ("Thành tiền", 24)]  # fmt: skip
    bought = sum(one.value_vnd for one in lines)
    sums = [
        ("Tiền hàng mua", dong(bought) if bought else None),
        ("Hàng ký gửi", f"{sum(one.is_consigned for one in lines)} lô" if any(o.is_consigned for o in lines) else None),
    ]
    signs = ("Người giao hàng", "Người nhận hàng", "Quản lý cửa hàng")
    return _drawn(Sheet("Phiếu nhập kho", paper.code, paper.received_at, facts, columns, rows, sums, signs))


def transfer_pdf(paper: Transfer, lines: Sequence[MovedLine]) -> bytes:
    """Phiếu chuyển kho (nội bộ)."""
    facts = [
        ("Bên gửi", f"{paper.sender.name}, {paper.sender.address}"),
        ("Bên nhận", f"{paper.receiver.name}, {paper.receiver.address}"),
        ("Đơn vị", f"{paper.sender.seller.name}, MST {paper.sender.seller.tax_code}"),
        ("Xuất lúc", _act(paper.dispatched_at, paper.dispatched_by)),
        ("Nhận lúc", _act(paper.received_at, paper.received_by)),
        ("Xử lý chênh lệch", _act(paper.closed_at, paper.closed_by) if paper.differs else None),
        ("Ghi chú", paper.note),
    ]  # fmt: skip
    columns = [
        ("STT", 9),
        ("Tên hàng", 54),
        ("Lô", 34),
        ("Từ – đến", 25),
        ("Gửi", 18),
        ("Nhận", 18),
        ("Hỏng, thiếu", 22),
    ]
    rows = [_moved_row(one) for one in lines]
    signs = ("Người lập, bên gửi", "Người vận chuyển", "Người nhận, bên nhận")
    at = paper.dispatched_at or paper.made_at
    return _drawn(Sheet("Phiếu chuyển kho nội bộ", paper.code, at, facts, columns, rows, (), signs))


def removal_pdf(paper: Removal, lines: Sequence[RemovedLine]) -> bytes:
    """Biên bản xuất hủy, or biên bản trả hàng."""
    is_return = paper.kind == Kind.PRODUCER_RETURN
    facts = [
        ("Cửa hàng", f"{paper.store.name}, {paper.store.address}"),
        ("Đơn vị", f"{paper.store.seller.name}, MST {paper.store.seller.tax_code}"),
        ("Chủ thể", paper.producer.name if paper.producer else None), ("Lý do", _REASONS[paper.reason]),
        ("Lập", _act(paper.made_at, paper.made_by)),
        ("Giao hàng" if is_return else "Duyệt", _act(paper.decided_at, paper.decided_by) if _is_done(paper) else None),
        ("Người nhận", paper.handed_to), ("Ghi chú", paper.note),
    ]  # fmt: skip
    columns = [("STT", 9), ("Tên hàng", 62), ("Lô", 36), ("HSD", 22), ("SL", 20), ("Trị giá bán", 31)]
    rows = [
        (str(one.line.position), f"{one.name}, {one.label}", f"{one.lot.code}\n{one.lot.number}",
         day_words(one.lot.expires_on) if one.lot.expires_on else "", amount(one.line.quantity, one.unit),
         _money(one.line.value_vnd))
        for one in lines
    ]  # fmt: skip
    sums = [("Trị giá bán", dong(paper.value_vnd))]
    if paper.cost_vnd:
        sums.append(("Tiền hàng đã mua", f"{dong(paper.cost_vnd)}" + (", cửa hàng đòi lại" if is_return else "")))
    if is_return:
        sums.append(("Quyết toán", "Hàng ký gửi trong biên bản này không bán, không phải trả tiền cho chủ thể."))
    title = "Biên bản trả hàng" if is_return else "Biên bản xuất hủy hàng hóa"
    signs = (
        ("Người lập", "Bên nhận hàng", "Quản lý cửa hàng") if is_return else ("Người lập", "Người duyệt", "Chứng kiến")
    )
    return _drawn(Sheet(title, paper.code, paper.made_at, facts, columns, rows, sums, signs))


def _drawn(sheet: Sheet) -> bytes:
    pdf = Paper(f"{sheet.title} {sheet.code}", f"{sheet.title} {sheet.code}", sheet.at)
    pdf.words(sheet.title.upper(), 16, bold=True, color=LEAF, align="C")
    pdf.words(f"Số {sheet.code}", 10.5, bold=True, align="C")
    pdf.ln(4)
    for term, words in sheet.facts:
        pdf.fact(term, words, 36)
    pdf.ln(3)
    _draw_table(pdf, sheet)
    pdf.ln(3)
    for term, words in sheet.sums:
        pdf.fact(term, words, 36)
    _draw_signs(pdf, sheet.signs)
    return bytes(pdf.output())


def _draw_table(pdf: Paper, sheet: Sheet) -> None:
    pdf.set_font(FONT, "", 8.5)
    with pdf.table(
        col_widths=tuple(width for _head, width in sheet.columns),
        text_align=tuple("RIGHT" if head in _FIGURES else "LEFT" for head, _width in sheet.columns),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=4.8,
        padding=(0.8, 1.0),
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
    ) as table:
        table.row([head for head, _width in sheet.columns])
        for row in sheet.rows:
            table.row(row)


_FIGURES = frozenset({"SL", "Thành tiền", "Gửi", "Nhận", "Hỏng, thiếu", "Trị giá bán"})


def _draw_signs(pdf: Paper, signs: Sequence[str]) -> None:
    """Who signs, side by side, with room for it; never at the end of a page alone."""
    if pdf.will_page_break(38):
        pdf.add_page()
    pdf.ln(6)
    width = pdf.epw / len(signs)
    for style, size, words in (("B", 9.5, signs), ("", 8, ["(Ký, ghi rõ họ tên)"] * len(signs))):
        pdf.set_font(FONT, style, size)
        for number, word in enumerate(words):
            is_last = number == len(signs) - 1
            pdf.cell(width, 5, word, align="C", new_x=XPos.LMARGIN if is_last else XPos.RIGHT,
                     new_y=YPos.NEXT if is_last else YPos.TOP)  # fmt: skip
    pdf.ln(24)


def _goods(one: ReceivedLine) -> str:
    return f"{one.name}, {one.label}\n{one.producer}"


def _lot(one: ReceivedLine) -> str:
    origin = f"\nNguồn gốc: {one.origin_number}" if one.origin_number else ""
    return f"{one.lot}\n{one.number}{origin}"


def _days(one: ReceivedLine) -> str:
    return "\n".join(day_words(day) for day in (one.made_on, one.expires_on) if day)


def _terms(one: ReceivedLine) -> str:
    if one.is_consigned:
        return f"ký gửi, cửa hàng {percent_words(one.commission_bp)}%"
    return f"mua, {_money(one.unit_cost_vnd)}/{'kg' if one.unit == 'gram' else 'cái'}"


def _moved_row(one: MovedLine) -> tuple[str, ...]:
    line = one.line
    came = "" if line.received is None else amount(line.received, one.unit)
    wrong = [
        f"{amount(units, one.unit)} {word}"
        for units, word in ((line.damaged, "hỏng"), (line.missing, "thiếu"))
        if units
    ]
    if line.outcome:
        wrong.append(_OUTCOMES[line.outcome])
    way = f"{_PLACES[line.from_place]} – {_PLACES[line.to_place]}"
    return (
        str(line.position), f"{one.name}, {one.label}", f"{one.lot.code}\n{one.lot.number}", way,
        amount(line.quantity, one.unit), came, "\n".join(wrong),
    )  # fmt: skip


def _is_done(paper: Removal) -> bool:
    return paper.state == State.DONE and (paper.needs_second or paper.kind == Kind.PRODUCER_RETURN)


def _act(at: datetime | None, by: str | None) -> str | None:
    return f"{moment_words(at)}, {by}" if at else None


def _money(vnd: int) -> str:
    return f"{vnd:,}".replace(",", ".") if vnd else ""
