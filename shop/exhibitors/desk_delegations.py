"""Delegations at the desk: the organizer makes them and gives blocks; their own people fill them."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from catalog.areas.models import Area
from catalog.areas.queries import list_provinces
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_FILE
from core.accounts.permissions import is_allowed
from core.clock import today
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.links import address_of
from core.web.pages import flash, render
from core.web.uploads import takes
from shop.exhibitors import delegations, files, outsiders
from shop.exhibitors.blueprint import go, pages
from shop.exhibitors.delegations import NewDelegation
from shop.exhibitors.desk_review import own_fair
from shop.exhibitors.mine import bookings_of
from shop.exhibitors.outside_pages import MOST_BYTES, Sent, form_lists, own_key, read_papers
from shop.exhibitors.permissions import scope_of
from shop.exhibitors.refusals import BlockTaken
from shop.exhibitors.schemas import BlockForm, DelegationIn, OutsiderForm, PersonForm, PlaceIn
from shop.exhibitors.wording import read_booths
from shop.fairs import people
from shop.fairs import permissions as fair_permissions
from shop.fairs.applying.applications import Way
from shop.fairs.applying.joined import FairDelegation
from shop.fairs.models import Fair
from shop.fairs.queries import list_applications, names_of

LIST = "/quan-ly/hoi-cho/<slug>/doan"
ONE = "/quan-ly/doan/<code>"


@pages.get(LIST)
@needs("delegations.manage")
def delegation_list(slug: str) -> Response:
    """The delegations to a fair, and the form of another."""
    return _list_page(slug, Form(DelegationIn()))


@pages.post(LIST)
@needs("delegations.manage")
def create_delegation(slug: str) -> Response:
    """Make a delegation."""
    form = Form(DelegationIn()).read(request.form)
    if not form.ok:
        return _list_page(slug, form, 422)
    try:
        one = delegations.create_delegation(slug, NewDelegation(**form.data), current_actor())
    except Refusal as refusal:
        return _list_page(slug, form.refuse(refusal), refusal.status)
    return go("delegation", _("Đã tạo đoàn. Giờ hãy giao gian và mời người của đoàn."), code=one.code)


@pages.get("/quan-ly/doan")
@needs("delegations.fill")
def my_delegations() -> Response:
    """The delegations whose people the caller is one of."""
    found = [delegations.get_delegation(code) for code in sorted(current_actor().scopes_of("delegation"))]
    fairs = {one.fair_id: delegations.fair_of(one.fair_id) for one in found}
    return render("exhibitors/my_delegations.html", found=found, fairs=fairs)


@pages.get(ONE)
@needs("delegations.see")
def delegation(code: str) -> Response:
    """One delegation: its block, its people, its applications; for the organizer and for its own people."""
    return _page(code)


@pages.post(f"{ONE}/sua")
@needs("delegations.manage")
def edit_delegation(code: str) -> Response:
    """Its name, province and last day."""
    form = Form(DelegationIn()).read(request.form)
    if not form.ok:
        return _page(code, 422, edit=form)
    try:
        version = request.form.get("version", 0, type=int)
        delegations.edit_delegation(code, NewDelegation(**form.data), version, current_actor())
    except Refusal as refusal:
        return _page(code, refusal.status, edit=form.refuse(refusal))
    return go("delegation", _("Đã lưu đoàn."), code=code)


@pages.post(f"{ONE}/gian")
@needs("delegations.manage")
def set_block(code: str) -> Response:
    """Give it exactly these booths."""
    form = Form(BlockForm()).read(request.form)
    if not form.ok:
        return _page(code, 422, block=form)
    try:
        version = request.form.get("version", 0, type=int)
        delegations.set_block(code, read_booths(form.data["booths"]), version, current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        if isinstance(refusal, BlockTaken):
            form.problem = f"{refusal} ({_told(refusal.facts['booths'])})"
        return _page(code, refusal.status, block=form)
    return go("delegation", _("Đã giao gian cho đoàn."), code=code)


@pages.post(f"{ONE}/moi")
@needs("delegations.manage")
def invite_delegate(code: str) -> Response:
    """Invite somebody to fill the block."""
    form = Form(PersonForm()).read(request.form)
    if not form.ok:
        return _page(code, 422, person=form)
    try:
        issued = delegations.invite_delegate(code, form.data["contact"], form.data["name"], current_actor())
    except Refusal as refusal:
        return _page(code, refusal.status, person=form.refuse(refusal))
    return _page(code, link=address_of("accounts.invitation", token=issued.secret))


@pages.post(f"{ONE}/nguoi/<int:grant_id>/thoi")
@needs("delegations.manage")
def end_delegate(code: str, grant_id: int) -> Response:
    """Let one of its people go."""
    person = delegations.end_delegate(code, grant_id, current_actor())
    return go("delegation", _("%(name)s không còn là người của đoàn.", name=person.name), code=code)


@pages.post(f"{ONE}/moi/<int:link_id>/rut")
@needs("delegations.manage")
def withdraw_delegate(code: str, link_id: int) -> Response:
    """Take an invitation back."""
    delegations.withdraw_delegate(code, link_id, current_actor())
    return go("delegation", _("Đã rút lời mời."), code=code)


@pages.post(f"{ONE}/tep")
@needs("delegations.fill")
@takes(LARGEST_FILE + 64 * 1024)
def import_delegation(code: str) -> Response:
    """The delegation's applications out of a file; tried first when asked."""
    sent = request.files.get("file")
    data = sent.read(LARGEST_FILE + 1) if sent and sent.filename else b""
    is_trial = request.form.get("act") == "try"
    name = (sent.filename if sent else None) or ""
    try:
        outcome = files.import_delegated(code, data, name, current_actor(), dry_run=is_trial)
    except ImportRefused as refusal:
        return _page(code, 422, errors=refusal.facts["errors"])
    if is_trial or outcome.is_repeat:
        return _page(code, outcome=outcome)
    flash(_("Đã nhận %(num)d hồ sơ của đoàn.", num=outcome.entries))
    return go("delegation", code=code)


