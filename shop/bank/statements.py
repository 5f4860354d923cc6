"""Statements of accounts as files: any bank's columns, read by headings that a person has confirmed once.

Pure: bytes and headings in, credits and faults out. What goes out of the account, and what brings nothing, is left
out and counted. Every fault is told by line and column, and a file with one is not taken at all.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from flask_babel import gettext as _

from core.clock import ZONE, local_day
from core.text import fold
from shop.bank import rules
from shop.bank.rules import Seen

#: What a statement says of a credit; the first ones must have a heading.
REQUIRED = ("booked", "credit", "memo", "reference")
FIELDS = (*REQUIRED, "time", "payer_account", "payer_name")
#: Headings as banks write them, folded; the first that stands in a file is proposed.
HEADINGS: dict[str, tuple[str, ...]] = {
    "booked": (
        "ngay giao dich", "ngay hach toan", "ngay gio giao dich", "thoi gian giao dich", "thoi gian", "ngay hieu luc",
        "ngay ghi so", "ngay", "transaction date", "posting date", "booking date", "date",
    ),
    "time": ("gio giao dich", "gio", "transaction time", "time"),
    "credit": (
        "so tien ghi co", "phat sinh co", "ghi co", "tien vao", "so tien vao", "co", "credit amount", "credit",
        "so tien", "amount",
    ),
    "memo": (
        "noi dung giao dich", "noi dung", "noi dung chi tiet", "dien giai", "mo ta", "remarks", "description",
        "transaction description", "details", "memo",
    ),
    "reference": (
        "so tham chieu", "ma giao dich", "so giao dich", "so but toan", "so ct", "so chung tu", "ma tham chieu",
        "reference number", "reference", "ref no", "transaction id", "trans id", "doc no",
    ),
    "payer_account": ("tai khoan doi ung", "so tai khoan doi ung", "tk doi ung", "counter account", "from account"),
    "payer_name": ("ten tai khoan doi ung", "ten doi ung", "nguoi chuyen", "counterparty", "sender", "from name"),
}  # fmt: skip
#: A statement of a year of a busy account.
LARGEST, MOST_ROWS = 5 * 1024 * 1024, 20_000
#: Where the headings must stand: banks put their own words above.
_HEAD_WITHIN = 40
_ENCODINGS = ("utf-8-sig", "cp1258")
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_GROUPED = re.compile(r"\d{1,3}(?P<by>[.,])\d{3}((?P=by)\d{3})*|\d+")


class BadFile(ValueError):
    """The file is no table that can be read; the text says why."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one line: its number in the file, the field, and words for a person."""

    line: int
    field: str
    text: str


@dataclass(frozen=True)
class Table:
    """A file as rows of cells, with the headings' own row and the number of that line."""

    head: tuple[str, ...]
    head_line: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass
class Read:
    """What a statement says: credits, how many lines bring no money in, and what is wrong."""

    lines: list[Seen] = field(default_factory=list[Seen])
    #: Where each stands in the file.
    numbers: list[int] = field(default_factory=list[int])
    left_out: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])

    @property
    def total_vnd(self) -> int:
        """All credits together, in đồng."""
        return sum(one.amount_vnd for one in self.lines)


Headings = Mapping[str, tuple[str, ...]]


def open_table(data: bytes, columns: Mapping[str, str], headings: Headings = HEADINGS) -> Table:
    """The file's rows below its headings: the row that has all of ``columns``, or the likeliest. Raises BadFile."""
    text = _decode(data)
    rows = list(_rows(text))
    if not rows:
        raise BadFile(_("Tệp không có dòng nào."))
    if len(rows) > MOST_ROWS:
        raise BadFile(_("Tệp dài quá %(most)s dòng.", most=MOST_ROWS))
    best = max(range(min(len(rows), _HEAD_WITHIN)), key=lambda at: (_weight(rows[at][1], columns, headings), -at))
    if len([cell for cell in rows[best][1] if cell]) < 2:
        raise BadFile(_("Không thấy dòng tiêu đề cột."))
    return Table(rows[best][1], rows[best][0], tuple(rows[best + 1 :]))


def propose(head: Sequence[str], known: Mapping[str, str], headings: Headings = HEADINGS) -> dict[str, str]:
    """Which heading means what: what was confirmed before where it still stands, else by the names banks use."""
    by_name = {fold(cell).strip(" :"): cell for cell in head if cell}
    found: dict[str, str] = {}
    for name, usual in headings.items():
        if known.get(name) in by_name.values():
            found[name] = known[name]
            continue
        guess = next((by_name[one] for one in usual if one in by_name), None)
        guess = guess or next((by_name[one] for one in by_name if one.startswith(usual[:4])), None)
        if guess and guess not in found.values():
            found[name] = guess
    return found


