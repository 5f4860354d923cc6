"""Pure rules of remittances: a courier's list, and what is missing of a parcel's cash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import gettext as _

from shop.bank.statements import Fault, Table, money

#: What a list says of a parcel; the fee may be missing.
REQUIRED = ("told", "collected")
#: Headings as couriers write them, folded.
HEADINGS: dict[str, tuple[str, ...]] = {
    "told": (
        "ma van don", "van don", "so van don", "ma buu gui", "ma don", "ma don hang", "so don", "ma phieu gui",
        "tracking number", "tracking", "order code", "shipment",
    ),
    "collected": ("tien thu ho", "so tien thu ho", "thu ho", "tien cod", "cod", "cod amount", "collected", "so tien"),
    "fee": ("phi", "cuoc phi", "tong cuoc", "phi dich vu", "phi giao hang", "phi thu ho", "cuoc", "fee", "fees"),
}  # fmt: skip
#: Parcels in one list.
MOST_LINES = 5_000
#: Days after which cash that was taken and not passed on is late.
LATE_AFTER_DAYS = 7


class Standing(StrEnum):
    """How a parcel's cash stands."""

    MISSING = "missing"  #: nothing of it was passed on
    SHORT = "short"
    OVER = "over"
    WHOLE = "whole"
    MARKED = "marked"  #: a person settled the difference


@dataclass(frozen=True)
class Told:
    """A line of a courier's list: the parcel as it calls it, cash taken, and what it keeps for it; whole đồng."""

    told: str
    collected_vnd: int
    fee_vnd: int = 0


@dataclass
class List:
    """What a courier's list says, and what is wrong with it."""

    lines: list[Told] = field(default_factory=list[Told])
    faults: list[Fault] = field(default_factory=list[Fault])

    @property
    def net_vnd(self) -> int:
        """What the courier should have paid for this list."""
        return sum(one.collected_vnd - one.fee_vnd for one in self.lines)


def stand(expected_vnd: int, remitted_vnd: int, *, is_marked: bool) -> Standing:
    """How much of a parcel's cash was passed on."""
    if is_marked:
        return Standing.MARKED
    if remitted_vnd == expected_vnd:
        return Standing.WHOLE
    if remitted_vnd == 0:
        return Standing.MISSING
    return Standing.SHORT if remitted_vnd < expected_vnd else Standing.OVER


def plain_code(text: str) -> str:
    """A tracking number or parcel's code as it is compared: capitals and digits alone."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def read_table(table: Table, columns: Mapping[str, str]) -> List:
    """A courier's list from a file; every fault by line and column."""
    places = {name: table.head.index(one) for name, one in columns.items() if one in table.head}
    found = List()
    for name in REQUIRED:
        if name not in places:
            found.faults.append(Fault(table.head_line, name, _("Không thấy cột này.")))
    if found.faults:
        return found
    for number, cells in table.rows:
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        if row["told"]:  # sums at the end of a list carry no parcel
            _read(found, number, row["told"], row["collected"], row.get("fee", ""))
    return found


def read_typed(text: str) -> List:
    """A list typed by hand, a parcel a line: `VN123456 150.000 5.000` (the parcel, its cash, its fee)."""
    found = List()
    for number, line in enumerate(text.splitlines(), 1):
        words = re.split(r"[\t;]+|\s+", line.strip())
        if words != [""]:
            told, collected, fee = [*words, "", ""][:3]
            _read(found, number, told, collected, fee)
    return found


def _read(found: List, number: int, told: str, collected: str, fee: str) -> None:
    cash, kept = money(collected) if collected else None, money(fee) if fee else 0
    if not plain_code(told) or len(told) > 60:
        found.faults.append(Fault(number, "told", _("Không phải mã vận đơn hoặc số đơn.")))
    elif plain_code(told) in {plain_code(one.told) for one in found.lines}:
        found.faults.append(Fault(number, "told", _("Kiện này đã đứng trong danh sách.")))
    elif cash is None or cash < 0 or kept is None or abs(kept) > cash:
        found.faults.append(Fault(number, "collected", _("Tiền thu hộ hoặc phí không đúng.")))
    else:
        found.lines.append(Told(told, cash, abs(kept)))
