"""Headers, cross-site forms, request ids: what every answer carries."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect

from core.errors import NotFound, Refusal
from core.web.access import current_actor, guard_request
from core.web.uploads import measure

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

#: Nothing from another machine, no inline script or style.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: Other addresses to which a form of ours may lead by a redirect: a payment provider's page.
_FORM_TARGETS = "form_targets"

#: What makes a request ask for less than the whole answer.
_CONDITIONS = frozenset({
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_IF_RANGE",
})  # fmt: skip

#: On a view: how it answers a form whose session was lost.
_GIVES_BACK = "_ocop_gives_back"

F = TypeVar("F", bound=Callable[..., Any])

csrf = CSRFProtect()


def allow_form_target(app: Flask, origin: Callable[[], str | None]) -> None:
    """Let a form of ours lead, by a redirect, to a page of that origin; asked at each answer, None for nowhere."""
    app.extensions.setdefault(_FORM_TARGETS, []).append(origin)


def policy() -> str:
    """The content security policy of a page."""
    targets: list[Callable[[], str | None]] = current_app.extensions.get(_FORM_TARGETS, [])
    more = [origin for ask in targets if (origin := ask())]
    return CSP.replace("form-action 'self'", " ".join(["form-action 'self'", *more])) if more else CSP


def frame_own(response: Response) -> Response:
    """Let this one page show files of ours in a frame; every other page may frame nothing."""
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


class CrossSite(Refusal):
    """A form came without the token of this session: from another site, or too old."""

    code = "csrf.failed"
    status = 403


def init_app(app: Flask) -> None:
    """Join the guards, in their order, before and after each request."""
    csrf.init_app(app)
    app.before_request(name_request)
    app.before_request(refuse_nul)
    app.before_request(guard_request)
    app.before_request(measure)
    app.before_request(guard_forms)
    app.after_request(harden)


def name_request() -> None:
    """Give the request an id that logs and problems carry."""
    g.request_id = uuid.uuid4().hex[:16]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, path=request.path, method=request.method)


def refuse_nul() -> None:
    """No address of ours holds a NUL; PostgreSQL would answer one with an error of its own."""
    if "\0" in request.path or b"%00" in request.query_string:
        raise NotFound


def gives_back(answer: Callable[[Refusal], Response]) -> Callable[[F], F]:
    """A view whose form, come from a page of ours after its session was lost, is answered so: shown again, and
    nothing done. A form of another site never is.
    """

    def mark(view: F) -> F:
        setattr(view, _GIVES_BACK, answer)
        return view

    return mark


def guard_forms() -> Response | None:
    """Unsafe requests that a browser's cookie authorises must carry the session's token.

    The API with a bearer token, or without any account, has no ambient authority to steal.
    Webhooks are signed by their sender.
    """
    if request.method not in UNSAFE or request.path.startswith("/webhooks/") or request.endpoint is None:
        return None
    if request.path.startswith("/api/") and current_actor().via != "session":
        return None
    try:
        csrf.protect()
    except CSRFError as error:
        refusal = CrossSite(
            _("Phiên làm việc đã cũ hoặc biểu mẫu đến từ trang khác. Hãy tải lại trang rồi gửi lần nữa.")
        )
        answer = getattr(current_app.view_functions[request.endpoint], _GIVES_BACK, None)
        if answer is None or not _is_from_here():
            raise refusal from error
        return answer(refusal)
    return None


def _is_from_here() -> bool:
    """Whether the browser says that a page of this site sent it: a page elsewhere cannot make it say so."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def harden(response: Response) -> Response:
    """Security headers, an ETag on plain GETs, and no lifetime beyond the present instant.

    ``no-cache`` means "ask again each time": a lapse or a revocation is seen at once, and
    an unchanged answer still costs only a 304.
    """
    given = {name.lower() for name, _value in response.headers}
    for name, value in _manners().items():
        if name.lower() not in given:
            response.headers.add(name, value)
    if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        if not _CONDITIONS.isdisjoint(request.environ):
            response.make_conditional(request)
    return response


def _manners() -> dict[str, str]:
    """The headers that an answer carries unless it says otherwise."""
    is_read = request.method in ("GET", "HEAD")
    found = {
        "Content-Security-Policy": policy(), "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin", "Cross-Origin-Opener-Policy": "same-origin",
        "X-Request-Id": g.get("request_id", "-"), "Cache-Control": "private, no-cache" if is_read else "no-store",
    }  # fmt: skip
    if request.is_secure:
        found["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return found
