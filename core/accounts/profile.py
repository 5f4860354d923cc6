"""One's own account: profile, password, sessions, API tokens. Only for a signed-in person, never for a token."""

from collections.abc import Callable
from functools import wraps

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _

from core.accounts import schemas, service, tokens
from core.accounts.devices import device_of
from core.accounts.models import UserAccount, UserGrant
from core.accounts.pages import pages
from core.accounts.permissions import describe
from core.accounts.queries import get_user, list_grants, list_sessions, list_tokens
from core.accounts.sessions import end_session, remember, this_session
from core.errors import EditConflict, Forbidden, Refusal
from core.web.access import current_actor, forget_actor, signed_in
from core.web.forms import Form
from core.web.pages import flash, render
from core.web.ratelimit import limit

View = Callable[..., Response]


def in_person(view: View) -> View:
    """A token, however wide, must not make tokens or change passwords."""

    @wraps(view)
    def wrapper(*args: object, **kwargs: object) -> Response:
        if current_actor().via != "session":
            raise Forbidden
        return view(*args, **kwargs)

    return signed_in(wrapper)


@pages.get("/tai-khoan")
@in_person
def home() -> Response:
    """Everything about one's account."""
    return _home()


@pages.post("/tai-khoan")
@in_person
def edit_profile() -> Response:
    """Change name and language; a stale form comes back with both values."""
    form = Form(schemas.ProfileIn()).read(request.form)
    if not form.ok:
        return _home(422, profile=form)
    data, actor = form.data, current_actor()
    try:
        service.edit_profile(_me(), data["version"], data["name"], data["locale"], actor)
    except EditConflict as conflict:
        return _home(conflict.status, profile=form.refuse(conflict), stale=True)
    session["language"] = data["locale"]
    flash(_("Đã lưu thông tin."))
    return _back()


@pages.post("/tai-khoan/mat-khau")
@in_person
def change_password() -> Response:
    """Change the password; every session ends, this one begins anew."""
    form = Form(schemas.ChangePasswordIn()).read(request.form)
    if not form.ok:
        return _home(422, password=form)
    user_id = _me()
    limit("change_password", str(user_id), times=10, per=schemas.TRIES_PER)
    try:
        service.change_password(user_id, form.data["old"], form.data["password"])
    except Refusal as refusal:
        return _home(refusal.status, password=form.refuse(refusal))
    remember(service.begin_session(user_id, request.user_agent.string, "password", asks_code=False))
    forget_actor()
    flash(_("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."))
    return _back()


@pages.post("/tai-khoan/phien/<int:session_id>/ket-thuc")
@in_person
def end_one_session(session_id: int) -> Response:
    """Sign another device out."""
    end_session(session_id, _me())
    flash(_("Đã đăng xuất thiết bị đó."))
    return _back()


@pages.post("/tai-khoan/ma")
@in_person
def create_token() -> Response:
    """Make an API token; it is shown on this answer only."""
    form = Form(schemas.TokenIn()).read(request.form)
    if not form.ok:
        return _home(422, token=form)
    data = form.data
    secret, _token = tokens.create_token(
        get_user(_me()), data["token_name"], current_actor(), scope=data.get("scope", ""), days=data.get("days")
    )
    response = _home(201, secret=secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/tai-khoan/ma/<int:token_id>/thu-hoi")
@in_person
def revoke_token(token_id: int) -> Response:
    """End an API token."""
    tokens.revoke_token(token_id, _me(), current_actor())
    flash(_("Đã thu hồi mã truy cập."))
    return _back()


def _home(
    status: int = 200,
    profile: Form | None = None,
    password: Form | None = None,
    token: Form | None = None,
    secret: str | None = None,
    stale: bool = False,
) -> Response:
    user = get_user(_me())
    return render(
        "accounts/home.html", status, user=user, secret=secret, stale=stale,
        profile=profile or Form(schemas.ProfileIn(), _profile(user)),
        password=password or Form(schemas.ChangePasswordIn()), token=token or Form(schemas.TokenIn()),
        sessions=[(one, device_of(one.user_agent)) for one in list_sessions(user.id)],
        this_session=this_session(),
        tokens=list_tokens(user.id), grants=[_in_words(grant) for grant in list_grants([user.id])[user.id]],
    )  # fmt: skip


def _profile(user: UserAccount) -> dict[str, object]:
    return {"version": user.version, "name": user.name, "locale": user.locale}


def _in_words(grant: UserGrant) -> str:
    return describe(grant.role, grant.scope_type, grant.scope_id)


def _me() -> int:
    user_id = current_actor().user_id
    if user_id is None:
        raise Forbidden
    return user_id


def _back() -> Response:
    return redirect(url_for("accounts.home"), 303)  # type: ignore[return-value]
