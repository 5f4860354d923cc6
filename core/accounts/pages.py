"""Doors: sign in and out, register, invitations, resets, printed codes. One's own account is in profile.py."""

from datetime import timedelta

from flask import Flask, Response, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.accounts import acting, links, schemas, service
from core.accounts.contacts import find_contact
from core.accounts.models import OneTimeLink
from core.accounts.queries import find_by_text, get_user
from core.accounts.refusals import FactorFirst
from core.accounts.sessions import COOKIE_KEY, find_half, forget, remember
from core.errors import Refusal, Unauthenticated
from core.web.access import current_actor, forget_actor, public
from core.web.forms import Form
from core.web.i18n import safe_path
from core.web.menu import menu, menu_item
from core.web.pages import Pages, flash, render
from core.web.problems import answer, wants_json
from core.web.ratelimit import caller_address, forgive, limit

pages = Pages("accounts", __name__)

TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)


def init_app(app: Flask) -> None:
    """Mount the pages; a page that needs an account leads to the sign-in page and back."""
    app.register_blueprint(pages)
    app.register_error_handler(Unauthenticated, ask_to_sign_in)
    app.register_error_handler(FactorFirst, ask_to_enrol)
    menu_item("account", _l("Tài khoản của tôi"), "accounts.home", order=10, icon="settings", known=True)


