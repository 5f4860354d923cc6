"""The organizer's desk: the fairs, and one fair at a glance; every list has a page of its own under its tab."""

from typing import Any

from flask import Response, redirect, url_for
from flask_babel import gettext as _

from core.accounts.permissions import authorize, is_allowed
from core.clock import today
from core.db import db
from core.web.access import current_actor, needs
from core.web.pages import Pages, flash, render
from shop.fairs import overview, permissions, queries, service
from shop.fairs.models import Fair
from shop.fairs.rulebook import rules_of
from shop.fairs.rules import FairState

pages = Pages("fair_desk", __name__)


@pages.get("/quan-ly/hoi-cho")
@needs("fairs.read")
def index() -> Response:
    """The caller's fairs, drafts included."""
    by = current_actor()
    found = [one for one in queries.list_all() if is_allowed(by, "fairs.read", permissions.scope_of(one))]
    ids = [one.id for one in found]
    context: dict[str, Any] = {
        "fairs": found, "booths": queries.count_booths(ids), "waiting": overview.waiting_applications(ids),
        "may_create": is_allowed(by, "fairs.create"),
    }  # fmt: skip
    return render("fairs/desk_index.html", **context)


@pages.get("/quan-ly/hoi-cho/<slug>")
@needs("fairs.read")
def show(slug: str) -> Response:
    """One fair at a glance."""
    fair, on = own_fair(slug), today()
    figures = overview.figures_of(fair)
    context: dict[str, Any] = {
        "fair": fair, "figures": figures, "waits": overview.waiting_for(fair, figures, on),
        "milestones": overview.milestones_of(fair, on), "rules": rules_of(fair), "may_manage": may_manage(fair),
        "missing": overview.missing_to_open(fair, figures) if fair.state == FairState.DRAFT else [],
        "can_move": fair.state == FairState.OPEN and on < fair.opens_on,
        "can_cancel": fair.state in (FairState.DRAFT, FairState.OPEN, FairState.RUNNING) and on <= fair.closes_on,
    }  # fmt: skip
    return render("fairs/desk.html", **context)


@pages.post("/quan-ly/hoi-cho/<slug>/mo")
@needs("fairs.manage")
def open_fair(slug: str) -> Response:
    """Show a draft to the public."""
    service.open_fair(slug, current_actor())
    return back("fair_desk.show", slug, _("Hội chợ đã mở cho mọi người xem."))


def own_fair(slug: str, action: str = "fairs.read") -> Fair:
    """A fair at which the caller may do this. Raises FairNotFound, or NotFound for another organizer's."""
    fair = queries.get_fair(slug)
    authorize(current_actor(), action, permissions.scope_of(fair))
    return fair


def may_manage(fair: Fair) -> bool:
    """Whether the caller runs this fair, rather than only reads it."""
    return is_allowed(current_actor(), "fairs.manage", permissions.scope_of(fair))


def slug_of(fair_id: int) -> str:
    """The fair of a booking or an application."""
    return db.session.get_one(Fair, fair_id).slug


def back(endpoint: str, slug: str, message: str) -> Response:
    """To that page of the fair, with a word on what was done."""
    flash(message)
    return redirect(url_for(endpoint, slug=slug), 303)  # type: ignore[return-value]
