"""/quan-ly/uy-quyen: who may act for a producer: given by her, held by officers, entered from paper at the desk."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from catalog.documents.api import read_upload
from catalog.documents.rules import inspect
from catalog.documents.service import keep_sound
from catalog.listings.models import Listing
from catalog.mandates import words
from catalog.mandates.models import Mandate
from catalog.mandates.queries import count_waiting, deeds_of, get_mandate, list_mandates, of_agent, of_producers
from catalog.mandates.rules import State, last_day, parts_of, state_of
from catalog.mandates.schemas import MandateEndIn, MandateIn
from catalog.mandates.service import confirm, end, enter_paper, give
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts import acting
from core.accounts.actor import Actor
from core.accounts.permissions import describe, is_allowed, may
from core.accounts.queries import get_user
from core.clock import today
from core.db import db, transaction
from core.errors import Forbidden, NotFound, Refusal
from core.web.access import current_actor, forget_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render

#: Days that the form proposes.
_PROPOSED = timedelta(days=90)


@desk.get("/uy-quyen")
@needs("mandates.see")
def mandates() -> Response:
    """What I gave, what I was given, and at the desk all of them."""
    actor, on, page = current_actor(), today(), page_number()
    given = of_producers(_own_producers(actor)) if may(actor, "mandates.give") else []
    held = of_agent(actor.user_id) if actor.user_id and actor.behalf is None else []
    is_desk = is_allowed(actor, "mandates.read") and _sees_all(actor)
    is_waiting = request.args.get("state") == "waiting"
    everything, total = list_mandates(page, PER_PAGE, is_waiting=is_waiting) if is_desk else ([], 0)
    return render(
        "desk/mandates.html", given=_rows(given), held=_rows(held), everything=_rows(everything), is_desk=is_desk,
        is_waiting=is_waiting, page=page, pages=pages_of(total), total=total, on=on, **_words(),
    )  # fmt: skip


@desk.get("/uy-quyen/moi")
@needs("mandates.give")
def give_mandate() -> Response:
    """The form of a producer who lets somebody act for her."""
    own = _named(_own_producers(current_actor()))
    return _form(Form(MandateIn(), _proposed() | {"producer": own[0][0] if own else ""}), own, is_paper=False)


@desk.post("/uy-quyen/moi")
@needs("mandates.give")
def give_mandate_now() -> Response:
    """Give it; it counts at once."""
    own = _named(_own_producers(current_actor()))
    form = Form(MandateIn()).read(request.form)
    if not form.ok:
        return _form(form, own, is_paper=False, status=422)
    try:
        mandate = give(current_actor(), **form.data)
    except Refusal as refusal:
        return _form(form.refuse(refusal), own, is_paper=False, status=refusal.status)
    flash(_("Đã ủy quyền cho %(name)s.", name=mandate.user.name))
    return go("desk.mandate", code=mandate.code)


@desk.get("/uy-quyen/giay")
@needs("mandates.enter")
def enter_mandate() -> Response:
    """The form of an officer who has a signed paper before her."""
    return _form(Form(MandateIn(), _proposed()), _named(None), is_paper=True)


@desk.post("/uy-quyen/giay")
@needs("mandates.enter")
def enter_mandate_now() -> Response:
    """Keep the paper and write down what it says; a second person must see it."""
    form = Form(MandateIn()).read(request.form)
    actor = current_actor()
    try:
        data, name = read_upload(request.files.get("file"))
        sound = inspect(data)
        if form.ok:
            with transaction():
                paper = keep_sound(actor, sound, name, f"producer:{form.data['producer']}")
                mandate = enter_paper(actor, document=paper.code, **form.data)
            flash(_("Đã ghi. Một người khác phải xem giấy và xác nhận thì ủy quyền mới có hiệu lực."))
            return go("desk.mandate", code=mandate.code)
    except Refusal as refusal:
        form.refuse(refusal)
    return _form(form, _named(None), is_paper=True, status=422)


@desk.get("/uy-quyen/viec")
@needs("listings.read")
def acting_home() -> Response:
    """What somebody who acts for a producer can do now, product by product."""
    actor = current_actor()
    if actor.behalf is None:
        return go("desk.mandates")
    query = (
        select(Product, Listing)
        .join(Producer, Producer.id == Product.producer_id)
        .outerjoin(Listing, Listing.product_id == Product.id)
        .where(Producer.code.in_(actor.scopes_of("producer")))
        .order_by(Product.name_folded, Product.id)
    )
    rows = [(row[0], row[1]) for row in db.session.execute(query)]
    return render("desk/acting.html", rows=rows, behalf=actor.behalf)


@desk.get("/uy-quyen/<code>")
@needs("mandates.see")
def mandate(code: str) -> Response:
    """One mandate: for what, until when, by which consent; and everything done under it."""
    found = get_mandate(code, current_actor())
    return _page(found)


@desk.post("/uy-quyen/<code>/xac-nhan")
@needs("mandates.enter")
def confirm_mandate(code: str) -> Response:
    """The second person has seen the paper."""
    return _act(code, lambda: confirm(current_actor(), code), _("Đã xác nhận; ủy quyền có hiệu lực."))


@desk.post("/uy-quyen/<code>/ket-thuc")
@needs("mandates.see")
def end_mandate(code: str) -> Response:
    """End it, at once."""
    form = Form(MandateEndIn()).read(request.form)
    reason = form.data.get("reason", "") if form.ok else ""
    return _act(code, lambda: end(current_actor(), code, reason), _("Đã kết thúc ủy quyền."))


@desk.post("/uy-quyen/<code>/thay-mat")
@needs("mandates.see")
def act_for(code: str) -> Response:
    """Act for her from the next page on; her own posts rest meanwhile."""
    actor = current_actor()
    get_mandate(code, actor)
    try:
        acting.begin(actor, code)
    except Forbidden:
        flash(_("Ủy quyền này hôm nay không có hiệu lực."), "error")
        return go("desk.mandate", code=code)
    forget_actor()
    return go("desk.acting_home")


def waiting_badge() -> int | None:
    """Papers that wait for a second person, for those who may be that person."""
    return count_waiting() if may(current_actor(), "mandates.enter") else None


def _act(code: str, act: Any, done: str) -> Response:
    try:
        act()
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(str(refusal), "error")
    else:
        flash(done)
    return go("desk.mandate", code=code)


def _page(found: Mandate) -> Response:
    actor, state = current_actor(), state_of(found, today())
    is_holder = actor.behalf is None and actor.user_id == found.user_id
    is_giver = is_allowed(actor, "mandates.give") and found.producer.code in _own_producers(actor)
    can_end = is_holder or is_giver or is_allowed(actor, "mandates.end")
    can_confirm = may(actor, "mandates.enter") and actor.user_id not in (found.given_by, found.user_id)
    return render(
        "desk/mandate.html", one=found, state=state, is_holder=is_holder, row=_rows([found])[0], deeds=deeds_of(found),
        can_end=can_end and found.ended_at is None, can_confirm=can_confirm and state == State.WAITING,
        given_by=get_user(found.given_by), confirmed_by=get_user(found.confirmed_by) if found.confirmed_by else None,
        post=describe(found.role, found.scope_type, found.scope_id), can_act=is_holder and state == State.HOLDS,
        deed_words=words.DEEDS, **_words(),
    )  # fmt: skip


def _rows(found: Sequence[Mandate]) -> list[dict[str, Any]]:
    on = today()
    return [
        {
            "one": one, "state": state_of(one, on), "parts": [words.PARTS[part] for part in parts_of(one)],
            "post": describe(one.role),
        }
        for one in found
    ]  # fmt: skip


def _form(form: Form, producers: list[tuple[str, str]], *, is_paper: bool, status: int = 200) -> Response:
    return render(
        "desk/mandate_new.html", status, form=form, producers=producers, is_paper=is_paper, first=today(),
        parts=list(words.PARTS.items()), last=last_day(today()),
    )  # fmt: skip


def _proposed() -> dict[str, Any]:
    on = today()
    return {"from_on": on, "until_on": on + _PROPOSED, "parts": ["listings", "photos"]}


def _own_producers(actor: Actor) -> list[str]:
    return [] if actor.behalf else sorted(actor.scopes_of("producer"))


def _named(codes: list[str] | None) -> list[tuple[str, str]]:
    """Producers by name: these, or all for the desk."""
    query = select(Producer.code, Producer.name).order_by(Producer.name_folded)
    if codes is not None:
        query = query.where(Producer.code.in_(codes))
    return [(code, name) for code, name in db.session.execute(query)]


def _sees_all(actor: Actor) -> bool:
    return any(grant.scope is None and grant.role != "shopper" for grant in actor.grants)


def _words() -> dict[str, Any]:
    return {"states": words.STATES, "badges": words.BADGES, "consents": words.CONSENTS}
