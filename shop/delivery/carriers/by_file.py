"""Any carrier by file: a list goes out, a table (CSV or XLSX) comes back with numbers and what became of parcels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import Row, read_table
from catalog.registry.format import unguard
from core.text import fold
from shop.delivery.carriers.port import Consignment, Result, Told

#: Columns of the list that goes out, with their headings.
HEADINGS = {
    "parcel": "Mã kiện", "name": "Người nhận", "phone": "Điện thoại", "address": "Địa chỉ",
    "weight": "Khối lượng (g)", "cash": "Thu hộ (đ)", "marks": "Lưu ý", "courier": "Đơn vị vận chuyển",
    "tracking": "Mã vận đơn", "result": "Kết quả", "reason": "Lý do",
}  # fmt: skip
#: How headings of a file that comes back are called here.
NAMES = {fold(heading): key for key, heading in HEADINGS.items()}
COLUMNS = tuple(HEADINGS)
#: What a store or a carrier writes for a result, folded.
RESULTS = {
    Result.TAKEN: ("taken", "da lay", "da nhan hang", "dang giao", "da giao cho don vi van chuyen"),
    Result.DELIVERED: ("delivered", "da giao", "giao thanh cong", "thanh cong"),
    Result.FAILED: ("failed", "giao chua duoc", "that bai", "giao that bai", "khong thanh cong"),
    Result.RETURNED: ("returned", "da hoan", "da tra lai", "hoan hang", "da ve cua hang"),
}
#: Reasons of a delivery that failed, with what is written for them.
REASONS = {
    "away": ("away", "vang nha", "khong gap", "khong lien lac duoc", "khong nghe may"),
    "refused": ("refused", "tu choi", "khong nhan"),
    "address": ("address", "sai dia chi", "khong tim thay dia chi"),
    "later": ("later", "hen giao lai", "hen lai"),
    "damaged": ("damaged", "hu hong", "vo"),
    "other": ("other", "khac", ""),
}
_LONGEST = 60


@dataclass(frozen=True)
class ByFile:
    """``csv``."""

    code: str = "csv"
    sends_file: bool = True

    def write(self, parcels: Sequence[Consignment]) -> list[dict[str, str | int]]:
        """One row a parcel, with empty cells for what the carrier fills in."""
        return [
            {
                "parcel": one.code, "name": one.name, "phone": one.phone, "address": one.address,
                "weight": one.weight_grams, "cash": one.cash_vnd, "marks": _marks(one), "courier": one.courier or "",
                "tracking": one.tracking or "", "result": "", "reason": "",
            }
            for one in parcels
        ]  # fmt: skip

    def read(self, data: bytes) -> list[Told]:
        """Each line with a parcel's code. Raises ImportRefused naming every wrong line at once."""
        rows = read_table(data, COLUMNS, needed=("parcel",), names=NAMES)
        told, faults = list[Told](), list[dict[str, Any]]()
        seen = dict[str, int]()
        for row in rows:
            one = _told(row, faults)
            if one.code and one.code in seen:
                faults.append(_fault(row.line, "parcel", _("Kiện này đã có ở dòng %(line)d.", line=seen[one.code])))
            seen.setdefault(one.code, row.line)
            told.append(one)
        if faults:
            raise ImportRefused(errors=faults)
        return told


def _told(row: Row, faults: list[dict[str, Any]]) -> Told:
    code = _text(row.cells, "parcel").upper()
    if not code:
        faults.append(_fault(row.line, "parcel", _("Thiếu mã kiện.")))
    tracking = _text(row.cells, "tracking")
    if len(tracking) > _LONGEST:
        faults.append(_fault(row.line, "tracking", _("Mã vận đơn dài quá %(most)d chữ.", most=_LONGEST)))
    words = _text(row.cells, "result")
    result = next((one for one, ways in RESULTS.items() if fold(words) in ways), None)
    if words and result is None:
        faults.append(_fault(row.line, "result", _("Không hiểu kết quả “%(words)s”.", words=words[:40])))
    reason = fold(_text(row.cells, "reason"))
    known = next((code for code, ways in REASONS.items() if reason in ways), "other")
    courier = _text(row.cells, "courier")[:120]
    return Told(row.line, code, courier or None, tracking or None, result, known if result is Result.FAILED else None)


def _text(cells: Mapping[str, Any], column: str) -> str:
    """The cell as it was before it was made safe for spreadsheets."""
    return unguard(str(cells.get(column) or "").strip())


def _fault(line: int, column: str, message: str) -> dict[str, Any]:
    return {"line": line, "column": HEADINGS[column], "message": message}


def _marks(one: Consignment) -> str:
    marks = [_("Hàng dễ vỡ")] * one.is_fragile + [_("Giữ lạnh")] * one.is_cold
    return ", ".join(marks)
