"""Approved settlements go out by the payout files of `shop/payouts`, which have two persons of their own."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.db import db
from shop.payments.providers.emvco import memo_text
from shop.payouts import files
from shop.payouts.models import PayoutFile
from shop.payouts.permissions import scopes_of as scopes_of_seller
from shop.payouts.ports import Payable, Port, register
from shop.payouts.refusals import NothingToPay
from shop.payouts.rules import MOST_ITEMS, Failure
from shop.settlements import service
from shop.settlements.drawing import payees_of
from shop.settlements.models import Settlement, SettlementPeriod
from shop.settlements.queries import get_seller, get_settlement
from shop.settlements.refusals import NothingApproved
from shop.settlements.rules import State, memo_of

PREFIX = "settlement"


def collect(seller_code: str, period: str, by: Actor) -> PayoutFile:
    """Put the approved settlements of a period, whose producers have an account, into one payout draft.

    At most `MOST_ITEMS`: what is left goes into another. Refuses NothingApproved, PeriodOpen.
    """
    seller = get_seller(seller_code)
    authorize(by, "settlements.pay", *scopes_of_seller(seller.id))
    approved = service.list_of_period(seller_code, period, State.APPROVED)
    known = payees_of([one.producer_id for one in approved])
    ready = [one for one in approved if one.producer_id in known and known[one.producer_id].account]
    try:
        return files.collect(seller.id, [f"{PREFIX}:{one.code}" for one in ready[:MOST_ITEMS]], by)
    except NothingToPay as nothing:
        raise NothingApproved(period=period) from nothing


def list_payable(seller_id: int) -> Sequence[Payable]:
    """Approved settlements of a seller whose producer has a confirmed account."""
    query = (
        select(Settlement)
        .join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
        .where(SettlementPeriod.seller_id == seller_id, Settlement.state == State.APPROVED)
        .order_by(Settlement.id)
        .execution_options(populate_existing=True)
    )
    rows = list(db.session.scalars(query))
    payees = payees_of([one.producer_id for one in rows])
    return [
        Payable(
            f"{PREFIX}:{one.code}", "", one.total_vnd, payee.bank_bin or "", payee.account or "", payee.holder or "",
            one.approved_at or one.period.closed_at,
        )
        for one in rows
        if (payee := payees.get(one.producer_id)) is not None and payee.account
    ]  # fmt: skip


def memo(code: str) -> str:
    """What stands beside the money on the producer's statement: ``OCOP 10 2026 DS 7K3M9QXT``."""
    return memo_text(f"{memo_of(get_settlement(code).period.period)} {code}")


def words(code: str) -> str:
    """What the desk of payouts calls it."""
    return _("quyết toán %(code)s", code=code)


def lock(code: str) -> None:
    """Before the file is locked."""
    service.lock(code)


def listed(code: str, by: Actor) -> None:
    """It stands in a file: nobody else pays it."""
    service.move(service.lock(code), State.LISTED)


def unlisted(code: str, by: Actor) -> None:
    """The draft was dropped: it waits again."""
    service.move(service.lock(code), State.APPROVED)


def paid(code: str, reference: str, by: Actor) -> None:
    """The bank transferred it."""
    service.paid(service.lock(code), reference, by)


def failed(code: str, failure: Failure, by: Actor) -> None:
    """The bank did not: it waits for another file, with another account where that was wrong."""
    unlisted(code, by)


register(PREFIX, Port(list_payable, memo, words, lock, listed, unlisted, paid, failed))
