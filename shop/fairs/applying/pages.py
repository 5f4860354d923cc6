"""A producer's application to a fair: the form, its state, and taking it back."""

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
from core.clock import today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.fairs import queries
from shop.fairs.applying import applications
from shop.fairs.applying.wishing import read_wishes
from shop.fairs.models import Fair
from shop.fairs.pages import pages, takes_applications
from shop.fairs.plans.plan import FEATURES, KINDS, SERVICES
from shop.fairs.refusals import ApplicationUncovered
from shop.fairs.rules import Term, fair_days
from shop.fairs.schemas import ApplicationForm

#: What a form offers to choose from.
LISTS: dict[str, Any] = {"kinds": KINDS, "services": SERVICES, "features": FEATURES}


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
    try:
        sent = applications.apply(slug, wanted_of(form), current_actor())
    except Refusal as refusal:
        return _application_page(fair, form.refuse(refusal), refusal.status, missing_days(refusal))
    flash(_("Đã gửi hồ sơ %(code)s.", code=sent.code))
    return redirect(url_for("fairs.application", slug=slug), 303)  # type: ignore[return-value]


@pages.post("/hoi-cho/<slug>/dang-ky/rut")
@needs("applications.submit")
def withdraw(slug: str) -> Response:
    """Take the application back."""
    applications.withdraw(request.form.get("application", ""), current_actor())
    flash(_("Đã rút hồ sơ."))
    return redirect(url_for("fairs.application", slug=slug), 303)  # type: ignore[return-value]


@dataclass(frozen=True)
class Choice:
    """A product of the producer with the fair days on which it may be shown; no stars means none today."""

    product: Product
    stars: int | None
    covered: int
    all_days: int


def wanted_of(form: Form) -> applications.Wanted:
    """What a filled form asks for. Raises Invalid for neighbours whom nobody is called."""
    data = form.data
    return applications.Wanted(data["products"], data.get("producer"), read_wishes(data), data["conditional"])


def missing_days(refusal: Refusal) -> Sequence[Any]:
    """The days that a refusal says are covered by nothing."""
    return refusal.facts.get("days", []) if isinstance(refusal, ApplicationUncovered) else []


def _application_page(fair: Fair, form: Form, status: int = 200, missing: Sequence[Any] = ()) -> Response:
    producers = own_producers()
    sent = [one for one in (queries.find_live_application(fair.id, p.id) for p in producers) if one is not None]
    names = queries.names_of((), {shown.product_id for one in sent for shown in one.products})
    applied = {one.producer_id for one in sent}
    left = [one for one in producers if one.id not in applied]
    context: dict[str, Any] = {
        "fair": fair, "form": form, "sent": sent, "names": names, "producers": {one.id: one for one in producers},
        "left": left, "choices": choices_of(fair, left), "missing": missing, "can_apply": takes_applications(fair),
        **LISTS,
    }  # fmt: skip
    return render("fairs/application.html", status, **context)


def own_producers() -> list[Producer]:
    """The producers that the caller speaks for, by code."""
    found = map(find_producer, sorted(current_actor().scopes_of("producer")))
    return [one for one in found if one is not None]


def choices_of(fair: Fair, producers: Sequence[Producer]) -> list[Choice]:
    """The products of some producers, with the fair days on which each may be shown."""
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
