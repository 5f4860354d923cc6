"""The three writings of the registry: deterministic, safe in a spreadsheet, and read back sign by sign."""

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import fields
from openpyxl import load_workbook

from catalog.certificates.refusals import ImportRefused
from catalog.registry.files import FORMS, write
from catalog.registry.format import COLUMNS, FORMAT, SCHEMAS, VERSION, Tables, guard, text, unguard
from catalog.registry.reading import read
from core.text import compose
from core.web.fields import Choice
from tests.support.sources import ROOT

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

DANGEROUS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "＝1+1", "  =1", "'=1", "''+1", "＠a", "\u00a0-1"]
NAMES = [
    "Mật ong, hoa nhãn",
    'Trà "Shan"',
    "Chả mực\nHạ Long",
    "00123",
    "8.93E+12",
    "'Nem chua",
    "_x0041_ Mắm",
    *DANGEROUS[:6],
]


def tables(name: str = "Mật ong", **more: Any) -> Tables:
    producer = dict.fromkeys(COLUMNS["producers"]) | {
        "code": "CT-1A", "name": name, "kind": "farm", "tax_code": "0100233488", "phone": "+84912345678",
        "is_demo": False,
    }  # fmt: skip
    product = dict.fromkeys(COLUMNS["products"]) | {
        "code": "SP-1A", "ocop_code": "01-00004-03-2024", "name": name, "producer": "CT-1A", "set": 3, "is_demo": True,
    }  # fmt: skip
    certificate = dict.fromkeys(COLUMNS["certificates"]) | {
        "code": "CN-1A", "product": "SP-1A", "decision_number": "0012/QĐ-UBND", "decided_on": date(2026, 8, 5),
        "issuer_level": "province", "issuer": "UBND tỉnh Lâm Đồng", "stars": 3, "score": 6925,
        "valid_from": date(2026, 8, 5), "valid_until": date(2029, 8, 5), "note": "dòng 1\ndòng 2", "is_demo": False,
    }  # fmt: skip
    pause = dict.fromkeys(COLUMNS["suspensions"]) | {
        "certificate": "CN-1A", "from_on": date(2026, 9, 1), "decision_number": "5", "ground": "nhãn",
    }  # fmt: skip
    return {
        "producers": [producer], "products": [product], "certificates": [certificate | more], "suspensions": [pause],
    }  # fmt: skip


def values(data: bytes) -> dict[str, list[dict[str, Any]]]:
    return {table: [line.values for line in lines] for table, lines in read(data).items()}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20) | st.sampled_from(DANGEROUS))
def test_guarding_a_cell_loses_nothing(cell: str) -> None:
    assert unguard(guard(cell)) == cell
    assert not guard(cell).startswith(tuple("=+-@\t\r＝＋－＠"))


@pytest.mark.parametrize("cell", ["'Nem chua", "'", "Mắm", "", "a=b", "0912"])
def test_ordinary_cells_stay_as_they_are(cell: str) -> None:
    assert guard(cell) == cell == unguard(cell)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [name for name in NAMES if "\n" not in name])
def test_written_and_read_it_is_the_same(form: str, name: str) -> None:
    before = tables(name, note=name + "\n" + name)
    after = values(write(before, form))
    assert after["producers"][0]["name"] == name.strip().removeprefix("\u00a0")
    for table, rows in before.items():
        for row, back in zip(rows, after[table], strict=True):
            assert {c: text(c, v).strip() for c, v in row.items()} == {c: text(c, v) for c, v in back.items()}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_state_gives_the_same_bytes(form: str) -> None:
    one, other = tables("Mật ong"), tables("Mật ong")
    two = {"producers": [{**one["producers"][0], "code": "CT-0"}, *one["producers"]]}
    reversed_ = {"producers": two["producers"][::-1]}
    assert write(one, form) == write(other, form)
    assert write(two, form) == write(reversed_, form)
    assert write(one, form) != write(tables("Mật Ong"), form)


@pytest.mark.parametrize("form", FORMS)
def test_nfd_is_written_as_nfc(form: str) -> None:
    import unicodedata

    spelled = unicodedata.normalize("NFD", "Bưởi Đoan Hùng")
    assert write(tables(spelled), form) == write(tables(compose(spelled)), form)


def test_in_a_spreadsheet_nothing_is_a_formula_and_nothing_a_number_that_is_a_code() -> None:
    book = load_workbook(io.BytesIO(write(tables("=1+1"), "xlsx")))
    assert book.sheetnames == ["registry", "producers", "products", "certificates", "suspensions"]
    cells = {cell.value: cell for row in book["producers"].iter_rows() for cell in row}
    assert cells["=1+1"].data_type == "s"
    assert cells["0100233488"].data_type == "s"
    assert cells["0100233488"].number_format == "@"
    with zipfile.ZipFile(io.BytesIO(write(tables("=1+1"), "csv"))) as package:
        assert package.read("producers.csv").startswith(b"\xef\xbb\xbfcode,")
        assert b",'=1+1," in package.read("producers.csv")
        assert b",'+84912345678," in package.read("producers.csv")


def refused(data: bytes) -> list[tuple[str | None, int, str | None]]:
    with pytest.raises(ImportRefused) as refusal:
        read(data)
    return [(one["table"], one["line"], one["column"]) for one in refusal.value.facts["errors"]]


