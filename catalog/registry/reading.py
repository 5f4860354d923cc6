"""Reading a file of the registry: every row by table and place, each value by its column's rule.

What cannot be read is refused with table, line and column, all faults at once, and nothing is written.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError

from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_INFLATED, Row, read_table
from catalog.registry.files import ABOUT, unescape
from catalog.registry.format import COLUMNS, FORMAT, KEYS, SCHEMAS, VERSION, Values, text, unguard
from core.web.fields import accepting_text

#: A national file fits; the web takes less (MAX_CONTENT_LENGTH).
LARGEST_FILE = 40 * 1024 * 1024
MOST_ROWS = 100_000
_ABOUT = "registry"
#: Columns whose leading zeros a spreadsheet eats.
_ZEROS = {"tax_code", "phone", "area"}


@dataclass(frozen=True)
class Line:
    """A row of a file: its table, its number as a person counts them, and its values."""

    table: str
    number: int
    values: Values

    @property
    def code(self) -> str:
        """The code of what it describes."""
        return self.values["code"]


class Faults:
    """Everything that is wrong with a file, by table, line and column."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, line: Line, column: str | None, message: str) -> None:
        """Note one fault."""
        self.note(line.table, line.number, column, message)

    def note(self, table: str | None, number: int, column: str | None, message: str) -> None:
        """Note one fault by place."""
        self.found.append({"table": table, "line": number, "column": column, "message": message})

    def refuse(self) -> None:
        """Raise ImportRefused when there is any."""
        if self.found:
            order = [_ABOUT, *COLUMNS]
            place = {name: number for number, name in enumerate(order)}
            raise ImportRefused(errors=sorted(self.found, key=lambda one: (place.get(one["table"], -1), one["line"])))


