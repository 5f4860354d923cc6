"""/api/v1: buyers of a fair, whom the system proposes to them and why, and their meetings. For organizers."""

from typing import Any

from flask import Response, jsonify
from sqlalchemy import select

from core.accounts.permissions import authorize
from core.clock import now
from core.db import db
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version
from shop.fairs import permissions
from shop.fairs.models import Fair
from shop.fairs.queries import get_fair
from shop.meetings import queries, schemas, service, setting
from shop.meetings.models import Meeting, MeetingSlot
from shop.meetings.refusals import SlotNotFound
from shop.meetings.rules import Outcome, Side
from shop.meetings.service import NewBuyer, Party, Result, Wish
from shop.meetings.typed import new_need
from shop.meetings.words import match_words

of_fairs = Blueprint("api_fair_meetings", __name__, url_prefix="/fairs", description="Supply and demand at a fair")
meetings = Blueprint("api_meetings", __name__, url_prefix="/meetings", description="Meetings of buyers and exhibitors")


@of_fairs.get("/<slug>/buyers")
@needs("meetings.read")
@of_fairs.arguments(schemas.BuyersQuery, location="query")
@of_fairs.response(200, schemas.BuyerListOut)
def buyers(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """The buyers of a fair in the order in which they came."""
    page, per_page = page_args(query)
    found = queries.list_buyers(_fair(slug, "meetings.read").id, query.get("state"))
    return paged(found[(page - 1) * per_page : page * per_page], len(found), page, per_page)


@of_fairs.post("/<slug>/buyers")
@needs("meetings.manage")
@of_fairs.arguments(schemas.BuyerIn)
@of_fairs.response(201, schemas.BuyerCompanyOut)
def enter_buyer(body: dict[str, Any], slug: str) -> Any:
    """Enter a buyer, admitted at once. 409 `buyer.known` for a telephone number that has registered."""
    _fair(slug, "meetings.manage")
    wanted = [new_need(one) for one in body.pop("needs")]
    return service.register(slug, NewBuyer(**{"words": "", **body}, needs=wanted), current_actor())


@of_fairs.get("/<slug>/buyers/<code>/proposals")
@needs("meetings.read")
@of_fairs.response(200, schemas.MeetingProposalsOut)
def proposals(slug: str, code: str) -> dict[str, Any]:
    """Exhibitors for a buyer, the best first, each with its reasons."""
    fair = _fair(slug, "meetings.read")
    buyer = queries.get_buyer(code, fair.id)
    stands = {one.producer_id: one for one in queries.stands_of(fair, now())}
    found = queries.proposals_for(buyer, list(stands.values()))
    codes = queries.codes_of(stands)
    items = [
        {
            "producer": codes[one.producer_id], "name": stands[one.producer_id].name, "points": one.points,
            "matches": [
                {"need": m.need, "product": m.goods.name, "stars": m.goods.stars, "points": m.points,
                 "because": m.because, "words": match_words(m)}
                for m in one.matches
            ],
        }
        for one in found
    ]  # fmt: skip
    return {"items": items, "total": len(items)}


@of_fairs.get("/<slug>/meetings")
@needs("meetings.read")
@of_fairs.arguments(schemas.MeetingsQuery, location="query")
@of_fairs.response(200, schemas.MeetingListOut)
def timetable(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Every meeting of a fair by time and table, those called off too."""
    page, per_page = page_args(query)
    lines = queries.timetable(_fair(slug, "meetings.read").id, even_over=True)
    return paged([_view(one) for one in lines[(page - 1) * per_page : page * per_page]], len(lines), page, per_page)


@of_fairs.post("/<slug>/meetings")
@needs("meetings.manage")
@of_fairs.arguments(schemas.MeetingIn)
@idempotent
@of_fairs.response(201, schemas.MeetingOut)
def book(body: dict[str, Any], slug: str) -> Response:
    """Make a meeting. 409 `meeting.buyer_busy`, `meeting.exhibitor_busy`, `meeting.slot_full`, `meeting.exists`."""
    fair = _fair(slug, "meetings.manage")
    at = select(MeetingSlot.id).where(MeetingSlot.fair_id == fair.id, MeetingSlot.starts_at == body["starts_at"])
    slot = db.session.scalar(at)
    if slot is None:
        raise SlotNotFound
    made = service.book(Wish(slug, body["buyer"], body["producer"], slot), _organizer())
    return _answer(made, 201)


@of_fairs.post("/<slug>/meetings/arrangement")
@needs("meetings.manage")
@of_fairs.arguments(schemas.ArrangeIn)
@idempotent
@of_fairs.response(200, schemas.ArrangedOut)
def arrange(body: dict[str, Any], slug: str) -> Response:
    """Arrange meetings for every buyer; with `dry_run` (the default) nothing is written."""
    made = setting.arrange_all(slug, current_actor(), dry_run=body["dry_run"])
    slots = {one.id: one for one in made.grid.slots}
    items = [
        {
            "buyer": made.buyers[one.buyer_id].code, "company": made.buyers[one.buyer_id].company,
            "producer": made.producers[one.producer_id].code, "name": made.producers[one.producer_id].name,
            "starts_at": slots[one.slot_id].starts_at, "table": made.grid.tables[one.table_id],
        }
        for one in made.seats
    ]  # fmt: skip
    return jsonify(schemas.ArrangedOut().dump({"dry_run": body["dry_run"], "items": items, "total": len(items)}))


@meetings.get("/<code>")
@needs("meetings.read")
@meetings.response(200, schemas.MeetingOut)
def show(code: str) -> Response:
    """A meeting with its version (ETag)."""
    return _answer(_own(code, "meetings.read"))


@meetings.post("/<code>/cancellation")
@needs("meetings.manage")
@meetings.arguments(schemas.CancellationIn)
@idempotent
@meetings.response(200, schemas.MeetingOut)
def cancel(body: dict[str, Any], code: str) -> Response:
    """Call a meeting off; both sides are told why."""
    return _answer(service.cancel(code, body["reason"], _organizer()))


@meetings.post("/<code>/result")
@needs("meetings.manage")
@meetings.arguments(schemas.ResultIn)
@idempotent
@meetings.response(200, schemas.MeetingOut)
def record(body: dict[str, Any], code: str) -> Response:
    """Write down what came of a meeting (If-Match)."""
    result = Result(body["came"], Outcome(body["outcome"]), body["expected"], body.get("words", ""))
    return _answer(service.record_result(code, result, expected_version(), _organizer()))


def _fair(slug: str, action: str) -> Fair:
    fair = get_fair(slug)
    authorize(current_actor(), action, permissions.scope_of(fair))
    return fair


def _own(code: str, action: str) -> Meeting:
    meeting = queries.get_meeting(code)
    authorize(current_actor(), action, permissions.scope_of(db.session.get_one(Fair, meeting.fair_id)))
    return meeting


def _organizer() -> Party:
    return Party(Side.ORGANIZER, current_actor())


def _answer(meeting: Meeting, status: int = 200) -> Response:
    lines = queries.timetable(meeting.fair_id, buyer_id=meeting.buyer_id, even_over=True)
    line = next(one for one in lines if one.meeting.id == meeting.id)
    response = jsonify(schemas.MeetingOut().dump(_view(line)))
    response.status_code = status
    return with_version(response, meeting)


def _view(line: queries.Line) -> dict[str, Any]:
    one = line.meeting
    return {
        "id": one.code, "state": one.state, "asked_by": one.asked_by, "starts_at": line.slot.starts_at,
        "ends_at": line.slot.ends_at, "table": line.table, "reason": one.reason, "outcome": one.outcome,
        "buyer": {"id": line.buyer.code, "company": line.buyer.company},
        "producer": {"code": line.producer.code, "name": line.producer.name}, "expected": one.expected_vnd,
        "words": one.result_words, "version": one.version,
    }  # fmt: skip
