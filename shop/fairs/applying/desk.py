"""What is decided about one application; where they are read: `shop/exhibitors/desk_review.py`."""

from flask import Response, request
from flask_babel import gettext as _

from core.errors import Invalid
from core.web.access import current_actor, needs
from core.web.forms import Form
from shop.fairs import queries, schemas
from shop.fairs.applying import applications
from shop.fairs.desk import back, pages, slug_of
from shop.fairs.rules import ApplicationState


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
