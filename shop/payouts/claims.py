"""The account that a buyer names. Only her signed address opens the form; it works once, until its end."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from core.accounts.actor import ANONYMOUS, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.events import publish
from shop.payments import refunds
from shop.payments.models import Payment, Refund
from shop.payments.refusals import RefundNotFound, RefundStateRefused
from shop.payments.rules import RefundState, Way
from shop.payouts.events import AccountWanted
from shop.payouts.links import key_of, read_key
from shop.payouts.models import PayoutClaim
from shop.payouts.permissions import scopes_of
from shop.payouts.refusals import LinkOver, LinkUnknown
from shop.payouts.rules import LINK_DAYS, masked


def open_claim(refund_code: str) -> None:
    """Let the buyer say where a refund goes, and have her told: called when it is promised. Twice is once."""
    with transaction() as session:
        refund = refunds.lock_refund(refund_code)
        if _claim_of(refund.id) is None:
            ends = now() + timedelta(days=LINK_DAYS)
            session.add(PayoutClaim(refund_id=refund.id, serial=1, expires_at=ends))
            session.flush()
            publish(AccountWanted(refund_code, refund.payment.reference, 1))


def ask_again(refund_code: str, by: Actor) -> PayoutClaim:
    """A fresh link: the account was wrong, the old one ran out, or the mail was lost. Older links die.

    Refuses what is over or on its way (RefundStateRefused).
    """
    with transaction():
        refund = refunds.lock_refund(refund_code)
        authorize(by, "payouts.make", *scopes_of(refund.payment.seller_id))
        return reopen(refund, by)


def reopen(refund: Refund, by: Actor) -> PayoutClaim:
    """As `ask_again`, for verbs that hold the refund's lock and know the caller."""
    claim = _claim_of(refund.id)
    if claim is None or refund.state != RefundState.PROMISED or refund.way == Way.CARD:
        raise RefundStateRefused(state=refund.state, way=refund.way)
    claim.serial, claim.expires_at = claim.serial + 1, now() + timedelta(days=LINK_DAYS)
    claim.bank_bin = claim.account = claim.holder = claim.named_at = claim.named_by = None
    record("payout.link_sent", f"refund:{refund.code}", by, serial=claim.serial)
    publish(AccountWanted(refund.code, refund.payment.reference, claim.serial))
    return claim


def get_by_key(key: str) -> PayoutClaim:
    """The claim behind an address, whatever its state. Refuses LinkUnknown."""
    code, serial = read_key(key)
    claim = db.session.scalar(select(PayoutClaim).join(PayoutClaim.refund).where(Refund.code == code))
    if claim is None:
        raise LinkUnknown
    if claim.serial != serial:
        raise LinkOver
    return claim


def is_open(claim: PayoutClaim) -> bool:
    """Whether its link still takes an answer."""
    waits = claim.refund.state == RefundState.PROMISED and claim.refund.way in (Way.BANK, Way.CASH)
    return waits and claim.account is None and claim.expires_at > now()


def name_account(key: str, bank_bin: str, account: str, holder: str) -> PayoutClaim:
    """The buyer names her account, once. The parts are checked by `rules` before. Refuses LinkOver."""
    with transaction():
        claim = _locked(key)
        _write(claim, bank_bin, account, holder, ANONYMOUS)
        refunds.change_way(claim.refund.code, Way.BANK, ANONYMOUS)
        return claim


def take_cash(key: str) -> PayoutClaim:
    """The buyer would rather have it at the counter. She can still name an account until it is paid."""
    with transaction():
        claim = _locked(key)
        refunds.change_way(claim.refund.code, Way.CASH, ANONYMOUS)
        return claim


def name_for_buyer(refund_code: str, bank_bin: str, account: str, holder: str, by: Actor) -> PayoutClaim:
    """Staff write down what the buyer said on the telephone; her link dies. The file has its second person anyway."""
    with transaction():
        refund = refunds.lock_refund(refund_code)
        authorize(by, "payouts.make", *scopes_of(refund.payment.seller_id))
        claim = _claim_of(refund.id)
        if claim is None or refund.state != RefundState.PROMISED:
            raise RefundStateRefused(state=refund.state, way=refund.way)
        claim.serial += 1
        _write(claim, bank_bin, account, holder, by)
        refunds.change_way(refund_code, Way.BANK, by)
        return claim


def find_keys(refund_codes: Collection[str]) -> dict[str, str]:
    """The living addresses of those refunds that wait for their buyer's word: for her own order page."""
    query = select(PayoutClaim).join(PayoutClaim.refund).where(Refund.code.in_(refund_codes))
    waiting = [claim for claim in db.session.scalars(query) if is_open(claim)] if refund_codes else []
    return {claim.refund.code: key_of(claim.refund.code, claim.serial) for claim in waiting}


def _write(claim: PayoutClaim, bank_bin: str, account: str, holder: str, by: Actor) -> None:
    claim.bank_bin, claim.account, claim.holder = bank_bin, account, holder
    claim.named_at, claim.named_by = now(), by.label
    record("payout.account_named", f"refund:{claim.refund.code}", by, bank=bank_bin, account=masked(account))


def _locked(key: str) -> PayoutClaim:
    """The claim behind the locks of its payment and refund, if its link still works. Refuses LinkOver."""
    code, serial = read_key(key)
    try:
        refund = refunds.lock_refund(code)
    except RefundNotFound as gone:
        raise LinkUnknown from gone
    claim = _claim_of(refund.id)
    if claim is None or claim.serial != serial or not is_open(claim):
        raise LinkOver
    return claim


def _claim_of(refund_id: int) -> PayoutClaim | None:
    query = select(PayoutClaim).where(PayoutClaim.refund_id == refund_id).with_for_update(of=PayoutClaim)
    return db.session.scalar(query.execution_options(populate_existing=True))


def seller_of(refund_code: str) -> int:
    """Whose money a refund is. Refuses RefundNotFound."""
    query = select(Payment.seller_id).join(Refund, Refund.payment_id == Payment.id).where(Refund.code == refund_code)
    seller_id = db.session.scalar(query)
    if seller_id is None:
        raise RefundNotFound
    return seller_id
