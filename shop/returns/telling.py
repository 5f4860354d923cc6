"""What buyers are told of money that goes back: where shall it go, it goes to your card, it has gone."""

from core.clock import local_day
from core.db import db
from core.events import later
from core.messages import Message, rebuilds, send
from core.web.links import address_of
from shop.orders.letters.build import to_buyer
from shop.orders.queries import get_order
from shop.orders.rules import number_of
from shop.payments.events import PaymentRefunded, RefundPromised
from shop.payments.models import Refund
from shop.payments.rules import Way
from shop.payouts import claims
from shop.payouts.events import AccountWanted
from shop.payouts.links import key_of
from shop.payouts.models import PayoutClaim
from shop.returns.words import REASONS


@later(AccountWanted, outside=True)
def ask_for_account(event: AccountWanted) -> None:
    """Send the secret address; a newer one, or an answer, makes this one pointless."""
    number = number_of(event.reference)
    refund, claim = _refund(event.code)
    if number is None or claim is None or claim.serial != event.serial or not claims.is_open(claim):
        return
    send(_account_wanted(number, refund, claim))


@later(RefundPromised, outside=True)
def tell_promise(event: RefundPromised) -> None:
    """Money that goes to a card needs no answer, only patience."""
    number = number_of(event.reference)
    if number is None or event.way != Way.CARD:
        return
    refund, _claim = _refund(event.code)
    send(to_buyer(
        get_order(number), "refund.promised", f"refund-promised:{event.code}", amount_vnd=event.amount_vnd,
        way=event.way, reason=str(REASONS.get(refund.reason, "")),
    ))  # fmt: skip


@later(PaymentRefunded, outside=True)
def tell_done(event: PaymentRefunded) -> None:
    """It has gone."""
    number = number_of(event.reference)
    if number is None or not event.code:
        return
    refund, _claim = _refund(event.code)
    told = refund.told_ref if refund.way == Way.BANK else None
    send(to_buyer(
        get_order(number), "refund.done", f"refund-done:{event.code}", amount_vnd=event.amount_vnd, way=refund.way,
        reference=told,
    ))  # fmt: skip


@rebuilds("refund.account_wanted")
def account_wanted(number: str) -> Message | None:
    """The newest question that still waits for an answer, for an order."""
    query = (
        db.session.query(Refund).join(Refund.payment).filter_by(reference=f"ord:{number}").order_by(Refund.id.desc())
    )
    for refund in query:
        _same, claim = _refund(refund.code)
        if claim is not None and claims.is_open(claim):
            return _account_wanted(number, refund, claim)
    return None


def _account_wanted(number: str, refund: Refund, claim: PayoutClaim) -> Message:
    url = address_of("payouts.show", key=key_of(refund.code, claim.serial))
    return to_buyer(
        get_order(number), "refund.account_wanted", f"refund-account:{refund.code}:{claim.serial}",
        amount_vnd=refund.amount_vnd, until=local_day(claim.expires_at), url=url,
    )  # fmt: skip


def _refund(code: str) -> tuple[Refund, PayoutClaim | None]:
    refund = db.session.query(Refund).filter_by(code=code).one()
    return refund, db.session.query(PayoutClaim).filter_by(refund_id=refund.id).first()
