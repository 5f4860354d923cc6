"""Booths of the fair of the next weeks that wait: for an answer, for the fee, for a swap; and who waits for a booth."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from admin.demo.goods import at
from core.accounts.actor import Actor, Grant
from core.clock import travel
from core.db import db
from shop.fairs import queries
from shop.fairs.applying.applications import decide
from shop.fairs.booths import offers, paying, queueing, swaps
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.rules import ApplicationState, BookingState

#: Speaks for any producer.
EXHIBITOR = Actor(None, "Chủ thể (minh hoạ)", frozenset({Grant("producer")}))


def let_wait(slug: str, organizer: Actor, today: date) -> None:
    """One offer without an answer, one booth to be paid, two on the waiting list, one swap proposed."""
    fair = queries.get_fair(slug)
    accepted = queries.list_applications(fair.id, state="accepted")
    ready = [one.code for one in accepted if not queries.holds_booth(one.id)]
    free = _free(fair)
    with travel(at(today - timedelta(days=1), 9, 30)):
        for code in _asking(fair)[:1]:
            decide(code, ApplicationState.WAITLISTED, "Chờ nếu có người trả gian.", organizer)
            queueing.explain(slug, code, "Sản phẩm cùng ngành với gian vừa trả (minh hoạ).", organizer)
        given = [offers.Given(code, booth) for code, booth in zip(ready[:2], free, strict=False)]
        made = offers.offer(slug, given, organizer) if given else []
    with travel(at(today - timedelta(days=1), 14)):
        for booking in made[1:]:
            paying.pay(booking.code, "vietqr", EXHIBITOR)
        paid = _paid(fair)
        if len(paid) > 1:
            swaps.ask_swap(swaps.Wish(paid[0], paid[1], "Hai bên cùng hàng khô, đứng cạnh nhau tiện hơn."), EXHIBITOR)


def _free(fair: Fair) -> Sequence[str]:
    """Booths that nobody holds."""
    held = queries.held_booth_codes(fair.id)
    let = Booth.fair_id == fair.id, Booth.is_on_plan, Booth.use == "exhibitor"
    booths = db.session.scalars(select(Booth.code).where(*let).order_by(Booth.id))
    return [code for code in booths if code not in held]


def _asking(fair: Fair) -> Sequence[str]:
    """Applications that nobody has decided yet, the last first."""
    query = select(FairApplication.code).where(FairApplication.fair_id == fair.id, FairApplication.state == "submitted")
    return db.session.scalars(query.order_by(FairApplication.submitted_at.desc())).all()


def _paid(fair: Fair) -> Sequence[str]:
    """Bookings that are paid."""
    query = select(Booking.code).where(Booking.fair_id == fair.id, Booking.state == BookingState.PAID)
    return db.session.scalars(query.order_by(Booking.id)).all()
