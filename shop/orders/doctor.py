"""Invariants of orders and payments: money has an order, sums are sums, and nothing was sold without its star."""

from collections.abc import Iterable

from sqlalchemy import and_, exists, func, not_, or_, select

from catalog.certificates.models import Certificate, CertificateSuspension
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import TOUCHES
from core.db import db
from core.doctor import invariant
from shop.orders.models import Order, OrderCharge, OrderLine
from shop.orders.rules import WITH_MONEY
from shop.payments.models import Payment, PaymentEvent


@invariant("I3", "every payment with money has its order, in a state that goes with money, and every order its payment")
def money_has_an_order() -> Iterable[str]:
    """A line for each capture without a fitting order, and for each order without a payment of its sum."""
    ours = "ord:" + Order.number
    joined = select(Payment.reference, Payment.captured_vnd, Order.state)
    joined = joined.outerjoin(Order, ours == Payment.reference).where(Payment.reference.startswith("ord:"))
    stray = joined.where(Payment.captured_vnd > 0, or_(Order.id.is_(None), Order.state.not_in(WITH_MONEY)))
    for reference, captured, state in db.session.execute(stray):
        yield f"payment {reference}: {captured} đồng captured, order {state or 'missing'}"
    unpaid = select(Order.number).outerjoin(Payment, ours == Payment.reference)
    for number in db.session.scalars(unpaid.where(or_(Payment.id.is_(None), Payment.amount_vnd != Order.total_vnd))):
        yield f"order {number}: no payment of its total"


@invariant("I4", "an order's total is its lines less discounts plus charges")
def totals_are_sums() -> Iterable[str]:
    """A line for each order whose total is not its sum."""
    parts = Order.lines_total_vnd - Order.discount_total_vnd + Order.charges_total_vnd
    for number in db.session.scalars(select(Order.number).where(Order.total_vnd != parts)):
        yield f"order {number}"


@invariant("I4b", "an order's line and charge totals are the sums of its lines and charges")
def parts_are_sums() -> Iterable[str]:
    """A line for each order that differs from what stands under it."""
    lines = select(func.coalesce(func.sum(OrderLine.line_total_vnd), 0)).where(OrderLine.order_id == Order.id)
    charges = select(func.coalesce(func.sum(OrderCharge.amount_vnd), 0)).where(OrderCharge.order_id == Order.id)
    wrong = or_(lines.scalar_subquery() != Order.lines_total_vnd, charges.scalar_subquery() != Order.charges_total_vnd)
    for number in db.session.scalars(select(Order.number).where(wrong)):
        yield f"order {number}"


@invariant("I5", "no payment gave back more than it received, and its history says the same")
def refunds_within_captured() -> Iterable[str]:
    """A line for each payment whose sums are not those of its events, or out of bounds."""

    def told(signal: str) -> object:
        amount = select(func.coalesce(func.sum(PaymentEvent.amount_vnd), 0))
        return amount.where(PaymentEvent.payment_id == Payment.id, PaymentEvent.signal == signal).scalar_subquery()

    wrong = or_(
        Payment.refunded_vnd > Payment.captured_vnd,
        Payment.captured_vnd > Payment.amount_vnd,
        Payment.captured_vnd != told("capture"),
        Payment.refunded_vnd != told("refund"),
    )
    for reference in db.session.scalars(select(Payment.reference).where(wrong)):
        yield f"payment {reference}"


@invariant("I7", "every decided line was covered by its certificate, by what was recorded at its decision")
def sold_with_star() -> Iterable[str]:
    """A line for each sale on a day that its certificate did not cover (decisions 4 and 5)."""
    day, instant = OrderLine.decided_on, OrderLine.decided_at
    ends_on = func.coalesce(Certificate.extended_until, Certificate.valid_until)
    paused = (
        exists()
        .where(
            CertificateSuspension.certificate_id == Certificate.id,
            CertificateSuspension.recorded_at <= instant,
            CertificateSuspension.from_on <= day,
            or_(CertificateSuspension.until_on.is_(None), CertificateSuspension.until_on >= day),
        )
        .correlate(Certificate, OrderLine)
    )  # two selects deep: SQLAlchemy correlates only to the next one by itself
    stopped = (
        exists()
        .where(
            Product.id == OrderLine.product_id,
            TOUCHES,
            ProductStop.recorded_at <= instant,
            ProductStop.from_on <= day,
            or_(ProductStop.until_on.is_(None), ProductStop.until_on >= day),
            or_(ProductStop.lifted_on.is_(None), ProductStop.lifted_on > day),
        )
        .correlate(Certificate, OrderLine)
    )
    covering = exists().where(
        and_(Certificate.id == OrderLine.certificate_id, Certificate.product_id == OrderLine.product_id),
        and_(Certificate.valid_from <= day, Certificate.verified_on <= day, ends_on >= day),
        or_(Certificate.governs_until.is_(None), Certificate.governs_until >= day, Certificate.superseded_at > instant),
        or_(
            Certificate.revoked_on.is_(None), Certificate.revoked_on > day, Certificate.revocation_recorded_at > instant
        ),
        not_(paused),
        not_(stopped),
    )
    query = select(Order.number, OrderLine.position).join(Order, Order.id == OrderLine.order_id)
    for number, position in db.session.execute(query.where(instant.is_not(None), not_(covering))):
        yield f"order {number}, line {position}"
