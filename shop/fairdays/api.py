"""The days of a fair over REST: the gate, the board, badges, incidents, stalls, slots, what booths need."""

from typing import Any

from flask_wtf.csrf import generate_csrf

from core.clock import now
from core.db import db
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.links import address_of
from core.web.versions import expected_version
from shop.fairdays import arrivals, badges, incidents, schemas, slots, stalls
from shop.fairdays import needs as booth_needs
from shop.fairdays.board import board_of
from shop.fairdays.models import FairBadge, FairIncident
from shop.fairdays.queries import badges_of, booking_for, booths_of, fair_for, incidents_of
from shop.fairdays.rules import IncidentKind, Settled
from shop.fairdays.takings import takings_of
from shop.fairs.models import Booth, Fair

fairs = Blueprint("api_fairdays", __name__, url_prefix="/fairs", description="The days of a fair: gate, board, stalls")
bookings = Blueprint("api_booths", __name__, url_prefix="/bookings", description="What an exhibitor prepares")
badges_api = Blueprint("api_badges", __name__, url_prefix="/badges", description="Badges of a fair")
incidents_api = Blueprint("api_incidents", __name__, url_prefix="/incidents", description="Incidents at a fair")

Answer = dict[str, Any]
Versioned = tuple[dict[str, Any], int, dict[str, str]]


@fairs.get("/<slug>/roster")
@needs("fairdays.check_in")
@fairs.response(200, schemas.RosterOut)
def roster(slug: str) -> Answer:
    """Who may come in today, for phones that may lose the network; codes only as digests."""
    return arrivals.roster(slug, current_actor()) | {"csrf": generate_csrf()}


@fairs.post("/<slug>/scans")
@needs("fairdays.check_in")
@fairs.arguments(schemas.GateScanIn)
@fairs.response(200, schemas.GateScanOut)
def scan(body: dict[str, Any], slug: str) -> Answer:
    """Take one reading at the gate; a refusal of the person is an answer (200) with its reason."""
    return arrivals.take_scan(slug, arrivals.Told(**body), current_actor()).answer


@fairs.post("/<slug>/scans/<uuid>/settlement")
@needs("fairdays.manage")
@fairs.arguments(schemas.SettleIn)
@idempotent
@fairs.response(200, schemas.GateScanOut)
def settle(body: dict[str, Any], slug: str, uuid: str) -> Answer:
    """Decide about a scan that was taken without the network and contradicts the books."""
    decision = Settled(body["decision"])
    return arrivals.settle_scan(slug, uuid, decision, body["note"], current_actor()).answer


@fairs.get("/<slug>/board")
@needs("fairdays.read")
@fairs.arguments(schemas.BoardQuery, location="query")
@fairs.response(200, schemas.BoardOut)
def board(query: dict[str, Any], slug: str) -> Answer:
    """The live board of a day."""
    found = board_of(fair_for(slug, current_actor(), "fairdays.read"), now(), query.get("day"))
    rows = [
        {
            "booking": row.held.booking.code, "booth": row.held.booth.code, "hall": row.held.booth.hall,
            "exhibitor": row.held.name, "standing": row.standing, "came_at": row.came_at, "people": row.people,
            "incidents": row.incidents,
        }
        for row in found.rows
    ]  # fmt: skip
    return {
        "day": found.day, "at": found.at, "is_fair_day": found.is_fair_day, "counts": dict(found.counts),
        "people": found.people, "incidents": len(found.incidents), "conflicts": len(found.conflicts),
        "taken": found.taken_vnd, "rows": rows,
    }  # fmt: skip


@bookings.get("/<code>/badges")
@needs("badges.read")
@bookings.response(200, schemas.FairBadgeListOut)
def list_badges(code: str) -> Answer:
    """The badges of a booth, and how many it may have (`most`)."""
    held = booking_for(code, current_actor(), "badges.read")
    found = badges_of([held.booking.id]).get(held.booking.id, [])
    most = badges.most_badges(db.session.get_one(Fair, held.booking.fair_id))
    return paged([_badge(one, code) for one in found], len(found), 1, max(len(found), 1), most=most)


