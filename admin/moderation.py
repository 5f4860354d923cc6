"""The desk of moderation: what waits, beside what is on sale; approve, reject with a reason, go on to the next.

Moderators decide; a producer's people see their own requests here, with every reason, and may take one back.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from marshmallow import fields

from admin.comparing import Row, read_listing, rows_of
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from catalog.certificates.queries import standings
from catalog.changes import words
from catalog.changes.decisions import WHOLE, approve, reject
from catalog.changes.models import LISTING, OPEN, ChangeRequest
from catalog.changes.prices import list_big
from catalog.changes.queries import (
    authorize_listing,
    compare,
    count_waiting,
    find_next,
    get_request,
    list_earlier,
    list_requests,
    own_producers,
    product_of,
)
from catalog.changes.service import withdraw_request
from catalog.listings.models import Listing
from catalog.listings.queries import get_listing
from core.accounts.permissions import may
from core.clock import today
from core.errors import EditConflict, Invalid, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Schema, Whole, Words
from core.web.forms import Form
from core.web.pages import flash, render

#: Days after which a waiting request is marked, and marked red.
SLOW, LATE = 3, 7


class DecisionForm(Schema):
    """What is ticked, what was seen, and why the rest is refused."""

    version = Whole(required=True)
    do = Choice("approve", "reject", required=True)
    field = fields.List(Words(most=120))
    seen = fields.List(Words(most=160))
    phrase = fields.List(Whole(most=100))
    reason = Words(least=0, most=800, lines=True)


class WithdrawForm(Schema):
    """Which version is taken back."""

    version = Whole(required=True)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows of a request."""

    request: ChangeRequest
    listing: Listing
    rows: list[Row]


def count_queue() -> int | None:
    """How many wait for this person; the figure beside the menu's line."""
    actor = current_actor()
    return count_waiting(besides=actor.user_id) if may(actor, "changes.decide") else None


@desk.get("/duyet")
@needs("changes.read")
def moderation() -> Response:
    """The queue, the oldest first; ``?state=done`` what was decided; ``?state=gia`` big changes of prices."""
    state, page, on, actor = asked_text("state"), page_number(), today(), current_actor()
    decides, own = may(actor, "changes.decide"), own_producers(actor)
    if state == "gia" and own is None:
        big, total = list_big(page, PER_PAGE)
        return render("desk/moderation.html", rows=[], big=big, total=total, page=page, pages=pages_of(total),
                      state=state, decides=decides, own=own, states=words.STATES, slow=SLOW, late=LATE)  # fmt: skip
    state = state if state == "done" else ""
    found, total = list_requests(on, state="" if state else OPEN, producers=own, page=page, per_page=PER_PAGE)
    rows = [(one, [words.field_label(name) for name in one.fields]) for one in found]
    return render("desk/moderation.html", rows=rows, big=None, total=total, page=page, pages=pages_of(total),
                  state=state, decides=decides, own=own, states=words.STATES, slow=SLOW, late=LATE)  # fmt: skip


@desk.get("/duyet/<int:request_id>")
@needs("changes.read")
def change(request_id: int) -> Response:
    """One request beside what is on sale now."""
    return _page(request_id, Form(DecisionForm()))


@desk.post("/duyet/<int:request_id>")
@needs("changes.decide")
def decide_change(request_id: int) -> Response:
    """Approve what is ticked and reject the rest with the reason; or reject all of it."""
    form = Form(DecisionForm()).read(request.form)
    if not form.ok:
        return _page(request_id, form, 422)
    try:
        done = _decide(request_id, form)
    except Refusal as refusal:
        return _page(request_id, form.refuse(refusal), refusal.status, is_stale=isinstance(refusal, EditConflict))
    flash(_("Đã ghi: %(state)s. Chủ thể được báo.", state=str(words.STATES[done.state]).lower()))
    following = find_next(done, current_actor().user_id)
    return go("desk.change", request_id=following) if following else go("desk.moderation")


@desk.post("/duyet/<int:request_id>/rut")
@needs("changes.propose")
def withdraw_change(request_id: int) -> Response:
    """Take one's own request back."""
    form = Form(WithdrawForm()).read(request.form)
    if not form.ok:
        return _page(request_id, Form(DecisionForm()), 422)
    try:
        withdraw_request(current_actor(), request_id, form.data["version"])
    except Refusal as refusal:
        again = Form(DecisionForm()).refuse(refusal)
        return _page(request_id, again, refusal.status, is_stale=isinstance(refusal, EditConflict))
    flash(_("Đã rút. Trang đang bán giữ nguyên."))
    return go("desk.change", request_id=request_id)


def _decide(request_id: int, form: Form) -> ChangeRequest:
    """The verb behind the button that was pressed."""
    actor, version, reason = current_actor(), form.data["version"], _reason(form)
    ticked = set(form.data.get("field", []))
    if form.data["do"] == "reject":
        return reject(actor, request_id, version, reason=reason)
    one = get_request(request_id)
    if one.kind == LISTING:
        return approve(actor, request_id, version, seen=_marks(form))
    waiting = {field.field for field in one.fields if field.state == OPEN}
    if waiting - ticked and not reason:
        raise Invalid({"reason": [_("Các mục không tick sẽ bị từ chối, nên cần lý do.")]})
    refused = reason if waiting - ticked else ""
    return approve(actor, request_id, version, fields=ticked, seen=_marks(form), reason=refused)


def _reason(form: Form) -> str:
    """The stock phrases that were ticked, each on its line, and what was written."""
    phrases = [str(words.PHRASES[n]) for n in form.data.get("phrase", []) if n < len(words.PHRASES)]
    return "\n".join([*phrases, form.data.get("reason", "")]).strip()


def _marks(form: Form) -> dict[str, str]:
    """Marks of the live values that were on the page, by field: ``story=3f2a…``."""
    pairs = (text.rpartition("=") for text in form.data.get("seen", []))
    return {name: mark for name, _sign, mark in pairs if name}


def _page(request_id: int, form: Form, status: int = 200, *, is_stale: bool = False) -> Response:
    one = get_request(request_id)
    listing = get_listing(one.listing_id)
    authorize_listing(current_actor(), "changes.read", listing)
    return render("desk/change.html", status, **_shown(one, listing, form, is_stale=is_stale))


def _shown(one: ChangeRequest, listing: Listing, form: Form, *, is_stale: bool) -> dict[str, Any]:
    product, actor, on = product_of(listing), current_actor(), today()
    compared = compare(one, listing)
    is_mine = actor.user_id is not None and (
        one.proposed_by == actor.user_id or any(row.field.proposed_by == actor.user_id for row in compared)
    )
    is_open = one.state == OPEN
    return {
        "one": one, "listing": listing, "product": product, "rows": rows_of(compared, listing.product_id),
        "whole": read_listing(listing) if one.kind == LISTING else None, "form": form, "is_stale": is_stale,
        "standing": standings([product.id], on)[product.id], "states": words.STATES, "phrases": words.PHRASES,
        "decides": is_open and may(actor, "changes.decide"), "is_mine": is_mine, "seen_whole": listing.sequence,
        "withdraws": is_open and actor.scopes_of("producer") and may(actor, "changes.propose"), "whole_name": WHOLE,
        "earlier": list_earlier(one), "names": may(actor, "changes.decide") or may(actor, "audit.read"),
        "next_url": _next_url(one) if is_open else None,
    }  # fmt: skip


def _next_url(one: ChangeRequest) -> str | None:
    following = find_next(one, current_actor().user_id) if may(current_actor(), "changes.decide") else None
    return url_for("desk.change", request_id=following) if following else None
