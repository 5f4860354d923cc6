"""Call a fair off: everything that was paid for days not used goes back, applications are closed, everybody is told.

The fair is called off before its booths are let go, so that no booth that falls free is offered to anybody.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now, today
from core.db import check_version, db, transaction
from core.events import publish
from shop.fairs import permissions, queries
from shop.fairs.booths.fees import back_for, give_back
from shop.fairs.booths.rows import let_go
from shop.fairs.events import CancelTold, FairCancelled
from shop.fairs.life.ground import Ground, live_days, lock_ground, see_ground
from shop.fairs.models import Booking, Fair, FairApplication
from shop.fairs.refusals import FairNotOpen
from shop.fairs.rules import LIVE_APPLICATION, ApplicationState, BookingState, FairState

_ALIVE = (FairState.DRAFT, FairState.OPEN, FairState.RUNNING)
_PAID = (BookingState.PAID, BookingState.CHECKED_IN)


@dataclass(frozen=True)
class Ending:
    """What calling a fair off does: bookings that end, those of them that were paid, đồng back, applications closed."""

    bookings: int
    paid: int
    back_vnd: int
    applications: int


def foresee_end(slug: str, by: Actor) -> Ending:
    """What calling it off now would do. Raises FairNotOpen, FairNotFound, NotFound for another organizer's fair."""
    fair = queries.get_fair(slug)
    authorize(by, "fairs.manage", permissions.scope_of(fair))
    _check(fair)
    live = FairApplication.fair_id == fair.id, FairApplication.state.in_(LIVE_APPLICATION)
    applications = db.session.scalar(select(func.count()).select_from(FairApplication).where(*live)) or 0
    return _ending(see_ground(fair), applications)


def cancel_fair(slug: str, because: str, version: int, by: Actor) -> tuple[Fair, Ending]:
    """Call a fair off; the same again has the effect of once.

    Raises EditConflict, FairNotOpen once it is over, FairNotFound, Busy.
    """
    with transaction() as session:
        ground = lock_ground(slug, by)
        fair, at = ground.fair, now()
        if fair.state == FairState.CANCELLED:
            return fair, Ending(0, 0, 0, 0)
        check_version(fair, version)
        _check(fair)
        applications = _applications(fair)
        ending = _ending(ground, len(applications))
        fair.state, fair.cancelled_at, fair.cancelled_because = FairState.CANCELLED, at, because
        session.flush()
        back = _end_all(ground.bookings, by)
        for one in applications:
            one.state = ApplicationState.CLOSED
            publish(CancelTold(slug, one.code, back.get(one.id, 0)))
        publish(FairCancelled(slug))
        record(
            "fair.cancelled", f"fair:{slug}", by, because=because, bookings=ending.bookings, back_vnd=ending.back_vnd
        )
        session.flush()
        return fair, ending


def _check(fair: Fair) -> None:
    if fair.state not in _ALIVE or fair.closes_on < today():
        raise FairNotOpen(state=fair.state)


def _applications(fair: Fair) -> Sequence[FairApplication]:
    live = FairApplication.fair_id == fair.id, FairApplication.state.in_(LIVE_APPLICATION)
    query = select(FairApplication).where(*live).order_by(FairApplication.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _ending(ground: Ground, applications: int) -> Ending:
    on = today()
    back = sum(back_for(one, live_days(one), on) for one in ground.bookings)
    paid = sum(one.state in _PAID for one in ground.bookings)
    return Ending(len(ground.bookings), paid, back, applications)


def _end_all(bookings: Sequence[Booking], by: Actor) -> dict[int, int]:
    """Money first, then the booths; answers what comes back, in đồng, by application."""
    on, back = local_day(now()), defaultdict[int, int](int)
    for one in bookings:
        days = live_days(one)
        back[one.application_id] += back_for(one, days, on)
        give_back(one, days, on, by)
        let_go(one, days, "called_off", by)
    return back
