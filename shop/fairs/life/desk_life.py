"""Copy a fair, postpone it, call it off; who runs it; its papers. What an act will do is shown before it is done."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from catalog.documents.api import read_upload
from catalog.documents.service import keep
from core.accounts import grants, links
from core.accounts.actor import Grant, Scope
from core.accounts.permissions import can_give
from core.accounts.schemas import ContactField
from core.clock import today
from core.db import transaction
from core.errors import AlreadySent, Invalid, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Day, Schema, Whole, Words
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.links import address_of
from core.web.pages import flash, render
from shop.fairs import queries
from shop.fairs.desk import back, own_fair, pages
from shop.fairs.life import calling_off, copying, moving
from shop.fairs.life.papers import subject_of
from shop.fairs.life.schemas import SLUG
from shop.fairs.models import Fair
from shop.fairs.people import list_holders, list_invited

ROLE = "fair_organizer"


class MoveForm(Schema):
    """The new days, the reason, and until when holders choose."""

    version = Whole(least=1)
    opens_on = Day(required=True)
    closes_on = Day(required=True)
    because = Words(most=500, lines=True, required=True)
    choose_by = Day(required=True)
    applications_until = Day()


class CancelForm(Schema):
    """Why, and the word that makes it so."""

    version = Whole(least=1)
    because = Words(most=500, lines=True, required=True)
    confirm = Words(most=20)


class CopyForm(Schema):
    """The next fair."""

    name = Words(most=200, required=True)
    slug = Words(most=80, pattern=SLUG)
    opens_on = Day(required=True)


class PersonForm(Schema):
    """Whom to invite."""

    name = Words(most=120, required=True)
    contact = ContactField(required=True)


@pages.get("/quan-ly/hoi-cho/<slug>/doi-ngay")
@needs("fairs.manage")
def ask_move(slug: str) -> Response:
    """The form of a postponement."""
    fair = own_fair(slug, "fairs.manage")
    return _move_page(fair, Form(MoveForm(), {"version": fair.version}))


@pages.post("/quan-ly/hoi-cho/<slug>/doi-ngay")
@needs("fairs.manage")
def move(slug: str) -> Response:
    """First what it would do to whom; done when it is sent again with ``do``."""
    fair = own_fair(slug, "fairs.manage")
    form = Form(MoveForm()).read(request.form)
    if not form.ok:
        return _move_page(fair, form, 422)
    data = {name: value for name, value in form.data.items() if name != "version"}
    wanted, by = moving.Move(**data), current_actor()
    try:
        if "do" not in request.form:
            return _move_page(fair, form, foreseen=moving.foresee(slug, wanted, by))
        _kept, done = moving.move_fair(slug, wanted, form.data.get("version", 0), by)
    except Refusal as refusal:
        return _move_page(own_fair(slug, "fairs.manage"), form.refuse(refusal), refusal.status)
    told = _("Đã dời ngày. %(count)d người giữ gian được hỏi lại.", count=len(done.turned))
    return back("fair_desk.show", slug, told)


@pages.get("/quan-ly/hoi-cho/<slug>/huy")
@needs("fairs.manage")
def ask_cancel(slug: str) -> Response:
    """What calling it off will do, before it is done."""
    fair = own_fair(slug, "fairs.manage")
    return _cancel_page(fair, Form(CancelForm(), {"version": fair.version}))


@pages.post("/quan-ly/hoi-cho/<slug>/huy")
@needs("fairs.manage")
def cancel(slug: str) -> Response:
    """Call it off; the fair's word must be typed."""
    fair = own_fair(slug, "fairs.manage")
    form = Form(CancelForm()).read(request.form)
    if form.ok and form.data.get("confirm", "").upper() != _word():
        form.errors["confirm"] = [_("Chưa đúng chữ cần gõ.")]
    if not form.ok:
        return _cancel_page(fair, form, 422)
    try:
        calling_off.cancel_fair(slug, form.data["because"], form.data.get("version", 0), current_actor())
    except Refusal as refusal:
        return _cancel_page(own_fair(slug, "fairs.manage"), form.refuse(refusal), refusal.status)
    return back("fair_desk.show", slug, _("Hội chợ đã hủy. Mọi người liên quan được báo ngay."))


@pages.get("/quan-ly/hoi-cho/<slug>/sao-chep")
@needs("fairs.create")
def ask_copy(slug: str) -> Response:
    """The form of the next fair."""
    fair = own_fair(slug, "fairs.manage")
    return render("fairs/desk_copy.html", fair=fair, form=Form(CopyForm(), {"name": fair.name}), tab="overview")


@pages.post("/quan-ly/hoi-cho/<slug>/sao-chep")
@needs("fairs.create")
def copy(slug: str) -> Response:
    """A draft with this fair's plan and rules."""
    fair = own_fair(slug, "fairs.manage")
    form = Form(CopyForm()).read(request.form)
    if not form.ok:
        return render("fairs/desk_copy.html", 422, fair=fair, form=form, tab="overview")
    data = form.data
    try:
        with transaction():
            only_once(request.form.get("once"))
            wanted = copying.Wanted(data["name"], data["opens_on"], data.get("slug"))
            made = copying.copy_fair(slug, wanted, current_actor())
    except AlreadySent as twice:
        return back("fair_desk.show", slug, str(twice))
    except Refusal as refusal:
        return render("fairs/desk_copy.html", refusal.status, fair=fair, form=form.refuse(refusal), tab="overview")
    return back("fair_desk.facts", made.slug, _("Đã sao chép sơ đồ và thể lệ. Xem lại từng mục trước khi mở."))


