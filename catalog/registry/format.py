"""The format `ocop-registry`, version 1: its tables and columns, and how a value becomes a cell and comes back.

One description serves JSON, CSV and XLSX; docs/registry.md tells the meaning of each column. Every writing of the
same state gives the same bytes: rows stand in the order of their keys, columns in this order, and no time is written.
"""

import re
from datetime import date
from typing import Any

from marshmallow import fields

from catalog.certificates.models import GROUNDS, LEVELS
from catalog.certificates.schemas import Score
from catalog.producers.models import KINDS
from catalog.producers.schemas import TaxCode
from core.text import compose
from core.web.fields import Choice, Day, Phone, Schema, Whole, Words

FORMAT, VERSION = "ocop-registry", 1

#: A stable code: capitals, digits and the signs . _ -, at least one letter, so that it is never an address or a number.
CODE = r"(?=.*[A-Z])[A-Z0-9][A-Z0-9._-]{1,23}"
_AREA = r"\d{2}|\d{3}|\d{5}"
#: What a spreadsheet would take for a formula, also behind spaces and apostrophes, full-width signs included.
_FORMULA = re.compile("['\\s\u00a0]*[=+\\-@\t\r＝＋－＠]")

Values = dict[str, Any]
#: The four tables, each a list of rows; a value is text, a whole number, a day, a bool or None.
Tables = dict[str, list[Values]]


class ProducerRow(Schema):
    """One producer."""

    code = Words(most=24, pattern=CODE, required=True)
    name = Words(most=200, required=True)
    kind = Choice(*KINDS, required=True)
    tax_code = TaxCode(most=20, allow_none=True)
    area = Words(most=5, pattern=_AREA, allow_none=True)
    area_from = Day(allow_none=True)
    address = Words(most=200, allow_none=True)
    phone = Phone(most=24, allow_none=True)
    is_demo = fields.Boolean(load_default=False)


class ProductRow(Schema):
    """One product."""

    code = Words(most=24, pattern=CODE, required=True)
    ocop_code = Words(most=40, allow_none=True)
    name = Words(most=200, required=True)
    producer = Words(most=24, pattern=CODE, required=True)
    set = Whole(least=1, most=26, required=True)
    area = Words(most=5, pattern=_AREA, allow_none=True)
    area_from = Day(allow_none=True)
    is_demo = fields.Boolean(load_default=False)


class CertificateRow(Schema):
    """One certificate with everything that later decisions did to it, suspensions apart."""

    code = Words(most=24, pattern=CODE, required=True)
    product = Words(most=24, pattern=CODE, required=True)
    decision_number = Words(most=60, required=True)
    decided_on = Day(required=True)
    issuer_level = Choice(*LEVELS, required=True)
    issuer = Words(most=160, required=True)
    stars = Whole(least=3, most=5, required=True)
    score = Score(allow_none=True)
    score_a = Score(allow_none=True)
    score_b = Score(allow_none=True)
    score_c = Score(allow_none=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)
    exception_reason = Words(most=1000, lines=True, allow_none=True)
    extended_until = Day(allow_none=True)
    extension_receipt = Words(most=60, allow_none=True)
    governs_until = Day(allow_none=True)
    revoked_on = Day(allow_none=True)
    revocation_number = Words(most=60, allow_none=True)
    revocation_ground = Choice(*GROUNDS, allow_none=True)
    revocation_authority = Words(most=160, allow_none=True)
    document = Words(most=300, allow_none=True)
    note = Words(most=2000, lines=True, allow_none=True)
    is_demo = fields.Boolean(load_default=False)


class SuspensionRow(Schema):
    """Days on which a certificate stands still."""

    certificate = Words(most=24, pattern=CODE, required=True)
    from_on = Day(required=True)
    until_on = Day(allow_none=True)
    decision_number = Words(most=60, required=True)
    ground = Words(most=300, required=True)


SCHEMAS: dict[str, type[Schema]] = {
    "producers": ProducerRow, "products": ProductRow, "certificates": CertificateRow, "suspensions": SuspensionRow,
}  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {name: tuple(schema().fields) for name, schema in SCHEMAS.items()}
#: Columns by which the rows of a table are ordered.
KEYS = {
    "producers": ("code",), "products": ("code",), "certificates": ("code",),
    "suspensions": ("certificate", "from_on", "decision_number"),
}  # fmt: skip
SCORES = frozenset({"score", "score_a", "score_b", "score_c"})


def ordered(tables: Tables) -> Tables:
    """Every table with its columns in order and its rows by their key."""
    found: Tables = {}
    for name, columns in COLUMNS.items():
        rows = sorted(tables.get(name, []), key=lambda row, keys=KEYS[name]: tuple(str(row[key]) for key in keys))
        found[name] = [{column: row.get(column) for column in columns} for row in rows]
    return found


def typed(column: str, value: Any) -> Any:
    """A value as JSON writes it: days as text, scores in points."""
    if column in SCORES and value is not None:
        return value // 100 if value % 100 == 0 else value / 100
    if isinstance(value, str):
        return compose(value) or None
    return value.isoformat() if isinstance(value, date) else value


def text(column: str, value: Any) -> str:
    """A value as the text of a cell: empty for none, "true" for a mark, nothing for its absence."""
    value = typed(column, value)
    if value is None or value is False:
        return ""
    return "true" if value is True else str(value)


def guard(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what looks like one."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """The cell as it was before `guard`; anything else stays as it is."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
