"""What one person notes and another decides: adjustments beside the sales, and where a producer's money goes."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import Forbidden
from core.ids import short_code
from shop.payouts.permissions import scopes_of as scopes_of_seller
from shop.payouts.rules import masked
from shop.settlements.models import SettlementAdjustment, SettlementPayee
from shop.settlements.queries import get_seller
from shop.settlements.refusals import (
    AdjustmentNotFound,
    DecidedAlready,
    PayeeNotFound,
    PayeeWaiting,
    PeriodUnknown,
    SecondPersonNeeded,
)
from shop.settlements.rules import Decision, Extra


def adjust(
    seller_code: str, producer_code: str, kind: Extra, amount_vnd: int, words: str, by: Actor
) -> SettlementAdjustment:
    """Note a sum for the next period: positive for the producer, negative when she bears it. It counts once a second
    person agreed. Refuses PeriodUnknown for a seller or a producer that is not there.
    """
    seller, producer = get_seller(seller_code), _producer(producer_code)
    authorize(by, "settlements.adjust", *scopes_of_seller(seller.id))
    with transaction() as session:
        row = SettlementAdjustment(
            code=short_code("DC"), seller_id=seller.id, producer_id=producer.id, kind=kind, amount_vnd=amount_vnd,
            words=words, state=Decision.ASKED, asked_at=now(), asked_by=by.label, asked_by_id=_person(by),
        )  # fmt: skip
        session.add(row)
        session.flush()
        record("settlement.adjustment_asked", f"adjustment:{row.code}", by, producer=producer.code, kind=kind.value,
               amount_vnd=amount_vnd, words=words)  # fmt: skip
        return row


def decide_adjustment(code: str, by: Actor, *, agrees: bool) -> SettlementAdjustment:
    """A second person agrees or refuses. Twice the same is once. Refuses SecondPersonNeeded, DecidedAlready."""
    with transaction():
        query = select(SettlementAdjustment).where(SettlementAdjustment.code == code).with_for_update()
        row = db.session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise AdjustmentNotFound
        authorize(by, "settlements.approve", *scopes_of_seller(row.seller_id))
        if _decide(row, by, agrees=agrees):
            record(f"settlement.adjustment_{row.state}", f"adjustment:{code}", by, amount_vnd=row.amount_vnd)
        return row


def name_payee(producer_code: str, vat_method: str, account: tuple[str, str, str] | None, by: Actor) -> SettlementPayee:
    """Note where a producer's money goes (BIN, account, holder; None: cash) and how she accounts for VAT.

    It counts once a second person confirmed it. Refuses PayeeWaiting while another change waits.
    """
    producer = _producer(producer_code)
    authorize(by, "settlements.account")
    bank_bin, number, holder = account or (None, None, None)
    with transaction() as session:
        row = SettlementPayee(
            producer_id=producer.id, vat_method=vat_method, bank_bin=bank_bin, account=number, holder=holder,
            state=Decision.ASKED, asked_at=now(), asked_by=by.label, asked_by_id=_person(by),
        )  # fmt: skip
        session.add(row)
        try:
            session.flush()
        except IntegrityError as clash:
            raise PayeeWaiting from clash
        record("settlement.payee_asked", f"producer:{producer.code}", by, vat_method=vat_method, bank=bank_bin,
               account=masked(number) if number else None)  # fmt: skip
        return row


def decide_payee(payee_id: int, by: Actor, *, agrees: bool) -> SettlementPayee:
    """A second person confirms or refuses it. Twice the same is once."""
    with transaction():
        query = select(SettlementPayee).where(SettlementPayee.id == payee_id).with_for_update(of=SettlementPayee)
        row = db.session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise PayeeNotFound
        authorize(by, "settlements.account")
        if _decide(row, by, agrees=agrees):
            record(f"settlement.payee_{row.state}", f"producer:{row.producer.code}", by, vat_method=row.vat_method,
                   bank=row.bank_bin, account=masked(row.account) if row.account else None)  # fmt: skip
        return row


def _decide(row: SettlementAdjustment | SettlementPayee, by: Actor, *, agrees: bool) -> bool:
    """Whether something changed."""
    wanted = Decision.APPROVED if agrees else Decision.REFUSED
    if row.state != Decision.ASKED:
        if row.state == wanted and row.decided_by_id == by.user_id:
            return False
        raise DecidedAlready(state=row.state)
    if _person(by) == row.asked_by_id:
        raise SecondPersonNeeded
    row.state, row.decided_at, row.decided_by, row.decided_by_id = wanted, now(), by.label, by.user_id
    return True


def _producer(code: str) -> Producer:
    found = db.session.scalar(select(Producer).where(Producer.code == code))
    if found is None:
        raise PeriodUnknown
    return found


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise Forbidden(action="settlements.adjust")
    return by.user_id
