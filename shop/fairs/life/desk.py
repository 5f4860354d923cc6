"""Make a fair and change what is said of it, by form."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.areas.models import Area
from catalog.areas.queries import list_all_communes, list_provinces
from catalog.documents.queries import of_subject
from catalog.products.sets import GROUPS
from core.accounts.actor import Scope
from core.accounts.permissions import is_allowed
from core.clock import today
from core.db import db, transaction
from core.errors import AlreadySent, EditConflict, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.fairs import queries, service
from shop.fairs.desk import back, own_fair, pages
from shop.fairs.life import forms as fair_forms
from shop.fairs.life.editing import count_live_bookings, edit_fair
from shop.fairs.life.forms import FairForm, NewFairForm
from shop.fairs.life.papers import subject_of
from shop.fairs.models import Fair
from shop.fairs.refusals import FairExists
from shop.fairs.rulebook import Priority, Rules
from shop.fairs.rules import FairState
from shop.stores.models import Seller
from shop.stores.queries import list_sellers


@pages.get("/quan-ly/hoi-cho/moi")
@needs("fairs.create")
def new() -> Response:
    """The form of a new fair, with the rules of the house."""
    begins = {"applications_from": today(), **fair_forms.values_of_rules(Rules())}
    return _form(None, Form(NewFairForm(), begins))


@pages.post("/quan-ly/hoi-cho/moi")
@needs("fairs.create")
def create() -> Response:
    """Make it: a draft, which its organizer opens when all of it is right."""
    form, said = fair_forms.read(NewFairForm(), request.form)
    if not form.ok:
        return _form(None, form, 422)
    try:
        with transaction():
            only_once(request.form.get("once"))
            made = service.create_fair(
                service.NewFair(**said, slug=form.data.get("slug"), is_draft=True), current_actor()
            )
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return redirect(url_for("fair_desk.index"), 303)  # type: ignore[return-value]
    except FairExists as exists:
        form.errors["slug"] = [str(exists)]
        return _form(None, form, exists.status)
    except Refusal as refusal:
        return _form(None, form.refuse(refusal), refusal.status)
    return back("fair_desk.show", made.slug, _("Đã lập bản nháp. Vẽ sơ đồ, xem lại rồi mở cho mọi người xem."))


@pages.get("/quan-ly/hoi-cho/<slug>/thong-tin")
@needs("fairs.manage")
def facts(slug: str) -> Response:
    """What is said of the fair, to be changed."""
    fair = own_fair(slug, "fairs.manage")
    return _form(fair, Form(FairForm(), _values(fair)))


@pages.post("/quan-ly/hoi-cho/<slug>/thong-tin")
@needs("fairs.manage")
def save(slug: str) -> Response:
    """Keep it; a stale form comes back with both values."""
    fair = own_fair(slug, "fairs.manage")
    form, said = fair_forms.read(FairForm(), request.form)
    if not form.ok:
        return _form(fair, form, 422)
    try:
        edit_fair(slug, said, form.data.get("version", 0), current_actor())
    except EditConflict as conflict:
        return _conflict(slug, form.refuse(conflict), conflict.status)
    except Refusal as refusal:
        return _form(own_fair(slug, "fairs.manage"), form.refuse(refusal), refusal.status)
    return back("fair_desk.facts", slug, _("Đã lưu."))


def _values(fair: Fair) -> dict[str, Any]:
    area = db.session.get(Area, fair.area_id) if fair.area_id else None
    seller = db.session.get_one(Seller, fair.seller_id)
    return fair_forms.values_of(fair, area.code if area else None, seller.code)


def _form(fair: Fair | None, form: Form, status: int = 200, **more: Any) -> Response:
    on = today()
    communes = [(one.code, one.name) for one in list_all_communes(on)]
    provinces = [(one.code, one.name) for one in list_provinces(on)]
    context: dict[str, Any] = {
        "fair": fair, "form": form, "tab": "facts", "groups": list(GROUPS.values()), "rows": fair_forms.rows_of(form),
        "communes": communes, "areas": provinces + communes, "sellers": _sellers(), "priorities": list(Priority),
        "held": count_live_bookings(fair.id) if fair else 0,
        "papers": of_subject(subject_of(fair)) if fair else [],
        "is_closed": fair is not None and fair.state in (FairState.OVER, FairState.CANCELLED),
    }  # fmt: skip
    template = "fairs/desk_fair.html" if fair else "fairs/desk_fair_new.html"
    return render(template, status, **context, **more)


def _sellers() -> list[tuple[str, str]]:
    """Whom the caller may name as the legal seller of a fair's booths."""
    by = current_actor()
    every = list_sellers()
    if is_allowed(by, "fairs.create", Scope("fair", "")):
        return [(one.code, one.name) for one in every]
    own = {fair.seller_id for fair in map(queries.find_fair, by.scopes_of("fair")) if fair is not None}
    return [(one.code, one.name) for one in every if one.id in own]


def _conflict(slug: str, form: Form, status: int) -> Response:
    """Somebody saved first: what stands beside what was typed; the next save names the version that stands now."""
    fair = own_fair(slug, "fairs.manage")
    stands = Form(FairForm(), _values(fair)).values
    names = [name for name in form.schema.fields if name not in ("version", "once")]
    pairs = [
        (name, _text(stands.get(name, "")), _text(form.values.get(name, "")))
        for name in names
        if _text(stands.get(name, "")) != _text(form.values.get(name, ""))
    ]
    form.values["version"], form.problem = str(fair.version), None
    return _form(fair, form, status, pairs=pairs)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
