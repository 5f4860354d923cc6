"""What is wrong with an invoice, or comes back, is adjusted or replaced; nothing is removed.

Decree 123/2020, Article 19 as amended by 70/2025. Sums are adjusted; wrong details of the buyer are replaced.
"""

from collections.abc import Mapping

from sqlalchemy import select

from core.accounts.actor import SYSTEM, Actor
from core.db import db, transaction
from shop.invoices.amounts import called_off, copied, kept, printed, refunded, standing, taken_back
from shop.invoices.buyers import Buyer, buyer_on
from shop.invoices.models import Invoice, InvoiceLine
from shop.invoices.queries import adjustments_of, corrections_of, find_current, find_current_of_sale, get_invoice
from shop.invoices.refusals import AlreadyCorrected, InvoiceStateRefused, TooMuchTakenBack
from shop.invoices.rules import NUMBERED, Kind, Owed, State, excess, within
from shop.invoices.service import add_draft, discard, lock_invoice
from shop.invoices.sources import Source, lock_order, lock_sale, lock_source, of_order, of_sale, source_of
from shop.invoices.till_amounts import kept_of_sale, printed_of_sale, rounding_of_sale, rounding_told
from shop.orders.models import Order
from shop.orders.rules import OFF, number_of
from shop.payments.models import Refund
from shop.payments.rules import RefundState

_BACK = "hàng trả lại, hoàn tiền"
_UNDELIVERED = "giao không thành công, hàng về lại cửa hàng"
_NOT_SENT = "cửa hàng không giao kiện hàng này"


def adjust(code: str, amount_vnd: int, reason: str, key: str, by: Actor) -> Invoice:
    """Draft an adjustment that takes `amount_vnd` (VAT included) back from what is left of an invoice's lines.

    The same `key` is the same adjustment. Refuses TooMuchTakenBack, AlreadyCorrected (it was replaced),
    InvoiceStateRefused (it has no number yet).
    """
    if amount_vnd <= 0:
        raise ValueError("an adjustment takes something back")
    with transaction():
        invoice = _lock(code, by)
        _refuse_replaced(invoice)
        left = standing(invoice, adjustments_of(invoice))
        total = sum(one.gross_vnd for one in left.values())
        if (known := _find(f"by:{key}")) is not None:
            return known
        if amount_vnd > total:
            raise TooMuchTakenBack(left_vnd=total)
        return _take(invoice, left, within(amount_vnd, {}, left), reason, f"by:{key}", by)


def replace(code: str, buyer: Buyer, reason: str, by: Actor) -> Invoice:
    """Draft a replacement with other details of the buyer and the same lines, under the VAT that counts for her.

    Refuses AlreadyCorrected: an invoice is replaced once, and one that was adjusted is adjusted further, never
    replaced.
    """
    with transaction():
        invoice = _lock(code, by)
        for one in corrections_of([invoice]).get(invoice.id, []):
            raise AlreadyCorrected(by=one.code)
        return add_draft(
            source_of(invoice), copied(invoice), buyer, by, kind=Kind.REPLACEMENT, refers_to=invoice, reason=reason,
            rounding_vnd=invoice.rounding_vnd,
        )  # fmt: skip


def take_back_refund(refund_code: str) -> Invoice | None:
    """A refund was promised: an invoice that has its number is adjusted, a draft is made anew for what is kept.

    None when no invoice says anything of it. Twice has the effect of once.
    """
    with transaction():
        refund = db.session.scalar(select(Refund).where(Refund.code == refund_code))
        number = number_of(refund.payment.reference) if refund else None
        if refund is None or number is None or refund.state == RefundState.FAILED or _is_second_try(refund):
            return None
        order = lock_order(number)
        current = find_current(order.id)
        if current is None or current.state == State.DRAFT:
            return _draft_anew(order, current)
        if (known := _find(f"ref:{refund_code}")) is not None:
            return known
        left = standing(current, adjustments_of(current))
        taken = refunded(order, refund, left)
        return _take(current, left, taken, _BACK, f"ref:{refund_code}", SYSTEM) if taken else None


def refund_failed(refund_code: str) -> None:
    """The money did not go back: an adjustment that was not issued yet comes to nothing, a draft is whole again."""
    with transaction():
        refund = db.session.scalars(select(Refund).where(Refund.code == refund_code)).one()
        number = number_of(refund.payment.reference)
        if number is None:
            return
        order = lock_order(number)
        if order.state in OFF:
            return  # nothing was sold, whatever becomes of its money
        current, adjustment = find_current(order.id), _find(f"ref:{refund_code}")
        if adjustment is not None and adjustment.state == State.DRAFT:
            discard(adjustment.code, SYSTEM, "không hoàn được tiền")
        elif adjustment is None and current is not None and current.state == State.DRAFT:
            _draft_anew(order, current)


