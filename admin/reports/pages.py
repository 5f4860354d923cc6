"""Reports at the desk: choose one, choose its days, read it or take it along."""

from typing import Any

from flask import Response, request

from admin.desk import desk
from admin.exports import FORMATS, answer
from admin.reports.asking import ReportQuery, asked_of
from admin.reports.registry import Report, get_report, reports
from core.clock import today
from core.errors import Invalid
from core.web.access import needs
from core.web.forms import Form
from core.web.pages import render

#: Rows that a page shows; the file has them all.
MOST = 500


@desk.get("/bao-cao")
@needs("reports.read")
def report_list() -> Response:
    """The reports that there are."""
    return render("desk/reports.html", reports=reports())


@desk.get("/bao-cao/<name>")
@needs("reports.read")
def report_page(name: str) -> Response:
    """A report with its days; with `format` a file."""
    report = get_report(name)
    form = Form(ReportQuery()).read(request.args)
    if not form.ok:
        return _page(report, form, 422)
    try:
        asked = asked_of(today(), form.data.get("since"), form.data.get("until"), form.data.get("as_of"))
    except Invalid as refusal:
        return _page(report, form.refuse(refusal), 422)
    table = report.table(asked)
    if form.data["format"] in FORMATS:
        return answer(table, form.data["format"])
    for key, day in (("from", asked.since), ("to", asked.until), ("as_of", asked.as_of)):
        form.values[key] = day.isoformat()
    return _page(report, form, table=table, rows=table.rows[:MOST], period=asked)


def _page(report: Report, form: Form, status: int = 200, **more: Any) -> Response:
    return render("desk/report.html", status, report=report, form=form, formats=list(FORMATS), most=MOST, **more)
