"""The autumn fair's free booths worked out once, with one booth pinned: a dry run to look at and to drag."""

from datetime import date

from admin.demo.goods import at
from core.accounts.actor import Actor
from core.clock import travel
from shop.assignment import dragging, service
from shop.assignment.gather import Asked
from shop.assignment.refusals import AssignmentBroken, BoothHeld, NothingToAssign
from shop.fairs import queries


def work_out(slug: str, organizer: Actor, today: date) -> None:
    """Ask and answer, the waiting list too; nothing is offered."""
    fair = queries.get_fair(slug)
    held = queries.held_booth_codes(fair.id)
    free = [one.code for one in queries.list_booths(fair.id) if one.code not in held and one.use == "exhibitor"]
    asking = [one for one in queries.list_applications(fair.id, state="accepted") if not queries.holds_booth(one.id)]
    with travel(at(today, 7, 30)):
        try:
            if free and asking:
                dragging.pin(slug, free[0], asking[0].code, organizer)
            service.answer(service.ask(slug, Asked({}, with_waiting=True), organizer).code, organizer)
        except (NothingToAssign, AssignmentBroken, BoothHeld):
            return
