"""The applications of one fair at the desk: who applied, and what is decided."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from core.errors import Invalid
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import render
from shop.fairs import applications, queries, schemas
from shop.fairs.desk import back, may_manage, own_fair, pages, slug_of
from shop.fairs.rules import ApplicationState

#: What the organizer should look at first.
_WAITING = tuple(
    map(ApplicationState, ("submitted", "waitlisted", "accepted", "rejected", "withdrawn", "closed", "draft"))
)


@pages.get("/quan-ly/hoi-cho/<slug>/ho-so")
@needs("fairs.read")
def list_applications(slug: str) -> Response:
    """Every application, those that wait first."""
    fair = own_fair(slug)
    found = sorted(queries.list_applications(fair.id), key=lambda one: _WAITING.index(one.state))
    shown = {shown.product_id for one in found for shown in one.products}
    names = queries.names_of({one.producer_id for one in found}, shown)
    context: dict[str, Any] = {"fair": fair, "applications": found, "names": names, "may_manage": may_manage(fair)}
    return render("fairs/desk_applications.html", **context)


@pages.post("/quan-ly/ho-so-hoi-cho/<code>")
@needs("applications.decide")
def decide(code: str) -> Response:
    """Accept, put on the waiting list, or reject."""
    form = Form(schemas.DecisionForm()).read(request.form)
    slug = slug_of(queries.get_application(code).fair_id)
    if not form.ok:
        raise Invalid(dict(form.errors))
    data, decision = form.data, ApplicationState(form.data["decision"])
    applications.decide(code, decision, data.get("note"), current_actor(), data.get("renew_by"))
    return back("exhibitors.board", slug, _("Đã ghi quyết định về hồ sơ %(code)s.", code=code))
