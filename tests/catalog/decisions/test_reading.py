"""Tables that people send: pasted, CSV, XLSX; and 5,000 lines in reasonable time with a fixed number of reads."""

import io
from dataclasses import replace
from time import perf_counter

import pytest
from openpyxl import Workbook
from sqlalchemy import event

from catalog.certificates.refusals import ImportRefused
from catalog.decisions.reading import read_file, read_items
from catalog.decisions.service import enter_decision, try_out
from core.db import db
from tests.catalog.decisions.conftest import DAY, RECOGNITION, REVOCATION, Pair, product_line
from tests.support.clock import Clock

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.long("postgresql")]

HEADER = "STT\tTên sản phẩm\tChủ thể\tMST\tBộ\tHạng sao\tĐiểm\tTừ ngày\tĐến ngày"
ROW = "1\tKhô cá lóc\tHTX Thử\t\t8\t3\t69,25\t05/08/2026\t05/08/2029"


@pytest.fixture(autouse=True)
def _on_the_day(clock: Clock) -> None:
    clock.on(DAY)


def test_pasted_text_with_vietnamese_headings() -> None:
    (line,) = read_file(RECOGNITION, f"{HEADER}\n{ROW}\n".encode())
    assert (line.number, line.product_name, line.stars, line.score) == (2, "Khô cá lóc", 3, 6925)  # type: ignore[union-attr]


def test_a_plain_list_of_codes_keeps_its_line_numbers() -> None:
    lines = read_file(REVOCATION, b"SP-1\nSP-2\n\nCN-3\n")
    assert [(line.number, line.product_code) for line in lines] == [(1, "SP-1"), (2, "SP-2"), (4, "CN-3")]
    assert [line.number for line in read_file(REVOCATION, "mã sản phẩm\nSP-1".encode())] == [2]


def test_xlsx_is_read_as_csv() -> None:
    book = Workbook()
    assert book.active is not None
    for cells in (("STT", "Mã sản phẩm", "Căn cứ"), (1, "SP-1", "breach"), (2, "SP-2", None)):
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    lines = read_file(REVOCATION, out.getvalue())
    assert [(line.product_code, line.ground) for line in lines] == [("SP-1", "breach"), ("SP-2", None)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", (1, None)),
        (HEADER.encode(), (1, None)),
        (b"a,b\n1,2", (1, "product_name")),
        (f"{HEADER}\n{ROW}\n".replace("69,25", "=1+1").encode(), (2, "score")),
        (f"{HEADER}\n{ROW}\n".replace("05/08/2029", "46348").encode(), (2, "valid_until")),
        (f"{HEADER}\n{ROW}\n".replace("05/08/2029", "5/8/29").encode(), (2, "valid_until")),
        (f"{HEADER}\n{ROW}".encode() + b"\n\xff\xfe", (3, None)),
        (f'{HEADER}\n"{ROW}'.encode(), (2, None)),
        (b"\xd0\xcf\x11\xe0", (1, None)),
        (b"PK\x03\x04broken", (1, None)),
        ("\n".join([HEADER, *[ROW] * 5001]).encode(), (5002, None)),
    ],
)
def test_tables_that_cannot_be_read(data: bytes, where: tuple[int, str | None]) -> None:
    with pytest.raises(ImportRefused) as refusal:
        read_file(RECOGNITION, data)
    found = [(fault["line"], fault["column"]) for fault in refusal.value.facts["errors"]]
    assert where in found


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "＝1+1"])
def test_what_looks_like_a_formula_is_plain_text(cell: str) -> None:
    (line,) = read_file(RECOGNITION, f"{HEADER}\n{ROW}\n".replace("Khô cá lóc", cell).encode())
    assert line.product_name == cell


def test_line_4999_of_5000_is_named(pair: Pair) -> None:
    items = [product_line(f"Sản phẩm {n}", f"HTX {n // 20}") for n in range(5000)]
    items[4998] |= {"stars": 7}
    with pytest.raises(ImportRefused) as refusal:
        read_items(RECOGNITION, items)
    assert [(fault["line"], fault["column"]) for fault in refusal.value.facts["errors"]] == [(4999, "stars")]


@pytest.mark.on("sqlite")
def test_5000_lines_are_tried_and_entered_soon(pair: Pair) -> None:
    items = [product_line(f"Sản phẩm {n}", f"HTX {n // 20}") for n in range(5000)]
    began = perf_counter()
    lines = read_items(RECOGNITION, items)
    assert try_out(pair.first, RECOGNITION, lines).plan.new_producers == 250
    assert enter_decision(pair.first, RECOGNITION, lines)[1]
    assert perf_counter() - began < 20  # about 2 s on an idle machine


def statements(pair: Pair, count: int, make) -> int:
    made = [make.certificate(make.product(f"Sản phẩm {count} {n}")) for n in range(count)]
    facts = replace(REVOCATION, number=f"{count}/QĐ")
    lines = read_items(facts, [{"product_code": one.product.code} for one in made])
    db.session.expire_all()
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try_out(pair.first, facts, lines)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_more_lines_ask_no_more_questions(pair: Pair, make) -> None:
    assert statements(pair, 2, make) == statements(pair, 12, make)
