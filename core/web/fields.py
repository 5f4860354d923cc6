"""Strict marshmallow fields: an input is what it claims to be, or it is refused with a clear text.

JSON must carry real types (``2``, not ``"2"`` or ``2.5``). Query strings and forms carry text;
``accepting_text()`` says so for the time of one load.
"""

import re
import unicodedata
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, ValidationError, fields, validate
from marshmallow import Schema as MarshmallowSchema

#: Larger than any sum of money or stock here; well inside BIGINT.
LARGEST = 10**15
#: Letters that steer the eye rather than say something: controls, zero width, line breaks that no form sends, bidi
#: overrides, fillers that look like nothing, tags.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164"
    "\ufeff\uffa0\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS_IN_A_ROW = 4

_text_allowed: ContextVar[bool] = ContextVar("text_allowed", default=False)

_TEXTS: dict[Any, dict[str, Any]] = {
    fields.Field: {
        "required": _l("Cần điền mục này."),
        "null": _l("Không được để trống."),
        "validator_failed": _l("Giá trị không hợp lệ."),
    },
    fields.Boolean: {"invalid": _l("Phải là đúng hoặc sai.")},
    fields.List: {"invalid": _l("Phải là một danh sách.")},
    fields.Nested: {"type": _l("Phải là một đối tượng.")},
}
_LENGTHS: dict[str, Any] = {
    "message_min": _l("Ít nhất {min}."),
    "message_max": _l("Nhiều nhất {max}."),
    "message_all": _l("Từ {min} đến {max}."),
    "message_equal": _l("Đúng {equal}."),
}
for _name, _text in _LENGTHS.items():
    setattr(validate.Length, _name, _text)
for _kind, _texts in _TEXTS.items():
    _kind.default_error_messages = _texts


@contextmanager
def accepting_text(allowed: bool = True) -> Generator[None]:
    """Let numbers and days come as text while this lasts (query strings, forms, CSV)."""
    token = _text_allowed.set(allowed)
    try:
        yield
    finally:
        _text_allowed.reset(token)


def is_text_accepted() -> bool:
    """Whether ``accepting_text`` lasts: for fields of features."""
    return _text_allowed.get()


class Schema(MarshmallowSchema):
    """The parent of every schema: unknown fields are refused."""

    error_messages: Any = {
        "unknown": _l("Mục này không có trong biểu mẫu."),
        "type": _l("Dữ liệu phải là một đối tượng."),
    }

    class Meta:
        """Unknown fields are refused; the order of declaration is kept."""

        unknown = RAISE


