"""Another day: the way in and the way back. What it does is said in `core/web/preview.py`."""

from datetime import timedelta

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from admin.desk import desk, go
from core.clock import today
from core.errors import Refusal
from core.web import preview
from core.web.access import needs, signed_in
from core.web.fields import Day, Schema
from core.web.forms import Form
from core.web.i18n import safe_path
from core.web.pages import flash, render

preview.doors("desk.choose_day_now", "desk.leave_day")


class DayIn(Schema):
    """The day to look at."""

    day = Day(required=True)


@desk.get("/ngay-khac")
@needs("day.preview")
def choose_day() -> Response:
    """Choose a day."""
    return _page(Form(DayIn(), {"day": (today() + timedelta(days=30)).isoformat()}))


@desk.post("/ngay-khac")
@needs("day.preview")
def choose_day_now() -> Response:
    """From now on every page of this session is that day's, read-only."""
    form = Form(DayIn()).read(request.form)
    if not form.ok:
        return _page(form, 422)
    try:
        preview.look_at(form.data["day"])
    except Refusal as refusal:
        return _page(form.refuse(refusal), refusal.status)
    return redirect(safe_path(request.form.get("next"), url_for("front.home")), 303)  # type: ignore[return-value]


@desk.post("/ve-hom-nay")
@signed_in
def leave_day() -> Response:
    """Back to today."""
    preview.look_back()
    flash(_("Đã về hôm nay."))
    return go("desk.home")


def _page(form: Form, status: int = 200) -> Response:
    quick = [(days, today() + timedelta(days=days)) for days in (1, 30, 90, 180)]
    return render("desk/another_day.html", status, form=form, quick=quick)
