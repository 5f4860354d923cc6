"""The report after a fair at its desk: as a page, as XLSX with a sheet for each table, as PDF. For its organizers."""

from typing import Any

from flask import Response

from admin.fair_report.figures import figures_for, parts_of
from admin.fair_report.paper import report_pdf
from admin.fair_report.tables import tables_of
from catalog.exports import FORMATS, Table, as_book
from core.accounts.permissions import authorize
from core.clock import now
from core.db import db
from core.web.access import current_actor, needs
from core.web.pages import Pages, render
from shop.fairs import permissions
from shop.fairs.models import Fair
from shop.fairs.queries import get_fair
from shop.meetings.queries import timetable
from shop.stores.models import Seller

pages = Pages("fair_report", __name__, template_folder="../templates")
STEM = "/quan-ly/hoi-cho/<slug>/bao-cao"


@pages.get(STEM)
@needs("fairs.read")
def show(slug: str) -> Response:
    """The report as it stands now; final once the fair is over and its money settled."""
    fair = _fair(slug)
    return render("desk/fair_report.html", fair=fair, **_made(fair), tab="bao-cao")


@pages.get(STEM + ".xlsx")
@needs("fairs.read")
def as_sheets(slug: str) -> Response:
    """Every table on a sheet of its own, numbers and days typed."""
    fair = _fair(slug)
    return _file(as_book(_made(fair)["tables"]), FORMATS["xlsx"], f"{fair.slug}-bao-cao.xlsx")


@pages.get(STEM + ".pdf")
@needs("fairs.read")
def as_paper(slug: str) -> Response:
    """The report to print and sign."""
    fair = _fair(slug)
    organizer = db.session.get_one(Seller, fair.seller_id).name
    data = report_pdf(fair, organizer, _made(fair)["tables"], now())
    return _file(data, "application/pdf", f"{fair.slug}-bao-cao.pdf")


def _fair(slug: str) -> Fair:
    """The fair, to its organizers; to others it does not exist."""
    fair = get_fair(slug)
    authorize(current_actor(), "fairs.read", permissions.scope_of(fair))
    return fair


def _made(fair: Fair) -> dict[str, Any]:
    figures = figures_for([fair])[0]
    tables: list[Table] = tables_of(figures, parts_of(figures), timetable(fair.id, even_over=True))
    return {"figures": figures, "tables": tables}


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
