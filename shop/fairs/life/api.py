"""/api/v1/fairs/{slug}: change, copy, postpone and call off a fair; the holder's choice after a postponement."""

from typing import Any

from flask import Response, jsonify

from catalog.producers.models import Producer
from core.web.access import current_actor, needs
from core.web.idempotency import idempotent
from core.web.versions import expected_version
from shop.fairs import queries, schemas
from shop.fairs.answers import booking_answer, fair_answer
from shop.fairs.api import fairs
from shop.fairs.booths.api import bookings_api
from shop.fairs.life import calling_off, copying, editing, moving
from shop.fairs.life import schemas as fair_schemas
from shop.fairs.life.models import Choice


@fairs.patch("/<slug>")
@needs("fairs.manage")
@fairs.arguments(fair_schemas.FairEdit)
@idempotent
@fairs.response(200, fair_schemas.FairOut)
def edit(body: dict[str, Any], slug: str) -> Response:
    """Change what is said of a fair (If-Match): only what is sent; null takes a fact away."""
    return fair_answer(editing.edit_fair(slug, body, expected_version(), current_actor()))


@fairs.post("/<slug>/copy")
@needs("fairs.manage")
@fairs.arguments(fair_schemas.CopyIn)
@idempotent
@fairs.response(201, fair_schemas.FairOut)
def copy(body: dict[str, Any], slug: str) -> Response:
    """A draft with the plan and the rules of this fair."""
    wanted = copying.Wanted(body["name"], body["opens_on"], body.get("slug"))
    return fair_answer(copying.copy_fair(slug, wanted, current_actor()), 201)


@fairs.post("/<slug>/move")
@needs("fairs.manage")
@fairs.arguments(fair_schemas.MoveIn)
@idempotent
@fairs.response(200, fair_schemas.MoveOut)
def move(body: dict[str, Any], slug: str) -> Response:
    """Postpone a fair (If-Match); with `dry_run` only say what it would do to each booking."""
    is_dry = body.pop("dry_run")
    wanted, by = moving.Move(**body), current_actor()
    if is_dry:
        return _moved(wanted, moving.foresee(slug, wanted, by), is_done=False)
    _kept, foreseen = moving.move_fair(slug, wanted, expected_version(), by)
    return _moved(wanted, foreseen, is_done=True)


@fairs.post("/<slug>/cancellation")
@needs("fairs.manage")
@fairs.arguments(fair_schemas.CancelIn)
@idempotent
@fairs.response(200, fair_schemas.FairOut)
def cancel(body: dict[str, Any], slug: str) -> Response:
    """Call a fair off (If-Match): everything not used is paid back, applications are closed, people are told."""
    fair, _ending = calling_off.cancel_fair(slug, body["because"], expected_version(), current_actor())
    return fair_answer(fair)


@bookings_api.post("/<code>/choice")
@needs("moves.choose")
@bookings_api.arguments(fair_schemas.ChoiceIn)
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def choose(body: dict[str, Any], code: str) -> Response:
    """After a postponement: stay, or leave and get everything back."""
    moving.choose(code, Choice(body["choice"]), current_actor())
    return booking_answer(queries.get_booking(code))


def _moved(wanted: moving.Move, foreseen: moving.Foreseen, *, is_done: bool) -> Response:
    names = queries.names_of({turn.booking.producer_id for turn in foreseen.turned}, ()).producers
    view: dict[str, Any] = {
        "opens_on": wanted.opens_on, "closes_on": wanted.closes_on, "choose_by": wanted.choose_by,
        "applications": foreseen.applications, "applications_waiting": foreseen.applications_waiting,
        "bookings": [_turn_view(turn, names) for turn in foreseen.turned], "is_done": is_done,
    }  # fmt: skip
    return jsonify(fair_schemas.MoveOut().dump(view))


def _turn_view(turn: moving.Turned, names: dict[int, Producer]) -> dict[str, Any]:
    return {
        "booking": turn.booking.code, "booth": turn.booth, "producer": names[turn.booking.producer_id].code,
        "days_kept": turn.days_kept, "days_waiting": turn.days_waiting, "days_dropped": turn.days_dropped,
        "back": turn.back_vnd,
    }  # fmt: skip