@bookings.post("/<code>/badges")
@needs("fairdays.prepare")
@bookings.arguments(schemas.FairBadgeIn)
@idempotent
@bookings.response(201, schemas.FairBadgeOut)
def issue_badge(body: dict[str, Any], code: str) -> Answer:
    """Give a booth one more badge."""
    return _badge(badges.issue_badge(code, body["name"], body["title"], current_actor()), code)


@badges_api.delete("/<code>")
@needs("fairdays.prepare")
@idempotent
@badges_api.response(200, schemas.FairBadgeOut)
def revoke_badge(code: str) -> Answer:
    """Take a badge back; its number is free again, its code never."""
    badge = badges.revoke_badge(code, current_actor())
    return _badge(badge, badges.booking_code_of(badge))


@fairs.get("/<slug>/incidents")
@needs("fairdays.read")
@fairs.arguments(schemas.IncidentsQuery, location="query")
@fairs.response(200, schemas.IncidentListOut)
def list_incidents(query: dict[str, Any], slug: str) -> Answer:
    """The incidents of a fair, open ones first."""
    page, per_page = page_args(query)
    fair = fair_for(slug, current_actor(), "fairdays.read")
    found = [one for one in incidents_of(fair.id) if query.get("state") in (None, one.state)]
    booths = booths_of(one.booth_id for one in found)
    part = found[(page - 1) * per_page : page * per_page]
    return paged([_incident(one, booths.get(one.booth_id or 0)) for one in part], len(found), page, per_page)


@fairs.post("/<slug>/incidents")
@needs("fairdays.report")
@fairs.arguments(schemas.IncidentIn)
@idempotent
@fairs.response(201, schemas.IncidentOut)
def open_incident(body: dict[str, Any], slug: str) -> Versioned:
    """Write an incident down."""
    new = incidents.NewIncident(IncidentKind(body["kind"]), body["words"], body.get("booth"))
    return _incident_answer(incidents.open_incident(slug, new, current_actor()), 201)


@incidents_api.post("/<code>/assignment")
@needs("fairdays.manage")
@incidents_api.arguments(schemas.IncidentTakenIn)
@idempotent
@incidents_api.response(200, schemas.IncidentOut)
def take_over(body: dict[str, Any], code: str) -> Versioned:
    """Say who takes care of it (If-Match)."""
    return _incident_answer(incidents.take_over(code, expected_version(), body["who"], current_actor()))


@incidents_api.post("/<code>/closing")
@needs("fairdays.manage")
@incidents_api.arguments(schemas.IncidentClosingIn)
@idempotent
@incidents_api.response(200, schemas.IncidentOut)
def close_incident(body: dict[str, Any], code: str) -> Versioned:
    """Say what was done (If-Match)."""
    return _incident_answer(incidents.close_incident(code, expected_version(), body["outcome"], current_actor()))


@fairs.get("/<slug>/stalls")
@needs("fairdays.read")
@fairs.response(200, schemas.StallListOut)
def list_stalls(slug: str) -> Answer:
    """The temporary stores of a fair with what they took."""
    found = stalls.stalls_of(fair_for(slug, current_actor(), "fairdays.read").id)
    took = takings_of([one.store.id for one in found]).by_store
    return paged([_stall(one, took.get(one.store.id, 0)) for one in found], len(found), 1, max(len(found), 1))


@fairs.post("/<slug>/stalls")
@needs("fairdays.manage")
@fairs.arguments(schemas.StallIn)
@idempotent
@fairs.response(201, schemas.StallOut)
def open_stall(body: dict[str, Any], slug: str) -> Answer:
    """Open a booth's stall, or the fair's common till."""
    by = current_actor()
    row = stalls.open_stall(slug, body.get("booking"), by, sells_herself=body["herself"])
    return _stall(next(one for one in stalls.stalls_of(row.fair_id) if one.row.id == row.id), 0)


