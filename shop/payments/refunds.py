"""Money that goes back. A refund is one intent: promised once under its key, sent one way, done or failed once.

The promise is one guarded statement on the payment (``refunding_vnd + amount <= captured_vnd``), so that no two
promises together exceed what was received, whoever asks and however often (P18). Lock order: payment, then refund.
"""

from sqlalchemy import select, update

from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.events import on, publish
from core.ids import short_code
from shop.payments.events import PaymentRefunded, PaymentToRefund, RefundFailed, RefundPromised
from shop.payments.models import Payment, Refund
from shop.payments.refusals import (
    PaymentStateRefused,
    ReferenceUsed,
    RefundByFile,
    RefundKeyUsed,
    RefundNotFound,
    RefundStateRefused,
    RefundTooMuch,
)
from shop.payments.rules import RefundState, Signal, Status, Way, refund_way, seller_ref
from shop.payments.service import lock_payment
from shop.payments.steps import note_step, take_step

_BLIND = {"synchronize_session": False}


def promise(reference: str, amount_vnd: int, reason: str, key: str, by: Actor, *, way: Way | None = None) -> Refund:
    """Promise whole đồng of a payment back, at once and for good. The same `key` is the same refund.

    Refuses more than is left (RefundTooMuch) and a key that stands for another sum (RefundKeyUsed). Raises
    ValueError for what is no positive whole number of đồng.
    """
    if type(amount_vnd) is not int or amount_vnd <= 0:
        raise ValueError("a refund needs a positive amount")
    with transaction() as session:
        payment = lock_payment(reference)
        known = session.scalar(select(Refund).where(Refund.key == key))
        if known is not None:
            if (known.payment_id, known.amount_vnd) != (payment.id, amount_vnd):
                raise RefundKeyUsed(key=key)
            return known
        if not _reserve(payment, amount_vnd):
            raise RefundTooMuch(left_vnd=payment.captured_vnd - payment.refunding_vnd, asked_vnd=amount_vnd)
        refund = Refund(
            code=short_code("HT"), payment_id=payment.id, key=key, amount_vnd=amount_vnd, reason=reason,
            way=way or refund_way(payment.provider), state=RefundState.PROMISED, actor=by.label, promised_at=now(),
        )  # fmt: skip
        session.add(refund)
        session.flush()
        note_step(payment, "promise_refund", by, 0, {"refund": refund.code, "amount_vnd": amount_vnd})
        record("refund.promised", f"refund:{refund.code}", by, payment=reference, amount_vnd=amount_vnd,
               reason=reason, way=refund.way)  # fmt: skip
        publish(RefundPromised(refund.code, reference, refund.way, amount_vnd))
        return refund


@on(PaymentToRefund)
def promise_rest(event: PaymentToRefund) -> None:
    """A payment owes everything back: promise what no refund has promised yet."""
    payment = lock_payment(event.reference)
    left = payment.captured_vnd - payment.refunding_vnd
    if left > 0:
        promise(event.reference, left, "owed", f"owed:{event.reference}", SYSTEM)


def sent(code: str, by: Actor) -> Refund:
    """It is on its way: with the card provider, or in a payout file. Twice has the effect of once.

    From now on nobody else may pay it: refuses RefundStateRefused unless it was promised or sent.
    """
    with transaction():
        refund = lock_refund(code)
        if refund.state != RefundState.SENT:
            _expect(refund, RefundState.PROMISED)
            refund.state, refund.sent_at = RefundState.SENT, now()
            record("refund.sent", f"refund:{code}", by, way=refund.way)
        return refund


def unsent(code: str, by: Actor, why: str | None = None) -> Refund:
    """It did not leave after all, and waits again. Refuses RefundStateRefused once it is over."""
    with transaction():
        refund = lock_refund(code)
        if refund.state != RefundState.PROMISED:
            _expect(refund, RefundState.SENT)
            refund.state, refund.sent_at, refund.trouble = RefundState.PROMISED, None, _short(why)
            record("refund.unsent", f"refund:{code}", by, why=why)
        return refund


