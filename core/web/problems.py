"""One form for every "no": ``application/problem+json`` for programs (RFC 9457), a page for people."""

from typing import Any

import structlog
from flask import Flask, Response, g, json, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from core.db import db
from core.errors import Busy, EditConflict, Invalid, NotFound, Refusal, Unavailable

log = structlog.get_logger()

#: HTTP errors that Werkzeug raises by itself, with our stable codes.
CODES = {
    400: "request.malformed",
    404: "not_found",
    405: "method.not_allowed",
    413: "request.too_large",
    415: "request.media_type",
    422: "input.invalid",
    429: "rate.limited",
    431: "request.too_large",
}

#: How PostgreSQL's driver says that the server is not there (any more, or yet).
AWAY = (
    "connection failed", "connection is bad", "server closed", "terminating connection", "starting up",
    "shutting down", "recovery mode",
)  # fmt: skip

#: What people read for them; the code stays the same in every language.
TEXTS = {
    400: _l("Yêu cầu không đọc được."),
    405: _l("Địa chỉ này không nhận cách gọi đó."),
    413: _l("Nội dung gửi lên quá lớn."),
    415: _l("Kiểu nội dung này không được nhận."),
    429: _l("Bạn thao tác quá nhiều lần. Hãy thử lại sau ít phút."),
    431: _l("Nội dung gửi lên quá lớn."),
    500: _l("Có lỗi ở phía chúng tôi. Chưa ghi gì thêm; hãy thử lại."),
}


def init_app(app: Flask) -> None:
    """Turn every exception that leaves a view into an answer."""
    app.register_error_handler(Refusal, answer)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(StaleDataError, lambda _error: answer(EditConflict()))
    app.register_error_handler(OperationalError, answer_operational)
    app.register_error_handler(DBAPIError, answer_database)


def answer(refusal: Refusal) -> Response:
    """The answer to a refusal, in the caller's form and language."""
    headers = {"Retry-After": str(refusal.facts["retry_after"])} if "retry_after" in refusal.facts else {}
    return respond(refusal.status, refusal.code, str(refusal.text), str(refusal), refusal.facts, headers)


def answer_http(error: HTTPException) -> Response:
    """The answer to an HTTP error that Werkzeug or webargs raised."""
    status = error.code or 500
    data: dict[str, Any] = getattr(error, "data", None) or {}
    if status == 422 and "messages" in data:
        return answer(Invalid(flatten(data["messages"])))
    if status == 404:
        return answer(NotFound())
    code = CODES.get(status, "internal" if status >= 500 else f"http.{status}")
    headers = {k: v for k, v in error.get_headers() if k.lower() in ("allow", "retry-after", "location")}
    if status < 400:
        return Response(status=status, headers=headers)
    title = str(TEXTS.get(status) or (TEXTS[500] if status >= 500 else error.name))
    return respond(status, code, title, str(data.get("message") or title), {}, headers)


def answer_operational(error: OperationalError) -> Response:
    """A lock not had in time, or a database that is away, is "try again"; anything else is ours to mend."""
    text = str(error.orig).lower()
    if error.connection_invalidated or any(word in text for word in AWAY):
        log.warning("database.away", error=text)
        return answer(Unavailable(retry_after=1))
    if any(word in text for word in ("locked", "lock timeout", "deadlock", "timeout", "canceling statement")):
        log.warning("database.busy", error=text)
        return answer(Busy(retry_after=1))
    return answer_database(error)


def answer_database(error: DBAPIError) -> Response:
    """A constraint that no verb expected: logged whole, told briefly."""
    log.error("database.error", exc_info=error)
    db.session.rollback()
    return respond(500, "internal", str(TEXTS[500]), str(TEXTS[500]), {}, {})


def respond(
    status: int, code: str, title: str, detail: str, facts: dict[str, Any], headers: dict[str, str]
) -> Response:
    """Write the answer: JSON for the API, a page otherwise."""
    body = {"type": f"/docs/refusals#{code}", "title": title, "status": status, "code": code, "detail": detail}
    if "request_id" in g:
        body["request_id"] = g.request_id
    body |= {key: plain(value) for key, value in facts.items()}
    if wants_json():
        text = json.dumps(body, ensure_ascii=False)
        return Response(text, status, headers, content_type="application/problem+json")
    page = render_template("errors/problem.html", problem=body, refusal_code=code, status=status)
    return Response(page, status, headers, content_type="text/html; charset=utf-8")


def wants_json() -> bool:
    """Whether the caller is a program."""
    if request.path.startswith(("/api/", "/webhooks/", "/healthz", "/readyz", "/metrics")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def flatten(messages: Any) -> dict[str, Any]:
    """Messages by field, each a list of texts; webargs' outer ``json``/``query`` key is dropped."""
    found: Any = plain(messages)
    if isinstance(found, dict) and len(found) == 1 and next(iter(found)) in ("json", "query", "form", "files"):
        found = next(iter(found.values()))
    return {key: _listed(value) for key, value in found.items()} if isinstance(found, dict) else {"_schema": found}


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(inner) for key, inner in value.items()}
    return value if isinstance(value, list) else [value]


def plain(value: Any) -> Any:
    """Lazy strings, dates and tuples as JSON knows them."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
