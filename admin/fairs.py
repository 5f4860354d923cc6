"""The organizers' desk: fairs, applications and their decision, booths and their holders."""

from flask import Response, request
from flask_babel import gettext as _
from marshmallow import fields

from admin import words
from admin.desk import desk, go
from core.accounts.actor import Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import now
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Schema, Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.fairs import bookings, service
from shop.fairs.directory import directory_of
from shop.fairs.models import Fair
from shop.fairs.permissions import scope_of
from shop.fairs.queries import get_application, get_fair, list_all, list_applications, list_bookings, names_of
from shop.fairs.rules import ApplicationState


class DecisionIn(Schema):
    """What becomes of an application."""

    decision = Choice("accepted", "waitlisted", "rejected", required=True)
    note = Words(most=500)


class BookIn(Schema):
    """Which application gets a booth, for all days of the fair that are left."""

    application = Words(most=20, required=True)
    booth = Words(most=20, required=True)
    conditional = fields.Boolean(truthy={"true"}, falsy={"false"}, load_default=False)


@desk.get("/hoi-cho")
@needs("fairs.read")
def fairs() -> Response:
    """The fairs that the caller runs or may read."""
    mine = my_fairs("fairs.read")
    return (
        go("desk.fair", slug=mine[0].slug)
        if len(mine) == 1
        else render("desk/fairs.html", fairs=mine, states=words.FAIRS)
    )


@desk.get("/hoi-cho/<slug>")
@needs("fairs.read")
def fair(slug: str) -> Response:
    """One fair: applications, booths, bookings."""
    return _fair(_mine(slug, "fairs.read"), Form(BookIn()))


@desk.post("/hoi-cho/<slug>/ho-so/<code>")
@needs("applications.decide")
def decide(slug: str, code: str) -> Response:
    """Accept, put on the waiting list or reject an application."""
    _mine(slug, "applications.decide")
    get_application(code)
    form = Form(DecisionIn()).read(request.form)
    if not form.ok:
        return _fair(get_fair(slug), Form(BookIn()), 422)
    decision = ApplicationState(form.data["decision"])
    service.decide(code, decision, form.data.get("note"), current_actor())
    flash(_("Đã ghi: %(what)s.", what=words.APPLICATIONS[decision]))
    return go("desk.fair", slug=slug)


@desk.post("/hoi-cho/<slug>/gian")
@needs("bookings.manage")
def book(slug: str) -> Response:
    """Give a booth to an accepted application; two people can never hold it on the same day."""
    found = _mine(slug, "bookings.manage")
    form = Form(BookIn()).read(request.form)
    if not form.ok:
        return _fair(found, form, 422)
    claim = bookings.Claim(application=form.data["application"], days=None, is_conditional=form.data["conditional"])
    try:
        bookings.book(slug, form.data["booth"], claim, current_actor())
    except Refusal as refusal:
        return _fair(get_fair(slug), form.refuse(refusal), refusal.status)
    flash(_("Đã giữ gian %(booth)s.", booth=form.data["booth"]))
    return go("desk.fair", slug=slug)


@desk.post("/hoi-cho/<slug>/gian/<booth>/tra")
@needs("bookings.manage")
def release(slug: str, booth: str) -> Response:
    """Take a booth back from its holder."""
    _mine(slug, "bookings.manage")
    bookings.release(slug, booth, request.form.get("application") or None, current_actor())
    flash(_("Đã trả gian %(booth)s.", booth=booth))
    return go("desk.fair", slug=slug)


def my_fairs(action: str) -> list[Fair]:
    """The fairs at which the caller may do this."""
    return [one for one in list_all() if is_allowed(current_actor(), action, Scope("fair", one.slug))]


def _mine(slug: str, action: str) -> Fair:
    found = get_fair(slug)
    authorize(current_actor(), action, scope_of(found))
    return found


def _fair(found: Fair, form: Form, status: int = 200) -> Response:
    applications = list_applications(found.id)
    held = list_bookings(found.id)
    names = names_of(
        {one.producer_id for one in applications},
        {line.product_id for one in applications for line in one.products},
    )
    directory = directory_of(found, now())
    booths = {one.booth.id: one.booth.code for one in directory.booths}
    accepted = [one for one in applications if one.state == ApplicationState.ACCEPTED]
    where, actor = scope_of(found), current_actor()
    return render(
        "desk/fair.html", status, fair=found, form=form, applications=applications, accepted=accepted, names=names,
        booths=directory.booths, bookings=held, booth_codes=booths, states=words.FAIRS,
        application_states=words.APPLICATIONS, booking_states=words.BOOKINGS,
        can_decide=is_allowed(actor, "applications.decide", where),
        can_book=is_allowed(actor, "bookings.manage", where),
    )  # fmt: skip
