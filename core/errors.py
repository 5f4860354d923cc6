"""Refusals: the one family of "no", with a stable code, for API and pages alike.

A refusal leaves the outermost verb as an exception, so its transaction is undone whole.
``core.web.problems`` turns it into ``application/problem+json`` or a page.
"""

from typing import Any, ClassVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Refusal(Exception):
    """A rule said no. Subclasses set ``code``, ``status`` and ``text``; ``facts`` go into the answer."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    text: ClassVar[LazyString | str] = _l("Không thực hiện được.")

    def __init__(self, detail: str | LazyString | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.facts = facts

    def __str__(self) -> str:
        return str(self.detail if self.detail is not None else self.text)


class NotFound(Refusal):
    """The thing is not there, or not this caller's to know of."""

    code = "not_found"
    status = 404
    text = _l("Không tìm thấy.")


class Gone(Refusal):
    """The thing was there and is no longer on offer."""

    code = "gone"
    status = 410
    text = _l("Không còn nữa.")


class Invalid(Refusal):
    """The input does not fit. ``errors`` maps each field to its messages."""

    code = "input.invalid"
    status = 422
    text = _l("Dữ liệu gửi lên chưa đúng.")

    def __init__(self, errors: dict[str, Any], detail: str | LazyString | None = None, **facts: Any) -> None:
        super().__init__(detail, errors=errors, **facts)


class Unauthenticated(Refusal):
    """Nobody is signed in, or the token is unknown, expired or revoked."""

    code = "auth.required"
    status = 401
    text = _l("Cần đăng nhập.")


class Forbidden(Refusal):
    """The caller is known but none of the caller's roles allows this."""

    code = "auth.forbidden"
    status = 403
    text = _l("Bạn không có quyền làm việc này.")


class EditConflict(Refusal):
    """Somebody else changed the object since it was read."""

    code = "edit.conflict"
    status = 412
    text = _l("Người khác vừa sửa mục này. Hãy xem lại rồi lưu lần nữa.")


class VersionRequired(Refusal):
    """An edit must say which version it edits."""

    code = "edit.version_required"
    status = 428
    text = _l("Thiếu phiên bản đang sửa (If-Match).")


class Busy(Refusal):
    """Somebody holds the lock; nothing was written; try again."""

    code = "busy"
    status = 503
    text = _l("Hệ thống đang bận, chưa ghi gì. Hãy thử lại sau giây lát.")


class Unavailable(Refusal):
    """The database went away on the way: whether anything was written is told by asking again with the same key."""

    code = "unavailable"
    status = 503
    text = _l("Cơ sở dữ liệu tạm thời không trả lời. Hãy thử lại sau giây lát.")


class RateLimited(Refusal):
    """Too many tries; ``retry_after`` seconds."""

    code = "rate.limited"
    status = 429
    text = _l("Bạn thao tác quá nhiều lần. Hãy thử lại sau ít phút.")


class IdempotencyMismatch(Refusal):
    """The key was used before with another body."""

    code = "idempotency.mismatch"
    status = 422
    text = _l("Khóa Idempotency-Key này đã dùng cho một yêu cầu khác.")


class AlreadySent(Refusal):
    """The form was sent before: a double click, a reload. It has had its one effect."""

    code = "form.already_sent"
    status = 409
    text = _l("Biểu mẫu này đã được gửi và ghi một lần; không ghi lần thứ hai.")


class IdempotencyRunning(Refusal):
    """The first request with this key is still running."""

    code = "idempotency.running"
    status = 409
    text = _l("Yêu cầu này đang được xử lý.")
