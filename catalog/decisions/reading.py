"""From what was sent to lines: a table (CSV, XLSX, pasted text) or a list of objects. Nothing is looked up here."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from catalog.certificates.importing import COLUMNS, Faults, lines_of, load_row
from catalog.certificates.models import GROUNDS
from catalog.certificates.sheets import IGNORED, MOST_ROWS, Row, read_table, refused
from catalog.decisions.models import RECOGNITION
from catalog.decisions.rules import Ended, Facts, Line
from catalog.producers.schemas import TaxCode
from core.clock import today
from core.errors import Invalid
from core.text import fold
from core.web.fields import Choice, Schema, Words, accepting_text

#: Columns of a revocation or suspension; any that tell the product.
ENDED_COLUMNS = (
    "product_code", "certificate_code", "product_name", "producer_name", "producer_tax_code", "ground",
)  # fmt: skip
#: Columns that a recognition may leave out.
OPTIONAL = frozenset({"product_code", "producer_tax_code", "score"})
#: What people call the columns, folded.
NAMES = {
    "stt": IGNORED, "tt": IGNORED, "so tt": IGNORED, "so thu tu": IGNORED,
    "ma san pham": "product_code", "ma so san pham": "product_code", "ma ocop": "product_code", "ma": "product_code",
    "ten san pham": "product_name", "san pham": "product_name",
    "chu the": "producer_name", "ten chu the": "producer_name", "chu the san xuat": "producer_name",
    "co so san xuat": "producer_name", "ma so thue": "producer_tax_code", "mst": "producer_tax_code",
    "bo": "set", "bo san pham": "set", "sao": "stars", "so sao": "stars", "hang sao": "stars", "hang": "stars",
    "diem": "score", "so diem": "score", "tong diem": "score",
    "tu ngay": "valid_from", "ngay dau": "valid_from", "hieu luc tu": "valid_from",
    "den ngay": "valid_until", "ngay cuoi": "valid_until", "hieu luc den": "valid_until",
    "ma chung nhan": "certificate_code", "chung nhan": "certificate_code", "can cu": "ground",
}  # fmt: skip


class EndedIn(Schema):
    """The cells of a line that ends or stops a certificate."""

    product_code = Words(most=40, allow_none=True)
    certificate_code = Words(most=24, allow_none=True)
    product_name = Words(most=200, allow_none=True)
    producer_name = Words(most=200, allow_none=True)
    producer_tax_code = TaxCode(most=20, allow_none=True)
    ground = Choice(*GROUNDS, allow_none=True)


def columns_of(kind: str) -> tuple[str, ...]:
    """The columns that a table of this kind of decision may have."""
    return COLUMNS if kind == RECOGNITION else ENDED_COLUMNS


def read_file(facts: Facts, data: bytes) -> list[Line]:
    """The lines of a table. Raises Invalid for the facts, ImportRefused with every fault, by line and column."""
    check_facts(facts, today())
    data, shift = (data, 0) if facts.kind == RECOGNITION else _headed(data)
    needed: Collection[str] = set(COLUMNS) - OPTIONAL if facts.kind == RECOGNITION else ()
    rows = read_table(data, columns_of(facts.kind), needed=needed, names=NAMES)
    if not rows:
        raise refused(1, None, _("Không có dòng nào dưới tiêu đề."))
    with accepting_text():
        return _lines(facts, [Row(row.line - shift, _without_ignored(row.cells)) for row in rows])


def read_items(facts: Facts, items: list[dict[str, Any]]) -> list[Line]:
    """The lines of a JSON list, numbered from 1. Raises Invalid for the facts, ImportRefused."""
    check_facts(facts, today())
    if len(items) > MOST_ROWS:
        raise refused(MOST_ROWS + 1, None, _("Quá %(most)d dòng.", most=MOST_ROWS))
    return _lines(facts, [Row(number, item) for number, item in enumerate(items, start=1)])


def check_facts(facts: Facts, on: date) -> None:
    """Refuse facts that contradict each other or the kind, with Invalid naming the fields."""
    wrong: dict[str, list[str]] = {}
    if facts.decided_on > on:
        wrong["decided_on"] = [_("Không thể ở tương lai.")]
    if facts.kind == RECOGNITION:
        given = {"ground": facts.ground, "effective_on": facts.effective_on, "revokes": facts.revokes}
        wrong |= {name: [_("Quyết định công nhận không có mục này.")] for name, value in given.items() if value}
    else:
        wrong |= _check_ending(facts)
    if wrong:
        raise Invalid(wrong)


def _check_ending(facts: Facts) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if facts.effective_on is None:
        wrong["effective_on"] = [_("Cần điền mục này.")]
    if not facts.ground:
        wrong["ground"] = [_("Cần điền mục này.")]
    elif facts.kind == "revocation" and facts.ground not in GROUNDS:
        wrong["ground"] = [_("Phải là một trong: %(codes)s.", codes=", ".join(GROUNDS))]
    if facts.until_on is not None:
        if facts.kind != "suspension":
            wrong["until_on"] = [_("Thu hồi không có ngày cuối.")]
        elif facts.effective_on is not None and facts.until_on < facts.effective_on:
            wrong["until_on"] = [_("Không thể trước ngày bắt đầu.")]
    return wrong


def _lines(facts: Facts, rows: Iterable[Row]) -> list[Line]:
    faults = Faults()
    if facts.kind == RECOGNITION:
        lines: list[Line] = [*lines_of(rows, facts.decided_on, faults, facts.issuer_level)]
    else:
        lines = [line for row in rows if (line := _ended(row, faults)) is not None]
    faults.refuse()
    return lines


def _ended(row: Row, faults: Faults) -> Ended | None:
    values = load_row(EndedIn(), row, faults)
    if values is None:
        return None
    if not (values.keys() & {"product_code", "certificate_code", "product_name"}):
        faults.add(row.line, "product_code", _("Cần mã sản phẩm, mã chứng nhận hoặc tên sản phẩm."))
        return None
    return Ended(row.line, **values)


def _headed(data: bytes) -> tuple[bytes, int]:
    """A plain list of codes gets the heading it lacks; answers by how many lines that shifts the others."""
    try:
        first = data.decode("utf-8-sig").strip().split("\n", 1)[0].strip()
    except UnicodeDecodeError:
        return data, 0
    is_code = first and not any(sign in first for sign in ",;\t") and first not in ENDED_COLUMNS
    if not is_code or fold(first) in NAMES or data[:2] == b"PK":
        return data, 0
    return b"product_code\n" + data.removeprefix(b"\xef\xbb\xbf"), 1


def _without_ignored(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in cells.items() if name != IGNORED}
