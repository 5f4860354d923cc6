"""The fairs' pages for everybody: the list, one fair with its plan and exhibitors, one exhibitor, calendar files."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request, session
from flask_babel import gettext as _

from catalog.products.sets import GROUPS
from core.accounts.actor import Actor
from core.accounts.permissions import may
from core.clock import now, today
from core.db import db
from core.text import squeeze
from core.web.access import current_actor, public
from core.web.fields import read_day
from core.web.head import Head, head_of
from core.web.links import address_of
from core.web.pages import Pages, render
from shop.fairs import queries
from shop.fairs.calendar import Entry, calendar_file
from shop.fairs.directory import Directory, cards_by_product, directory_of, for_visitors, runs_of
from shop.fairs.finding import Sought, areas_of, find, groups_of
from shop.fairs.life.moving import moves_of
from shop.fairs.linked import exhibitor_data, fair_data
from shop.fairs.links import doors_of
from shop.fairs.models import Fair
from shop.fairs.plans import drawing
from shop.fairs.refusals import ExhibitorNotFound
from shop.fairs.rules import FairState
from shop.stores.models import Seller

pages = Pages("fairs", __name__)

PER_PAGE = 24
#: Exhibitors on one page of a fair: a fair of 200 booths is read in a few.
EXHIBITORS = 60
#: Signs of a search.
LONGEST = 100


@pages.get("/hoi-cho")
@public
def index() -> Response:
    """Fairs to come and running, then past ones."""
    page = request.args.get("page", 1, type=int)
    found, total = queries.list_public(today(), max(1, min(page, 10_000)), PER_PAGE)
    counts = queries.count_booths([fair.id for fair in found])
    return render("fairs/index.html", fairs=found, counts=counts, page=page, pages=-(-total // PER_PAGE), total=total)


@pages.get("/hoi-cho/<slug>")
@public
def show(slug: str) -> Response:
    """One fair: days, place, plan, and who shows what; ``?gian=A05`` tells of one booth first and marks it."""
    directory = _directory(slug)
    fair, sought, page = directory.fair, _sought(directory), _page()
    found = find(directory.exhibitors, sought)
    asked = squeeze(request.args.get("gian", ""))[:20]
    chosen = next((view for view in directory.booths if view.booth.code == asked.upper()), None)
    marked = {chosen.booth.code} if chosen else {one.booth.code for one in found} if sought.is_narrow else set[str]()
    halls = [one for one in directory.halls if sought.hall in ("", one.code)]
    context: dict[str, Any] = {
        "fair": fair, "directory": directory, "sought": sought, "found": found, "page": page,
        "exhibitors": found[(page - 1) * EXHIBITORS : page * EXHIBITORS], "pages": -(-len(found) // EXHIBITORS),
        "halls": [drawing.draw_hall(one, directory, marked) for one in halls], "asked": asked, "chosen": chosen,
        "groups": groups_of(directory), "areas": areas_of(directory), "doors": doors_of(fair),
        "can_apply": takes_applications(fair) and _is_invited(current_actor()),
        "organizer": db.session.get_one(Seller, fair.seller_id).name, "moved": next(iter(moves_of(fair.id)), None),
    }  # fmt: skip
    return render("fairs/show.html", head=_head(fair, context), **context)


@pages.get("/hoi-cho/<slug>/chu-the/<code>")
@public
def exhibitor(slug: str, code: str) -> Response:
    """One exhibitor: where it stands, on which days, and what it shows; its booths marked on the plan."""
    directory = _directory(slug)
    stands = [one for one in directory.exhibitors if code.upper() in one.codes]
    if not stands:
        raise ExhibitorNotFound
    fair, codes = directory.fair, {one.booth.code for one in stands}
    halls = [one for one in directory.halls if one.code in {stand.booth.hall for stand in stands}]
    cards = cards_by_product({shown.product.id for stand in stands for shown in stand.products}, today())
    name = " + ".join(stands[0].names)
    text = _("%(name)s tại %(fair)s: gian %(booths)s.", name=name, fair=fair.name, booths=", ".join(sorted(codes)))
    head = head_of(
        "fairs.exhibitor", {"slug": slug, "code": stands[0].producer.code}, f"{name} · {fair.name}", text,
        data=[exhibitor_data(fair, stands)],
    )  # fmt: skip
    return render(
        "fairs/exhibitor.html", head=head, fair=fair, directory=directory, stands=stands, one=stands[0],
        halls=[drawing.draw_hall(hall, directory, codes) for hall in halls], cards=cards, doors=doors_of(fair),
    )  # fmt: skip


@pages.get("/hoi-cho/<slug>/lich.ics")
@public
def calendar(slug: str) -> Response:
    """The fair's days as a calendar file; a fair that moved or was called off replaces what a calendar has of it."""
    fair = queries.get_public(slug)
    entry = Entry(
        f"fair-{fair.slug}@ocop-mart", fair.name, fair.venue, fair.opens_on, fair.closes_on,
        address_of("fairs.show", slug=slug), sequence=fair.version, is_cancelled=fair.state == FairState.CANCELLED,
    )  # fmt: skip
    return calendar_answer([entry], fair.slug)


