"""Applications out of a file (CSV or XLSX), as an organizer or a delegation collected them on paper.

All or nothing, faults by line and column; the same file twice is one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from catalog.certificates.importing import Faults
from catalog.certificates.sheets import IGNORED, Row, read_table
from catalog.producers.models import Producer
from catalog.producers.queries import find_by_name, find_producer
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Refusal
from core.text import fold
from core.web.fields import accepting_text
from shop.exhibitors.delegations import filled, last_day
from shop.exhibitors.models import FairApplicationImport
from shop.exhibitors.schemas import FileLine
from shop.fairs.applying.applications import Decision, Wanted, Way, put, settle
from shop.fairs.applying.wishing import read_names
from shop.fairs.models import Fair
from shop.fairs.rules import ApplicationState
from shop.fairs.service import lock_fair

COLUMNS = ("producer", "products", "kind", "services", "booths", "near", "apart", "conditional", "note")
NEEDED = ("producer", "products")
#: What organizers call the columns, folded.
NAMES = {
    "stt": IGNORED, "tt": IGNORED, "chu the": "producer", "ma chu the": "producer", "ten chu the": "producer",
    "don vi": "producer", "san pham": "products", "ma san pham": "products", "kieu gian": "kind", "can co": "services",
    "dich vu": "services", "so gian": "booths", "gan": "near", "xa": "apart", "co dieu kien": "conditional",
    "ghi chu": "note",
}  # fmt: skip
KINDS = {"tieu chuan": "standard", "goc": "corner", "vi tri dep": "premium", "am thuc": "food", "ngoai troi": "open"}
SERVICES = {"dien": "power", "nuoc": "water", "tu lanh": "cold", "kho mat": "cold", "mang": "internet"}
_YES = {"co": "true", "x": "true", "1": "true", "yes": "true", "khong": "false", "0": "false", "no": "false"}


@dataclass(frozen=True)
class Outcome:
    """What an import did, or with ``dry_run`` would do: applications by producer's name."""

    entries: int
    producers: tuple[str, ...] = ()
    is_repeat: bool = False


