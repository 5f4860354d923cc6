"""The registry as bytes: JSON, CSV (a zip of four tables) and XLSX (four sheets). The way back is reading.py."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from catalog.registry.format import COLUMNS, FORMAT, VERSION, Tables, guard, ordered, text, typed

FORMS = ("json", "csv", "xlsx")
MEDIA = {
    "json": "application/json",
    "csv": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ENDINGS = {"json": ".json", "csv": ".zip", "xlsx": ".xlsx"}
#: Columns of the small table that says which format and version the file has.
ABOUT = ("format", "version")
#: Zip keeps a time for each part; always the same one, so that the same state gives the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write(tables: Tables, form: str) -> bytes:
    """The bytes of a registry; the same tables give the same bytes, always."""
    writers = {"json": _write_json, "csv": _write_csv, "xlsx": _write_xlsx}
    return writers[form](ordered(tables))


def _write_json(tables: Tables) -> bytes:
    body: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    for name, rows in tables.items():
        body[name] = [{column: typed(column, value) for column, value in row.items()} for row in rows]
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _write_csv(tables: Tables) -> bytes:
    parts = {"registry.csv": _csv_of(ABOUT, [{"format": FORMAT, "version": VERSION}])}
    parts |= {f"{name}.csv": _csv_of(COLUMNS[name], rows) for name, rows in tables.items()}
    return _packed(parts)


def _csv_of(columns: Sequence[str], rows: list[dict[str, Any]]) -> bytes:
    """With a byte order mark, so that spreadsheets read the letters right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guard(text(column, row[column])) for column in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _write_xlsx(tables: Tables) -> bytes:
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(*_NO_TIME)  # noqa: DTZ001 a cell's time has no zone
    sheet = book.active
    assert sheet is not None
    sheet.title = "registry"
    _fill(sheet, ABOUT, [{"format": FORMAT, "version": VERSION}])
    for name, rows in tables.items():
        _fill(book.create_sheet(name), COLUMNS[name], rows)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as package:
        return _packed({part: _untimed(part, package.read(part)) for part in package.namelist()})


def _fill(sheet: Any, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    """Text cells as text, whatever they look like; stars, sets and scores as numbers."""
    sheet.append(list(columns))
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            value = typed(column, row[column])
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            shown = value if is_number else text(column, row[column])
            if shown != "":
                cell = cast("Cell", sheet.cell(number, place))
                cell.value = shown if is_number else escape(str(shown))
                cell.data_type = "n" if is_number else "s"
                cell.number_format = "General" if is_number else "@"


def escape(value: str) -> str:
    """The format of the sheet reads _x0041_ as a letter; text that looks so is written as what it is."""
    return value.replace("_x", "_x005F_x")


def unescape(value: str) -> str:
    """The text that `escape` wrote, or a spreadsheet program."""
    return value.replace("_x005F_", "_")


def _untimed(part: str, data: bytes) -> bytes:
    """The library writes the time of saving into the properties; it is taken out."""
    if part != "docProps/core.xml":
        return data
    before, tag, rest = data.partition(b"<dcterms:modified")
    head, close, after = rest.partition(b"</dcterms:modified>")
    return before + tag + head.partition(b">")[0] + b">1980-01-01T00:00:00Z" + close + after if tag else data


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            one = zipfile.ZipInfo(name, _NO_TIME)
            one.compress_type, one.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            package.writestr(one, data)
    return out.getvalue()
