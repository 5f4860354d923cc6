"""A producer's own people are told of her money, each once."""

from typing import Any

from flask import current_app

from catalog.mandates.queries import people_of
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.settlements.events import SettlementCarried, SettlementPaid
from shop.settlements.models import Settlement
from shop.settlements.queries import get_settlement
from shop.settlements.rules import State

#: The page of a settlement in the producers' workplace, where that part is there.
PAGE = "producing.settlement"


@later(SettlementPaid, outside=True)
def tell_paid(event: SettlementPaid) -> None:
    """It went out."""
    row = get_settlement(event.code)
    if row.state == State.PAID:
        _tell(row, "settlement.paid", {"reference": row.bank_ref})


@later(SettlementCarried, outside=True)
def tell_carried(event: SettlementCarried) -> None:
    """Nothing is paid; of a month that came to nothing there is nothing to tell."""
    row = get_settlement(event.code)
    if row.state == State.CARRIED and row.total_vnd:
        _tell(row, "settlement.carried", {"reference": None, "note": row.note})


def _tell(row: Settlement, kind: str, more: dict[str, Any]) -> None:
    url = address_of(PAGE, code=row.code) if PAGE in current_app.view_functions else ""
    context = {
        "period": row.period.period, "seller": row.period.seller.name, "code": row.code, "sales_vnd": row.sales_vnd,
        "returns_vnd": row.returns_vnd, "commission_vnd": row.commission_vnd,
        "others_vnd": row.adjustments_vnd + row.carried_in_vnd, "total_vnd": row.total_vnd, "url": url,
    }  # fmt: skip
    for person in people_of(row.producer):
        to = Recipient(person.email, person.phone, person.name)
        key = f"{kind}:{row.code}:{person.id}"
        send(Message(to, kind, key, person.locale, context | more, f"settlement:{row.code}"))
