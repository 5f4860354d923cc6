"""Verbs of incidents: what went wrong at a fair is written down, taken over by somebody, and closed with words."""

from dataclasses import dataclass

from sqlalchemy import select

from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.events import publish
from core.ids import short_code
from shop.fairdays.events import IncidentOpened
from shop.fairdays.models import FairIncident
from shop.fairdays.queries import fair_for
from shop.fairdays.refusals import IncidentClosed, IncidentNotFound
from shop.fairdays.rows import insert_once
from shop.fairdays.rules import IncidentKind, IncidentState
from shop.fairs import permissions
from shop.fairs.models import Booking, Booth, Fair
from shop.fairs.queries import find_booth, live_bookings_of_booth
from shop.fairs.refusals import BoothNotFound


@dataclass(frozen=True)
class NewIncident:
    """What somebody saw: a kind, words, and the booth (its number) where it was one."""

    kind: IncidentKind
    words: str
    booth: str | None = None


@dataclass(frozen=True)
class Noticed:
    """What the shop itself saw: of which booking and product, under a key that makes it one."""

    booking: Booking
    product_id: int
    words: str
    occasion: str


def open_incident(slug: str, new: NewIncident, by: Actor) -> FairIncident:
    """Write an incident down. Raises BoothNotFound, FairNotFound, NotFound for another's fair."""
    with transaction() as session:
        fair = fair_for(slug, by, "fairdays.report")
        booth = find_booth(fair.id, new.booth) if new.booth else None
        if new.booth and booth is None:
            raise BoothNotFound
        held = live_bookings_of_booth(booth.id) if booth else ()
        incident = FairIncident(
            code=short_code("SC"), fair_id=fair.id, booth_id=booth.id if booth else None,
            booking_id=held[0].id if held else None, kind=new.kind, words=new.words, state=IncidentState.OPEN,
            opened_at=now(), opened_by=by.label,
        )  # fmt: skip
        session.add(incident)
        session.flush()
        record("incident.opened", f"incident:{incident.code}", by, fair=slug, kind=new.kind, booth=new.booth)
        publish(IncidentOpened(incident.code, slug, new.kind))
        return incident


def notice(seen: Noticed) -> bool:
    """Write down what the shop noticed by itself, once; answers whether it is new. In the caller's transaction."""
    fair = db.session.get_one(Fair, seen.booking.fair_id)
    code = short_code("SC")
    values = {
        "code": code, "fair_id": fair.id, "booth_id": seen.booking.booth_id, "booking_id": seen.booking.id,
        "product_id": seen.product_id, "kind": IncidentKind.LAPSE, "words": seen.words, "state": IncidentState.OPEN,
        "assigned_to": "", "outcome": "", "opened_at": now(), "opened_by": SYSTEM.label, "occasion": seen.occasion,
        "version": 1,
    }  # fmt: skip
    if not insert_once(FairIncident, values):
        return False
    record("incident.opened", f"incident:{code}", SYSTEM, fair=fair.slug, kind=IncidentKind.LAPSE)
    publish(IncidentOpened(code, fair.slug, IncidentKind.LAPSE))
    return True


def take_over(code: str, version: int, who: str, by: Actor) -> FairIncident:
    """Say who takes care of it. Raises EditConflict, IncidentClosed, IncidentNotFound, NotFound for another's fair."""
    with transaction():
        incident = _locked(code, version, by)
        incident.state, incident.assigned_to = IncidentState.WORKING, who
        db.session.flush()
        record("incident.taken_over", f"incident:{code}", by, who=who)
        return incident


def close_incident(code: str, version: int, outcome: str, by: Actor) -> FairIncident:
    """Say what was done, and let it be over. Raises EditConflict, IncidentClosed, IncidentNotFound, NotFound."""
    with transaction():
        incident = _locked(code, version, by)
        incident.state, incident.outcome = IncidentState.CLOSED, outcome
        incident.closed_at, incident.closed_by = now(), by.label
        db.session.flush()
        record("incident.closed", f"incident:{code}", by, outcome=outcome)
        return incident


def get_incident(code: str, by: Actor, action: str) -> tuple[FairIncident, Fair]:
    """An incident of a fair at which the caller may do it. Raises IncidentNotFound, NotFound for another's fair."""
    incident = db.session.scalar(select(FairIncident).where(FairIncident.code == code))
    if incident is None:
        raise IncidentNotFound
    fair = db.session.get_one(Fair, incident.fair_id)
    authorize(by, action, permissions.scope_of(fair))
    return incident, fair


def booth_of(incident: FairIncident) -> Booth | None:
    """Its booth, where it has one."""
    return db.session.get(Booth, incident.booth_id) if incident.booth_id else None


def _locked(code: str, version: int, by: Actor) -> FairIncident:
    seen, _fair = get_incident(code, by, "fairdays.manage")
    incident = db.session.get_one(FairIncident, seen.id, with_for_update=True, populate_existing=True)
    check_version(incident, version)
    if incident.state == IncidentState.CLOSED:
        raise IncidentClosed
    return incident
