"""What payouts do when money is promised back."""

from core.clock import now
from core.db import db
from core.events import on
from shop.payments.events import MoneyToReturn, RefundPromised
from shop.payments.rules import Way
from shop.payouts import claims
from shop.payouts.models import PayoutDebt
from shop.payouts.rules import account_of, holder_of, is_payable


@on(RefundPromised)
def ask_for_account(event: RefundPromised) -> None:
    """Whoever paid without a card says where her money goes."""
    if event.way != Way.CARD:
        claims.open_claim(event.code)


@on(MoneyToReturn)
def note_debt(event: MoneyToReturn) -> None:
    """Keep money of a bank line for the next file; what the bank did not tell is left for a person to fill in."""
    if db.session.query(PayoutDebt.id).where(PayoutDebt.source == event.source).first() is not None:
        return
    db.session.add(PayoutDebt(
        source=event.source, seller_id=event.seller_id, amount_vnd=event.amount_vnd,
        bank_bin=event.bank_bin if is_payable(event.bank_bin) else "", account=account_of(event.account) or "",
        holder=holder_of(event.holder) or "", told_at=now(),
    ))  # fmt: skip
