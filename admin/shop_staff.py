"""Who works in a store: cashiers and managers, given and taken by its manager within her store."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from admin.desk import desk, go
from admin.users import qr
from core.accounts import grants, links
from core.accounts.actor import Actor, Grant, Scope
from core.accounts.models import OneTimeLink, UserAccount, UserGrant
from core.accounts.permissions import authorize, can_give, find_role
from core.accounts.schemas import ContactField
from core.db import db
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Schema, Words
from core.web.forms import Form
from core.web.links import address_of
from core.web.pages import flash, render
from shop.stores.models import Store
from shop.stores.queries import get_store

ROLES = ("cashier", "store_manager")


class StaffIn(Schema):
    """Whom to invite to which of a store's roles."""

    name = Words(most=120, required=True)
    contact = ContactField(required=True)
    role = Choice(*ROLES, required=True)


@desk.get("/dia-diem/<code>/nhan-vien")
@needs("stores.staff")
def shop_staff(code: str) -> Response:
    """Who works here, who is invited, and the form of an invitation."""
    return _page(_mine(code), Form(StaffIn(), {"role": "cashier"}))


@desk.post("/dia-diem/<code>/nhan-vien")
@needs("stores.staff")
def shop_invite(code: str) -> Response:
    """Invite somebody: by mail, or by showing the link and its QR once."""
    store, form = _mine(code), Form(StaffIn()).read(request.form)
    if not form.ok:
        return _page(store, form, 422)
    data, where = form.data, Scope("store", store.code)
    try:
        issued = links.invite(data["contact"], data["name"], data["role"], where, current_actor())
    except Refusal as refusal:
        return _page(store, form.refuse(refusal), refusal.status)
    url = address_of("accounts.invitation", token=issued.secret)
    page = render("desk/invited.html", 201, link=issued.link, url=url, svg=qr(url), role=links.role_text(issued.link))
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@desk.post("/dia-diem/<code>/nhan-vien/<int:grant_id>/thoi")
@needs("stores.staff")
def shop_take(code: str, grant_id: int) -> Response:
    """Take a role in this store back; it ends at once."""
    store = _mine(code)
    held = db.session.get(UserGrant, grant_id)
    if held is None or (held.scope_type, held.scope_id) != ("store", store.code):
        raise NotFound
    grants.revoke_role(grant_id, current_actor())
    flash(_("Đã thu hồi vai trò; có hiệu lực ngay."))
    return go("desk.shop_staff", code=code)


@desk.post("/dia-diem/<code>/loi-moi/<int:link_id>/rut")
@needs("stores.staff")
def shop_withdraw(code: str, link_id: int) -> Response:
    """Take an open invitation to this store back."""
    store = _mine(code)
    if link_id not in {one.id for one in _invitations(store)}:
        raise NotFound
    links.withdraw_invitation(link_id, current_actor())
    flash(_("Đã rút lời mời."))
    return go("desk.shop_staff", code=code)


def _mine(code: str) -> Store:
    store = get_store(code)
    authorize(current_actor(), "stores.staff", Scope("store", code))
    return store


def _page(store: Store, form: Form, status: int = 200) -> Response:
    actor = current_actor()
    given = [(name, str(role.label)) for name in ROLES if _gives(actor, name, store) and (role := find_role(name))]
    return render(
        "desk/shop_staff.html", status, store=store, form=form, people=_people(store, actor), roles=given,
        invited=[(one, links.role_text(one)) for one in _invitations(store)],
    )  # fmt: skip


def _people(store: Store, actor: Actor) -> list[dict[str, Any]]:
    """Everybody who holds a role here, managers first; whether the caller may take it."""
    held = (
        select(UserGrant, UserAccount)
        .join(UserAccount, UserAccount.id == UserGrant.user_id)
        .where(UserGrant.scope_type == "store", UserGrant.scope_id == store.code, UserGrant.revoked_at.is_(None))
        .order_by(UserGrant.role.desc(), UserAccount.name, UserGrant.id)
    )
    return [
        {"grant": grant, "person": person, "role": _label(grant.role), "mine": _gives(actor, grant.role, store)}
        for grant, person in db.session.execute(held)
    ]


def _gives(actor: Actor, role: str, store: Store) -> bool:
    return can_give(actor, Grant(role, Scope("store", store.code)))


def _label(name: str) -> str:
    known = find_role(name)
    return str(known.label) if known else name


def _invitations(store: Store) -> list[OneTimeLink]:
    return [one for one in links.list_invitations() if one.data.get("scope") == ["store", store.code]]
