"""Cash over the counter: staff of the seller pay a refund to whoever says its code."""

from datetime import timedelta

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.db import transaction
from core.web.ratelimit import limit
from shop.payments import refunds
from shop.payments.models import Refund
from shop.payments.refusals import RefundStateRefused
from shop.payments.rules import Way
from shop.payouts.claims import seller_of
from shop.payouts.links import is_counter_code
from shop.payouts.permissions import scopes_of
from shop.payouts.refusals import WrongCode


def pay(refund_code: str, said: str, by: Actor) -> Refund:
    """Pay a refund in cash, against the buyer's code. Twice is once.

    Refuses another code (WrongCode, with few tries), another way or a refund that is over (RefundStateRefused).
    """
    authorize(by, "payouts.cash", *scopes_of(seller_of(refund_code)))
    limit("refund-code", refund_code, times=5, per=timedelta(minutes=10))
    with transaction():
        refund = refunds.lock_refund(refund_code)
        if refund.way != Way.CASH:
            raise RefundStateRefused(state=refund.state, way=refund.way)
        if not is_counter_code(refund_code, said):
            raise WrongCode
        return refunds.done(refund_code, f"cash:{refund_code}", by)