@pages.post(f"{ONE}/nhan")
@needs("delegations.fill")
def accept_own(code: str) -> Response:
    """Accept an application that came to the delegation by its link."""
    delegations.accept_own(code, request.form.get("application", ""), current_actor())
    return go("delegation", _("Đã nhận hồ sơ vào đoàn."), code=code)


@pages.post(f"{ONE}/giao")
@needs("delegations.fill")
def place(code: str) -> Response:
    """Give a booth of the block to one of its applications."""
    form = Form(PlaceIn()).read(request.form)
    if not form.ok:
        return _page(code, 422, placing=form)
    try:
        with transaction():
            only_once(request.form.get("once"))
            delegations.place(code, form.data["application"], form.data["booth"], current_actor())
    except Refusal as refusal:
        return _page(code, refusal.status, placing=form.refuse(refusal))
    return go("delegation", _("Đã mời nhận gian %(booth)s.", booth=form.data["booth"]), code=code)


@pages.get(f"{ONE}/giay-to")
@needs("delegations.fill")
def delegation_papers(code: str) -> Response:
    """The form for an exhibitor of the delegation whom the catalog does not know."""
    return _papers_page(code, Sent(Form(OutsiderForm()), 1))


@pages.post(f"{ONE}/giay-to")
@needs("delegations.fill")
@takes(MOST_BYTES)
def send_delegation_papers(code: str) -> Response:
    """Take its papers in."""
    one, fair = delegations.fillable(code, current_actor())
    sent = read_papers()
    if sent.papers is None:
        return _papers_page(code, sent, 200 if request.form.get("act") == "more" else 422)
    way = Way("outside", None, one.id, delegations.last_day(one, fair))
    try:
        with transaction():
            only_once(request.form.get("once"))
            papers = outsiders.send(fair, sent.papers, way, current_actor())
    except Refusal as refusal:
        sent.form.refuse(refusal)
        return _papers_page(code, sent, refusal.status)
    return go("outsider", _("Đã nhận giấy tờ; đơn vị cũng được báo."), key=own_key(papers))


def _list_page(slug: str, form: Form, status: int = 200) -> Response:
    fair = own_fair(slug, "delegations.manage")
    found = [(one, delegations.block_of(one.id)) for one in delegations.list_delegations(fair.id)]
    counts = delegations.count_applications(fair.id)
    provinces = [(one.code, one.name) for one in list_provinces(today())]
    context: dict[str, Any] = {"fair": fair, "form": form, "found": found, "counts": counts, "provinces": provinces}
    return render("exhibitors/delegations.html", status, **context)


def _page(code: str, status: int = 200, **more: Any) -> Response:
    one = delegations.get_delegation(code)
    fair = db.session.get_one(Fair, one.fair_id)
    manages, fills = _powers(one, fair)
    applications = [row for row in list_applications(fair.id) if row.delegation_id == one.id]
    shown = {product.product_id for row in applications for product in row.products}
    names = names_of({row.producer_id for row in applications}, shown)
    bookings = bookings_of([row.id for row in applications])
    block = delegations.block_of(one.id)
    area = db.session.get(Area, one.area_id) if one.area_id else None
    values = {"name": one.name, "area": area.code if area else "", "due_on": one.due_on}
    context: dict[str, Any] = {
        "one": one, "fair": fair, "manages": manages, "fills": fills, "applications": applications, "names": names,
        "bookings": bookings, "block": block, "area": area, "outsiders": outsiders.list_outsiders(delegation_id=one.id),
        "holders": delegations.holders_of(block), "provinces": [(p.code, p.name) for p in list_provinces(today())],
        "edit": Form(DelegationIn(), values), "person": Form(PersonForm()), "placing": Form(PlaceIn()), "errors": [],
        "block_form": more.pop("block", None) or Form(BlockForm(), {"booths": ", ".join(b.code for b in block)}),
        "people": people.list_holders(delegations.DELEGATE, scope_of(one)) if manages else [],
        "invited": people.list_invited(delegations.DELEGATE, scope_of(one)) if manages else [],
        "outcome": None, "link": None, "last_day": delegations.last_day(one, fair), "tab": "delegations", **more,
    }  # fmt: skip
    return render("exhibitors/delegation.html", status, **context)


def _powers(one: FairDelegation, fair: Fair) -> tuple[bool, bool]:
    """Whether the caller runs the fair, and whether she fills the block. Raises NotFound for anybody else."""
    by = current_actor()
    manages = is_allowed(by, "delegations.manage", fair_permissions.scope_of(fair))
    fills = is_allowed(by, "delegations.fill", scope_of(one))
    if not manages and not fills:
        raise NotFound
    return manages, fills


def _papers_page(code: str, sent: Sent, status: int = 200) -> Response:
    one, fair = delegations.fillable(code, current_actor())
    context: dict[str, Any] = {"one": one, "fair": fair, "form": sent.form, "count": sent.count}
    return render("exhibitors/delegation_papers.html", status, **context, **form_lists())


def _told(faults: list[dict[str, str]]) -> str:
    words = {
        "unknown": _("không có trên sơ đồ"), "held": _("đang có người giữ"), "another": _("thuộc đoàn khác"),
        "not_let": _("không dành cho người trưng bày"),
    }  # fmt: skip
    return "; ".join(f"{one['code']}: {words[one['reason']]}" for one in faults)
