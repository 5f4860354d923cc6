"""People: who holds which role where, invitations, printed sign-in codes."""

import io
from typing import Any

import segno
from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import fields

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.queries import list_kept_by
from core.accounts import grants, links, service
from core.accounts.actor import Actor, Grant, Scope
from core.accounts.factors import is_enrolled
from core.accounts.models import OneTimeLink, UserAccount, UserGrant
from core.accounts.permissions import (
    can_give,
    describe,
    find_role,
    find_scope_kind,
    is_allowed,
    may,
    roles_given_by,
)  # fmt: skip
from core.accounts.queries import get_user, grants_of, list_grants, list_users
from core.accounts.schemas import ContactField
from core.clock import now
from core.errors import Forbidden, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, Whole, Words
from core.web.forms import Form
from core.web.links import address_of
from core.web.pages import flash, render

#: Objects of one kind that a form proposes; others are typed by their code.
MOST_PLACES = 400


class GrantIn(Schema):
    """A role, and the code of the object it is held at, where the role has a scope."""

    role = Words(most=40, required=True)
    code = Words(most=80)


class InviteIn(GrantIn):
    """Whom to invite to which role."""

    name = Words(most=120, required=True)
    contact = ContactField(required=True)


class ActiveIn(Schema):
    """Open or close an account, at the version it was read at."""

    version = Whole(least=1, required=True)
    is_active = fields.Boolean(required=True, truthy={"1"}, falsy={"0"})


@desk.get("/nguoi-dung")
@needs("users.read")
def users() -> Response:
    """People with their roles: all for those who read everything, else those of one's own scopes."""
    q, role, page, actor = asked_text("q"), asked_text("role", 40), page_number(), current_actor()
    if sees_everybody(actor):
        found, total = list_users(q, role, page, PER_PAGE)
    else:
        found, total = list_kept_by(actor, page, PER_PAGE)
    held = list_grants([user.id for user in found])
    rows = [{"user": user, "roles": [_words(grant) for grant in held[user.id]]} for user in found]
    return render(
        "desk/users.html", rows=rows, total=total, page=page, pages=pages_of(total), q=q, role=role,
        known_roles=[(one.name, one.label) for one in _all_roles()], invitations=_my_invitations(actor),
        sees_everybody=sees_everybody(actor),
    )  # fmt: skip


@desk.get("/nguoi-dung/moi")
@needs("users.invite")
def invite() -> Response:
    """The form of an invitation."""
    return _invite(Form(InviteIn()))


@desk.post("/nguoi-dung/moi")
@needs("users.invite")
def invite_now() -> Response:
    """Invite somebody: by mail, or by showing the link and its QR once."""
    form = Form(InviteIn()).read(request.form)
    if not form.ok:
        return _invite(form, 422)
    wanted = _grant(form.data)
    try:
        issued = links.invite(form.data["contact"], form.data["name"], wanted.role, wanted.scope, current_actor())
    except Refusal as refusal:
        return _invite(form.refuse(refusal), refusal.status)
    url = address_of("accounts.invitation", token=issued.secret)
    return _once("desk/invited.html", link=issued.link, url=url, svg=qr(url), role=links.role_text(issued.link))


@desk.post("/nguoi-dung/loi-moi/<int:link_id>/thu-hoi")
@needs("users.invite")
def withdraw_invitation(link_id: int) -> Response:
    """Take an open invitation back."""
    links.withdraw_invitation(link_id, current_actor())
    flash(_("Đã rút lời mời."))
    return go("desk.users")


@desk.get("/nguoi-dung/<int:user_id>")
@needs("users.read")
def user(user_id: int) -> Response:
    """One person."""
    return _user(_visible(user_id), Form(GrantIn()))


@desk.post("/nguoi-dung/<int:user_id>/vai-tro")
@needs("users.invite")
def give_role(user_id: int) -> Response:
    """Give a role."""
    person = _visible(user_id)
    form = Form(GrantIn()).read(request.form)
    if not form.ok:
        return _user(person, form, 422)
    wanted = _grant(form.data)
    try:
        grants.grant_role(user_id, wanted.role, wanted.scope, current_actor())
    except Refusal as refusal:
        return _user(person, form.refuse(refusal), refusal.status)
    flash(_("Đã trao vai trò; có hiệu lực ngay."))
    return go("desk.user", user_id=user_id)


@desk.post("/nguoi-dung/<int:user_id>/vai-tro/<int:grant_id>/thu-hoi")
@needs("users.invite")
def take_role(user_id: int, grant_id: int) -> Response:
    """Take a role back."""
    _visible(user_id)
    taken = grants.revoke_role(grant_id, current_actor())
    flash(_("Đã thu hồi vai trò; có hiệu lực ngay."))
    return go("desk.user", user_id=taken.user_id) if may(current_actor(), "users.keep") else go("desk.users")


