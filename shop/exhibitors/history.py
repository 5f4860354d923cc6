"""What happened to an application, with its instants: written in the transaction of the thing itself, never changed."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from sqlalchemy import select

from core.clock import now
from core.db import db
from core.events import on
from shop.exhibitors.events import ConditionEnded, PartnerAnswered, PartnerAsked
from shop.exhibitors.models import FairApplicationStep
from shop.fairs.events import (
    ApplicationDecided,
    ApplicationEdited,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    BookingPaid,
    BoothAtRisk,
    BoothBooked,
    BoothOffered,
    BoothReleased,
    OfferAccepted,
    OfferEnded,
)
from shop.fairs.models import Booking, FairApplication


def note(application_id: int, act: str, detail: str = "") -> None:
    """Keep one step, inside the transaction of what happened."""
    db.session.add(FairApplicationStep(application_id=application_id, act=act, detail=detail[:500], at=now()))


def steps_of(application_ids: Collection[int]) -> dict[int, list[FairApplicationStep]]:
    """The histories of some applications, oldest first."""
    query = select(FairApplicationStep).where(FairApplicationStep.application_id.in_(list(application_ids)))
    found: dict[int, list[FairApplicationStep]] = {one: [] for one in application_ids}
    for step in db.session.scalars(query.order_by(FairApplicationStep.id)):
        found[step.application_id].append(step)
    return found


def list_steps(application_id: int) -> Sequence[FairApplicationStep]:
    """The history of one application, oldest first."""
    return steps_of([application_id])[application_id]


@on(ApplicationSubmitted)
def submitted(event: ApplicationSubmitted) -> None:
    """It came, and how."""
    _note(event.application, "submitted" if event.source in ("account", "invitation") else "entered", event.source)


@on(ApplicationEdited)
def edited(event: ApplicationEdited) -> None:
    """Products or wishes changed."""
    _note(event.application, "edited")


@on(ApplicationDecided)
def decided(event: ApplicationDecided) -> None:
    """Accepted, put on the waiting list or rejected."""
    _note(event.application, event.decision, event.note)


@on(ApplicationWithdrawn)
def withdrawn(event: ApplicationWithdrawn) -> None:
    """Taken back."""
    _note(event.application, "withdrawn")


@on(ConditionEnded)
def condition_ended(event: ConditionEnded) -> None:
    """The deadline for a missing certificate: met or passed."""
    _note(event.application, "condition_met" if event.is_met else "condition_ended")


@on(PartnerAsked)
def partner_asked(event: PartnerAsked) -> None:
    """A household is asked to share the booth."""
    _note(event.application, "partner_asked")


@on(PartnerAnswered)
def partner_answered(event: PartnerAnswered) -> None:
    """It answered."""
    _note(event.application, f"partner_{event.state}")


def _of_booking(act: str, detail: Callable[..., str]) -> Callable[..., None]:
    """A reaction that keeps a step of a booking with its application."""

    def keep(event: BoothBooked) -> None:
        query = select(Booking.application_id).where(Booking.code == event.booking)
        application_id = db.session.scalar(query)
        if application_id is not None:
            note(application_id, act, detail(event))

    return keep


def _booth(event: BoothBooked) -> str:
    return event.booth


def _risk(event: BoothAtRisk) -> str:
    return f"{event.booth} · {_day(event.renew_by)}"


def _released(event: BoothReleased) -> str:
    days = (
        _day(event.first_on) if event.first_on == event.last_on else f"{_day(event.first_on)} – {_day(event.last_on)}"
    )
    return f"{event.booth} · {days}"


def _nothing(_event: BookingPaid) -> str:
    return ""


on(BoothBooked)(_of_booking("booked", _booth))
on(BoothOffered)(_of_booking("offered", _booth))
on(OfferAccepted)(_of_booking("offer_accepted", _booth))
on(OfferEnded)(_of_booking("offer_ended", _booth))
on(BookingPaid)(_of_booking("paid", _nothing))
on(BoothAtRisk)(_of_booking("at_risk", _risk))
on(BoothReleased)(_of_booking("released", _released))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _note(code: str, act: str, detail: str = "") -> None:
    found = db.session.scalar(select(FairApplication.id).where(FairApplication.code == code))
    if found is not None:
        note(found, act, detail)