@pages.get("/hoi-cho/<slug>/chu-the/<code>/lich.ics")
@public
def exhibitor_calendar(slug: str, code: str) -> Response:
    """Where to find one exhibitor, day by day, as a calendar file."""
    directory = _directory(slug)
    fair = directory.fair
    stands = [one for one in directory.exhibitors if code.upper() in one.codes]
    if not stands:
        raise ExhibitorNotFound
    url = address_of("fairs.exhibitor", slug=slug, code=code.upper())
    entries = [
        Entry(
            f"exhibitor-{one.booking.code}-{first:%Y%m%d}@ocop-mart", f"{' + '.join(one.names)} · {fair.name}",
            _("Gian %(booth)s, %(venue)s", booth=one.booth.code, venue=fair.venue), first, last, url,
            sequence=fair.version, is_cancelled=fair.state == FairState.CANCELLED,
        )
        for one in stands
        for first, last in runs_of(one.days)
    ]  # fmt: skip
    return calendar_answer(entries, f"{fair.slug}-{code.lower()}")


def calendar_answer(entries: Sequence[Entry], name: str) -> Response:
    """Entries as a file to keep."""
    response = Response(calendar_file(entries, now()), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def takes_applications(fair: Fair) -> bool:
    """Whether producers may apply today."""
    return fair.state == FairState.OPEN and fair.applications_from <= today() <= fair.applications_until


def _is_invited(actor: Actor) -> bool:
    """Whether the way to an application is shown: to producers, and to visitors who have yet to sign in as one."""
    return not actor.is_known or may(actor, "applications.submit")


def _directory(slug: str) -> Directory:
    """A public fair as this visitor may see it."""
    return for_visitors(directory_of(queries.get_public(slug), now()), is_adult=bool(session.get("adult")))


def _sought(directory: Directory) -> Sought:
    """What the address asks for. A page is no program's door: what it cannot understand is left out."""
    given = request.args
    stars, day = given.get("stars", ""), read_day(given.get("day", ""))
    return Sought(
        squeeze(given.get("q", ""))[:LONGEST],
        given.get("hall", "") if given.get("hall") in {one.code for one in directory.halls} else "",
        given.get("group", "") if given.get("group") in GROUPS else "",
        given.get("area", "") if given.get("area") in {one.value for one in areas_of(directory)} else "",
        int(stars) if stars in ("3", "4", "5") else 0,
        day if day in directory.days else None,
    )


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 10_000))


def _head(fair: Fair, context: dict[str, Any]) -> Head:
    text = f"{fair.name}, {fair.opens_on:%d/%m/%Y} – {fair.closes_on:%d/%m/%Y}, {fair.venue}"
    return head_of(
        "fairs.show", {"slug": fair.slug}, fair.name, text, page=context["page"], pages=max(1, context["pages"]),
        is_listed=not context["sought"].is_narrow and not context["asked"],
        data=[fair_data(fair, context["organizer"])],
    )  # fmt: skip