def read(data: bytes) -> dict[str, list[Line]]:
    """The lines of a file of any form, by table, each valid by itself. Raises ImportRefused."""
    faults = Faults()
    if len(data) > LARGEST_FILE:
        faults.note(None, 1, None, _("Tệp lớn quá %(size)d MB.", size=LARGEST_FILE // 2**20))
        faults.refuse()
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    raw = list(_json(data) if is_json else _tables(data))
    tables: dict[str, list[Line]] = {name: [] for name in COLUMNS}
    for table, number, cells in raw:
        line = _load(table, number, cells, faults, is_text=not is_json)
        if line is not None:
            tables[table].append(line)
    _find_twins(tables, faults)
    faults.refuse()
    return tables


def reload(table: str, rows: list[dict[str, Any]]) -> list[Line]:
    """Lines out of rows as JSON writes them, which were valid when they were kept."""
    faults = Faults()
    lines = [_load(table, number, row, faults, is_text=False) for number, row in enumerate(rows, start=1)]
    faults.refuse()
    return [line for line in lines if line is not None]


def _load(table: str, number: int, cells: dict[str, Any], faults: Faults, *, is_text: bool) -> Line | None:
    given = {name: cell for name, cell in cells.items() if cell not in ("", None)}
    try:
        with accepting_text(is_text):
            loaded: Values = SCHEMAS[table]().load(given)  # pyright: ignore[reportAssignmentType]
    except ValidationError as error:
        for column, messages in error.normalized_messages().items():
            faults.note(table, number, column, _explained(column, str(given.get(column, "")), str(messages[0])))
        return None
    return Line(table, number, dict.fromkeys(COLUMNS[table]) | loaded)


def _explained(column: str, cell: str, message: str) -> str:
    """The fault, with what a spreadsheet probably did."""
    if column in _ZEROS and cell.isdecimal():
        return message + " " + _("Bảng tính có thể đã bỏ số 0 ở đầu: hãy định dạng cột là văn bản.")
    if cell.isdecimal() and len(cell) == 5 and column.endswith(("_on", "_from", "_until")):
        return message + " " + _("Đây là số ngày của Excel: hãy định dạng ô là ngày.")
    return message


def _find_twins(tables: dict[str, list[Line]], faults: Faults) -> None:
    """The same key twice in one table."""
    for table, lines in tables.items():
        seen: dict[tuple[str, ...], int] = {}
        for line in lines:
            key = tuple(str(line.values[column]) for column in KEYS[table])
            if key in seen:
                faults.add(line, KEYS[table][0], _("Trùng với dòng %(n)s.", n=seen[key]))
            seen.setdefault(key, line.number)


def _json(data: bytes) -> Iterator[tuple[str, int, dict[str, Any]]]:
    try:
        body = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _refused(None, line, None, _("JSON không đọc được.")) from error
    if body.get("format") != FORMAT or body.get("version") != VERSION:
        raise _refused(None, 1, "format", _("Không phải định dạng %(name)s bản %(n)s.", name=FORMAT, n=VERSION))
    for name in body.keys() - {*ABOUT, *COLUMNS}:
        raise _refused(None, 1, str(name), _("Mục này không có trong định dạng."))
    for table in COLUMNS:
        rows = body.get(table, [])
        if not isinstance(rows, list):
            raise _refused(table, 1, None, _("Phải là một danh sách."))
        if len(rows) > MOST_ROWS:
            raise _refused(table, MOST_ROWS, None, _("Quá %(most)d dòng.", most=MOST_ROWS))
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                raise _refused(table, number, None, _("Phải là một đối tượng."))
            yield table, number, row


def _tables(data: bytes) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """CSV in a zip, or the sheets of an XLSX."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > LARGEST_INFLATED or len(parts) > 500:
                raise _refused(None, 1, None, _("Tệp phình ra quá lớn."))
            names = {part.filename for part in parts}
            is_book = "[Content_Types].xml" in names
            sheets = {
                name: b"" if is_book else package.read(name) for name in names if is_book or name.endswith(".csv")
            }
            book = package.read("xl/workbook.xml").decode("utf-8", "replace") if "xl/workbook.xml" in names else ""
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, NotImplementedError) as error:
        raise _refused(None, 1, None, _("Tệp phải là JSON, XLSX, hoặc ZIP chứa các bảng CSV.")) from error
    if is_book:
        found = {name: data for name in (_ABOUT, *COLUMNS) if f'name="{name}"' in book}
    else:
        found = {name.removesuffix(".csv").rsplit("/", 1)[-1]: content for name, content in sheets.items()}
    yield from _rows(found, is_book=is_book)


def _rows(found: dict[str, bytes], *, is_book: bool) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for name in sorted(found.keys() - {_ABOUT, *COLUMNS}):
        raise _refused(name, 1, None, _("Bảng này không có trong định dạng."))
    if not found.keys() & COLUMNS.keys():
        raise _refused(None, 1, None, _("Không có bảng nào của định dạng."))
    if _ABOUT in found:
        about = _table(_ABOUT, found[_ABOUT], ABOUT, is_book=is_book)
        if [row.cells for row in about] != [{"format": FORMAT, "version": str(VERSION)}]:
            raise _refused(_ABOUT, 2, "format", _("Không phải định dạng %(name)s bản %(n)s.", name=FORMAT, n=VERSION))
    for table, columns in COLUMNS.items():
        for row in _table(table, found[table], columns, is_book=is_book) if table in found else []:
            back = unescape if is_book else unguard
            yield table, row.line, {column: back(cell) for column, cell in row.cells.items()}


def _table(name: str, data: bytes, columns: tuple[str, ...], *, is_book: bool) -> list[Row]:
    try:
        return read_table(data, columns, sheet=name if is_book else None, most_rows=MOST_ROWS, largest=LARGEST_FILE)
    except ImportRefused as refusal:
        raise ImportRefused(errors=[{"table": name} | fault for fault in refusal.facts["errors"]]) from refusal


def _refused(table: str | None, line: int, column: str | None, message: str) -> ImportRefused:
    return ImportRefused(errors=[{"table": table, "line": line, "column": column, "message": message}])


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def shown(column: str, value: Any) -> str:
    """A value as people read it in a fault."""
    return text(column, value) or "–"
