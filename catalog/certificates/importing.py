"""Importing one decision over many products: all or nothing, and worth nothing until a second person verifies.

Producers and products that are not yet known are entered with it. The same file under the same decision again
does nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from catalog.certificates.judging import in_words
from catalog.certificates.law import Claim, Gravity, judge
from catalog.certificates.matching import Known
from catalog.certificates.models import Certificate, CertificateImport
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.schemas import Score
from catalog.certificates.service import enter
from catalog.certificates.sheets import Row, read_table
from catalog.producers.models import Producer
from catalog.producers.rules import kind_of
from catalog.producers.schemas import TaxCode
from catalog.producers.service import create_producer
from catalog.products.codes import canonical, faults_of, looks_like_one
from catalog.products.models import Product
from catalog.products.service import create_product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now, today
from core.db import db, transaction
from core.text import fold
from core.web.fields import Day, Schema, Whole, Words, accepting_text

COLUMNS = (
    "product_code", "product_name", "producer_name", "producer_tax_code", "set", "stars", "score", "valid_from",
    "valid_until",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """The decision that the whole file belongs to."""

    number: str
    decided_on: date
    issuer_level: str
    issuer: str
    document: str | None = None
    is_demo: bool = False


@dataclass(frozen=True)
class Line:
    """One product of the decision, read and valid by itself."""

    number: int
    product_code: str | None
    product_name: str
    producer_name: str
    producer_tax_code: str | None
    set_no: int
    stars: int
    score: int | None
    valid_from: date
    valid_until: date

    @property
    def maker(self) -> tuple[str | None, str]:
        """What tells its producer from others: the tax code, or without one the name."""
        return self.producer_tax_code, "" if self.producer_tax_code else fold(self.producer_name)


@dataclass(frozen=True)
class Outcome:
    """What an import did, or with dry_run would do."""

    entries: int
    new_products: int
    new_producers: int
    is_repeat: bool = False


class LineIn(Schema):
    """The cells of a line."""

    product_code = Words(most=40, allow_none=True)
    product_name = Words(most=200, required=True)
    producer_name = Words(most=200, required=True)
    producer_tax_code = TaxCode(most=20, allow_none=True)
    set = Whole(least=1, most=26, required=True, attribute="set_no")
    stars = Whole(least=1, most=5, required=True)
    score = Score(allow_none=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)


class Faults:
    """Everything that is wrong with a file, by line and column."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, line: int, column: str | None, message: str) -> None:
        """Note one fault."""
        self.found.append({"line": line, "column": column, "message": message})

    def refuse(self) -> None:
        """Raise ImportRefused when there is any."""
        if self.found:
            raise ImportRefused(errors=sorted(self.found, key=lambda fault: fault["line"]))


def import_decision(by: Actor, decision: Decision, data: bytes, file_name: str, *, dry_run: bool = False) -> Outcome:
    """Enter every line of the file, or refuse with ImportRefused (errors: line, column, message) and write nothing."""
    authorize(by, "certificates.enter")
    sha256 = _fingerprint(decision, data)
    with transaction() as session:
        if session.scalar(select(CertificateImport.id).where(CertificateImport.sha256 == sha256)):
            return Outcome(0, 0, 0, is_repeat=True)
        lines = read_lines(data, decision.decided_on, decision.issuer_level)
        known = Known(lines)
        outcome = _compare(lines, decision, known)
        if dry_run:
            return outcome
        for line in lines:
            enter_line(by, line, decision, known)
        session.add(
            CertificateImport(
                sha256=sha256,
                file_name=file_name[-200:],
                decision_number=decision.number,
                entries=len(lines),
                imported_by=by.user_id,
                imported_at=now(),
            )
        )
        record("certificates.imported", f"decision:{decision.number}", by, file=file_name, entries=len(lines))
    return outcome


def read_lines(data: bytes, decided_on: date, issuer_level: str) -> list[Line]:
    """The lines of a file, each valid by itself. Raises ImportRefused with every fault found."""
    faults = Faults()
    rows = read_table(data, COLUMNS)
    if not rows:
        faults.add(1, None, _("Không có dòng nào dưới tiêu đề."))
    with accepting_text():
        lines = lines_of(rows, decided_on, faults, issuer_level)
    faults.refuse()
    return lines


def lines_of(rows: Iterable[Row], decided_on: date, faults: Faults, issuer_level: str | None = None) -> list[Line]:
    """The rows that are lines; what is wrong with the others, and twins among them, goes into `faults`.

    Each line is judged by the law of the decision's day; an exception is entered singly, with its reason.
    """
    on = today()
    lines = [line for row in rows if (line := _read(row, faults)) is not None]
    for line in lines:
        _judge(line, decided_on, issuer_level, on, faults)
    _find_twins(lines, faults)
    return lines


def load_row(schema: Schema, row: Row, faults: Faults) -> dict[str, Any] | None:
    """The values of a row, empty cells left out; None with its faults noted when it does not fit."""
    given = {name: cell for name, cell in row.cells.items() if cell not in ("", None)}
    try:
        return schema.load(given)  # type: ignore[return-value]
    except ValidationError as error:
        for column, messages in error.normalized_messages().items():
            faults.add(row.line, column, _first(messages))
        return None