def ask_to_sign_in(refusal: Unauthenticated) -> Response:
    """Programs get the problem; people get the sign-in page, which brings them back."""
    if wants_json() or request.method != "GET":
        return answer(refusal)
    return _go(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def ask_to_enrol(refusal: FactorFirst) -> Response:
    """People get the page that sets the second factor up; programs get the problem."""
    if wants_json() or request.method != "GET":
        return answer(refusal)
    flash(str(refusal), "notice")
    return _go(url_for("accounts.factor"))


@pages.get("/dang-nhap")
@public
def sign_in() -> Response:
    """The sign-in form."""
    target = safe_path(request.args.get("next"), "")
    if current_actor().via == "session":
        return _go(target or _start())
    return render("accounts/sign_in.html", form=Form(schemas.SignInIn(), {"next": target}))


@pages.post("/dang-nhap")
@public
def sign_in_now() -> Response:
    """Check phone or e-mail and password; at most ten tries in ten minutes for one account."""
    form = Form(schemas.SignInIn()).read(request.form)
    if not form.ok:
        return render("accounts/sign_in.html", 422, form=form)
    key = _key(form.data["contact"])
    limit("sign_in", key, times=10, per=TEN_MINUTES)
    limit("sign_in_address", caller_address(), times=300, per=TEN_MINUTES)
    try:
        secret = service.sign_in(form.data["contact"], form.data["password"], _agent())
    except Refusal as refusal:
        return render("accounts/sign_in.html", refusal.status, form=form.refuse(refusal))
    forgive("sign_in", key)
    return _welcome(secret, safe_path(form.data.get("next"), ""))


@pages.post("/dang-xuat")
@public
def sign_out() -> Response:
    """End this session, on the server and in the cookie."""
    secret = session.get(COOKIE_KEY)
    if isinstance(secret, str):
        service.sign_out(secret)
    forget()
    forget_actor()
    flash(_("Bạn đã đăng xuất."))
    return _go(url_for("accounts.sign_in"))


@pages.post("/thoi-thay-mat")
@public
def stop_acting() -> Response:
    """Be oneself again; an act that takes nothing from anybody needs no permission."""
    acting.end()
    forget_actor()
    flash(_("Bạn đã thôi thay mặt; từ đây bạn làm việc với tên mình."))
    return _go(safe_path(request.form.get("next"), url_for("accounts.home")))


@pages.get("/dang-ky")
@public
def register() -> Response:
    """The registration form."""
    values = {"next": safe_path(request.args.get("next"), "")}
    return render("accounts/register.html", form=Form(schemas.RegisterIn(), values))


@pages.post("/dang-ky")
@public
def register_now() -> Response:
    """Open an account and sign in."""
    form = Form(schemas.RegisterIn()).read(request.form)
    if not form.ok:
        return render("accounts/register.html", 422, form=form)
    limit("register", _key(form.data["contact"]), times=5, per=HOUR)
    limit("register_address", caller_address(), times=60, per=HOUR)
    data = form.data
    try:
        user = service.register(data["name"], data["contact"], data["password"], _language())
        secret = service.begin_session(user.id, _agent(), "registration")
    except Refusal as refusal:
        return render("accounts/register.html", refusal.status, form=form.refuse(refusal))
    flash(_("Đã tạo tài khoản. Chào %(name)s!", name=data["name"]))
    return _welcome(secret, safe_path(data.get("next"), ""))


@pages.get("/quen-mat-khau")
@public
def forgotten() -> Response:
    """The form that asks for a reset."""
    return render("accounts/forgotten.html", form=Form(schemas.ForgottenIn()), sent=False)


@pages.post("/quen-mat-khau")
@public
def forgotten_now() -> Response:
    """The same answer whether or not there is such an account."""
    form = Form(schemas.ForgottenIn()).read(request.form)
    if not form.ok:
        return render("accounts/forgotten.html", 422, form=form, sent=False)
    limit("reset", _key(form.data["contact"]), times=5, per=HOUR)
    limit("reset_address", caller_address(), times=60, per=HOUR)
    links.request_reset(form.data["contact"])
    return render("accounts/forgotten.html", form=form, sent=True)


@pages.get("/dat-lai/<token>")
@public
def reset(token: str) -> Response:
    """The form for a new password, behind a mailed link."""
    links.get_open("reset", token)
    return _private(render("accounts/reset.html", form=Form(schemas.NewPasswordIn())))


@pages.post("/dat-lai/<token>")
@public
def reset_now(token: str) -> Response:
    """Set the new password; all sessions end, and the person signs in afresh."""
    form = Form(schemas.NewPasswordIn()).read(request.form)
    if not form.ok:
        return _private(render("accounts/reset.html", 422, form=form))
    try:
        links.reset(token, form.data["password"])
    except Refusal as refusal:
        return _private(render("accounts/reset.html", refusal.status, form=form.refuse(refusal)))
    flash(_("Đã đặt mật khẩu mới. Hãy đăng nhập bằng mật khẩu này."))
    return _go(url_for("accounts.sign_in"))


@pages.get("/loi-moi/<token>")
@public
def invitation(token: str) -> Response:
    """Who invites to what, with the form that accepts."""
    link = links.get_open("invitation", token)
    return _invitation(link, Form(schemas.InvitationIn(), {"name": link.data["name"]}))


@pages.post("/loi-moi/<token>")
@public
def accept_invitation(token: str) -> Response:
    """Accept: an account, the role, and a session."""
    link = links.get_open("invitation", token)
    form = Form(schemas.InvitationIn()).read(request.form)
    if not form.ok:
        return _invitation(link, form, 422)
    try:
        secret = links.accept_invitation(token, form.data["name"], form.data["password"], _agent())
    except Refusal as refusal:
        return _invitation(link, form.refuse(refusal), refusal.status)
    return _welcome(secret)


@pages.get("/vao/<token>")
@public
def enter(token: str) -> Response:
    """A printed code was scanned: say who would be signed in. Only the button spends it, not a preview."""
    link = links.get_open("sign_in", token)
    return _private(render("accounts/enter.html", user=get_user(link.user_id or 0)))


@pages.post("/vao/<token>")
@public
def enter_now(token: str) -> Response:
    """Sign in by the code."""
    return _welcome(links.use_sign_in_link(token, _agent()))


def _welcome(secret: str, target: str = "") -> Response:
    """Put the session into the cookie and go on: to the second step, where one was going, one's desk, one's account."""
    remember(secret)
    forget_actor()
    if find_half(secret) is not None:
        return _go(url_for("accounts.ask_code", next=target or None))
    return go_on(target)


def go_on(target: str = "") -> Response:
    """Signed in: on with it."""
    user_id = current_actor().user_id
    if "language" not in session and user_id is not None:
        session["language"] = get_user(user_id).locale
    return _go(target or _start())


def _start() -> str:
    desk = menu("desk")
    return desk[0].url if desk else url_for("accounts.home")


def _invitation(link: OneTimeLink, form: Form, status: int = 200) -> Response:
    known = find_by_text(link.contact or "")
    page = render("accounts/invitation.html", status, form=form, link=link, role=links.role_text(link), known=known)
    return _private(page)


def _private(response: Response) -> Response:
    """A page whose address is a secret: kept nowhere, told to nobody."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _go(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]


def _key(contact: str) -> str:
    known = find_contact(contact)
    return known.text if known else contact.lower()


def _agent() -> str:
    return request.user_agent.string


def _language() -> str:
    kept = session.get("language")
    return kept if kept in schemas.LOCALES else "vi"
