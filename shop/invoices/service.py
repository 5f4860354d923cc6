"""The verbs of invoices. Each is one transaction; the state changes only through `_move`, by the table of `rules`.

Locks: what was sold (order or receipt), then the invoice, then the counter of its series. Nothing here
talks to the network.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, dialect_name, transaction
from core.errors import Busy
from core.events import publish
from core.ids import short_code
from shop.invoices.amounts import copied, kept, printed
from shop.invoices.buyers import Buyer
from shop.invoices.events import InvoiceAccepted, InvoiceDrafted, InvoiceIssued, InvoiceRejected
from shop.invoices.models import DRAFTED, ROUNDING, Invoice, InvoiceCounter, InvoiceEvent, InvoiceLine
from shop.invoices.queries import find_current, find_current_of_sale, get_invoice, scopes_of
from shop.invoices.refusals import InvoiceStateRefused, OriginalNotIssued, SeriesMissing
from shop.invoices.rules import NUMBERED, Action, Kind, State, is_series, next_state, series_of
from shop.invoices.sources import Source, lock_order, lock_sale, lock_source, of_order, of_sale, source_of
from shop.invoices.spelling import amount_words
from shop.invoices.till_amounts import kept_of_sale, printed_of_sale, rounding_of_sale
from shop.invoices.vats import taxed_for
from shop.stores.models import Seller

_OTHER_VAT = "người mua khác loại nên thuế khác, lập nháp mới"
_BLIND = {"synchronize_session": False}
_START = {
    "sqlite": sqlite.insert(InvoiceCounter).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(InvoiceCounter).on_conflict_do_nothing(),
}


def draft_for(number: str, by: Actor = SYSTEM) -> Invoice | None:
    """The draft of an order whose goods change hands; the one there is, when there is one.

    None when its seller writes no electronic invoices (she gives a sales note), or nothing of the order is kept.
    """
    with transaction():
        order = lock_order(number)
        known = find_current(order.id)
        if known is not None or not is_series(order.seller.invoice_series or ""):
            return known
        lines, source = printed(order, kept(order)), of_order(order)
        return add_draft(source, lines, source.buyer, by) if lines else None


def draft_for_sale(code: str, by: Actor = SYSTEM) -> Invoice | None:
    """The draft of a sale at a till, for what has not come back meanwhile; the one there is, when there is one.

    None when its seller writes no electronic invoices here, or nothing of it is kept.
    """
    with transaction():
        sale = lock_sale(code)
        known = find_current_of_sale(sale.id)
        if known is not None or not is_series(sale.seller.invoice_series or ""):
            return known
        lines, source = printed_of_sale(sale, kept_of_sale(sale)), of_sale(sale)
        rounding_vnd = rounding_of_sale(sale)
        return add_draft(source, lines, source.buyer, by, rounding_vnd=rounding_vnd) if lines else None


def add_draft(
    source: Source,
    lines: Sequence[InvoiceLine],
    buyer: Buyer,
    by: Actor,
    *,
    kind: Kind = Kind.ORIGINAL,
    refers_to: Invoice | None = None,
    reason: str | None = None,
    key: str | None = None,
    rounding_vnd: int = 0,
) -> Invoice:
    """Write a draft with its lines; what was sold is locked. `key` (else its next one) makes it the only one.

    The lines get the VAT of their buyer, but an adjustment takes back what was printed. `rounding_vnd`: cash rounding
    beside its sum, `Invoice.rounding_vnd`.
    """
    head = _seller(source, refers_to)
    if kind != Kind.ADJUSTMENT:
        lines = taxed_for(buyer, source, head["vat_method"], lines)
    invoice = Invoice(
        code=short_code("HD"), key=key or _next_key(source, refers_to), kind=kind, state=State.DRAFT,
        refers_to_id=refers_to.id if refers_to else None, reason=reason, created_at=now(),
        paid_by=source.paid_by, net_vnd=sum(one.net_vnd for one in lines),
        tax_vnd=sum(one.tax_vnd for one in lines), gross_vnd=sum(one.gross_vnd for one in lines),
        lines=list(lines), **source.columns, **head, **buyer.columns(),
    )  # fmt: skip
    db.session.add(invoice)
    db.session.flush()
    told = {"reason": reason, ROUNDING: rounding_vnd}
    _note(invoice, DRAFTED, by, {name: value for name, value in told.items() if value})
    record("invoice.drafted", f"invoice:{invoice.code}", by, order=source.number, kind=kind.value,
           gross_vnd=invoice.gross_vnd)  # fmt: skip
    publish(InvoiceDrafted(invoice.code, source.number))
    return invoice


def name_buyer(code: str, buyer: Buyer, by: Actor, expected: int) -> Invoice:
    """Say who the buyer is, while it is a draft. Answers the draft that stands: where other VAT counts for her, it is
    made anew, since lines never change. Refuses EditConflict, InvoiceStateRefused.
    """
    with transaction():
        lock_source(get_invoice(code))
        invoice = lock_invoice(code, by)
        check_version(invoice, expected)
        if invoice.state != State.DRAFT:
            raise InvoiceStateRefused(state=invoice.state, action="name_buyer")
        if invoice.kind != Kind.ADJUSTMENT and _is_taxed_otherwise(invoice, buyer):
            discard(code, by, _OTHER_VAT)
            return add_draft(
                source_of(invoice), copied(invoice), buyer, by, kind=Kind(invoice.kind), refers_to=invoice.refers_to,
                reason=invoice.reason, rounding_vnd=invoice.rounding_vnd,
            )  # fmt: skip
        for column, value in buyer.columns().items():
            setattr(invoice, column, value)
        db.session.flush()
        _note(invoice, "buyer", by, {"kind": buyer.kind.value})
        record("invoice.buyer_named", f"invoice:{code}", by, kind=buyer.kind.value, tax_code=buyer.tax_code)
        return invoice


def issue(code: str, by: Actor) -> Invoice:
    """Give the draft its number: the next of its seller, series and year, without a gap. Twice has the effect of once.

    A correction is issued after what it corrects (OriginalNotIssued). Refuses SeriesMissing.
    """
    with transaction():
        invoice = lock_invoice(code, by)
        if invoice.state in NUMBERED:
            return invoice
        if invoice.refers_to is not None and invoice.refers_to.state not in NUMBERED:
            raise OriginalNotIssued(original=invoice.refers_to.code)
        _number(invoice, by)
        _move(invoice, Action.ISSUE, by, series=invoice.series, number=invoice.number)
        publish(InvoiceIssued(code, invoice.source, invoice.kind))
        return invoice


def discard(code: str, by: Actor, reason: str) -> Invoice:
    """A draft comes to nothing: it stays to be read, and never gets a number."""
    with transaction():
        invoice = lock_invoice(code, by)
        if invoice.state != State.DISCARDED:
            _move(invoice, Action.DISCARD, by, note=reason)
        return invoice


def accept(code: str, authority_code: str, lookup_code: str | None, by: Actor) -> Invoice:
    """The tax authority gave its code. The same answer again changes nothing; another is refused."""
    with transaction():
        invoice = lock_invoice(code, by)
        if invoice.state == State.ACCEPTED and invoice.authority_code == authority_code:
            return invoice
        _expect(invoice, Action.ACCEPT)
        invoice.authority_code, invoice.lookup_code, invoice.answered_at = authority_code, lookup_code, now()
        _move(invoice, Action.ACCEPT, by, authority_code=authority_code)
        publish(InvoiceAccepted(code, invoice.source))
        return invoice


def reject(code: str, reason: str, by: Actor) -> Invoice:
    """The tax authority said no, in these words: it is sent again, or replaced."""
    with transaction():
        invoice = lock_invoice(code, by)
        if invoice.state == State.REJECTED and invoice.rejected_because == reason:
            return invoice
        _expect(invoice, Action.REJECT)
        invoice.rejected_because, invoice.answered_at = reason, now()
        _move(invoice, Action.REJECT, by, note=reason)
        publish(InvoiceRejected(code, invoice.source))
        return invoice


def resend(code: str, by: Actor) -> Invoice:
    """It goes to the tax authority once more, as it is, under its own number."""
    with transaction():
        invoice = lock_invoice(code, by)
        _move(invoice, Action.RESEND, by)
        return invoice


def lock_invoice(code: str, by: Actor) -> Invoice:
    """The invoice, locked, with its lines and what it refers to, for who may issue. Refuses InvoiceNotFound."""
    found = get_invoice(code)
    authorize(by, "invoices.issue", *scopes_of(found.seller_id))
    db.session.scalars(select(Invoice.id).where(Invoice.code == code).with_for_update()).one()
    return get_invoice(code)


def _number(invoice: Invoice, by: Actor) -> None:
    """The series of today and its next number. The instant is read behind the counter's lock: days rise with it."""
    seller = db.session.get_one(Seller, invoice.seller_id)
    if not is_series(seller.invoice_series or ""):
        raise SeriesMissing(seller=seller.code)
    day = local_day(now())
    series = series_of(str(seller.invoice_series), invoice.vat_method, day)
    number = _count(seller.id, series, day.year)
    at = now()
    if local_day(at) != day:
        raise Busy(retry_after=1)
    invoice.series, invoice.number, invoice.issued_at, invoice.issued_on = series, number, at, day
    invoice.issued_by, invoice.total_words = by.label, amount_words(invoice.gross_vnd)