def find(line: Line, known: Known, faults: Faults) -> tuple[Producer | None, Product | None]:
    """The producer and the product that the line means; None for one that is new. Contradictions are noted."""
    makers = known.makers(line)
    product = known.product(line, makers)
    if product is None:
        if len(makers) > 1:
            column = "producer_tax_code" if line.producer_tax_code else "producer_name"
            faults.add(line.number, column, _("Nhiều chủ thể dùng mã số thuế hoặc tên này."))
        return (makers[0] if makers else None), None
    if fold(product.name) != fold(line.product_name):
        faults.add(line.number, "product_name", _("Mã này đang là sản phẩm “%(name)s”.", name=product.name))
    if makers and product.producer_id not in {maker.id for maker in makers}:
        faults.add(line.number, "producer_name", _("Sản phẩm này của chủ thể khác."))
    return known.maker_of(product), product


def enter_line(by: Actor, line: Line, decision: Decision, known: Known) -> Certificate:
    """Enter the line's certificate, and its producer and product where they are new (then `known` has them)."""
    maker, product = find(line, known, Faults())
    if product is None:
        if maker is None:
            kind = kind_of(fold(line.producer_name))
            maker = create_producer(
                by, name=line.producer_name, kind=kind, tax_code=line.producer_tax_code, is_demo=decision.is_demo
            )
            known.add_maker(maker)
        product = create_product(
            by,
            name=line.product_name,
            producer=maker.code,
            set_no=line.set_no,
            ocop_code=line.product_code,
            is_demo=decision.is_demo,
        )
        known.add_product(product)
    return enter(
        by,
        product=product.code,
        decision_number=decision.number,
        decided_on=decision.decided_on,
        issuer_level=decision.issuer_level,
        issuer=decision.issuer,
        stars=line.stars,
        valid_from=line.valid_from,
        valid_until=line.valid_until,
        score=line.score,
        document=decision.document,
        is_demo=decision.is_demo,
    )


def _judge(line: Line, decided_on: date, issuer_level: str | None, on: date, faults: Faults) -> None:
    """Note what contradicts the rules of the decision's day, at its column; what concerns the paper, at the line."""
    claim = Claim(
        stars=line.stars, level=issuer_level, decided_on=decided_on, valid_from=line.valid_from,
        valid_until=line.valid_until, known_on=on, score=line.score, set_no=line.set_no,
    )  # fmt: skip
    for fault in judge(claim):
        if fault.gravity is not Gravity.REVIEW:
            faults.add(line.number, fault.field if fault.field in COLUMNS else None, in_words(fault))
    if line.product_code and looks_like_one(line.product_code):
        for text in faults_of(line.product_code, on):
            faults.add(line.number, "product_code", str(text))


def _read(row: Row, faults: Faults) -> Line | None:
    values = load_row(LineIn(), row, faults)
    if values is None:
        return None
    code = values.get("product_code")
    return Line(
        number=row.line,
        product_code=(canonical(code) or code) if code else None,
        product_name=values["product_name"],
        producer_name=values["producer_name"],
        producer_tax_code=values.get("producer_tax_code"),
        set_no=values["set_no"],
        stars=values["stars"],
        score=values.get("score"),
        valid_from=values["valid_from"],
        valid_until=values["valid_until"],
    )


def _find_twins(lines: list[Line], faults: Faults) -> None:
    """The same product twice in one decision, by code or by name and producer."""
    by_code = Counter(line.product_code for line in lines if line.product_code)
    by_name = Counter((line.maker, fold(line.product_name)) for line in lines)
    for line in lines:
        if line.product_code and by_code[line.product_code] > 1:
            faults.add(line.number, "product_code", _("Mã sản phẩm bị lặp trong tệp."))
        elif by_name[line.maker, fold(line.product_name)] > 1:
            faults.add(line.number, "product_name", _("Sản phẩm bị lặp trong tệp."))


def _compare(lines: list[Line], decision: Decision, known: Known) -> Outcome:
    """Hold the lines against what is known; raises ImportRefused with every contradiction."""
    faults = Faults()
    new_products, new_makers = 0, set[tuple[str | None, str]]()
    entered = entered_in(decision)
    for line in lines:
        maker, product = find(line, known, faults)
        if maker is None and product is None:
            new_makers.add(line.maker)
        if product is None:
            new_products += 1
        elif product.id in entered:
            faults.add(line.number, "product_code", _("Sản phẩm đã có trong quyết định này."))
    faults.refuse()
    return Outcome(len(lines), new_products, len(new_makers))


def entered_in(decision: Decision) -> set[int]:
    """The products that stand in the decision already."""
    query = select(Certificate.product_id).where(
        Certificate.issuer == decision.issuer,
        Certificate.decision_number == decision.number,
        Certificate.decided_on == decision.decided_on,
    )
    return set(db.session.scalars(query))


def _first(messages: Any) -> str:
    """The first text of whatever marshmallow says."""
    while isinstance(messages, dict):
        messages = next(iter(messages.values()))
    return str(messages[0]) if isinstance(messages, list) else str(messages)


def _fingerprint(decision: Decision, data: bytes) -> str:
    about = f"{decision.issuer}\n{decision.number}\n{decision.decided_on}\n".encode()
    return hashlib.sha256(about + data).hexdigest()
