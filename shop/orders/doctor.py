"""Invariants of orders and payments: money has an order, sums are sums, and nothing was sold without its star."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from catalog.certificates.knowledge import term_of_version
from catalog.certificates.models import Certificate, CertificateVersion
from catalog.certificates.rules import Term, covers
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import TOUCHES, stop_of
from catalog.stops.rules import stop_on
from core.db import db
from core.doctor import invariant
from shop.orders.models import Order, OrderCharge, OrderLine, Shipment, ShipmentLine, ShipmentLot
from shop.orders.rules import BEFORE, FOLLOWING, OUTSIDE, WITH_MONEY, Parcel, whole
from shop.payments.models import Payment


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


@invariant("I4b", "an order's line, discount and charge totals are the sums of its lines, their shares and charges")
def parts_are_sums() -> Iterable[str]:
    """A line for each order that differs from what stands under it."""
    lines = select(func.coalesce(func.sum(OrderLine.line_total_vnd), 0)).where(OrderLine.order_id == Order.id)
    charges = select(func.coalesce(func.sum(OrderCharge.amount_vnd), 0)).where(OrderCharge.order_id == Order.id)
    shares = select(func.coalesce(func.sum(OrderLine.discount_vnd), 0)).where(OrderLine.order_id == Order.id)
    wrong = or_(
        lines.scalar_subquery() != Order.lines_total_vnd,
        shares.scalar_subquery() != Order.discount_total_vnd,
        charges.scalar_subquery() != Order.charges_total_vnd,
    )
    for number in db.session.scalars(select(Order.number).where(wrong)):
        yield f"order {number}"


@invariant("I7", "every decided line was covered by its certificate, by what was recorded at its decision")
def sold_with_star() -> Iterable[str]:
    """A line for each sale on a day that its certificate, as known then, did not cover (decisions 4 and 5)."""
    lines = db.session.execute(
        select(
            Order.number, OrderLine.position, OrderLine.decided_at, OrderLine.decided_on, OrderLine.product_id,
            OrderLine.certificate_id,
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.decided_at.is_not(None))
    ).all()  # fmt: skip
    known, stops = _versions(), _stops()
    for line in lines:
        term = _known(known.get((line.certificate_id, line.product_id), []), line.decided_at)
        stopped = [stop_of(one, line.decided_at) for one in stops.get(line.product_id, [])
                   if one.recorded_at <= line.decided_at]  # fmt: skip
        if term is None or not covers(term, line.decided_on) or stop_on(stopped, line.decided_on):
            yield f"order {line.number}, line {line.position}"


def _versions() -> dict[tuple[int, int], list[CertificateVersion]]:
    """What was ever known of each certificate under which something was sold, oldest first, by it and its product."""
    sold = select(OrderLine.certificate_id).where(OrderLine.decided_at.is_not(None))
    query = (
        select(CertificateVersion, Certificate.product_id)
        .join(Certificate, Certificate.id == CertificateVersion.certificate_id)
        .where(CertificateVersion.certificate_id.in_(sold))
        .order_by(CertificateVersion.id)
    )
    found: dict[tuple[int, int], list[CertificateVersion]] = defaultdict(list)
    for version, product_id in db.session.execute(query):
        found[version.certificate_id, product_id].append(version)
    return found


def _stops() -> dict[int, list[ProductStop]]:
    """Every stop of each product that has one."""
    found: dict[int, list[ProductStop]] = defaultdict(list)
    for product_id, stop in db.session.execute(select(Product.id, ProductStop).join(ProductStop, TOUCHES)):
        found[product_id].append(stop)
    return found


def _known(versions: Sequence[CertificateVersion], instant: datetime) -> Term | None:
    """The certificate as it was known at that instant."""
    newest = next((one for one in reversed(versions) if one.recorded_at <= instant), None)
    return term_of_version(newest) if newest else None


@invariant("I34", "an order stands where its parcels say, and what left in a parcel is what its goods are")
def orders_follow_parcels() -> Iterable[str]:
    """A line for each order that goes on whose state is not that of its parcels, and for goods without their lots."""
    query = select(Order.number, Order.state, Order.method, Shipment.state.label("parcel")).join(Order.shipments)
    found: dict[tuple[str, str, str], list[Parcel]] = defaultdict(list)
    for row in db.session.execute(query.where(Order.state.in_(FOLLOWING))):
        found[row.number, row.state, row.method].append(Parcel(row.parcel))
    for (number, state, method), parcels in found.items():
        said = whole(parcels, method == "delivery")
        if state != said and not (said is None and state in BEFORE):
            yield f"order {number}: {state}, its parcels {', '.join(sorted(parcels))}"
    yield from _lots_of_parcels()


def _lots_of_parcels() -> Iterable[str]:
    """A line for each parcel whose lots out are not its units when it has left, and nothing when it has not."""
    units = select(func.coalesce(func.sum(ShipmentLine.quantity), 0)).where(ShipmentLine.shipment_id == Shipment.id)
    out = select(func.coalesce(func.sum(ShipmentLot.quantity), 0))
    out = out.where(ShipmentLot.shipment_id == Shipment.id, ShipmentLot.came_back_at.is_(None)).scalar_subquery()
    left = Shipment.state.in_(OUTSIDE)
    wrong = or_(and_(left, out != units.scalar_subquery()), and_(~left, out != 0))
    for code in db.session.scalars(select(Shipment.code).where(wrong)):
        yield f"parcel {code}"
