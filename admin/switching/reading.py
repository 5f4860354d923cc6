"""A file as headings and rows: UTF-8, UTF-16 or Windows-1258, commas, semicolons or tabs, or the first sheet of XLSX.

Columns that nobody reads are left alone, however odd they are; what is read is cleaned cell by cell, and every fault is
told by line and column.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from flask_babel import gettext as _

from admin.switching.systems import FIELDS
from admin.switching.values import Unreadable, clean
from catalog.certificates.importing import Faults
from catalog.certificates.sheets import LARGEST_FILE, lines_of, refused
from core.text import compose

#: Shopify's table of products has more than fifty columns.
MOST_COLUMNS = 120
#: Lines of one file. Prices and lots are written line by line.
MOST_ROWS = {"products": 2_000, "stock": 2_000, "customers": 20_000}
CODINGS = ("utf-8", "utf-16", "cp1258")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings as they stand, and rows with their line numbers."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]

    def sample(self, heading: str) -> str:
        """The first filled cell of a column: what a person recognises it by."""
        place = self.headings.index(heading)
        return next((row[place] for _line, row in self.rows[:50] if place < len(row) and row[place]), "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number, and its cleaned cells by our fields ('' for what the file does not say)."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")


def read_sheet(data: bytes, kind: str) -> Sheet:
    """The file. Raises ImportRefused for what is no table, is too large, or would run something."""
    most = MOST_ROWS[kind]
    lines = lines_of(data, largest=LARGEST_FILE, most_columns=MOST_COLUMNS, codings=CODINGS)
    number, first = next(lines, (1, []))
    headings = [compose(one).strip() for one in first]
    if sum(1 for one in headings if one) < 2:
        raise refused(number, None, _("Dòng đầu phải là tên các cột."))
    rows = [(line, cells) for line, cells in islice(lines, most + 1) if any(cell.strip() for cell in cells)]
    if len(rows) > most:
        raise refused(rows[-1][0], None, _("Quá %(most)d dòng; hãy chia tệp.", most=most))
    return Sheet(headings, rows)


def read_rows(sheet: Sheet, columns: Mapping[str, str], kind: str, faults: Faults) -> list[Row]:
    """The rows by our fields, through the columns that were chosen; faults by line and heading."""
    places = {field: sheet.headings.index(columns[field]) for field in FIELDS[kind] if columns.get(field)}
    return [
        Row(line, {field: _cell(cells, place, line, sheet.headings[place], faults) for field, place in places.items()})
        for line, cells in sheet.rows
    ]


def take(row: Row, field: str, read: Callable[[str], T], faults: Faults, otherwise: Any = None) -> T | Any:
    """A field's value; a fault at its line, and `otherwise`, where it cannot be read."""
    try:
        return read(row[field])
    except Unreadable as error:
        faults.add(row.line, field, str(error))
        return otherwise


def check_columns(sheet: Sheet, columns: Mapping[str, str], kind: str) -> dict[str, list[str]]:
    """What is wrong with a choice of columns, by field: a needed one missing, one that the file does not have."""
    wrong = {name: [_("Hãy chọn cột.")] for name, needed in FIELDS[kind].items() if needed and not columns.get(name)}
    for field, heading in columns.items():
        if heading and heading not in sheet.headings:
            wrong[field] = [_("Tệp không có cột này.")]
    return wrong


def _cell(cells: Sequence[str], place: int, line: int, heading: str, faults: Faults) -> str:
    if place >= len(cells):
        return ""
    try:
        return clean(cells[place])
    except Unreadable as error:
        faults.add(line, heading, str(error))
        return ""