def _count(seller_id: int, series: str, year: int) -> int:
    """The next number, by one guarded statement on the counter's row."""
    key = (InvoiceCounter.seller_id == seller_id, InvoiceCounter.series == series, InvoiceCounter.year == year)
    counting = update(InvoiceCounter).where(*key).values(last_number=InvoiceCounter.last_number + 1)
    counting = counting.returning(InvoiceCounter.last_number)
    number = db.session.scalar(counting, execution_options=_BLIND)
    if number is None:
        values = {"seller_id": seller_id, "series": series, "year": year, "last_number": 0}
        db.session.execute(_START[dialect_name()].values(**values))
        number = db.session.scalars(counting, execution_options=_BLIND).one()
    return number


def _next_key(source: Source, replaces: Invoice | None) -> str:
    """The key of an original, or of what replaces an invoice: another one after each that was discarded."""
    query = select(Invoice.id).filter_by(kind=Kind.ORIGINAL, **source.columns)
    head = f"{source.prefix}:{source.number}"
    if replaces is not None:
        query = select(Invoice.id).filter_by(kind=Kind.REPLACEMENT, refers_to_id=replaces.id)
        head = f"rep:{replaces.code}"
    return f"{head}:{len(db.session.scalars(query).all()) + 1}"


def _is_taxed_otherwise(invoice: Invoice, buyer: Buyer) -> bool:
    """Whether other VAT counts for this buyer than the invoice says."""
    lines = taxed_for(buyer, source_of(invoice), invoice.vat_method, copied(invoice))
    said = [(one.vat_bp, one.vat_kind) for one in invoice.lines]
    return [(one.vat_bp, one.vat_kind) for one in lines] != said


