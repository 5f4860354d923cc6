"""What must never be found in the tables of replenishment."""

from collections.abc import Iterable

from sqlalchemy import select

from core.db import db
from core.doctor import invariant
from shop.replenish.models import SupplyRequest, SupplyRequestLine
from shop.replenish.rules import State


@invariant("I57", "a request that was sent has lines, and one that was confirmed says how much of each")
def whole_requests() -> Iterable[str]:
    """One line for each request that breaks it."""
    lines = select(SupplyRequestLine.id).where(SupplyRequestLine.request_id == SupplyRequest.id)
    unsaid = lines.where(SupplyRequestLine.confirmed.is_(None)).exists()
    empty = (SupplyRequest.sent_at.is_not(None)) & ~lines.exists()
    broken = empty | ((SupplyRequest.state == State.CONFIRMED) & unsaid)
    return (f"{code} is not whole" for code in db.session.scalars(select(SupplyRequest.code).where(broken)))
