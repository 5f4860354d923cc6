"""Tables that leave the house: CSV and XLSX with typed numbers and days, and no cell that a spreadsheet would run.

Text that begins like a formula gets an apostrophe before it (`catalog/registry/format.py: guard`); in XLSX its cell is
text besides. CSV is RFC 4180 in UTF-8 with the mark that spreadsheets need to read Vietnamese.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response
from flask_babel import LazyString
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from catalog.registry.format import guard

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDTH, _WIDEST = 12, 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the rows, its heading, and how it is shown.

    kind: text, short (kept on one line), whole, dong, day, stars or status.
    """

    key: str
    label: str | LazyString
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Whether its cells stand at the right."""
        return self.kind in ("whole", "dong")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its name for files and its rows by column key."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]


def answer(table: Table, file_format: str) -> Response:
    """The table as a file to keep."""
    data = as_xlsx(table) if file_format == "xlsx" else as_csv(table)
    response = Response(data, mimetype=FORMATS[file_format])
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{file_format}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def as_csv(table: Table) -> bytes:
    """RFC 4180: CRLF, quotes where needed; days as YYYY-MM-DD."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guard(str(column.label)) for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(row.get(column.key)) for column in table.columns])
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet with a heading that stays in sight."""
    return as_book([table])


def as_book(tables: Sequence[Table]) -> bytes:
    """Several tables as the sheets of one XLSX file, in their order; titles must differ."""
    book = Workbook(write_only=True)
    for table in tables:
        _add_sheet(book, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_sheet(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(_sheet_name(table.title))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, 1):
        longest = max([len(str(row.get(column.key) or "")) for row in table.rows] + [len(str(column.label)), _WIDTH])
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, _WIDEST)
    sheet.append([_typed(sheet, str(column.label), is_head=True) for column in table.columns])
    for row in table.rows:
        sheet.append([_typed(sheet, row.get(column.key)) for column in table.columns])


def plain(value: Any) -> Any:
    """A value as JSON tells it: days as text, choices as their code."""
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)


def is_number(value: Any) -> bool:
    """Whether a value is a number, also a negative one, that a spreadsheet may count with: never text that looks so."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _cell(value: Any) -> Any:
    """A value as a CSV cell: numbers bare, everything else guarded text."""
    if is_number(value):
        return value
    return "" if value is None else guard(str(plain(value)))


def _typed(sheet: Any, value: Any, *, is_head: bool = False) -> Any:
    """A cell whose type is said, so that text never becomes a formula."""
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=datetime(value.year, value.month, value.day))  # noqa: DTZ001 a day has no zone
        cell.number_format = "dd/mm/yyyy"
        return cell
    if is_number(value):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "#,##0" if value == int(value) else "#,##0.###"
        return cell
    cell = WriteOnlyCell(sheet, value=_clean(guard("" if value is None else str(plain(value)))))
    cell.data_type = "s"
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _clean(text: str) -> str:
    """Without the signs that XML cannot carry."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or "Sheet"
