"""Pages of the second factor: the second step of a sign-in, and one's own enrolment."""

import io
from datetime import timedelta

import segno
from flask import Response, current_app, redirect, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import fields

from core.accounts import factors, service
from core.accounts.codes import letters_of
from core.accounts.pages import go_on, pages
from core.accounts.profile import in_person
from core.accounts.queries import get_user
from core.accounts.sessions import COOKIE_KEY, find_half, remember
from core.errors import Forbidden, Refusal
from core.web.access import current_actor, forget_actor, public
from core.web.fields import Schema, Words
from core.web.forms import Form
from core.web.i18n import safe_path
from core.web.pages import flash, render
from core.web.ratelimit import forgive, limit

#: Codes that may be tried for one account in this time: six digits and three half minutes leave 1 in 66,000 tries.
TRIES, WITHIN = 6, timedelta(minutes=10)


class CodeIn(Schema):
    """A code of the authenticator, or one on paper."""

    code = Words(most=60, required=True)
    remembers = fields.Boolean(truthy={"true"}, falsy={""})
    next = fields.String()


@pages.get("/dang-nhap/ma")
@public
def ask_code() -> Response:
    """The second step: the code."""
    if find_half(session.get(COOKIE_KEY)) is None:
        return _go("accounts.sign_in")
    values = {"next": safe_path(request.args.get("next"), "")}
    return _private(render("accounts/code.html", form=Form(CodeIn(), values)))


@pages.post("/dang-nhap/ma")
@public
def give_code() -> Response:
    """Take the code, and remember the browser for thirty days where that was asked."""
    half, form = find_half(session.get(COOKIE_KEY)), Form(CodeIn()).read(request.form)
    if half is None:
        flash(_("Đã quá lâu. Hãy đăng nhập lại."), "notice")
        return _go("accounts.sign_in")
    if not form.ok:
        return _private(render("accounts/code.html", 422, form=form))
    limit("second_factor", str(half.user_id), times=TRIES, per=WITHIN)
    user_id, remembers = half.user_id, bool(form.data.get("remembers"))
    try:
        secret, browser = service.give_code(
            session[COOKIE_KEY], form.data["code"], request.user_agent.string, remembers=remembers
        )
    except Refusal as refusal:
        return _private(render("accounts/code.html", refusal.status, form=form.refuse(refusal)))
    forgive("second_factor", str(user_id))
    remember(secret)
    forget_actor()
    response = go_on(safe_path(form.data.get("next"), ""))
    if browser is not None:
        response.set_cookie(
            factors.BROWSER_COOKIE, browser, max_age=factors.REMEMBERED, httponly=True, samesite="Lax",
            secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
        )  # fmt: skip
    return response


@pages.get("/tai-khoan/hai-buoc")
@in_person
def factor() -> Response:
    """Whether it is on, and what can be done about it."""
    return _factor(Form(CodeIn()))


@pages.post("/tai-khoan/hai-buoc")
@in_person
def begin_factor() -> Response:
    """Begin: a QR for the authenticator, until its first code is right."""
    try:
        factors.begin(_me())
    except Refusal as refusal:
        flash(str(refusal), "notice")
    return _go("accounts.factor")


@pages.post("/tai-khoan/hai-buoc/ma")
@in_person
def confirm_factor() -> Response:
    """The authenticator's first code; then the codes on paper, this once."""
    form = Form(CodeIn()).read(request.form)
    if not form.ok:
        return _factor(form, 422)
    limit("second_factor", str(_me()), times=TRIES, per=WITHIN)
    try:
        codes = factors.confirm(_me(), form.data["code"], current_actor())
    except Refusal as refusal:
        return _factor(form.refuse(refusal), refusal.status)
    forgive("second_factor", str(_me()))
    return _private(render("accounts/paper_codes.html", 201, codes=codes))


@pages.post("/tai-khoan/hai-buoc/giay")
@in_person
def renew_paper() -> Response:
    """Other codes on paper."""
    form = Form(CodeIn()).read(request.form)
    if not form.ok:
        return _factor(form, 422)
    limit("second_factor", str(_me()), times=TRIES, per=WITHIN)
    try:
        codes = factors.renew_paper_codes(_me(), form.data["code"], current_actor())
    except Refusal as refusal:
        return _factor(form.refuse(refusal), refusal.status)
    return _private(render("accounts/paper_codes.html", 201, codes=codes))


@pages.post("/tai-khoan/hai-buoc/tat")
@in_person
def remove_factor() -> Response:
    """Give it up, where one's roles do not demand it."""
    form = Form(CodeIn()).read(request.form)
    if not form.ok:
        return _factor(form, 422)
    limit("second_factor", str(_me()), times=TRIES, per=WITHIN)
    try:
        factors.remove(_me(), form.data["code"], current_actor())
    except Refusal as refusal:
        return _factor(form.refuse(refusal), refusal.status)
    flash(_("Đã tắt xác thực hai bước."))
    return _go("accounts.home")


def _factor(form: Form, status: int = 200) -> Response:
    user_id = _me()
    secret = factors.begun(user_id)
    svg = _qr(factors.address_of_factor(secret, get_user(user_id).contact)) if secret else None
    page = render(
        "accounts/factor.html", status, form=form, is_on=factors.is_enrolled(user_id), svg=svg,
        letters=letters_of(secret) if secret else None, left=factors.paper_codes_left(user_id),
        is_demanded=factors.is_demanded(current_actor()),
    )  # fmt: skip
    return _private(page)


def _qr(text: str) -> Markup:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, border=4, xmldecl=False, svgns=False, omitsize=True, light="#ffffff"
    )
    return Markup(out.getvalue().decode())  # noqa: S704 made of modules only, nothing of the text is in it


def _me() -> int:
    user_id = current_actor().user_id
    if user_id is None:
        raise Forbidden
    return user_id


def _private(response: Response) -> Response:
    """A page with a secret, or before it: kept nowhere."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _go(endpoint: str) -> Response:
    return redirect(url_for(endpoint), 303)  # type: ignore[return-value]
