"""Files of customers: who is new, who is known. Nobody is told anything, and no consent comes along."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from admin.switching.models import ImportedCustomer
from admin.switching.plans import Line, Outcome, Plan
from admin.switching.reading import Row
from core.accounts.contacts import find_email
from core.db import db, in_chunks
from core.masks import masked
from core.web.fields import read_phone
from shop.stores.models import Store


def plan_customers(store: Store, rows: Sequence[Row]) -> Plan:
    """One line for each person that can be reached; the same number or address twice is one person."""
    read = [(row, _phone(row["phone"]), find_email(row["email"]) if row["email"] else None) for row in rows]
    seen = _known(store, "phone", {phone for _row, phone, _email in read if phone})
    seen |= _known(store, "email", {email for _row, _phone, email in read if email})
    return Plan("customers", [_line(row, phone, email, seen) for row, phone, email in read])


def _line(row: Row, phone: str | None, email: str | None, seen: set[str]) -> Line:
    name = " ".join(one for one in (row["last_name"], row["name"]) if one)[:200]
    said, shown = f"{name} · {row['code']}" if row["code"] else name, masked(phone or email or "")
    if phone is None and email is None:
        return Line(row.line, said, Outcome.UNREACHABLE)
    if phone in seen or email in seen:
        return Line(row.line, said, Outcome.KNOWN, note=shown)
    seen |= {one for one in (phone, email) if one}
    act = {"name": name or shown, "phone": phone, "email": email, "code": row["code"][:60]}
    return Line(row.line, said, Outcome.NEW, note=shown, act=act)


def _phone(text: str) -> str | None:
    """A number also where a spreadsheet has eaten its nought: 912345678."""
    return read_phone(text) or read_phone(f"0{text}") if text else None


def _known(store: Store, column: str, values: Collection[str]) -> set[str]:
    mine = getattr(ImportedCustomer, column)
    found: set[str] = set()
    for chunk in in_chunks(sorted(values)):
        query = select(mine).where(ImportedCustomer.seller_id == store.seller_id, mine.in_(chunk))
        found |= set(db.session.scalars(query))
    return found
