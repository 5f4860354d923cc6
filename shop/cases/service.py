"""Verbs on cases: opened with a revocation, told to the buyer, money back, closed. Each is one transaction."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.ids import short_code
from shop.cases.models import LabelTask, SoldCase
from shop.cases.queries import get_case, get_label, scopes_of
from shop.cases.refusals import CaseStateRefused, RefundOutOfRange
from shop.cases.rules import Kind, State, contact_by, may_become
from shop.fairs.models import Booking, BoothDay
from shop.fairs.rules import DayState
from shop.inventory.models import Lot, StockLevel
from shop.orders.models import Order, OrderLine
from shop.orders.rules import GONE
from shop.stores.models import Place


@dataclass(frozen=True)
class Refund:
    """What went back: whole đồng, and the bank's or the till's reference."""

    amount_vnd: int
    reference: str


def open_cases(certificate_id: int) -> dict[str, int]:
    """List whom a revocation reached: lines that left a store and booths that showed the product since its day.

    Sales themselves stay as they were decided (D2). Safe to repeat. Answers how many were opened of each kind.
    """
    with transaction() as session:
        certificate = session.get_one(Certificate, certificate_id)
        on, known_at = certificate.revoked_on, certificate.revocation_recorded_at
        if on is None or known_at is None:
            return {"sales": 0, "booths": 0}
        sales = [_of_sale(certificate, *row, known_at) for row in _sold(certificate_id, on, known_at)]
        booths = [_of_booth(certificate, one, known_at) for one in _shown(certificate_id, on, local_day(known_at))]
        session.add_all([*sales, *booths])
        session.flush()
        for one in [*sales, *booths]:
            record("case.opened", f"case:{one.code}", SYSTEM, certificate=certificate.code, kind=one.kind)
        return {"sales": len(sales), "booths": len(booths)}


def move(code: str, to: State, by: Actor, *, note: str, version: int, refund: Refund | None = None) -> SoldCase:
    """Take a case one step on: told, money back, closed.

    Raises NotFound for another's case, EditConflict, CaseStateRefused, RefundOutOfRange.
    """
    with transaction() as session:
        case = get_case(code, by)
        session.execute(select(SoldCase.id).where(SoldCase.id == case.id).with_for_update())
        session.expire(case)
        authorize(by, "cases.keep", *scopes_of(case))
        check_version(case, version)
        if not may_become(case.state, to) or (to is State.REFUNDED) != (refund is not None):
            raise CaseStateRefused(state=case.state, wanted=to.value)
        if refund is not None:
            _check_refund(case, refund)
            case.refund_vnd, case.refund_reference = refund.amount_vnd, refund.reference
        case.state, case.note = to, note
        facts = {"amount_vnd": refund.amount_vnd, "ref": refund.reference} if refund else {}
        record(f"case.{to.value}", f"case:{code}", by, note=note, **facts)
        return case


def ask_for_labels(certificate_id: int, product_id: int, today: date) -> int:
    """Ask each store that has the product in the house under another star for new shelf labels; answers how many."""
    current = governing([product_id], today).get(product_id)
    if current is None:
        return 0
    with transaction() as session:
        asked = select(LabelTask.store_id).where(
            LabelTask.certificate_id == certificate_id, LabelTask.new_stars == current.stars
        )
        known = set(session.scalars(asked))
        stores = [(store, stars) for store, stars in _old_labels(product_id, current.stars) if store not in known]
        session.add_all(
            LabelTask(
                store_id=store, product_id=product_id, certificate_id=certificate_id, old_stars=stars,
                new_stars=current.stars, asked_at=now(),
            )
            for store, stars in stores
        )  # fmt: skip
        return len(stores)


def labels_printed(task_id: int, by: Actor) -> LabelTask:
    """The labels hang. Twice has the effect of once. Raises NotFound."""
    with transaction():
        task = get_label(task_id, by)
        if task.done_at is None:
            task.done_at, task.done_by = now(), by.user_id
            record("labels.printed", f"product:{task.product.code}", by, store=task.store_id, stars=task.new_stars)
        return task


def _sold(certificate_id: int, on: date, known_at: datetime) -> list[tuple[OrderLine, int]]:
    """Lines decided from `on` until it was known, that have left their store, without a case so far."""
    has_case = select(SoldCase.order_line_id).where(
        SoldCase.certificate_id == certificate_id, SoldCase.order_line_id.is_not(None)
    )
    query = (
        select(OrderLine, Order.store_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.certificate_id == certificate_id, OrderLine.decided_on >= on)
        .where(OrderLine.decided_at <= known_at, Order.state.in_(list(GONE)), OrderLine.id.not_in(has_case))
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(OrderLine.id))]


def _shown(certificate_id: int, on: date, known_on: date) -> list[Booking]:
    """Bookings whose booth showed the product on a paid day from `on` until the day before it was known.

    The day itself and those to come are released and paid back by the fair. Without a case so far.
    """
    has_case = select(SoldCase.booking_id).where(
        SoldCase.certificate_id == certificate_id, SoldCase.booking_id.is_not(None)
    )
    days = select(BoothDay.booking_id).where(
        BoothDay.certificate_id == certificate_id,
        BoothDay.day >= on,
        BoothDay.day < known_on,
        BoothDay.state == DayState.PAID,
    )
    query = select(Booking).where(Booking.id.in_(days), Booking.id.not_in(has_case)).order_by(Booking.id)
    return list(db.session.scalars(query))


def _of_sale(certificate: Certificate, line: OrderLine, store_id: int, known_at: datetime) -> SoldCase:
    return SoldCase(
        code=short_code("VV"), kind=Kind.SALE, certificate_id=certificate.id, product_id=certificate.product_id,
        order_line_id=line.id, store_id=store_id, state=State.TO_CONTACT, opened_at=now(),
        contact_by=contact_by(known_at), note="",
    )  # fmt: skip


def _of_booth(certificate: Certificate, booking: Booking, known_at: datetime) -> SoldCase:
    return SoldCase(
        code=short_code("VV"), kind=Kind.BOOTH, certificate_id=certificate.id, product_id=certificate.product_id,
        booking_id=booking.id, state=State.TO_CONTACT, opened_at=now(), contact_by=contact_by(known_at), note="",
    )  # fmt: skip


def _check_refund(case: SoldCase, refund: Refund) -> None:
    most = case.line.line_total_vnd if case.line else case.booking.price_vnd if case.booking else 0
    if not 0 < refund.amount_vnd <= most:
        raise RefundOutOfRange(most=most)


def _old_labels(product_id: int, stars: int) -> list[tuple[int, int]]:
    """Stores with lots of the product on hand that came in under another star, and that star."""
    query = (
        select(Place.store_id, func.max(Certificate.stars))
        .select_from(StockLevel)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Certificate, Certificate.id == Lot.certificate_id)
        .where(Lot.product_id == product_id, StockLevel.on_hand > 0, Certificate.stars != stars)
        .group_by(Place.store_id)
        .order_by(Place.store_id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
