"""The fairs' pages: the list, one fair with its plan, a calendar file, and a producer's application."""

from typing import Any

from flask import Response, request

from catalog.products.sets import GROUPS
from core.accounts.actor import Actor
from core.accounts.permissions import may
from core.clock import now, today
from core.web.access import current_actor, public
from core.web.head import head_of
from core.web.links import address_of
from core.web.pages import Pages, render
from shop.fairs import drawing, queries
from shop.fairs.calendar import calendar_of
from shop.fairs.directory import Directory, Exhibitor, directory_of
from shop.fairs.linked import fair_data
from shop.fairs.models import Fair
from shop.fairs.rules import FairState

pages = Pages("fairs", __name__)

PER_PAGE = 24


@pages.get("/hoi-cho")
@public
def index() -> Response:
    """Fairs to come and running, then past ones."""
    page = request.args.get("page", 1, type=int)
    found, total = queries.list_public(today(), max(1, min(page, 10_000)), PER_PAGE)
    counts = {fair.id: len(queries.list_booths(fair.id)) for fair in found}
    return render("fairs/index.html", fairs=found, counts=counts, page=page, pages=-(-total // PER_PAGE), total=total)


@pages.get("/hoi-cho/<slug>")
@public
def show(slug: str) -> Response:
    """One fair: days, place, plan and exhibitors, filtered by hall and group."""
    directory = directory_of(queries.get_public(slug), now())
    hall, group = request.args.get("hall", ""), request.args.get("group", "")
    context: dict[str, Any] = {
        "fair": directory.fair, "directory": directory, "exhibitors": _chosen(directory, hall, group),
        "halls": [drawing.draw_hall(one, directory) for one in directory.halls if hall in ("", one.code)],
        "groups": _groups(directory), "hall": hall, "group": group,
        "can_apply": takes_applications(directory.fair) and _is_invited(current_actor()),
    }  # fmt: skip
    fair = directory.fair
    text = f"{fair.name}, {fair.opens_on:%d/%m/%Y} – {fair.closes_on:%d/%m/%Y}, {fair.venue}"
    head = head_of("fairs.show", {"slug": slug}, fair.name, text, data=[fair_data(fair)])
    return render("fairs/show.html", head=head, **context)


@pages.get("/hoi-cho/<slug>/lich.ics")
@public
def calendar(slug: str) -> Response:
    """The fair's days as a calendar file."""
    fair = queries.get_public(slug)
    url = address_of("fairs.show", slug=slug)
    text = calendar_of(fair.slug, fair.name, fair.venue, fair.opens_on, fair.closes_on, url, now())
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{fair.slug}.ics"'
    return response


def takes_applications(fair: Fair) -> bool:
    """Whether producers may apply today."""
    return fair.state == FairState.OPEN and fair.applications_from <= today() <= fair.applications_until


def _is_invited(actor: Actor) -> bool:
    """Whether the way to an application is shown: to producers, and to visitors who have yet to sign in as one."""
    return not actor.is_known or may(actor, "applications.submit")


def _chosen(directory: Directory, hall: str, group: str) -> list[Exhibitor]:
    return [one for one in directory.exhibitors if hall in ("", one.booth.hall) and (not group or group in one.groups)]


def _groups(directory: Directory) -> list[Any]:
    shown = {number for one in directory.exhibitors for number in one.groups}
    return [GROUPS[number] for number in sorted(shown)]