@pages.get("/quan-ly/hoi-cho/<slug>/ban-to-chuc")
@needs("fairs.people")
def people(slug: str) -> Response:
    """Who runs the fair, who is invited, and the form of an invitation."""
    return _people_page(own_fair(slug, "fairs.people"), Form(PersonForm()))


@pages.post("/quan-ly/hoi-cho/<slug>/ban-to-chuc")
@needs("fairs.people")
def invite(slug: str) -> Response:
    """Invite somebody: by mail, or by showing the link once."""
    fair, form = own_fair(slug, "fairs.people"), Form(PersonForm()).read(request.form)
    if not form.ok:
        return _people_page(fair, form, 422)
    try:
        issued = links.invite(form.data["contact"], form.data["name"], ROLE, Scope("fair", slug), current_actor())
    except Refusal as refusal:
        return _people_page(fair, form.refuse(refusal), refusal.status)
    url = address_of("accounts.invitation", token=issued.secret)
    page = _people_page(fair, Form(PersonForm()), 201, fresh=issued.link, url=url)
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@pages.post("/quan-ly/hoi-cho/<slug>/ban-to-chuc/<int:grant_id>/thoi")
@needs("fairs.people")
def take_role(slug: str, grant_id: int) -> Response:
    """Take the role at this fair back; it ends at once. Somebody must be left to run it."""
    own_fair(slug, "fairs.people")
    with transaction():
        held = list_holders(ROLE, Scope("fair", slug), is_locked=True)
        if grant_id not in {grant.id for grant, _person in held}:
            raise NotFound
        if len(held) == 1:
            raise Invalid({"grant": [_("Phải còn ít nhất một người trong ban tổ chức.")]})
        grants.revoke_role(grant_id, current_actor())
    return back("fair_desk.people", slug, _("Đã thu hồi vai trò; có hiệu lực ngay."))


@pages.post("/quan-ly/hoi-cho/<slug>/ban-to-chuc/loi-moi/<int:link_id>/rut")
@needs("fairs.people")
def withdraw_invitation(slug: str, link_id: int) -> Response:
    """Take an open invitation to this fair back."""
    own_fair(slug, "fairs.people")
    if link_id not in {one.id for one in list_invited(ROLE, Scope("fair", slug))}:
        raise NotFound
    links.withdraw_invitation(link_id, current_actor())
    return back("fair_desk.people", slug, _("Đã rút lời mời."))


@pages.post("/quan-ly/hoi-cho/<slug>/giay-to")
@needs("documents.keep")
def attach(slug: str) -> Response:
    """Keep a paper of the fair, such as the registration's confirmation; the same file twice is one."""
    fair = own_fair(slug, "fairs.manage")
    try:
        data, name = read_upload(request.files.get("file"))
        keep(current_actor(), data, name, subject_of(fair))
    except Refusal as refusal:
        text = " ".join(refusal.facts["errors"].get("file", [])) if isinstance(refusal, Invalid) else ""
        flash(text or str(refusal), "error")
        return _to_facts(slug)
    flash(_("Đã đính tài liệu."))
    return _to_facts(slug)


def _to_facts(slug: str) -> Response:
    return Response(status=303, headers={"Location": url_for("fair_desk.facts", slug=slug, _anchor="giay-to")})


def _move_page(fair: Fair, form: Form, status: int = 200, foreseen: moving.Foreseen | None = None) -> Response:
    turned = foreseen.turned if foreseen else ()
    names = queries.names_of({turn.booking.producer_id for turn in turned}, ()).producers
    context: dict[str, Any] = {
        "fair": fair, "form": form, "foreseen": foreseen, "names": names, "today": today(), "tab": "overview",
        "moves": moving.moves_of(fair.id),
        "troubled": [turn for turn in turned if turn.days_waiting or turn.days_dropped],
    }  # fmt: skip
    return render("fairs/desk_move.html", status, **context)


def _cancel_page(fair: Fair, form: Form, status: int = 200) -> Response:
    ending = calling_off.foresee_end(fair.slug, current_actor())
    return render("fairs/desk_cancel.html", status, fair=fair, form=form, ending=ending, word=_word(), tab="overview")


def _word() -> str:
    """What must be typed to call a fair off."""
    return _("HỦY")


def _people_page(fair: Fair, form: Form, status: int = 200, **more: Any) -> Response:
    scope = Scope("fair", fair.slug)
    context: dict[str, Any] = {
        "fair": fair, "form": form, "people": list_holders(ROLE, scope), "invited": list_invited(ROLE, scope),
        "may_give": can_give(current_actor(), Grant(ROLE, scope)),
    }  # fmt: skip
    return render("fairs/desk_people.html", status, **context, **more)