def packed(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(f"{name}.csv", content)
    return out.getvalue()


HEADER = ",".join(COLUMNS["producers"])


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("CT-1,Tên,farm,100233488,,,,,", "tax_code"),  # a spreadsheet ate the zero
        ("CT-1,Tên,farm,,,,,84912345678x,", "phone"),
        ("CT-1,Tên,farm,,4,,,,", "area"),
        ("CT-1,Tên,farm,,31,46348,,,", "area_from"),  # a serial number of a day
        ("CT-1,Tên,farm,,31,3/4/26,,,", "area_from"),
        ("CT-1,Tên,farm,,31,02/30/2026,,,", "area_from"),
        ("00123,Tên,farm,,,,,,", "code"),
        ("ct-1,Tên,farm,,,,,,", "code"),
        ("CT-1,,farm,,,,,,", "name"),
        ("CT-1,a\u202eb,farm,,,,,,", "name"),
        ("CT-1,Tên,big,,,,,,", "kind"),
        ("CT-1,Tên,farm,,,,,,maybe", "is_demo"),
    ],
)
def test_a_bad_cell_is_named(row: str, column: str) -> None:
    good = "CT-0,Tên,farm,0100233488,31,2025-07-01,,0912 345 678,"
    assert refused(packed(producers=f"{HEADER}\n{good}\n{row}\n")) == [("producers", 3, column)]


def test_separators_marks_and_orders_of_columns_are_read() -> None:
    names = list(reversed(COLUMNS["producers"]))
    cells = {"code": "CT-1", "name": "Tên; có chấm phẩy", "kind": "farm", "area_from": "1/7/2025", "area": "31"}
    line = ";".join(f'"{cells.get(name, "")}"' for name in names)
    data = packed(producers=("\ufeff" + ";".join(names) + "\r\n" + line + "\r\n").encode())
    assert values(data)["producers"][0]["area_from"] == date(2025, 7, 1)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", (None, 1, None)),
        (b"hello", (None, 1, None)),
        (b"PK\x03\x04broken", (None, 1, None)),
        (b"{", (None, 1, None)),
        (b'{"format": "other", "version": 1}', (None, 1, "format")),
        (b'{"format": "ocop-registry", "version": 2}', (None, 1, "format")),
        (b'{"format": "ocop-registry", "version": 1, "prices": []}', (None, 1, "prices")),
        (b'{"format": "ocop-registry", "version": 1, "products": {}}', ("products", 1, None)),
        (b'{"format": "ocop-registry", "version": 1, "products": [1]}', ("products", 1, None)),
        (packed(other="a,b"), ("other", 1, None)),
        (packed(registry="format,version\nocop-registry,2\n", producers=HEADER), ("registry", 2, "format")),
        (packed(producers=HEADER + "\nTªn,x\n"), ("producers", 2, "code")),
        (packed(producers=HEADER.encode() + b"\n\xff\xfe"), ("producers", 2, None)),
        (packed(producers=HEADER + '\n"CT-1'), ("producers", 2, None)),
        (packed(producers=HEADER.replace("kind", "name")), ("producers", 1, "kind")),
        (packed(producers="\0"), ("producers", 1, None)),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(data: bytes, place: tuple[str | None, int, str | None]) -> None:
    assert refused(data)[0] == place


def test_json_is_typed_and_has_no_twins() -> None:
    body = json.loads(write(tables(), "json"))
    body["certificates"][0]["stars"] = "3"
    assert refused(json.dumps(body).encode()) == [("certificates", 1, "stars")]
    body["certificates"][0]["stars"] = 3
    body["producers"] *= 2
    assert refused(json.dumps(body).encode()) == [("producers", 2, "code")]
    assert refused(b'{"format": "ocop-registry", "format": "x"}') == [(None, 1, None)]


def test_a_zip_that_inflates_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("producers.csv", b"\0" * (60 * 1024 * 1024))
    assert refused(out.getvalue()) == [(None, 1, None)]


def test_a_damaged_stream_in_a_whole_zip_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("producers.csv", "code,name\n" + "CT-1,Hợp tác xã\n" * 50)
    sent = bytearray(out.getvalue())
    sent[45:60] = b"\xff" * 15
    assert refused(bytes(sent)) == [(None, 1, None)]


def test_the_published_schema_is_the_format() -> None:
    """Columns, which of them are needed, and the choices, as `format.py` reads them."""
    published = json.loads(
        (ROOT / "catalog" / "registry" / "data" / "registry.schema.json").read_text(encoding="utf-8")
    )
    assert published["properties"]["format"] == {"const": FORMAT}
    assert published["properties"]["version"] == {"const": VERSION}
    for table, schema in SCHEMAS.items():
        items, own = published["properties"][table]["items"], schema().fields
        assert tuple(items["properties"]) == tuple(own) == COLUMNS[table]
        assert items["required"] == [name for name, field in own.items() if field.required]
        for name, field in own.items():
            if isinstance(field, Choice):
                assert [one for one in items["properties"][name]["enum"] if one] == list(field.codes)
            needed = field.required or isinstance(field, fields.Boolean)
            assert ("null" in items["properties"][name]["type"]) != needed, name


def test_the_page_of_documents_names_every_column() -> None:
    page = (ROOT / "docs" / "registry.md").read_text(encoding="utf-8")
    for table, columns in COLUMNS.items():
        told = page.split(f"### `{table}`")[1].split("###")[0]
        assert [line.split("`")[1] for line in told.splitlines() if line.startswith("| `")] == list(columns)
