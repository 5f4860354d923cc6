"""The fairs' pages: the list, one fair with its plan, a calendar file, and a producer's application."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.queries import governing
from catalog.producers.models import Producer
from catalog.producers.queries import find_producer
from catalog.products.models import Product
from catalog.products.sets import GROUPS
from core.accounts.actor import Actor
from core.accounts.permissions import may
from core.clock import now, today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs, public
from core.web.forms import Form
from core.web.head import head_of
from core.web.links import address_of
from core.web.pages import Pages, flash, render
from shop.fairs import drawing, queries, service
from shop.fairs.calendar import calendar_of
from shop.fairs.directory import Directory, Exhibitor, directory_of
from shop.fairs.linked import fair_data
from shop.fairs.models import Fair
from shop.fairs.plan import KINDS, SERVICES
from shop.fairs.refusals import ApplicationUncovered
from shop.fairs.rules import FairState, Term, fair_days
from shop.fairs.schemas import ApplicationForm

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
        "can_apply": _takes_applications(directory.fair) and _is_invited(current_actor()),
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


@pages.get("/hoi-cho/<slug>/dang-ky")
@needs("applications.submit")
def application(slug: str) -> Response:
    """The producer's application: its state, or the form."""
    return _application_page(queries.get_public(slug), Form(ApplicationForm()))


@pages.post("/hoi-cho/<slug>/dang-ky")
@needs("applications.submit")
def apply(slug: str) -> Response:
    """Send an application; what was typed comes back when it is refused."""
    fair = queries.get_public(slug)
    form = Form(ApplicationForm()).read(request.form)
    if not form.ok:
        return _application_page(fair, form, 422)
    wishes = {key: form.data[key] for key in ("kind", "services", "note") if form.data.get(key)}
    data = form.data
    wanted = service.Wanted(data["products"], data.get("producer"), wishes, data["conditional"])
    try:
        sent = service.apply(slug, wanted, current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        days = refusal.facts.get("days", []) if isinstance(refusal, ApplicationUncovered) else []
        return _application_page(fair, form, refusal.status, days)
    flash(_("Đã gửi hồ sơ %(code)s.", code=sent.code))
    return redirect(url_for("fairs.application", slug=slug), 303)  # type: ignore[return-value]


@pages.post("/hoi-cho/<slug>/dang-ky/rut")
@needs("applications.submit")
def withdraw(slug: str) -> Response:
    """Take the application back."""
    service.withdraw(request.form.get("application", ""), current_actor())
    flash(_("Đã rút hồ sơ."))
    return redirect(url_for("fairs.application", slug=slug), 303)  # type: ignore[return-value]


@dataclass(frozen=True)
class Choice:
    """A product of the producer with the fair days on which it may be shown; no stars means none today."""

    product: Product
    stars: int | None
    covered: int
    all_days: int


def _application_page(fair: Fair, form: Form, status: int = 200, missing: Sequence[Any] = ()) -> Response:
    producers = _own_producers()
    sent = [one for one in (queries.find_live_application(fair.id, p.id) for p in producers) if one is not None]
    names = queries.names_of((), {shown.product_id for one in sent for shown in one.products})
    applied = {one.producer_id for one in sent}
    left = [one for one in producers if one.id not in applied]
    context: dict[str, Any] = {
        "fair": fair, "form": form, "sent": sent, "names": names, "producers": {one.id: one for one in producers},
        "left": left, "choices": _choices(fair, left), "kinds": KINDS, "services": SERVICES, "missing": missing,
        "can_apply": _takes_applications(fair),
    }  # fmt: skip
    return render("fairs/application.html", status, **context)


def _own_producers() -> list[Producer]:
    found = map(find_producer, sorted(current_actor().scopes_of("producer")))
    return [one for one in found if one is not None]


def _choices(fair: Fair, producers: Sequence[Producer]) -> list[Choice]:
    own = Product.producer_id.in_([one.id for one in producers])
    products = db.session.scalars(select(Product).where(own).order_by(Product.name_folded)).all()
    open_now = governing([one.id for one in products], today())
    terms = queries.terms_of([one.id for one in products])
    days = fair_days(fair.opens_on, fair.closes_on)
    return [_choice(one, open_now.get(one.id), terms, days) for one in products]


def _choice(product: Product, held: Any, terms: Sequence[Term], days: Sequence[Any]) -> Choice:
    own = [term for term in terms if term.product_id == product.id]
    covered = sum(any(term.covers(day) for term in own) for day in days)
    return Choice(product, held.stars if held else None, covered, len(days))


def _takes_applications(fair: Fair) -> bool:
    return fair.state == FairState.OPEN and fair.applications_from <= today() <= fair.applications_until


def _is_invited(actor: Actor) -> bool:
    """Whether the way to an application is shown: to producers, and to visitors who have yet to sign in as one."""
    return not actor.is_known or may(actor, "applications.submit")


def _chosen(directory: Directory, hall: str, group: str) -> list[Exhibitor]:
    return [one for one in directory.exhibitors if hall in ("", one.booth.hall) and (not group or group in one.groups)]


def _groups(directory: Directory) -> list[Any]:
    shown = {number for one in directory.exhibitors for number in one.groups}
    return [GROUPS[number] for number in sorted(shown)]
