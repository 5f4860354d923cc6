"""Stalls of a fair that sell through the till: the common one, or an exhibitor's booth, each a temporary store.

A stall is a store like any other (`shop.stores`): goods come by receipt or transfer and leave by sale, transfer or back
to the producer; tills, shifts, receipts, taxes and the gate of certificates are those of every store. It sells only on
the days of the fair, and closing it is refused while goods or an open shift are in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catalog.mandates.queries import people_of
from catalog.producers.models import Producer
from core.accounts.actor import SYSTEM, Actor, Scope
from core.accounts.grants import grant_role
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from shop.fairdays.models import FairStall
from shop.fairdays.queries import PAID, Holder, fair_for, holders_of
from shop.fairdays.refusals import (
    StallExists,
    StallNotFound,
    StallNotPaid,
    StallPlaceMissing,
    StallSellerMissing,
)
from shop.fairs.booths.rows import lock_booking
from shop.fairs.models import Booking, Booth, Fair
from shop.fairs.queries import get_booking
from shop.fairs.refusals import BookingNotFound, FairNotOpen
from shop.fairs.rules import FairState
from shop.stores.models import Seller, Store
from shop.stores.opening import WEEKDAYS
from shop.stores.service import close_store, open_store

#: Where nobody said when visitors may come.
HOURS = ("08:00", "21:00")
#: Names of stores end here.
_LONGEST_NAME = 200
_LONGEST_CODE = 40


@dataclass(frozen=True)
class Stall:
    """A stall with its store and, unless it is the common one, its booth and exhibitor."""

    row: FairStall
    store: Store
    booking: Booking | None = None
    booth: Booth | None = None
    producer: Producer | None = None

    @property
    def place(self) -> str:
        """The booth's number; empty for the common till."""
        return self.booth.code if self.booth else ""


