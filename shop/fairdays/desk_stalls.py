"""The organizer's desk: incidents, and the stalls that sell through the till."""

from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask_babel import gettext as _

from core.clock import today
from core.db import transaction
from core.errors import Invalid, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.fairdays import incidents, schemas, stalls
from shop.fairdays.board import day_shown
from shop.fairdays.desk import BASE, pages
from shop.fairdays.queries import booths_of, fair_for, incidents_of, runs_fair
from shop.fairdays.rules import IncidentKind
from shop.fairdays.takings import takings_of
from shop.fairdays.words import INCIDENT_STATES, INCIDENTS
from shop.fairs.models import Fair
from shop.fairs.queries import list_booths

#: A store's page at the desks, which stand above the shop: linked where they are.
_STORE = "desk.store_home"


@pages.get(f"{BASE}/su-co")
@needs("fairdays.read")
def incidents_page(slug: str) -> Response:
    """What went wrong, open ones first, and the form for another."""
    fair = fair_for(slug, current_actor(), "fairdays.read")
    return _incidents(fair, Form(schemas.IncidentIn(), {"booth": request.args.get("gian", "")}))


@pages.post(f"{BASE}/su-co")
@needs("fairdays.report")
def open_incident(slug: str) -> Response:
    """Write an incident down."""
    fair = fair_for(slug, current_actor(), "fairdays.report")
    form = Form(schemas.IncidentIn()).read(request.form)
    if not form.ok:
        return _incidents(fair, form, 422)
    data = form.data
    new = incidents.NewIncident(IncidentKind(data["kind"]), data["words"], data.get("booth"))
    try:
        with transaction():
            only_once(request.form.get("once"))
            made = incidents.open_incident(slug, new, current_actor())
    except Refusal as refusal:
        return _incidents(fair, form.refuse(refusal), refusal.status)
    flash(_("Đã ghi sự cố %(code)s.", code=made.code))
    return _back("incidents", slug)


@pages.post(f"{BASE}/su-co/<code>/nhan")
@needs("fairdays.manage")
def take_incident(slug: str, code: str) -> Response:
    """Say who takes care of it."""
    form = Form(schemas.IncidentTakenIn()).read(request.form)
    if not form.ok:
        raise Invalid(dict(form.errors))
    incidents.take_over(code, _version(), form.data["who"], current_actor())
    flash(_("Đã giao việc %(code)s.", code=code))
    return _back("incidents", slug)


@pages.post(f"{BASE}/su-co/<code>/xong")
@needs("fairdays.manage")
def close_incident(slug: str, code: str) -> Response:
    """Say what was done."""
    form = Form(schemas.IncidentClosingIn()).read(request.form)
    if not form.ok:
        raise Invalid(dict(form.errors))
    incidents.close_incident(code, _version(), form.data["outcome"], current_actor())
    flash(_("Đã khép sự cố %(code)s.", code=code))
    return _back("incidents", slug)


@pages.get(f"{BASE}/quay-ban")
@needs("fairdays.read")
def stalls_page(slug: str) -> Response:
    """The stalls with what they took, and the form to open one."""
    return _stalls(fair_for(slug, current_actor(), "fairdays.read"), Form(schemas.StallIn()))


@pages.post(f"{BASE}/quay-ban")
@needs("fairdays.manage")
def open_stall(slug: str) -> Response:
    """Open the common till (no booking), or one booth's stall."""
    fair = fair_for(slug, current_actor(), "fairdays.manage")
    form = Form(schemas.StallIn()).read(request.form)
    if not form.ok:
        return _stalls(fair, form, 422)
    try:
        stalls.open_stall(slug, form.data.get("booking"), current_actor(), sells_herself=form.data["herself"])
    except Refusal as refusal:
        return _stalls(fair, form.refuse(refusal), refusal.status)
    flash(_("Đã mở quầy. Nhập hàng và đăng ký máy bán hàng cho quầy ở bàn làm việc của cửa hàng."))
    return _back("stalls", slug)


@pages.post(f"{BASE}/quay-ban/<store>/dong")
@needs("fairdays.manage")
def close_stall(slug: str, store: str) -> Response:
    """Close a stall for good; what is still in it is named."""
    fair = fair_for(slug, current_actor(), "fairdays.manage")
    try:
        closed = stalls.close_stall(slug, store, current_actor())
    except Refusal as refusal:
        return _stalls(fair, Form(schemas.StallIn()).refuse(refusal), refusal.status)
    flash(_("Đã đóng %(name)s.", name=closed.name))
    return _back("stalls", slug)


def _incidents(fair: Fair, form: Form, status: int = 200) -> Response:
    found = incidents_of(fair.id)
    context: dict[str, Any] = {
        "fair": fair, "found": found, "booths": booths_of(one.booth_id for one in found), "form": form,
        "kinds": [(one.value, text) for one, text in INCIDENTS.items() if one != IncidentKind.LAPSE],
        "kind_words": INCIDENTS, "state_words": INCIDENT_STATES, "may_manage": runs_fair(fair, current_actor()),
        "codes": [one.code for one in list_booths(fair.id)], "tab": "incidents",
    }  # fmt: skip
    return render("fairdays/incidents.html", status, **context)


def _stalls(fair: Fair, form: Form, status: int = 200) -> Response:
    found = stalls.stalls_of(fair.id)
    ids = [one.store.id for one in found]
    day = day_shown(fair, today())
    context: dict[str, Any] = {
        "fair": fair, "stalls": found, "whole": takings_of(ids), "day": day, "of_day": takings_of(ids, day),
        "form": form, "free": stalls.may_open(fair, found), "has_common": any(not one.place for one in found),
        "may_manage": runs_fair(fair, current_actor()), "tab": "stalls",
        "still_opens": stalls.may_still_open(fair, today()),
        "store_page": _STORE if _STORE in current_app.view_functions else None,
    }  # fmt: skip
    return render("fairdays/stalls.html", status, **context)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _back(page: str, slug: str) -> Response:
    return redirect(url_for(f"fairdays_desk.{page}_page", slug=slug), 303)  # type: ignore[return-value]
