"""What a till sent, as plain values: no table, no request."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop.tills.rules import Way


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One line as rung up: units, đồng."""

    sku: str
    quantity: int
    unit_price: int
    discount: int
    lot: str | None


@dataclass(frozen=True, slots=True)
class AskedTender:
    """Money of one way."""

    way: Way
    amount: int
    reference: str | None


@dataclass(frozen=True)
class AskedSale:
    """A sale as the till sent it."""

    uuid: str
    shift: str
    sold_at: datetime
    is_offline: bool
    token: str | None
    cashier: int | None
    lines: Sequence[AskedLine]
    discount: int
    rounding: int
    total: int
    tenders: Sequence[AskedTender]
    cash_given: int | None
    customer_phone: str | None
    is_adult: bool
    invoice: Mapping[str, Any]
    approvals: Sequence[str]
    #: SHA-256 of the whole: another body under the same id is refused.
    body_hash: str
    #: As it was sent, in plain values.
    raw: Mapping[str, Any]

    @property
    def cash_vnd(self) -> int:
        """Cash that stays in the drawer."""
        return sum(one.amount for one in self.tenders if one.way == Way.CASH)


def read_sale(body: Mapping[str, Any]) -> AskedSale:
    """A loaded `schemas.SaleIn` as it is worked with."""
    raw = plain(body)
    return AskedSale(
        uuid=body["uuid"], shift=body["shift"], sold_at=body["sold_at"], is_offline=body["is_offline"],
        token=body["list"], cashier=body["cashier"], lines=[AskedLine(**one) for one in body["lines"]],
        discount=body["discount"], rounding=body["rounding"], total=body["total"],
        tenders=read_tenders(body["tenders"]), cash_given=body["cash_given"],
        customer_phone=body["customer_phone"], is_adult=body["is_adult"],
        invoice={name: value for name, value in (body["invoice"] or {}).items() if value is not None},
        approvals=list(body["approvals"]), body_hash=hash_of(raw), raw=raw,
    )  # fmt: skip


def read_again(raw: Mapping[str, Any]) -> AskedSale:
    """A sale out of the plain values that were kept of it."""
    return read_sale({**raw, "sold_at": datetime.fromisoformat(raw["sold_at"])})


def read_tenders(rows: Sequence[Mapping[str, Any]]) -> list[AskedTender]:
    """Loaded tenders as they are worked with."""
    return [AskedTender(Way(one["way"]), one["amount"], one["reference"]) for one in rows]


def plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """Plain JSON values of a loaded body."""
    return json.loads(json.dumps(body, default=_text))


def hash_of(raw: Mapping[str, Any]) -> str:
    """SHA-256 over the plain values, in a fixed order."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