def open_stall(slug: str, booking_code: str | None, by: Actor, *, sells_herself: bool = False) -> FairStall:
    """Open the fair's common till (no booking), or one booth's.

    The organizer sells on consignment, or, where ``sells_herself``, the exhibitor as the legal seller that she is here
    already (decision 9). Who opens it manages the store; the exhibitor's people are its cashiers.
    Raises FairNotOpen once it is over, StallExists, StallNotPaid, StallSellerMissing, StallPlaceMissing,
    BookingNotFound, FairNotFound, NotFound.
    """
    with transaction() as session:
        fair = fair_for(slug, by, "fairdays.manage")
        if not may_still_open(fair, local_day(now())):
            raise FairNotOpen(state=fair.state)
        held = _paid_holder(fair, booking_code) if booking_code else None
        if fair.area_id is None:
            raise StallPlaceMissing
        if _standing(fair, held.booking if held else None) is not None:
            raise StallExists
        store = open_store(by, **_facts(fair, held, _seller(fair, held, sells_herself=sells_herself)))
        row = FairStall(
            fair_id=fair.id, store_id=store.id, booking_id=held.booking.id if held else None, opened_at=now(),
            opened_by=by.label,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _staff(store, held, by)
        record("stall.opened", f"store:{store.code}", by, fair=slug, booth=held.booth.code if held else None)
        return row


def close_stall(slug: str, store_code: str, by: Actor) -> Store:
    """Close a stall for good. Raises StoreBusy with what is still in it, StallNotFound, StoreClosed, NotFound."""
    with transaction():
        stall = get_stall(slug, store_code, by, "fairdays.manage")
        return close_store(stall.store.id, stall.store.version, by)


def get_stall(slug: str, store_code: str, by: Actor, action: str) -> Stall:
    """A stall of a fair by its store's code. Raises StallNotFound, FairNotFound, NotFound for another's fair."""
    fair = fair_for(slug, by, action)
    found = next((one for one in stalls_of(fair.id) if one.store.code == store_code), None)
    if found is None:
        raise StallNotFound
    return found


def stalls_of(fair_id: int) -> Sequence[Stall]:
    """The stalls of a fair, the common one first, then by booth; one statement."""
    query = (
        select(FairStall, Store, Booking, Booth, Producer)
        .join(Store, Store.id == FairStall.store_id)
        .outerjoin(Booking, Booking.id == FairStall.booking_id)
        .outerjoin(Booth, Booth.id == Booking.booth_id)
        .outerjoin(Producer, Producer.id == Booking.producer_id)
        .where(FairStall.fair_id == fair_id)
    )
    found = [Stall(*row) for row in db.session.execute(query)]
    return sorted(found, key=lambda one: (one.place, one.row.id))


def may_still_open(fair: Fair, on: date) -> bool:
    """Whether a stall makes sense yet: it sells on the days of the fair alone."""
    return fair.state not in (FairState.OVER, FairState.CANCELLED) and on <= fair.closes_on


def may_open(fair: Fair, stalls: Sequence[Stall]) -> list[Holder]:
    """The paid booths that are no stall yet."""
    has = {one.row.booking_id for one in stalls}
    return [one for one in holders_of(fair.id, PAID) if one.booking.id not in has]


def _paid_holder(fair: Fair, booking_code: str) -> Holder:
    if get_booking(booking_code).fair_id != fair.id:
        raise BookingNotFound
    booking = lock_booking(booking_code)
    if booking.state not in PAID:
        raise StallNotPaid(state=booking.state)
    producer = db.session.get_one(Producer, booking.producer_id)
    return Holder(booking, db.session.get_one(Booth, booking.booth_id), producer)


def _standing(fair: Fair, booking: Booking | None) -> FairStall | None:
    of_booking = FairStall.booking_id.is_(None) if booking is None else FairStall.booking_id == booking.id
    db.session.scalars(select(Fair.id).where(Fair.id == fair.id).with_for_update()).one()
    return db.session.scalar(select(FairStall).where(FairStall.fair_id == fair.id, of_booking))


def _seller(fair: Fair, held: Holder | None, *, sells_herself: bool) -> int:
    """Who sells: the organizer, or the exhibitor where a seller of her tax code is known."""
    if held is None or not sells_herself:
        return fair.seller_id
    tax_code = held.producer.tax_code
    own = db.session.scalar(select(Seller).where(Seller.tax_code == tax_code).order_by(Seller.id)) if tax_code else None
    if own is None:
        raise StallSellerMissing
    return own.id


def _facts(fair: Fair, held: Holder | None, seller_id: int) -> Mapping[str, object]:
    """The columns of the store."""
    place = f"gian-{held.booth.code.lower()}" if held else "quay-chung"
    name = f"Gian {held.booth.code}, {held.producer.name}" if held else f"Quầy chung, {fair.name}"
    return {
        "code": _free_code(f"{fair.slug}-{place}"), "name": name[:_LONGEST_NAME], "kind": "stall",
        "seller_id": seller_id, "area_id": fair.area_id, "address": fair.venue, "hours": _hours(fair),
        "has_pickup": False, "has_delivery": False, "opens_on": fair.opens_on, "ends_on": fair.closes_on,
        "fair": fair.slug,
    }  # fmt: skip


def _hours(fair: Fair) -> dict[str, list[list[str]]]:
    """The fair's opening hours on every weekday."""
    return {day: [[fair.hours_from or HOURS[0], fair.hours_until or HOURS[1]]] for day in WEEKDAYS}


def _free_code(wanted: str) -> str:
    """A store's code that nobody has: the fair's and the booth's, and a number where that is taken."""
    base = wanted[: _LONGEST_CODE - 3].strip("-")
    taken = set(db.session.scalars(select(Store.code).where(Store.code.like(f"{base}%"))))
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, 99))) if code not in taken)


def _staff(store: Store, held: Holder | None, by: Actor) -> None:
    """Who opened it manages it; the exhibitor's own people sell there."""
    scope = Scope("store", store.code)
    if by.user_id is not None:
        grant_role(by.user_id, "store_manager", scope, SYSTEM)
    for person in people_of(held.producer) if held else ():
        grant_role(person.id, "cashier", scope, SYSTEM)