class Whole(fields.Field[int]):
    """A whole number from ``least`` to ``most``. Never a bool, a fraction, or (in JSON) a text."""

    def __init__(self, *, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most
        _describe(self, type="integer")
        _describe(self, minimum=least)
        _describe(self, maximum=most)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> int | None:
        return None if value is None else int(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        number = _whole(value)
        if number is None:
            raise ValidationError(_("Phải là số nguyên."))
        if not self.least <= number <= self.most:
            raise ValidationError(
                _("Phải từ %(least)s đến %(most)s.", least=_grouped(self.least), most=_grouped(self.most))
            )
        return number


class DongField(Whole):
    """Whole đồng. Text may group its thousands: ``125.000``."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if _text_allowed.get() and isinstance(value, str):
            text = value.strip().removesuffix("₫").removesuffix("đ").strip()
            if re.fullmatch(r"\d{1,3}([. ]\d{3})+", text):
                value = re.sub(r"[. ]", "", text)
        return super()._deserialize(value, attr, data, **kwargs)


class Day(fields.Field[date]):
    """A day, ``YYYY-MM-DD``; text input also takes ``dd/mm/yyyy`` as Vietnamese people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _describe(self, type="string")
        _describe(self, format="date")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        day = read_day(value) if isinstance(value, str) else None
        if day is None:
            raise ValidationError(_("Ngày không hợp lệ (năm-tháng-ngày, ví dụ 2026-11-22)."))
        return day


class Moment(fields.Field[datetime]):
    """An instant, RFC 3339; dumped in UTC with Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _describe(self, type="string")
        _describe(self, format="date-time")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(value) if isinstance(value, str) else None
            utc = instant.astimezone(UTC) if instant is not None and instant.tzinfo is not None else None
        except (ValueError, OverflowError):  # no such instant, or one before the first or after the last year
            utc = None
        if utc is None:
            raise ValidationError(_("Thời điểm không hợp lệ (RFC 3339, có múi giờ)."))
        return utc


class Words(fields.Field[str]):
    """Text of one line (or several with ``lines=True``): trimmed, NFC, no invisible letters, at most ``most`` signs."""

    def __init__(
        self, *, least: int = 1, most: int = 200, lines: bool = False, pattern: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.least, self.most, self.lines = least, most, lines
        self.pattern = re.compile(pattern) if pattern else None
        _describe(self, type="string")
        _describe(self, maxLength=most)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(_("Phải là chữ."))
        text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        if _INVISIBLE.search(text) or _heaped(text) or ("\n" in text and not self.lines):
            raise ValidationError(_("Có ký tự không dùng được."))
        if len(text) < self.least:
            short = _("Cần ít nhất %(least)d chữ cái.", least=self.least)
            raise ValidationError(short if text else _("Cần điền mục này."))
        if len(text) > self.most:
            raise ValidationError(_("Dài quá %(most)d ký tự.", most=self.most))
        if self.pattern and not self.pattern.fullmatch(text):
            raise ValidationError(_("Không đúng dạng."))
        return text


class Phone(Words):
    """A Vietnamese phone number in any common writing, answered in E.164: ``0912 345 678`` -> ``+84912345678``."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        phone = read_phone(super()._deserialize(value, attr, data, **kwargs))
        if phone is None:
            raise ValidationError(_("Số điện thoại Việt Nam không hợp lệ (ví dụ 0912 345 678)."))
        return phone


class EmailAddress(Words):
    """An e-mail address, lower-cased; only checked for its shape: a mail that arrives is the true check."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        email = super()._deserialize(value, attr, data, **kwargs).lower()
        if not re.fullmatch(r"[^@\s,;<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", email):
            raise ValidationError(_("Địa chỉ e-mail không hợp lệ."))
        return email


class Choice(Words):
    """One of a few fixed codes."""

    def __init__(self, *codes: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.codes = codes
        _describe(self, enum=list(codes))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.codes:
            raise ValidationError(_("Phải là một trong: %(codes)s.", codes=", ".join(self.codes)))
        return value


def read_phone(text: str) -> str | None:
    """E.164 of a Vietnamese number, or None: mobile ``0[35789]`` + 8 digits, fixed lines ``02`` + 9 digits."""
    digits = re.sub(r"[\s().\-]", "", text)
    digits = re.sub(r"^(\+84|0084|84(?=\d{9,10}$))", "0", digits)
    if digits.startswith("00"):
        digits = digits[1:]
    ok = digits.isascii() and re.fullmatch(r"0[35789]\d{8}|02\d{9}", digits)
    return "+84" + digits[1:] if ok else None


def read_day(text: str) -> date | None:
    """A date from ``YYYY-MM-DD`` or, in text input, ``d/m/yyyy``; None when it is neither, or no day of 1900 to 2200
    (near the ends of the calendar a day has no midnight in UTC).
    """
    text = text.strip()
    if not text.isascii():
        return None
    written = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text) if _text_allowed.get() else None
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    try:
        if written:
            day = date(int(written[3]), int(written[2]), int(written[1]))
        else:
            day = date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year <= 2200 else None


def _describe(field: fields.Field[Any], **facts: Any) -> None:
    """What OpenAPI says of the field; an explicit ``metadata=`` wins."""
    field.metadata = {**facts, **field.metadata}


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _whole(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if _text_allowed.get() and isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
        return int(value)
    return None


def _heaped(text: str) -> bool:
    run = 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run > _MARKS_IN_A_ROW:
            return True
    return False
