"""Importing a commune's list of candidates: all or nothing, faults by line and column; the same list twice is one."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from catalog.areas.models import Area
from catalog.candidates.models import CandidateImport
from catalog.candidates.posts import choose_area
from catalog.candidates.queries import find_twin
from catalog.candidates.rules import faults_of_scores
from catalog.candidates.schemas import CandidateIn, fill
from catalog.candidates.service import propose
from catalog.certificates.importing import Faults
from catalog.certificates.sheets import IGNORED, Row, read_table
from catalog.producers.queries import find_producer
from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import transaction
from core.text import fold
from core.web.fields import accepting_text

COLUMNS = (
    "name", "set", "producer", "producer_name", "producer_kind", "producer_tax_code", "producer_address",
    "producer_phone", "score_a", "score_b", "score_c", "contact", "story",
)  # fmt: skip
#: Columns that must be there; the others may be left out.
NEEDED = ("name", "set")
#: What communes call the columns, folded.
NAMES = {
    "stt": IGNORED, "tt": IGNORED, "ten san pham": "name", "san pham": "name", "bo san pham": "set", "bo": "set",
    "ma chu the": "producer", "chu the": "producer_name", "ten chu the": "producer_name",
    "loai chu the": "producer_kind", "ma so thue": "producer_tax_code", "mst": "producer_tax_code",
    "dia chi": "producer_address", "dien thoai": "producer_phone", "so dien thoai": "producer_phone",
    "diem a": "score_a", "diem b": "score_b", "diem c": "score_c", "lien he": "contact", "nguoi lien he": "contact",
    "gioi thieu": "story",
}  # fmt: skip
#: What communes call the kinds of producers, folded.
_KINDS = {
    "hop tac xa": "cooperative", "htx": "cooperative", "to hop tac": "cooperative_group", "tht": "cooperative_group",
    "doanh nghiep": "enterprise", "doanh nghiep nho va vua": "enterprise", "cong ty": "enterprise",
    "trang trai": "farm", "ho san xuat": "producing_household", "ho gia dinh": "producing_household",
    "ho kinh doanh": "business_household", "hoi": "association", "hiep hoi": "association",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What an import did, or with dry_run would do."""

    entries: int
    is_repeat: bool = False


def import_candidates(
    by: Actor, data: bytes, file_name: str, *, area: str | None = None, dry_run: bool = False
) -> Outcome:
    """Propose every line of a list for one commune, or refuse with ImportRefused (errors) and write nothing.

    Raises AreaReorganised, AreaUnknown, NotFound as `propose` does.
    """
    with transaction() as session:
        at = now()
        on = local_day(at)
        commune = choose_area(by, area, on)
        sha256 = hashlib.sha256(f"{commune.code} {commune.valid_from}\n".encode() + data).hexdigest()
        if session.scalar(select(CandidateImport.id).where(CandidateImport.sha256 == sha256)):
            return Outcome(0, is_repeat=True)
        lines = _read(data, commune, on)
        if dry_run:
            return Outcome(len(lines))
        for facts in lines:
            propose(by, area=commune.code, **facts)
        session.add(
            CandidateImport(
                sha256=sha256, file_name=file_name[-200:], entries=len(lines), imported_by=by.user_id, imported_at=at
            )
        )
        record("candidates.imported", f"area:{commune.code}", by, file=file_name, entries=len(lines))
    return Outcome(len(lines))


def _read(data: bytes, area: Area, on: date) -> list[dict[str, Any]]:
    """The lines of a list, each valid by itself, against the others and against what waits already."""
    faults = Faults()
    rows = read_table(data, COLUMNS, needed=NEEDED, names=NAMES)
    if not rows:
        faults.add(1, None, _("Không có dòng nào dưới tiêu đề."))
    lines = [(row.line, facts) for row in rows if (facts := _line(row, on, faults)) is not None]
    makers = [_maker(number, facts, faults) for number, facts in lines]
    named = [(fold(maker), fold(facts["name"])) for maker, (_number, facts) in zip(makers, lines, strict=True)]
    counts = Counter(named)
    for maker, key, (number, facts) in zip(makers, named, lines, strict=True):
        if counts[key] > 1:
            faults.add(number, "name", _("Sản phẩm bị lặp trong tệp."))
        elif maker and (twin := find_twin(area.id, facts["name"], maker)) is not None:
            faults.add(number, "name", _("Địa bàn này đã đề xuất sản phẩm này (%(code)s).", code=twin.code))
    faults.refuse()
    return [facts for _number, facts in lines]


def _line(row: Row, on: date, faults: Faults) -> dict[str, Any] | None:
    given = {name: cell for name, cell in row.cells.items() if cell and name != IGNORED}
    if "producer_kind" in given:
        given["producer_kind"] = _KINDS.get(fold(given["producer_kind"]), given["producer_kind"])
    try:
        with accepting_text():
            facts = fill(CandidateIn().load(given))  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        for column, messages in error.normalized_messages().items():
            faults.add(row.line, column, str(messages[0]))
        return None
    wrong = faults_of_scores((facts["score_a"], facts["score_b"], facts["score_c"]), on)
    for column, messages in wrong.items():
        faults.add(row.line, column, messages[0])
    return facts


def _maker(number: int, facts: dict[str, Any], faults: Faults) -> str:
    """The producer's name; '' with a fault when there is none."""
    if facts["producer"]:
        known = find_producer(facts["producer"])
        if known is None:
            faults.add(number, "producer", _("Không có chủ thể mang mã này."))
        return known.name if known else ""
    if not facts["producer_name"]:
        faults.add(number, "producer_name", _("Cần mã chủ thể, hoặc tên chủ thể."))
    return facts["producer_name"] or ""
