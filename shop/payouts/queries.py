"""Reading payouts."""

from collections.abc import Collection

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed
from core.db import db
from shop.payments.models import Payment, Refund
from shop.payments.rules import RefundState, Way
from shop.payouts.models import PayoutClaim, PayoutDebt, PayoutFile, PayoutItem
from shop.payouts.permissions import scopes_by_seller
from shop.payouts.ports import Payable, ports
from shop.payouts.refusals import FileNotFound
from shop.payouts.rules import LIVE
from shop.stores.models import Seller

#: A refund that another one may have followed.
_Old = aliased(Refund)


def list_payable(seller_id: int) -> list[Payable]:
    """What of a seller can be transferred now, oldest first: refunds with an account, bank lines, and what other
    features have to pay.

    Read anew each time, since `files.collect` asks once more behind its locks.
    """
    fresh = {"populate_existing": True}
    found = [
        Payable(f"refund:{refund.code}", reference, refund.amount_vnd, claim.bank_bin or "", claim.account or "",
                claim.holder or "", refund.promised_at)
        for refund, claim, reference in db.session.execute(_named(seller_id), execution_options=fresh)
    ]  # fmt: skip
    listed = exists().where(PayoutItem.source == PayoutDebt.source, PayoutItem.state.in_(LIVE))
    is_whole = PayoutDebt.bank_bin != "", PayoutDebt.account != "", PayoutDebt.holder != ""
    debts = select(PayoutDebt).where(
        PayoutDebt.seller_id == seller_id, PayoutDebt.paid_at.is_(None), ~listed, *is_whole
    )
    found += [
        Payable(one.source, "", one.amount_vnd, one.bank_bin, one.account, one.holder, one.told_at)
        for one in db.session.scalars(debts, execution_options=fresh)
    ]
    found += [one for port in ports() for one in port.list_payable(seller_id)]
    return sorted(found, key=lambda one: (one.since, one.source))


def list_waiting(seller_id: int, way: Way) -> list[tuple[Refund, PayoutClaim | None]]:
    """Refunds of a seller that wait: for an account (bank), or at the counter (cash), oldest first."""
    query = _promised(seller_id, way).outerjoin(PayoutClaim, PayoutClaim.refund_id == Refund.id)
    if way is Way.BANK:
        query = query.where(PayoutClaim.account.is_(None))
    return [(row[0], row[1]) for row in db.session.execute(query.add_columns(PayoutClaim))]


def list_failed(seller_id: int) -> list[Refund]:
    """Refunds that could not go their way and were not promised anew, oldest first."""
    anew = exists().where(Refund.key == "again:" + _Old.code).correlate(_Old)
    query = select(_Old).join(Payment, Payment.id == _Old.payment_id).where(Payment.seller_id == seller_id)
    return list(db.session.scalars(query.where(_Old.state == RefundState.FAILED, ~anew).order_by(_Old.id)))


def list_unknown_debts(seller_id: int) -> list[PayoutDebt]:
    """Bank lines to return whose sender's account is not known whole."""
    query = select(PayoutDebt).where(PayoutDebt.seller_id == seller_id, PayoutDebt.paid_at.is_(None))
    missing = (PayoutDebt.bank_bin == "") | (PayoutDebt.account == "") | (PayoutDebt.holder == "")
    return list(db.session.scalars(query.where(missing).order_by(PayoutDebt.id)))


def my_sellers(actor: Actor, action: str) -> list[Seller]:
    """The sellers for whose stores the caller may do this, by name."""
    scopes = scopes_by_seller()
    sellers = db.session.scalars(select(Seller).where(Seller.id.in_(scopes)).order_by(Seller.name)).all()
    return [one for one in sellers if is_allowed(actor, action, *scopes[one.id])]


def list_files(seller_ids: Collection[int], page: int, per_page: int) -> tuple[list[PayoutFile], int]:
    """A page of payout files, newest first, with the whole number."""
    where = PayoutFile.seller_id.in_(seller_ids)
    total = db.session.scalar(select(func.count()).select_from(PayoutFile).where(where)) or 0
    query = select(PayoutFile).where(where).options(selectinload(PayoutFile.seller)).order_by(PayoutFile.id.desc())
    return list(db.session.scalars(query.limit(per_page).offset((page - 1) * per_page))), total


def get_file(code: str) -> PayoutFile:
    """A file with its items. Refuses FileNotFound."""
    whole = selectinload(PayoutFile.items), selectinload(PayoutFile.seller)
    found = db.session.scalar(select(PayoutFile).where(PayoutFile.code == code).options(*whole))
    if found is None:
        raise FileNotFound
    return found


def count_files(seller_ids: Collection[int], state: str, besides: int | None = None) -> int:
    """How many files of these sellers are in a state, those that one person made left out."""
    query = select(func.count()).select_from(PayoutFile)
    query = query.where(PayoutFile.seller_id.in_(seller_ids), PayoutFile.state == state)
    if besides is not None:
        query = query.where(PayoutFile.made_by_id != besides)
    return db.session.scalar(query) or 0


def _promised(seller_id: int, way: Way) -> Select[Refund]:
    query = select(Refund).join(Refund.payment).options(contains_eager(Refund.payment))
    where = Payment.seller_id == seller_id, Refund.state == RefundState.PROMISED, Refund.way == way
    return query.where(*where).order_by(Refund.id)


def _named(seller_id: int) -> Select[Refund, PayoutClaim, str]:
    query = _promised(seller_id, Way.BANK).join(PayoutClaim, PayoutClaim.refund_id == Refund.id)
    return query.where(PayoutClaim.account.is_not(None)).add_columns(PayoutClaim, Payment.reference)
