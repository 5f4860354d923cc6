"""The provider's answers, as a file: which invoices the tax authority took, under which code. All or nothing.

Columns (any order): ``code`` (ours), ``series``, ``number``, ``result`` (accepted or rejected), ``authority_code``,
``lookup_code``, ``reason``. A line that says what is known already changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import Row, read_table
from catalog.registry.format import unguard
from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed
from core.audit import record
from core.db import db, in_chunks, transaction
from shop.invoices import service
from shop.invoices.models import Invoice
from shop.invoices.queries import scopes_of
from shop.invoices.rules import Action, State, next_state

COLUMNS = ("code", "series", "number", "result", "authority_code", "lookup_code", "reason")
NEEDED = ("code", "series", "number", "result")
#: What providers call the two results.
RESULTS = {"accepted": True, "chấp nhận": True, "cấp mã": True, "rejected": False, "từ chối": False,
           "không chấp nhận": False}  # fmt: skip
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the file that changes something."""

    line: int
    code: str
    title: str
    is_accepted: bool
    authority_code: str | None
    lookup_code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file does: its new answers, and how many lines say what is known."""

    answers: Sequence[Answer]
    known: int
    sha256: str


def bring_in(data: bytes, by: Actor, *, dry_run: bool) -> Outcome:
    """Try a file, or take it in. Raises ImportRefused naming each line and column; nothing is written then."""
    rows = read_table(data, COLUMNS, needed=NEEDED)
    with transaction():
        outcome = _plan(rows, by, sha256(data).hexdigest())
        if not dry_run:
            for one in outcome.answers:
                _take(one, by)
            record("invoice.answers_taken", f"file:{outcome.sha256[:16]}", by, answers=len(outcome.answers),
                   known=outcome.known, sha256=outcome.sha256)  # fmt: skip
        return outcome


def _plan(rows: Sequence[Row], by: Actor, fingerprint: str) -> Outcome:
    """Every answer that changes something. Raises ImportRefused with every fault at once."""
    cells = [(row.line, {name: unguard(str(value)).strip() for name, value in row.cells.items()}) for row in rows]
    known = _invoices({values["code"].upper() for _line, values in cells})
    allowed = {seller: is_allowed(by, "invoices.issue", *scopes_of(seller))
               for seller in {one.seller_id for one in known.values()}}  # fmt: skip
    faults: list[dict[str, Any]] = []
    answers: list[Answer] = []
    seen: set[str] = set()
    repeats = 0
    for line, values in cells:
        code = values["code"].upper()
        invoice = known.get(code)
        if invoice is None or not allowed[invoice.seller_id]:
            faults.append(_fault(line, "code", _("Không có hóa đơn mang mã này.")))
        elif code in seen:
            faults.append(_fault(line, "code", _("Hóa đơn này đã có ở dòng trên.")))
        elif fault := _check(line, values, invoice):
            faults.append(fault)
        elif _is_known(values, invoice):
            repeats += 1
        else:
            answers.append(_answer(line, values, invoice))
        seen.add(code)
    if faults:
        raise ImportRefused(errors=faults)
    return Outcome(answers, repeats, fingerprint)


def _check(line: int, values: dict[str, str], invoice: Invoice) -> dict[str, Any] | None:
    """What is wrong with a line about an invoice that there is, or None."""
    result = RESULTS.get(values["result"].lower())
    if values["series"] != invoice.series:
        return _fault(line, "series", _("Ký hiệu không khớp hóa đơn (%(series)s).", series=invoice.series or "–"))
    if not _is_number(values["number"], invoice.number):
        return _fault(line, "number", _("Số không khớp hóa đơn (%(number)s).", number=invoice.number or "–"))
    if result is None:
        return _fault(line, "result", _("Chỉ nhận: accepted (cấp mã) hoặc rejected (không chấp nhận)."))
    if result and not 0 < len(values.get("authority_code", "")) <= _LONGEST:
        return _fault(line, "authority_code", _("Cần mã của cơ quan thuế, không quá 40 ký tự."))
    if len(values.get("lookup_code", "")) > _LONGEST:
        return _fault(line, "lookup_code", _("Không quá 40 ký tự."))
    if not result and not 0 < len(values.get("reason", "")) <= 300:
        return _fault(line, "reason", _("Cần lý do, không quá 300 ký tự."))
    action = Action.ACCEPT if result else Action.REJECT
    if next_state(State(invoice.state), action) is None and not _is_known(values, invoice):
        return _fault(line, "result", _("Hóa đơn đã có câu trả lời khác."))
    return None


def _is_known(values: dict[str, str], invoice: Invoice) -> bool:
    if RESULTS[values["result"].lower()]:
        return invoice.state == State.ACCEPTED and invoice.authority_code == values["authority_code"]
    return invoice.state == State.REJECTED and invoice.rejected_because == values["reason"]


def _answer(line: int, values: dict[str, str], invoice: Invoice) -> Answer:
    return Answer(
        line, invoice.code, f"{invoice.series} {invoice.number:08d}", RESULTS[values["result"].lower()],
        values.get("authority_code") or None, values.get("lookup_code") or None, values.get("reason") or None,
    )  # fmt: skip


def _take(one: Answer, by: Actor) -> None:
    if one.is_accepted:
        service.accept(one.code, str(one.authority_code), one.lookup_code, by)
    else:
        service.reject(one.code, str(one.reason), by)


def _is_number(text: str, number: int | None) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 8 and number is not None and int(text) == number


def _invoices(codes: set[str]) -> dict[str, Invoice]:
    found: dict[str, Invoice] = {}
    for some in in_chunks(codes):
        found |= {one.code: one for one in db.session.scalars(select(Invoice).where(Invoice.code.in_(some)))}
    return found


def _fault(line: int, column: str, message: str) -> dict[str, Any]:
    return {"line": line, "column": column, "message": message}