@fairs.delete("/<slug>/stalls/<store>")
@needs("fairdays.manage")
@idempotent
@fairs.response(204)
def close_stall(slug: str, store: str) -> None:
    """Close a stall for good; refused while goods or an open shift are in it."""
    stalls.close_stall(slug, store, current_actor())


@fairs.get("/<slug>/load-slots")
@needs("badges.read")
@fairs.response(200, schemas.SlotListOut)
def list_slots(slug: str) -> Answer:
    """The slots at the loading gates, and how many vehicles still fit. No names: those are the organizer's."""
    found = slots.slots_of(slots.open_fair(slug, current_actor()).id)
    shown = [
        {
            "id": one.row.id, "direction": one.row.direction, "gate": one.row.gate, "starts_at": one.row.starts_at,
            "ends_at": one.row.ends_at, "vehicles": len(one.seats), "free": one.free,
        }
        for one in found
    ]  # fmt: skip
    return paged(shown, len(shown), 1, max(len(shown), 1))


@bookings.put("/<code>/load-slot")
@needs("fairdays.prepare")
@bookings.arguments(schemas.SeatIn)
@idempotent
@bookings.response(200, schemas.SeatOut)
def take_slot(body: dict[str, Any], code: str) -> Answer:
    """Book a slot for a booth's vehicle; 409 `slot.full` when others were faster."""
    seat = slots.take_seat(code, body["slot"], (body["plate"], body["phone"]), current_actor())
    return {
        "booking": code, "slot": seat.slot_id, "direction": seat.direction, "plate": seat.plate, "phone": seat.phone,
    }  # fmt: skip


@bookings.get("/<code>/needs")
@needs("badges.read")
@bookings.response(200, schemas.NeedsOut)
def show_needs(code: str) -> Versioned:
    """What contractors build for a booth, with its version (ETag)."""
    held = booking_for(code, current_actor(), "badges.read")
    return _needs_answer(code, *booth_needs.standing_needs(held))


@bookings.put("/<code>/needs")
@needs("fairdays.prepare")
@bookings.arguments(schemas.NeedsIn)
@idempotent
@bookings.response(200, schemas.NeedsOut)
def set_needs(body: dict[str, Any], code: str) -> Versioned:
    """Say what contractors build (If-Match); exhibitors until a week before the opening."""
    row = booth_needs.set_needs(code, booth_needs.Needs(**body), expected_version(), current_actor())
    return _needs_answer(code, booth_needs.needs_of_row(row), row.version)


def _needs_answer(code: str, said: booth_needs.Needs, version: int) -> Versioned:
    return {**vars(said), "booking": code, "version": version}, 200, {"ETag": f'"{version}"'}


def _badge(badge: FairBadge, booking: str) -> Answer:
    return {
        "code": badge.code, "booking": booking, "number": badge.number, "name": badge.name, "title": badge.title,
        "issued_at": badge.issued_at, "revoked_at": badge.revoked_at,
        "url": address_of("fairdays.badge", code=badge.code),
    }  # fmt: skip


def _incident(one: FairIncident, booth: Booth | None) -> Answer:
    names = (
        "code", "kind", "state", "words", "assigned_to", "outcome", "opened_at", "opened_by", "closed_at", "closed_by",
        "version",
    )  # fmt: skip
    return {name: getattr(one, name) for name in names} | {"booth": booth.code if booth else None}


def _incident_answer(one: FairIncident, status: int = 200) -> Versioned:
    return _incident(one, incidents.booth_of(one)), status, {"ETag": f'"{one.version}"'}


def _stall(one: stalls.Stall, taken: int) -> Answer:
    return {
        "store": one.store.code, "name": one.store.name, "booth": one.place or None,
        "booking": one.booking.code if one.booking else None, "exhibitor": one.producer.name if one.producer else None,
        "is_active": one.store.is_active, "taken": taken,
    }  # fmt: skip