def stalled(code: str, why: str) -> Refund:
    """It could not be sent for now (the provider's balance, an outage): noted, and still to be tried again."""
    with transaction():
        refund = lock_refund(code)
        _expect(refund, RefundState.PROMISED, RefundState.SENT)
        if refund.trouble != _short(why):
            refund.trouble = _short(why)
            record("refund.stalled", f"refund:{code}", SYSTEM, why=why)
        return refund


def done(code: str, provider_ref: str, by: Actor) -> Refund:
    """The money has gone, under the provider's, the bank's or the till's own reference. Twice is once.

    Refuses a reference that another refund has (ReferenceUsed; a bank's or a till's counts for its seller alone), and
    one that is over otherwise (RefundStateRefused).
    """
    with transaction():
        refund = lock_refund(code)
        if refund.state == RefundState.DONE and provider_ref in (refund.provider_ref, refund.told_ref):
            return refund
        _expect(refund, RefundState.PROMISED, RefundState.SENT)
        refund.provider_ref = _free_ref(refund, provider_ref)
        refund.state, refund.ended_at = RefundState.DONE, now()
        refund.trouble = None
        _book(refund, by)
        return refund


def failed(code: str, why: str, by: Actor = SYSTEM, *, bounced_ref: str | None = None) -> Refund:
    """It can never go this way (a closed card, a wrong account): the promise is given back. Twice is once.

    `bounced_ref`: the provider's own reference under which it is so. What was done under it is here again, and is
    counted as gone no more; without it one that is done is refused (RefundStateRefused).
    """
    with transaction():
        refund = lock_refund(code)
        if refund.state == RefundState.FAILED:
            return refund
        was_done = bounced_ref is not None and refund.provider_ref == bounced_ref
        if was_done:
            _unbook(refund, by)
        else:
            _expect(refund, RefundState.PROMISED, RefundState.SENT)
        refund.state, refund.trouble, refund.ended_at = RefundState.FAILED, _short(why), now()
        refund.payment.refunding_vnd -= refund.amount_vnd
        note_step(refund.payment, "fail_refund", by, 0, {"refund": code, "amount_vnd": refund.amount_vnd, "why": why})
        record("refund.failed", f"refund:{code}", by, why=why, was_done=was_done)
        publish(RefundFailed(code, refund.payment.reference, refund.amount_vnd, was_done))
        return refund


def again(code: str, way: Way, by: Actor) -> Refund:
    """Promise a failed refund anew, another way. Twice is once: the new one's key follows from the old one's."""
    with transaction():
        refund = lock_refund(code)
        _expect(refund, RefundState.FAILED)
        key = f"again:{refund.code}"
        return promise(refund.payment.reference, refund.amount_vnd, refund.reason, key, by, way=way)


def change_way(code: str, way: Way, by: Actor) -> Refund:
    """The buyer takes it as cash, or to an account, while it has not left. A card's refund goes to its card."""
    with transaction():
        refund = lock_refund(code)
        if refund.way == way:
            return refund
        _expect(refund, RefundState.PROMISED)
        if Way.CARD in (refund.way, way):
            raise RefundStateRefused(state=refund.state, way=refund.way)
        record("refund.way_changed", f"refund:{code}", by, old=refund.way, new=way.value)
        refund.way = way
        return refund


def record_refund(reference: str, refund_ref: str, by: Actor) -> Payment:
    """The whole sum owed went back in cash, under the till's reference. Twice has the effect of once.

    Refuses what is to be transferred (RefundByFile: a second person approves it there), and unless something is owed
    that waits to be paid by hand (PaymentStateRefused): what a card provider sends by itself, or what stands in a
    payout file, is not paid a second time.
    """
    with transaction():
        payment = lock_payment(reference)
        waiting = list_open(payment.id)
        by_hand = [one for one in waiting if one.state == RefundState.PROMISED and one.way == Way.CASH]
        if payment.status == Status.REFUNDED:
            return payment
        if by_file := [one.code for one in waiting if one.state == RefundState.PROMISED and one.way == Way.BANK]:
            raise RefundByFile(refunds=by_file)
        if not by_hand or len(by_hand) < len(waiting):
            raise PaymentStateRefused(status=payment.status, signal=Signal.REFUND)
        for number, one in enumerate(by_hand, 1):
            done(one.code, refund_ref if number == 1 else f"{refund_ref}/{number}", by)
        return payment


