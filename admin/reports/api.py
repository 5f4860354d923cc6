"""GET /api/v1/reports/{name}: a report as JSON, CSV or XLSX."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields

from admin.exports import answer, plain
from admin.reports.asking import ReportQuery, asked_of
from admin.reports.registry import get_report, reports
from core.clock import today
from core.web.access import needs
from core.web.api import Blueprint, Schema
from core.web.fields import Day, Whole

blp = Blueprint("api_reports", __name__, url_prefix="/reports", description="Reports for auditors and administrators")


class ColumnOut(Schema):
    """A column of a report."""

    key = fields.String()
    label = fields.String()
    kind = fields.String()


class ReportLineOut(Schema):
    """A report that there is."""

    name = fields.String()
    title = fields.String()
    note = fields.String()


class ReportsOut(Schema):
    """All of them."""

    items = fields.List(fields.Nested(ReportLineOut))
    total = Whole()


class ReportOut(ReportLineOut):
    """A report made: rows are objects by the keys of the columns, money in whole đồng."""

    since = Day(data_key="from")
    until = Day(data_key="to")
    as_of = Day()
    columns = fields.List(fields.Nested(ColumnOut))
    items = fields.List(fields.Dict())
    total = Whole()


@blp.get("")
@needs("reports.read")
@blp.response(200, ReportsOut)
def index() -> dict[str, Any]:
    """The reports that there are."""
    return {"items": reports(), "total": len(reports())}


@blp.get("/<name>")
@needs("reports.read")
@blp.arguments(ReportQuery, location="query")
@blp.response(200, ReportOut)
def show(query: dict[str, Any], name: str) -> Response:
    """A report; `format=csv` and `format=xlsx` answer a file. 404 for a name that is none."""
    report = get_report(name)
    file_format = query.pop("format")
    asked = asked_of(today(), query.get("since"), query.get("until"), query.get("as_of"))
    table = report.table(asked)
    if file_format != "json":
        return answer(table, file_format)
    items = [{column.key: plain(row.get(column.key)) for column in table.columns} for row in table.rows]
    facts = {"name": report.name, "title": report.title, "note": report.note, "columns": report.columns}
    days = {"since": asked.since, "until": asked.until, "as_of": asked.as_of}
    return jsonify(ReportOut().dump({**facts, **days, "items": items, "total": len(items)}))