def read(table: Table, columns: Mapping[str, str], account: str, at: datetime) -> Read:
    """Every credit of a table; `at` is now: nothing is booked after it. Faults name line and field."""
    places = {name: table.head.index(columns[name]) for name in FIELDS if columns.get(name) in table.head}
    found = Read()
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        found.faults = [Fault(table.head_line, name, _("Chưa chọn cột.")) for name in missing]
        return found
    known: dict[str, int] = {}
    for number, cells in table.rows:
        row = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        _read_row(found, number, row, account, at)
        _refuse_twins(found, number, known)
    return found


def money(text: str) -> int | None:
    """Whole đồng of a cell: `1.250.000`, `1,250,000.00`, `+1250000 VND`; negative for `-` and brackets.

    None when it is no sum, or has a fraction of a đồng.
    """
    bare = re.sub(r"(?i)\s|vnd|vnđ|đ|₫|\u00a0", "", text)
    is_out = bare.startswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = re.sub(r"[.,]0{1,2}$", "", bare.strip("+-()"))
    if not _GROUPED.fullmatch(bare) or not bare.isascii() or len(bare) > 19:
        return None
    amount = int(re.sub(r"[.,]", "", bare))
    return -amount if is_out else amount


def moment(text: str, clock: str, at: datetime) -> datetime | None:
    """When a line was booked: `22/11/2026 10:05:22`, `2026-11-22`, with the clock in a column of its own or none.

    Without a clock it is the end of that day, and of today now: the day decides, and the day is right.
    """
    words = f"{text} {clock}".replace("T", " ").split()
    if len(words) > 1 and _parse(words[0], _TIMES):  # some banks write the clock first
        words = [*words[1:], words[0]]
    day = _parse(words[0], _DAYS) if words else None
    if day is None:
        return None
    if len(words) > 1:
        hour = _parse(" ".join(words[1:]).partition(".")[0], _TIMES)
        return datetime.combine(day.date(), hour.time(), tzinfo=ZONE) if hour else None
    end = datetime.combine(day.date(), time(23, 59, 59), tzinfo=ZONE)
    return at if local_day(end) == local_day(at) else end


def _read_row(found: Read, number: int, row: Mapping[str, str], account: str, at: datetime) -> None:
    amount = money(row["credit"]) if row["credit"] else 0
    if amount is None:
        found.faults.append(Fault(number, "credit", _("Không phải số tiền: “%(text)s”.", text=row["credit"][:40])))
        return
    if amount <= 0:
        found.left_out += 1
        return
    booked = moment(row["booked"], row.get("time", ""), at)
    if booked is None or booked > at + rules.CLOCKS_APART:
        text = row["booked"][:40]
        found.faults.append(
            Fault(number, "booked", _("Ngày giờ không đọc được hoặc ở tương lai: “%(text)s”.", text=text))
        )
    if not rules.plain_ref(row["reference"]) or len(row["reference"]) > 80:
        found.faults.append(Fault(number, "reference", _("Thiếu mã giao dịch, hoặc mã quá dài.")))
    if booked is not None:
        found.numbers.append(number)
        payer = rules.plain_account(row.get("payer_account", ""))[:40] or None
        found.lines.append(
            Seen(
                account, row["reference"][:80], amount, booked, row["memo"][:1000], None, payer,
                row.get("payer_name", "")[:120] or None,
            )
        )  # fmt: skip


def _refuse_twins(found: Read, number: int, known: dict[str, int]) -> None:
    """One reference twice in one file cannot be one line of the account."""
    if not found.lines or len(known) == len(found.lines):
        return
    ref = rules.plain_ref(found.lines[-1].bank_ref)
    if ref in known:
        text = _("Mã giao dịch đã đứng ở dòng %(line)s.", line=known[ref])
        found.faults.append(Fault(number, "reference", text))
        found.lines.pop()
        found.numbers.pop()
    else:
        known[ref] = number


def _decode(data: bytes) -> str:
    if not data or len(data) > LARGEST:
        raise BadFile(_("Tệp trống hoặc lớn quá %(most)d MB.", most=LARGEST // 2**20))
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadFile(_("Không phải tệp CSV. Hãy lưu sao kê thành CSV (UTF-8) rồi gửi lại."))


def _rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Cells by line; the separator is the one that makes the most columns in the first lines."""
    first = text.splitlines()[:_HEAD_WITHIN]
    by = max(",;\t|", key=lambda sign: max((line.count(sign) for line in first), default=0))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=by)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, tuple(" ".join(cell.split()) for cell in cells)
    except csv.Error as error:
        raise BadFile(_("Dòng %(line)s không đọc được.", line=reader.line_num)) from error


def _weight(cells: Sequence[str], columns: Mapping[str, str], headings: Headings) -> int:
    """How much a row looks like the headings."""
    wanted = {one for one in columns.values() if one}
    if wanted and wanted <= set(cells):
        return 1000
    names = {fold(cell).strip(" :") for cell in cells}
    return sum(any(one in names for one in usual) for usual in headings.values())


def _parse(text: str, forms: Sequence[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 a day and a clock; the zone is Việt Nam's
        except ValueError:
            continue
    return None