def discard_returned(number: str) -> Invoice | None:
    """Goods came back undelivered, and may be sent again: a draft comes to nothing until they are.

    What has its number stands until the order ends (`take_back_order`). None when no draft stands.
    """
    with transaction():
        current = find_current(lock_order(number).id)
        if current is None or current.state != State.DRAFT:
            return None
        return discard(current.code, SYSTEM, _UNDELIVERED)


def take_back_order(number: str) -> Invoice | None:
    """The order was called off with nothing of it with the buyer: nothing of what its invoice said was sold.

    None when no invoice stands, or its refund took everything back already.
    """
    with transaction():
        order = lock_order(number)
        current = find_current(order.id)
        if current is None:
            return None
        if current.state == State.DRAFT:
            return discard(current.code, SYSTEM, _UNDELIVERED)
        left = standing(current, adjustments_of(current))
        taken = {key: owed for key, owed in left.items() if owed.gross_vnd > 0}
        return _take(current, left, taken, _UNDELIVERED, f"back:{number}:{current.code}", SYSTEM) if taken else None


def take_back_at_till(code: str, of: str) -> Invoice | None:
    """Goods came back to a till by the return `code` against the receipt `of`: its invoice says what is kept.

    A draft is made anew. What has its number is adjusted by what it still says beyond that, so that a return which the
    draft knew already is not taken back twice. None when no invoice says anything of it.
    """
    with transaction():
        sale = lock_sale(of)
        current, left_to_her = find_current_of_sale(sale.id), kept_of_sale(sale)
        if current is None:
            return None
        if current.state == State.DRAFT:
            return _anew(of_sale(sale), printed_of_sale(sale, left_to_her), current, rounding_of_sale(sale))
        if (known := _find(f"ret:{code}")) is not None:
            return known
        fixes = adjustments_of(current)
        left = standing(current, fixes)
        taken, rounding_vnd = excess(left, left_to_her), rounding_of_sale(sale) - rounding_told([current, *fixes])
        return _take(current, left, taken, _BACK, f"ret:{code}", SYSTEM, rounding_vnd) if taken else None


def take_back_parcel(number: str, parcel: str, *, is_paid: bool) -> Invoice | None:
    """One of several parcels (its code) was called off: a draft says what is left, what has its number is adjusted.

    When it was paid, the adjustment is that of its refund. None when no invoice says anything of it.
    """
    with transaction():
        order = lock_order(number)
        current = find_current(order.id)
        if current is None or current.state == State.DRAFT:
            return _draft_anew(order, current)
        if is_paid:
            return None
        if (known := _find(f"drop:{parcel}")) is not None:
            return known
        left = standing(current, adjustments_of(current))
        taken = called_off(order, parcel, left)
        return _take(current, left, taken, _NOT_SENT, f"drop:{parcel}", SYSTEM) if taken else None


def _draft_anew(order: Order, draft: Invoice | None) -> Invoice | None:
    """The draft of what is kept, in the place of one that says more; none where nothing was drafted yet."""
    if draft is None:
        return None
    return _anew(of_order(order), printed(order, kept(order)), draft)


def _anew(source: Source, lines: list[InvoiceLine], draft: Invoice, rounding_vnd: int = 0) -> Invoice | None:
    if sum(one.gross_vnd for one in lines) == draft.gross_vnd:
        return draft
    discard(draft.code, SYSTEM, _BACK)
    return add_draft(source, lines, buyer_on(draft), SYSTEM, rounding_vnd=rounding_vnd) if lines else None


def _take(
    invoice: Invoice,
    left: Mapping[str, Owed],
    taken: Mapping[str, Owed],
    reason: str,
    key: str,
    by: Actor,
    rounding_vnd: int = 0,
) -> Invoice:
    lines, buyer = taken_back(invoice, left, taken), buyer_on(invoice)
    return add_draft(
        source_of(invoice), lines, buyer, by, kind=Kind.ADJUSTMENT, refers_to=invoice, reason=reason, key=key,
        rounding_vnd=rounding_vnd,
    )  # fmt: skip


def _lock(code: str, by: Actor) -> Invoice:
    """What was sold, then the invoice, which must have its number."""
    lock_source(get_invoice(code))
    invoice = lock_invoice(code, by)
    if invoice.state not in NUMBERED:
        raise InvoiceStateRefused(state=invoice.state, action="correct")
    return invoice


def _refuse_replaced(invoice: Invoice) -> None:
    for one in corrections_of([invoice]).get(invoice.id, []):
        if one.kind == Kind.REPLACEMENT:
            raise AlreadyCorrected(by=one.code)


def _find(key: str) -> Invoice | None:
    return db.session.scalar(select(Invoice).where(Invoice.key == key))


def _is_second_try(refund: Refund) -> bool:
    """A refund that failed and goes another way: the adjustment of the first still stands for it."""
    prefix, _colon, first = refund.key.partition(":")
    known = _find(f"ref:{first}") if prefix == "again" else None
    return known is not None and known.state != State.DISCARDED
