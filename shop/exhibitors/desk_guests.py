"""Whom an organizer invites, what she takes in for others, and what she tells many."""

from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_FILE
from core.clock import today
from core.db import transaction
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from core.web.uploads import takes
from shop.exhibitors import delegations, files, invitations, telling
from shop.exhibitors.blueprint import go, pages
from shop.exhibitors.desk_review import own_fair
from shop.exhibitors.invitations import Guest, why_over
from shop.exhibitors.places import homes_of
from shop.exhibitors.schemas import InvitationIn, MessageIn
from shop.exhibitors.telling import Audience, Words
from shop.exhibitors.wording import find_one
from shop.fairs.models import Fair
from shop.fairs.queries import list_applications

INVITATIONS = "/quan-ly/hoi-cho/<slug>/loi-moi"
MESSAGES = "/quan-ly/hoi-cho/<slug>/tin"
FILE = "/quan-ly/hoi-cho/<slug>/nop-ho"


@pages.get(INVITATIONS)
@needs("invitations.manage")
def invitation_list(slug: str) -> Response:
    """Who was invited, and the form of another invitation."""
    return _invitations_page(slug, Form(InvitationIn(), {"uses": 1}))


@pages.post(INVITATIONS)
@needs("invitations.manage")
def invite(slug: str) -> Response:
    """Invite a producer (by name or code), somebody by e-mail or telephone, or make an open link."""
    form = Form(InvitationIn()).read(request.form)
    if not form.ok:
        return _invitations_page(slug, form, 422)
    try:
        guest = Guest(**form.data)
        if guest.producer:
            guest = replace(guest, producer=find_one(guest.producer, "producer").code)
        with transaction():
            only_once(request.form.get("once"))
            one = invitations.invite(slug, guest, current_actor())
    except Refusal as refusal:
        return _invitations_page(slug, form.refuse(refusal), refusal.status)
    return go("invitation_list", _("Đã tạo lời mời cho %(name)s.", name=one.name), slug=slug)


@pages.post("/quan-ly/loi-moi-hoi-cho/<code>/lien-ket")
@needs("invitations.manage")
def renew_link(code: str) -> Response:
    """Another link; the earlier ones end."""
    one = invitations.renew_link(code, current_actor())
    return go("invitation_list", _("Đã tạo liên kết mới; liên kết cũ hết tác dụng."), slug=_slug(one.fair_id))


@pages.post("/quan-ly/loi-moi-hoi-cho/<code>/rut")
@needs("invitations.manage")
def revoke_invitation(code: str) -> Response:
    """Take an invitation back."""
    one = invitations.revoke(code, current_actor())
    return go("invitation_list", _("Đã rút lời mời."), slug=_slug(one.fair_id))


@pages.get(FILE)
@needs("applications.enter")
def file_form(slug: str) -> Response:
    """The form for a file of applications, with its columns."""
    return render("exhibitors/file.html", fair=own_fair(slug, "applications.enter"), tab="applications", errors=[])


@pages.post(FILE)
@needs("applications.enter")
@takes(LARGEST_FILE + 64 * 1024)
def import_file(slug: str) -> Response:
    """Try the file (``act`` try), or take all of it in."""
    fair = own_fair(slug, "applications.enter")
    sent = request.files.get("file")
    data = sent.read(LARGEST_FILE + 1) if sent and sent.filename else b""
    is_trial = request.form.get("act") == "try"
    context: dict[str, Any] = {"fair": fair, "tab": "applications", "errors": []}
    try:
        name = (sent.filename if sent else None) or ""
        outcome = files.import_applications(slug, data, name, current_actor(), dry_run=is_trial)
    except ImportRefused as refusal:
        return render("exhibitors/file.html", 422, **{**context, "errors": refusal.facts["errors"]})
    if is_trial or outcome.is_repeat:
        return render("exhibitors/file.html", **context, outcome=outcome)
    flash(ngettext("Đã nhận %(num)d hồ sơ.", "Đã nhận %(num)d hồ sơ.", outcome.entries))
    return go("board", slug=slug)


@pages.get(MESSAGES)
@needs("broadcasts.send")
def message_list(slug: str) -> Response:
    """What was told, and the form of another message."""
    return _messages_page(slug, Form(MessageIn(), {"booth": "any"}))


@pages.post(MESSAGES)
@needs("broadcasts.send")
def send_message(slug: str) -> Response:
    """Show who would get it (``act`` show), then send it to exactly those."""
    fair = own_fair(slug, "broadcasts.send")
    form = Form(MessageIn()).read(request.form)
    if not form.ok:
        return _messages_page(slug, form, 422)
    data = form.data
    words = Words(data["subject"], data["body"], data["advertising"])
    try:
        audience = audience_of(fair, data)
        if request.form.get("act") != "send":
            readers = telling.readers_of(fair, audience, is_advertising=words.is_advertising)
            return _messages_page(slug, form, readers=readers)
        with transaction():
            only_once(request.form.get("once"))
            telling.send(slug, words, audience, data.get("seal") or "", current_actor())
    except Refusal as refusal:
        return _messages_page(slug, form.refuse(refusal), refusal.status)
    return go("message_list", _("Đang gửi tin."), slug=slug)


def audience_of(fair: Fair, data: dict[str, Any]) -> Audience:
    """Whom a loaded form means. Raises DelegationNotFound."""
    block = delegations.find_delegation(fair.id, data["delegation"]) if data.get("delegation") else None
    return Audience(
        tuple(data["states"]), data["booth"], data["conditional"], block.id if block else None, data.get("province")
    )


def _invitations_page(slug: str, form: Form, status: int = 200) -> Response:
    fair = own_fair(slug, "invitations.manage")
    on = today()
    found = [(one, why_over(one, on), invitations.address(one)) for one in invitations.list_invitations(fair.id)]
    context: dict[str, Any] = {
        "fair": fair, "form": form, "found": found, "delegations": delegations.list_delegations(fair.id),
        "last": min(fair.applications_until, fair.opens_on) if fair.applications_until >= on else on,
    }  # fmt: skip
    return render("exhibitors/invitations.html", status, **context)


def _messages_page(slug: str, form: Form, status: int = 200, readers: list[telling.Reader] | None = None) -> Response:
    fair = own_fair(slug, "broadcasts.send")
    homes = homes_of({one.producer_id for one in list_applications(fair.id)}, today())
    provinces = sorted({(one.province, one.province_name) for one in homes.values() if one.province})
    context: dict[str, Any] = {
        "fair": fair, "form": form, "readers": readers, "seal": telling.seal_of(readers) if readers else "",
        "messages": telling.list_messages(fair.id), "delegations": delegations.list_delegations(fair.id),
        "provinces": provinces,
    }  # fmt: skip
    return render("exhibitors/messages.html", status, **context)


def _slug(fair_id: int) -> str:
    return delegations.fair_of(fair_id).slug
