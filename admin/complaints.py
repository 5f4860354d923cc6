"""The desk of complaints: what waits for an answer, each with its log."""

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from catalog.complaints import words
from catalog.complaints.models import Complaint
from catalog.complaints.queries import get_complaint, list_complaints, steps_of
from catalog.complaints.rules import NEXT, is_late
from catalog.complaints.schemas import StepIn
from catalog.complaints.service import take_step
from core.clock import today
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render


@desk.get("/khieu-nai")
@needs("complaints.read")
def complaints() -> Response:
    """Complaints by state; without one those that wait for an answer, the first due first."""
    state, page, on = asked_text("state"), page_number(), today()
    state = state if state in words.STATES else ""
    rows, total = list_complaints(state, page, PER_PAGE)
    return render(
        "desk/complaints.html", rows=[(one, is_late(one.state, one.due_on, on)) for one in rows], total=total,
        page=page, pages=pages_of(total), state=state, states=words.STATES, topics=words.TOPICS,
    )  # fmt: skip


@desk.get("/khieu-nai/<code>")
@needs("complaints.read")
def complaint(code: str) -> Response:
    """One complaint and its log."""
    return _page(get_complaint(code), Form(StepIn()))


@desk.post("/khieu-nai/<code>/buoc")
@needs("complaints.handle")
def step_of_complaint(code: str) -> Response:
    """Write one step: a note, another state, or the answer."""
    form = Form(StepIn()).read(request.form)
    if not form.ok:
        return _page(get_complaint(code), form, 422)
    try:
        take_step(current_actor(), code, **form.data)
    except Refusal as refusal:
        return _page(get_complaint(code), form.refuse(refusal), refusal.status)
    flash(_("Đã ghi."))
    return go("desk.complaint", code=code)


def _page(found: Complaint, form: Form, status: int = 200) -> Response:
    return render(
        "desk/complaint.html", status, one=found, form=form, steps=steps_of(found), states=words.STATES,
        topics=words.TOPICS, late=is_late(found.state, found.due_on, today()),
        next_states=[(state, words.STATES[state]) for state in NEXT[found.state]],
    )  # fmt: skip
