"""Reading a table out of a CSV or XLSX file that a stranger sent: text cells by column, or a refusal with lines.

CSV: UTF-8 (with or without BOM), comma, semicolon or tab. XLSX: the first sheet, no macros, no links to other
files, no formulas, nothing that inflates beyond reason. A cell that looks like a formula in CSV is plain text.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from openpyxl import load_workbook

from catalog.certificates.refusals import ImportRefused
from core.text import fold

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_INFLATED = 50 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 40
#: A column of the file that is left unread, such as the number of the line.
IGNORED = "#"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Row:
    """One line of the file: its number as a person counts them, and its cells by column."""

    line: int
    cells: dict[str, Any]


def read_table(
    data: bytes,
    columns: Sequence[str],
    *,
    needed: Collection[str] | None = None,
    names: Mapping[str, str] | None = None,
    sheet: str | None = None,
    most_rows: int = MOST_ROWS,
    largest: int = LARGEST_FILE,
) -> list[Row]:
    """The rows below the header, in any order of columns. Raises ImportRefused naming line and column.

    ``needed``: the columns that must be there (all, when left out); ``names``: what folded headings are called here,
    ``IGNORED`` for a column that says nothing; ``sheet``: the sheet of that name (the first, when left out).
    """
    lines = lines_of(data, sheet=sheet, largest=largest)
    number, header = next(lines, (1, []))
    header = [(names or {}).get(fold(name), name) for name in header]
    _check_header(number, header, columns, columns if needed is None else needed)
    rows: list[Row] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == most_rows:
            raise refused(number, None, _("Quá %(most)d dòng.", most=most_rows))
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            raise refused(number, None, _("Dòng có nhiều ô hơn tiêu đề."))
        padded = [*cells, *[""] * (len(header) - len(cells))]
        rows.append(Row(number, dict(zip(header, padded, strict=False))))
    return rows


def lines_of(
    data: bytes,
    *,
    sheet: str | None = None,
    largest: int = LARGEST_FILE,
    most_columns: int = MOST_COLUMNS,
    codings: Sequence[str] = ("utf-8",),
) -> Iterator[tuple[int, list[str]]]:
    """Lines of a file with their numbers, whatever its headings; ``codings`` are tried in their order for CSV.

    Raises ImportRefused naming the line.
    """
    if not data.strip():
        raise refused(1, None, _("Tệp trống."))
    if len(data) > largest:
        raise refused(1, None, _("Tệp lớn quá %(size)d MB.", size=largest // 2**20))
    if data[:4] in (_ZIP, _OLE):
        return _xlsx(data, sheet, most_columns)
    return _csv(data, codings, most_columns)


def refused(line: int, column: str | None, message: str) -> ImportRefused:
    """A refusal with a single fault."""
    return ImportRefused(errors=[{"line": line, "column": column, "message": message}])


def _check_header(number: int, header: list[str], columns: Sequence[str], needed: Collection[str]) -> None:
    """Every needed column, each once, none that we do not know."""
    faults = [(name, _("Thiếu cột.")) for name in columns if name in needed and name not in header]
    faults += [(name, _("Cột không có trong mẫu.")) for name in header if name not in columns and name != IGNORED]
    faults += [(name, _("Cột bị lặp.")) for name in sorted(set(header)) if header.count(name) > 1]
    if faults:
        errors = [{"line": number, "column": name, "message": text} for name, text in faults]
        raise ImportRefused(errors=errors)


def _decoded(data: bytes, codings: Sequence[str]) -> str:
    """The text of a CSV file; a mark of UTF-16 at its beginning counts where that is taken."""
    is_marked = data[:2] in (b"\xff\xfe", b"\xfe\xff") and "utf-16" in codings
    line = 1
    for coding in ["utf-16"] if is_marked else [one for one in codings if one != "utf-16"]:
        try:
            return data.decode(coding)
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
    alone = _("Tệp CSV phải dùng mã UTF-8.")
    raise refused(line, None, alone if len(codings) == 1 else _("Không đọc được mã chữ; hãy lưu lại là UTF-8."))


def _csv(data: bytes, codings: Sequence[str], most_columns: int) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data.removeprefix(b"\xef\xbb\xbf"), codings).removeprefix("\ufeff")
    if "\0" in text:
        raise refused(text[: text.index("\0")].count("\n") + 1, None, _("Có ký tự không dùng được."))
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if len(cells) > most_columns:
                raise refused(begins, None, _("Quá nhiều cột."))
            yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refused(begins, None, _("Dòng CSV không đọc được (dấu nháy chưa đóng?).")) from error


def _xlsx(data: bytes, name: str | None, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    _check_package(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book[name] if name else book.worksheets[0]
        rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_col=most_columns)
        for number, row in enumerate(rows, start=1):
            yield number, _trimmed([_cell(number, cell) for cell in row])
    except (KeyError, IndexError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, SyntaxError) as error:
        raise refused(1, None, _("Tệp XLSX không đọc được.")) from error


def _check_package(data: bytes) -> None:
    """Look into the package before unpacking anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except zipfile.BadZipFile as error:
        raise refused(1, None, _("Tệp XLSX hỏng hoặc có mật khẩu.")) from error
    if sum(part.file_size for part in parts) > LARGEST_INFLATED or len(parts) > 500:
        raise refused(1, None, _("Tệp XLSX phình ra quá lớn."))
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name or "externallinks/" in name or "embeddings/" in name for name in names):
        raise refused(1, None, _("Tệp XLSX có macro hoặc liên kết ra ngoài."))


def _cell(line: int, cell: Any) -> str:
    """A cell as text; days as YYYY-MM-DD, whole numbers without a point."""
    value = cell.value
    if cell.data_type == "f":
        raise refused(line, None, _("Ô chứa công thức; hãy dán giá trị."))
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
