"""One decision from a file: all or nothing, faults by line, worth nothing until verified."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from catalog.certificates.importing import COLUMNS, Decision, Outcome, import_decision
from catalog.certificates.models import Certificate
from catalog.certificates.refusals import ImportRefused
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.db import db
from core.errors import Forbidden

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

DECISION = Decision("3981/QĐ-UBND", date(2026, 8, 5), "province", "UBND tỉnh Lâm Đồng")
HEADER = ",".join(COLUMNS)
GOOD = [
    "68-24958-01-2026,Mắm nêm Biển,Công ty TNHH Biển,0100233488,9,3,69.25,2026-08-05,2029-08-05",
    ',"Trà bí đao, gói",HTX Trà Thử,,12,4,"72,5",05/08/2026,05/08/2029',
    "68-24958-02-2026,Nước mắm Biển,Công ty TNHH Biển,0100233488,9,4,,2026-08-05,2029-08-05",
]


@pytest.fixture
def by(make: ModuleType) -> Actor:
    return make.actor("certifier")


def csv_of(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def run(by: Actor, data: bytes, *, dry_run: bool = False) -> Outcome:
    return import_decision(by, DECISION, data, "quyet-dinh.csv", dry_run=dry_run)


def faults(by: Actor, data: bytes) -> list[tuple[int, str | None]]:
    before = counts()
    with pytest.raises(ImportRefused) as refusal:
        run(by, data)
    assert counts() == before, "a refused file writes nothing"
    return [(fault["line"], fault["column"]) for fault in refusal.value.facts["errors"]]


def counts() -> tuple[int, ...]:
    return tuple(db.session.scalar(select(func.count()).select_from(t)) or 0 for t in (Certificate, Product, Producer))


def test_a_decision_enters_whole_and_unverified(app: Flask, by: Actor) -> None:
    assert run(by, csv_of(*GOOD)) == Outcome(3, 3, 2)
    entries = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [(c.stars, c.score_hundredths, c.entered_by, c.verified_at) for c in entries] == [
        (3, 6925, by.user_id, None), (4, 7250, by.user_id, None), (4, None, by.user_id, None),
    ]  # fmt: skip
    assert entries[0].product.ocop_code == "68-24958-01-2026"
    assert entries[0].product.producer_id == entries[2].product.producer_id
    assert entries[1].product.producer.kind == "cooperative"


def test_the_same_file_again_does_nothing(app: Flask, by: Actor) -> None:
    run(by, csv_of(*GOOD))
    assert run(by, csv_of(*GOOD)).is_repeat
    assert counts() == (3, 3, 2)


def test_a_dry_run_writes_nothing(app: Flask, by: Actor) -> None:
    assert run(by, csv_of(*GOOD), dry_run=True) == Outcome(3, 3, 2)
    assert counts() == (0, 0, 0)


def test_known_products_and_producers_are_found_again(app: Flask, by: Actor) -> None:
    run(by, csv_of(*GOOD))
    later = Decision("4000/QĐ-UBND", date(2026, 9, 1), "province", "UBND tỉnh Lâm Đồng")
    renewed = [line.replace("2026-08-05", "2026-09-01").replace("05/08/2026", "01/09/2026") for line in GOOD]
    assert import_decision(by, later, csv_of(*renewed), "x.csv") == Outcome(3, 0, 0)


@pytest.mark.parametrize(
    ("cell", "value", "column"),
    [
        (0, "x" * 41, "product_code"),
        (1, "", "product_name"),
        (1, "a\u202eb", "product_name"),
        (2, "", "producer_name"),
        (3, "0100233489", "producer_tax_code"),
        (4, "27", "set"),
        (4, "", "set"),
        (5, "2", "stars"),
        (5, "6", "stars"),
        (5, "3.5", "stars"),
        (5, "ba", "stars"),
        (5, "٣", "stars"),
        (6, "101", "score"),
        (6, "89", "score"),
        (7, "2026-02-30", "valid_from"),
        (7, "5/8/26", "valid_from"),
        (7, "46348", "valid_from"),
        (8, "2026-08-04", "valid_until"),
        (8, "", "valid_until"),
        (8, "2036-08-05", "valid_until"),
    ],
)
def test_one_bad_line_is_named_and_nothing_written(cell: int, value: str, column: str, app: Flask, by: Actor) -> None:
    cells = GOOD[0].split(",")
    cells[cell] = value
    assert faults(by, csv_of(GOOD[1], ",".join(cells), GOOD[2])) == [(3, column)]


def test_every_fault_is_told_at_once(app: Flask, by: Actor) -> None:
    bad = [GOOD[0].replace(",3,", ",9,"), GOOD[1], GOOD[2].replace("2029-08-05", "soon")]
    assert faults(by, csv_of(*bad)) == [(2, "stars"), (4, "valid_until")]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (HEADER.replace(",score", ""), ["score"]),
        (HEADER + ",price", ["price"]),
        (HEADER.replace("score", "stars"), ["score", "stars"]),
        ("a;b", [*COLUMNS, "a", "b"]),
    ],
)
def test_a_wrong_header_is_told_by_column(header: str, columns: list[str], app: Flask, by: Actor) -> None:
    assert faults(by, csv_of(*GOOD, header=header)) == [(1, column) for column in columns]


def test_columns_in_another_order_and_semicolons(app: Flask, by: Actor) -> None:
    names = list(reversed(COLUMNS))
    line = dict(zip(COLUMNS, GOOD[0].split(","), strict=True))
    text = ";".join(names) + "\r\n" + ";".join(line[name] for name in names) + "\r\n"
    assert run(by, text.encode("utf-8-sig")).entries == 1


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (HEADER.encode(), 1),
        (csv_of(GOOD[0]) + "\nMắm".encode("cp1258", "replace") + b"\xff\xfe", 3),
        (csv_of(GOOD[0], '"never closed'), 3),
        (csv_of(GOOD[0], GOOD[2] + ",one,more"), 3),
        (csv_of(GOOD[0]) + b"\n\0", 3),
        (b"\xd0\xcf\x11\xe0encrypted", 1),
        (b"PK\x03\x04broken", 1),
        (csv_of(*[GOOD[1]] * 5001), 5002),
    ],
)
def test_files_that_cannot_be_read(data: bytes, line: int, app: Flask, by: Actor) -> None:
    assert faults(by, data) == [(line, None)]


def test_a_product_twice_in_one_file(app: Flask, by: Actor) -> None:
    assert faults(by, csv_of(GOOD[0], GOOD[0])) == [(2, "product_code"), (3, "product_code")]
    assert faults(by, csv_of(GOOD[1], GOOD[1])) == [(2, "product_name"), (3, "product_name")]


def test_a_known_code_with_another_name_is_no_new_product(app: Flask, by: Actor) -> None:
    run(by, csv_of(GOOD[0]))
    other = Decision("4000/QĐ-UBND", date(2026, 8, 5), "province", "UBND tỉnh Lâm Đồng")
    with pytest.raises(ImportRefused) as refusal:
        import_decision(by, other, csv_of(GOOD[0].replace("Mắm nêm Biển", "Cà phê")), "x.csv")
    assert refusal.value.facts["errors"][0]["column"] == "product_name"


def test_formula_text_stays_text(app: Flask, by: Actor) -> None:
    run(by, csv_of(GOOD[0].replace("Mắm nêm Biển", "=1+1")))
    assert db.session.scalar(select(Product.name)) == "=1+1"


def xlsx_of(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_with_real_dates_and_numbers(app: Flask, by: Actor) -> None:
    row = ["A-1", "Mắm nêm Biển", "Công ty Biển", "0100233488", 9, 3.0, 69.25, datetime(2026, 8, 5), date(2029, 8, 5)]  # noqa: DTZ001 a cell
    assert run(by, xlsx_of(list(COLUMNS), row)).entries == 1
    one = db.session.scalars(select(Certificate)).one()
    assert (one.stars, one.score_hundredths, one.valid_until) == (3, 6925, date(2029, 8, 5))


def test_xlsx_with_a_formula_a_macro_or_a_serial(app: Flask, by: Actor) -> None:
    row: list[object] = [
        "A-1",
        "Mắm nêm",
        "Công ty Biển",
        "0100233488",
        9,
        3,
        69.25,
        date(2026, 8, 5),
        date(2029, 8, 5),
    ]
    assert faults(by, xlsx_of(list(COLUMNS), [*row[:5], "=1+2", *row[6:]])) == [(2, None)]
    assert faults(by, xlsx_of(list(COLUMNS), [*row[:7], 46348, row[8]])) == [(2, "valid_from")]
    packed = io.BytesIO(xlsx_of(list(COLUMNS), row))
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    assert faults(by, packed.getvalue()) == [(1, None)]


def test_an_xlsx_that_inflates_is_not_unpacked(app: Flask, by: Actor) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"\0" * (60 * 1024 * 1024))
    assert faults(by, packed.getvalue()) == [(1, None)]


def test_only_certifiers_import(app: Flask, make: ModuleType) -> None:
    with pytest.raises(Forbidden):
        run(make.actor("admin"), csv_of(*GOOD))


def test_the_command_names_the_bad_line(app: Flask, tmp_path: Path, make: ModuleType) -> None:
    file = tmp_path / "qd.csv"
    file.write_bytes(csv_of(GOOD[0], GOOD[1].replace(",4,", ",1,")))
    about = ["--decision-number", "3981/QĐ-UBND", "--decided-on", "2026-08-05", "--issuer-level", "province"]
    command = ["certificates", "import", str(file), *about, "--issuer", "UBND tỉnh Lâm Đồng"]
    runner = app.test_cli_runner()
    refused = runner.invoke(args=command)
    assert refused.exit_code == 1
    assert "qd.csv:3 stars:" in refused.output
    file.write_bytes(csv_of(*GOOD))
    assert "would enter 3" in runner.invoke(args=[*command, "--dry-run"]).output
    done = runner.invoke(args=[*command, "--by", make.user("certifier", email="nhap@example.test").email])
    assert "entered 3 certificates" in done.output, done.output
