"""What tills know of a buyer: the telephone number to which a receipt was sent, and whom its invoice was to name.

The number stands on the receipt, in what the till was answered, and in sales made without the network that a person
decided. Triggers of migrations 0034 and 0040 let it go from there, and nothing else.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, cast, func, or_, select, text, update
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.types import Text

from core.clock import day_start
from core.db import db, dialect_name, transaction
from core.messages.models import MessageSent
from shop.invoices.models import Invoice
from shop.tills.models import TillAnswer, TillException, TillSale

_BLIND = {"synchronize_session": False}
_NUMBER = TillException.body["customer_phone"].as_string()
_FORGET = {
    "sqlite": "json_set(body, '$.customer_phone', NULL, '$.invoice', NULL)",
    "postgresql": """body || '{"customer_phone": null, "invoice": null}'""",
}


@dataclass(frozen=True)
class Receipts:
    """Receipts and sales that needed a decision, in which a buyer is known."""

    sales: Sequence[TillSale]
    exceptions: Sequence[TillException]

    def __bool__(self) -> bool:
        return bool(self.sales or self.exceptions)


def receipts_to(phones: Sequence[str]) -> Receipts:
    """Everything bought at a till by whoever gave one of these numbers (E.164), newest first."""
    return _read(TillSale.customer_phone.in_(phones), _NUMBER.in_(phones)) if phones else Receipts((), ())


def receipts_before(day: date, most: int) -> Receipts:
    """At most so many of each, from before a day, in which a buyer is still known."""
    known = or_(TillSale.customer_phone.is_not(None), cast(TillSale.invoice_wish, Text) != "{}")
    return _read(
        (TillSale.decided_on < day) & known, (TillException.received_at < day_start(day)) & _NUMBER.is_not(None), most
    )  # fmt: skip


def erase_receipts(found: Receipts) -> Counter[str]:
    """Nobody's from now on; goods, sums and invoices stay. Answers rows by table."""
    ids = [one.id for one in found.sales]
    known = {one.uuid: one.customer_phone for one in found.sales}
    known |= {one.uuid: one.body["customer_phone"] for one in found.exceptions}
    about, waiting = [f"till_sale:{one.code}" for one in found.sales], [one.id for one in found.exceptions]
    done: Counter[str] = Counter()
    with transaction():
        sales = update(TillSale).where(TillSale.id.in_(ids)).values(customer_phone=None, invoice_wish={})
        done["till_sale"] = _run(sales)
        done["till_answer"] = sum(_unsay(uuid, phone) for uuid, phone in known.items() if phone)
        done["till_exception"] = sum(_forget(exception_id) for exception_id in waiting)
        done["message_sent"] = _run(update(MessageSent).where(MessageSent.about.in_(about)).values(recipient=""))
        drafts = Invoice.till_sale_id.in_(ids), Invoice.issued_on.is_(None)
        done["invoice"] = _run(update(Invoice).where(*drafts).values(buyer_email=None))
    return +done


def _read(sold: ColumnElement[bool], waiting: ColumnElement[bool], most: int | None = None) -> Receipts:
    sales = select(TillSale).where(sold).order_by(TillSale.id.desc()).limit(most)
    sales = sales.options(selectinload(TillSale.lines), joinedload(TillSale.store), joinedload(TillSale.seller))
    kept = select(TillException).where(waiting).order_by(TillException.id.desc()).limit(most)
    kept = kept.options(joinedload(TillException.store))
    return Receipts(db.session.scalars(sales).all(), db.session.scalars(kept).all())


def _unsay(uuid: str, phone: str) -> int:
    """The same answer without the number: the only change that its trigger lets through."""
    said = f'"{phone}"'
    mine = TillAnswer.uuid == uuid, TillAnswer.body.contains(said, autoescape=True)
    return _run(update(TillAnswer).where(*mine).values(body=func.replace(TillAnswer.body, said, "null")))


def _forget(exception_id: int) -> int:
    forgotten = text(f"UPDATE till_exception SET body = {_FORGET[dialect_name()]} WHERE id = :id")  # noqa: S608
    return _run(forgotten.bindparams(id=exception_id))


def _run(statement: object) -> int:
    done = db.session.execute(statement, execution_options=_BLIND)  # type: ignore[call-overload]
    return int(done.rowcount)
