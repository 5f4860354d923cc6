"""Invariants of payouts: every live item is what it pays, and a frozen file says what its items say."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import or_, select

from core.db import db
from core.doctor import invariant
from shop.payments.models import Refund
from shop.payments.rules import RefundState
from shop.payouts.files import as_csv
from shop.payouts.models import PayoutFile, PayoutItem
from shop.payouts.rules import ItemState


@invariant("I16", "every refund in a payout file is sent or done as the file says, for its sum")
def items_are_refunds() -> Iterable[str]:
    """A line for each live item that differs from its refund."""
    code = "refund:" + Refund.code
    listed = PayoutItem.state == ItemState.LISTED, Refund.state != RefundState.SENT
    paid = PayoutItem.state == ItemState.PAID, Refund.state != RefundState.DONE
    live = PayoutItem.state.in_([ItemState.LISTED, ItemState.PAID])
    wrong = or_(listed[0] & listed[1], paid[0] & paid[1], live & (Refund.amount_vnd != PayoutItem.amount_vnd))
    query = select(PayoutItem.file_id, PayoutItem.source, Refund.state).join(Refund, code == PayoutItem.source)
    for file_id, source, state in db.session.execute(query.where(wrong)):
        yield f"payout file {file_id}: {source} is {state}"


@invariant("I17", "an approved payout file is what was approved: its items, its sum and its SHA-256")
def files_are_frozen() -> Iterable[str]:
    """A line for each approved file whose parts differ."""
    for file in db.session.scalars(select(PayoutFile).where(PayoutFile.content.is_not(None))):
        content = file.content or ""
        is_same = content == as_csv(file) and hashlib.sha256(content.encode()).hexdigest() == file.sha256
        if not is_same or sum(one.amount_vnd for one in file.items) != file.total_vnd:
            yield f"payout file {file.code}"