class _Undo(Exception):
    """Carries the outcome of a dry run out of the transaction that is taken back."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def import_applications(
    slug: str, data: bytes, file_name: str, by: Actor, *, dry_run: bool = False, way: Way | None = None
) -> Outcome:
    """Take in every line, or refuse with ImportRefused (errors: line, column, message) and write nothing.

    The lines are judged by writing them: a dry run does the same and takes it back, so it cannot say anything else.
    ``way``: of a delegation, whose caller was judged before; else the caller must be the fair's organizer.
    """
    try:
        with transaction():
            outcome = _import(slug, data, file_name, by, way)
            if dry_run:
                raise _Undo(outcome)
    except _Undo as undo:
        return undo.outcome
    return outcome


def import_delegated(code: str, data: bytes, file_name: str, by: Actor, *, dry_run: bool = False) -> Outcome:
    """The same by a delegation for its own exhibitors, who are accepted with it.

    Raises ImportRefused, DelegationClosed; NotFound for another delegation's people.
    """
    try:
        with transaction():
            one, fair = filled(code, by)
            way = Way("delegation", None, one.id, last_day(one, fair))
            outcome = _import(fair.slug, data, file_name, by, way)
            if dry_run:
                raise _Undo(outcome)
    except _Undo as undo:
        return undo.outcome
    return outcome


def _import(slug: str, data: bytes, file_name: str, by: Actor, way: Way | None) -> Outcome:
    at = now()
    fair = lock_fair(slug, by, "applications.enter") if way is None else _locked(slug)
    sha256 = hashlib.sha256(data).hexdigest()
    seen = FairApplicationImport.fair_id == fair.id, FairApplicationImport.sha256 == sha256
    if db.session.scalar(select(FairApplicationImport.id).where(*seen)):
        return Outcome(0, is_repeat=True)
    faults = Faults()
    rows = _rows(data, faults)
    way = way or Way("file", until_on=fair.opens_on)
    names = [_enter(fair, row, way, by, faults) for row in rows]
    faults.refuse()
    done = FairApplicationImport(
        fair_id=fair.id, sha256=sha256, file_name=file_name[-200:], entries=len(rows), imported_by=by.label[:200],
        imported_at=at,
    )  # fmt: skip
    db.session.add(done)
    db.session.flush()
    record("applications.imported", f"fair:{slug}", by, file=file_name, entries=len(rows), on=local_day(at))
    return Outcome(len(rows), tuple(name for name in names if name))


def _locked(slug: str) -> Fair:
    return db.session.scalars(select(Fair).where(Fair.slug == slug).with_for_update()).one()


def _rows(data: bytes, faults: Faults) -> list[Row]:
    rows = read_table(data, COLUMNS, needed=NEEDED, names=NAMES)
    if not rows:
        faults.add(1, None, _("Không có dòng nào dưới tiêu đề."))
    return rows


def _enter(fair: Fair, row: Row, way: Way, by: Actor, faults: Faults) -> str | None:
    """One line, written behind a savepoint; what is wrong with it is noted."""
    line = _read(row, faults)
    if line is None:
        return None
    producer, wanted = line
    try:
        with db.session.begin_nested():
            application = put(fair, producer, wanted, way, by)
            if way.delegation_id is not None:
                settle(application, fair, Decision(ApplicationState.ACCEPTED), by)
    except Refusal as refusal:
        faults.add(row.line, _column_of(refusal), _told(refusal))
        return None
    return producer.name


def _read(row: Row, faults: Faults) -> tuple[Producer, Wanted] | None:
    """The producer and what it wants; None with faults."""
    data = _loaded(row, faults)
    if data is None:
        return None
    producer = find_producer(data["producer"].upper()) or find_by_name(data["producer"])
    if producer is None:
        faults.add(row.line, "producer", _("Không có đúng một chủ thể mang mã hoặc tên này."))
        return None
    slugs, unknown = _products(producer, _parts(data["products"]))
    if unknown:
        faults.add(row.line, "products", _("Chủ thể không có sản phẩm: %(names)s.", names="; ".join(unknown)))
    wishes: dict[str, Any] = {key: data[key] for key in ("kind", "services", "booths", "note") if data.get(key)}
    for field in ("near", "apart"):
        codes, strangers = read_names(data.get(field) or "")
        if strangers:
            faults.add(row.line, field, _("Không tìm thấy đúng một chủ thể tên %(names)s.", names="; ".join(strangers)))
        if codes:
            wishes[field] = codes
    return None if unknown else (producer, Wanted(slugs, producer.code, wishes, data["conditional"]))


def _loaded(row: Row, faults: Faults) -> dict[str, Any] | None:
    given: dict[str, Any] = {name: cell for name, cell in row.cells.items() if cell and name != IGNORED}
    if "kind" in given:
        given["kind"] = KINDS.get(fold(given["kind"]), given["kind"])
    if "services" in given:
        given["services"] = [SERVICES.get(fold(one), one) for one in _parts(given["services"].replace(",", ";"))]
    if "conditional" in given:
        given["conditional"] = _YES.get(fold(given["conditional"]), given["conditional"])
    try:
        with accepting_text():
            return FileLine().load(given)  # type: ignore[return-value]
    except ValidationError as error:
        for column, messages in error.normalized_messages().items():
            text = messages[0] if isinstance(messages, list) else next(iter(messages.values()))[0]
            faults.add(row.line, column, str(text))
        return None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _products(producer: Producer, named: Sequence[str]) -> tuple[list[str], list[str]]:
    """Addresses of the products that are named by code, address or name, and what names none of the producer's."""
    own = db.session.scalars(select(Product).where(Product.producer_id == producer.id)).all()
    known = {key: one.slug for one in own for key in (one.slug, fold(one.code), one.name_folded)}
    found = [(name, known.get(name) or known.get(fold(name))) for name in named]
    return [slug for _name, slug in found if slug], [name for name, slug in found if slug is None]


def _column_of(refusal: Refusal) -> str | None:
    fields: dict[str, Any] = refusal.facts.get("errors") or {}
    if fields:
        return next(iter(fields))
    return "products" if refusal.code.startswith(("certificate.", "application.product", "application.not")) else None


def _told(refusal: Refusal) -> str:
    """Its words, with the days it names."""
    fields: dict[str, Any] = refusal.facts.get("errors") or {}
    said = " ".join(str(text) for texts in fields.values() for text in texts) or str(refusal)
    days = refusal.facts.get("days") or []
    return f"{said} ({', '.join(f'{day:%d/%m/%Y}' for day in days)})" if days else said
