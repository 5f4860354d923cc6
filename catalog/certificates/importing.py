"""Importing one decision over many products: all or nothing, and worth nothing until a second person verifies.

Producers and products that are not yet known are entered with it. The same file under the same decision again
does nothing.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import or_, select

from catalog.certificates.models import CertificateImport
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.rules import implausible
from catalog.certificates.schemas import Score
from catalog.certificates.service import enter, is_entered
from catalog.certificates.sheets import Row, read_table
from catalog.producers.models import Producer
from catalog.producers.queries import find_by_name, list_same_tax_code
from catalog.producers.rules import kind_of
from catalog.producers.schemas import TaxCode
from catalog.producers.service import create_producer
from catalog.products.models import Product
from catalog.products.queries import find_same
from catalog.products.service import create_product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
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
    stars = Whole(least=3, most=5, required=True)
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
        lines = read_lines(data, decision.decided_on)
        outcome = _compare(lines, decision)
        if dry_run:
            return outcome
        for line in lines:
            _enter(by, line, decision)
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


def read_lines(data: bytes, decided_on: date) -> list[Line]:
    """The lines of a file, each valid by itself. Raises ImportRefused with every fault found."""
    faults = Faults()
    rows = read_table(data, COLUMNS)
    if not rows:
        faults.add(1, None, _("Không có dòng nào dưới tiêu đề."))
    lines = [line for row in rows if (line := _read(row, decided_on, faults)) is not None]
    _find_twins(lines, faults)
    faults.refuse()
    return lines


def _read(row: Row, decided_on: date, faults: Faults) -> Line | None:
    given = {name: cell for name, cell in row.cells.items() if cell}
    try:
        with accepting_text():
            values: dict[str, Any] = LineIn().load(given)  # pyright: ignore[reportAssignmentType]
    except ValidationError as error:
        for column, messages in error.normalized_messages().items():
            faults.add(row.line, column, str(messages[0]))
        return None
    line = Line(
        number=row.line,
        product_code=values.get("product_code"),
        product_name=values["product_name"],
        producer_name=values["producer_name"],
        producer_tax_code=values.get("producer_tax_code"),
        set_no=values["set_no"],
        stars=values["stars"],
        score=values.get("score"),
        valid_from=values["valid_from"],
        valid_until=values["valid_until"],
    )
    for column in implausible(line.stars, line.score, decided_on, line.valid_from, line.valid_until):
        faults.add(row.line, column, _("Không hợp với quyết định (số sao, điểm hoặc ngày)."))
    return line


def _find_twins(lines: list[Line], faults: Faults) -> None:
    """The same product twice in one decision, by code or by name and producer."""
    by_code = Counter(line.product_code for line in lines if line.product_code)
    by_name = Counter((line.maker, fold(line.product_name)) for line in lines)
    for line in lines:
        if line.product_code and by_code[line.product_code] > 1:
            faults.add(line.number, "product_code", _("Mã sản phẩm bị lặp trong tệp."))
        elif by_name[line.maker, fold(line.product_name)] > 1:
            faults.add(line.number, "product_name", _("Sản phẩm bị lặp trong tệp."))


def _compare(lines: list[Line], decision: Decision) -> Outcome:
    """Hold the lines against what is known; raises ImportRefused with every contradiction."""
    faults = Faults()
    new_products, new_makers = 0, set[tuple[str | None, str]]()
    for line in lines:
        maker = _find_maker(line, faults)
        product = _find_product(line, maker)
        if maker is None and product is None:
            new_makers.add(line.maker)
        if product is None:
            new_products += 1
            continue
        if fold(product.name) != fold(line.product_name):
            faults.add(line.number, "product_name", _("Mã này đang là sản phẩm “%(name)s”.", name=product.name))
        if maker is not None and product.producer_id != maker.id:
            faults.add(line.number, "producer_name", _("Sản phẩm này của chủ thể khác."))
        if is_entered(product.id, decision.issuer, decision.number, decision.decided_on):
            faults.add(line.number, "product_code", _("Sản phẩm đã có trong quyết định này."))
    faults.refuse()
    return Outcome(len(lines), new_products, len(new_makers))


def _find_maker(line: Line, faults: Faults | None = None) -> Producer | None:
    """The producer by tax code (then name, where branches share one), or by name."""
    if line.producer_tax_code is None:
        return find_by_name(line.producer_name)
    twins = list_same_tax_code(line.producer_tax_code)
    named = [twin for twin in twins if twin.name_folded == fold(line.producer_name)] or list(twins)
    if len(named) > 1 and faults is not None:
        faults.add(line.number, "producer_tax_code", _("Nhiều chủ thể dùng mã số thuế này."))
    return named[0] if named else None


def _find_product(line: Line, maker: Producer | None) -> Product | None:
    """The product by our code or the programme's, or else the producer's product of that name."""
    if line.product_code:
        of_code = or_(Product.code == line.product_code, Product.ocop_code == line.product_code)
        found = db.session.scalars(select(Product).where(of_code).order_by(Product.id)).first()
        if found is not None:
            return found
    return find_same(maker.id, line.product_name) if maker else None


def _enter(by: Actor, line: Line, decision: Decision) -> None:
    maker = _find_maker(line)
    product = _find_product(line, maker)
    if product is None:
        if maker is None:
            kind = kind_of(fold(line.producer_name))
            maker = create_producer(by, name=line.producer_name, kind=kind, tax_code=line.producer_tax_code)
        product = create_product(
            by, name=line.product_name, producer=maker.code, set_no=line.set_no, ocop_code=line.product_code
        )
    enter(
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
    )


def _fingerprint(decision: Decision, data: bytes) -> str:
    about = f"{decision.issuer}\n{decision.number}\n{decision.decided_on}\n".encode()
    return hashlib.sha256(about + data).hexdigest()