def _seller(source: Source, refers_to: Invoice | None) -> dict[str, Any]:
    """The seller as printed: as she is now, or as on the invoice that is corrected."""
    seller = source.seller
    address = refers_to.seller_address if refers_to else f"{source.store.address}, {source.store.area.name}"
    return {
        "seller_id": seller.id, "seller_name": refers_to.seller_name if refers_to else seller.name,
        "seller_tax_code": refers_to.seller_tax_code if refers_to else seller.tax_code, "seller_address": address,
        "vat_method": refers_to.vat_method if refers_to else seller.vat_method,
    }  # fmt: skip


def _expect(invoice: Invoice, action: Action) -> State:
    target = next_state(State(invoice.state), action)
    if target is None:
        raise InvoiceStateRefused(state=invoice.state, action=action.value)
    return target


def _move(invoice: Invoice, action: Action, by: Actor, **data: Any) -> None:
    """One step by the table, with its event and audit entry. Refuses InvoiceStateRefused."""
    invoice.state = _expect(invoice, action)
    told = {name: value for name, value in data.items() if value is not None}
    db.session.flush()
    _note(invoice, action, by, told)
    record(f"invoice.{action.value}", f"invoice:{invoice.code}", by, state=invoice.state, **told)


def _note(invoice: Invoice, action: str, by: Actor, data: dict[str, Any]) -> None:
    event = InvoiceEvent(invoice_id=invoice.id, at=now(), action=action, state=invoice.state, actor=by.label, data=data)
    db.session.add(event)