def list_open(payment_id: int) -> list[Refund]:
    """The refunds of a payment that are promised or on their way, oldest first."""
    is_open = Refund.state.in_([RefundState.PROMISED, RefundState.SENT])
    query = select(Refund).where(Refund.payment_id == payment_id, is_open).order_by(Refund.id)
    return list(db.session.scalars(query))


def list_refunds(payment_id: int) -> list[Refund]:
    """Every refund of a payment, oldest first."""
    return list(db.session.scalars(select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)))


def lock_refund(code: str) -> Refund:
    """The refund and its payment, locked until the transaction ends: the payment first. Refuses RefundNotFound."""
    query = select(Payment.reference).join(Refund, Refund.payment_id == Payment.id).where(Refund.code == code)
    reference = db.session.scalar(query)
    if reference is None:
        raise RefundNotFound
    lock_payment(reference)
    locked = select(Refund).where(Refund.code == code).with_for_update(of=Refund)
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def _reserve(payment: Payment, amount_vnd: int) -> bool:
    """Take the sum from what is left of a payment. False, and nothing written, when less is left."""
    guarded = update(Payment).where(
        Payment.id == payment.id, Payment.refunding_vnd + amount_vnd <= Payment.captured_vnd
    )
    values = {"refunding_vnd": Payment.refunding_vnd + amount_vnd, "version": Payment.version + 1}
    changed = db.session.execute(guarded.values(values).returning(Payment.id), execution_options=_BLIND).first()
    db.session.refresh(payment)
    return changed is not None


def _book(refund: Refund, by: Actor) -> None:
    """Count a refund that is done, and close the payment when all of it is back."""
    payment, told = refund.payment, {"refund": refund.code, "refund_ref": refund.told_ref}
    payment.refunded_vnd += refund.amount_vnd
    payment.refund_ref = refund.told_ref
    is_whole = payment.refunded_vnd == payment.captured_vnd
    if is_whole:
        take_step(payment, Signal.REFUND, by, refund.amount_vnd, told)
    else:
        note_step(payment, Signal.REFUND, by, refund.amount_vnd, told)
    record("payment.refunded", f"payment:{payment.reference}", by, amount_vnd=refund.amount_vnd,
           ref=refund.told_ref, refund=refund.code)  # fmt: skip
    publish(PaymentRefunded(payment.reference, refund.amount_vnd, is_whole, refund.code))


def _unbook(refund: Refund, by: Actor) -> None:
    """What was counted as gone is here again; a payment that was closed owes it."""
    payment, told = refund.payment, {"refund": refund.code, "refund_ref": refund.provider_ref}
    payment.refunded_vnd -= refund.amount_vnd
    if payment.refund_ref == refund.provider_ref:
        payment.refund_ref = None
    if payment.status == Status.REFUNDED:
        take_step(payment, Signal.BOUNCE, by, refund.amount_vnd, told)
    else:
        note_step(payment, Signal.BOUNCE, by, refund.amount_vnd, told)
    record("payment.refund_bounced", f"payment:{payment.reference}", by, amount_vnd=refund.amount_vnd,
           ref=refund.provider_ref, refund=refund.code)  # fmt: skip
    refund.provider_ref = None


def _expect(refund: Refund, *states: RefundState) -> None:
    if refund.state not in states:
        raise RefundStateRefused(state=refund.state, way=refund.way)


def _free_ref(refund: Refund, provider_ref: str) -> str:
    """The reference, once for each seller: two sellers' banks may number alike. Refuses ReferenceUsed.

    A card's is the provider's own, and there is one provider.
    """
    own = seller_ref(provider_ref, refund.payment.seller_id)
    used = (
        select(Payment.seller_id)
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.way == refund.way, Refund.provider_ref.in_([provider_ref, own]))
    )
    owners = set(db.session.scalars(used))
    if refund.payment.seller_id in owners or (owners and refund.way == Way.CARD):
        raise ReferenceUsed(provider_ref=provider_ref)
    return own if owners else provider_ref


def _short(why: str | None) -> str | None:
    return why[:300] if why else None