@desk.post("/nguoi-dung/<int:user_id>/tai-khoan")
@needs("users.keep")
def set_active(user_id: int) -> Response:
    """Close an account (every session and token ends) or open it again."""
    form = Form(ActiveIn()).read(request.form)
    if not form.ok or user_id == current_actor().user_id:
        raise Forbidden
    service.set_active(user_id, form.data["version"], form.data["is_active"], current_actor())
    flash(_("Đã mở lại tài khoản.") if form.data["is_active"] else _("Đã đóng tài khoản; mọi phiên và mã đã kết thúc."))
    return go("desk.user", user_id=user_id)


@desk.post("/nguoi-dung/<int:user_id>/ma-qr")
@needs("users.invite")
def print_code(user_id: int) -> Response:
    """A code on paper that signs the person in once: for those without e-mail."""
    person = _visible(user_id)
    issued = links.issue_sign_in_link(user_id, current_actor())
    url = address_of("accounts.enter", token=issued.secret)
    return _once("desk/code.html", user=person, link=issued.link, url=url, svg=qr(url))


def qr(text: str) -> Markup:
    """A QR code as inline SVG, with its quiet zone."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, border=4, xmldecl=False, svgns=False, omitsize=True, light="#ffffff"
    )
    return Markup(out.getvalue().decode())  # noqa: S704 made of modules only, nothing of the text is in it


def sees_everybody(actor: Actor) -> bool:
    """Whether the actor reads all people: a role without scope, and not only in order to invite."""
    return any(grant.scope is None and grant.role in ("admin", "auditor") for grant in actor.grants)


def _visible(user_id: int) -> UserAccount:
    """A person that the caller may look at. Raises NotFound for others."""
    person, actor = get_user(user_id), current_actor()
    if sees_everybody(actor) or any(can_give(actor, grant) for grant in grants_of(user_id)):
        return person
    raise NotFound


def _user(person: UserAccount, form: Form, status: int = 200) -> Response:
    actor = current_actor()
    held = [
        {"grant": grant, "text": _words(grant), "mine": can_give(actor, _as_grant(grant))}
        for grant in list_grants([person.id])[person.id]
    ]
    codes = is_allowed(actor, "users.invite") and all(can_give(actor, grant) for grant in grants_of(person.id))
    return render(
        "desk/user.html", status, user=person, form=form, held=held, **_choices(actor), can_print=codes,
        can_close=may(actor, "users.keep") and person.id != actor.user_id, has_factor=is_enrolled(person.id),
    )  # fmt: skip


def _invite(form: Form, status: int = 200) -> Response:
    return render("desk/invite.html", status, form=form, **_choices(current_actor()))


def _choices(actor: Actor) -> dict[str, Any]:
    """The roles that the actor may give, and the objects at which: (code, name), the first few hundred of a kind."""
    given = roles_given_by(actor)
    kinds = {one.scope for one in given if one.scope}
    places: list[tuple[str, str]] = []
    for kind in sorted(kinds):
        known = find_scope_kind(kind)
        listed = known.list()[:MOST_PLACES] if known else []
        names = [one.name for one in given if one.scope == kind]
        places += [
            (code, f"{known.label if known else kind}: {name}")
            for code, name in listed
            if any(can_give(actor, Grant(role, Scope(kind, code))) for role in names)
        ]
    return {"roles": [(one.name, str(one.label)) for one in given], "places": places}


def _grant(data: dict[str, Any]) -> Grant:
    """A role at a code of its own kind of scope; what makes no sense is refused by the verb."""
    known, code = find_role(data["role"]), data.get("code")
    return Grant(data["role"], Scope(known.scope, code) if known and known.scope and code else None)


def _as_grant(grant: UserGrant) -> Grant:
    return Grant(grant.role, Scope(grant.scope_type, grant.scope_id) if grant.scope_type else None)


def _words(grant: UserGrant) -> str:
    return describe(grant.role, grant.scope_type, grant.scope_id)


def _all_roles() -> list[Any]:
    names = [
        "admin",
        "auditor",
        "certifier",
        "reporter",
        "producer",
        "store_manager",
        "cashier",
        "fair_organizer",
        "shopper",
    ]
    return [role for name in names if (role := find_role(name))]


def _my_invitations(actor: Actor) -> list[dict[str, Any]]:
    mine = [link for link in links.list_invitations() if can_give(actor, _invited(link))]
    return [{"link": link, "role": links.role_text(link), "ends_in": link.expires_at - now()} for link in mine]


def _invited(link: OneTimeLink) -> Grant:
    where = link.data.get("scope")
    return Grant(str(link.data["role"]), Scope(*where) if where else None)


def _once(template: str, **context: Any) -> Response:
    """A page with a secret: shown on this answer only, kept nowhere."""
    response = render(template, 201, **context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
