"""What stages, outcomes and timings are called. Vietnamese is the source."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalog.renewals.rules import END_OF_EXTENSION

STAGES = {
    "not_due": _l("Chưa đến kỳ"),
    "opens_soon": _l("Sắp đến kỳ nộp"),
    "window_open": _l("Đến kỳ nộp"),
    "filed": _l("Đã nộp"),
    "late": _l("Quá hạn nộp"),
    "extended": _l("Được kéo dài"),
    "renewed": _l("Đã gia hạn"),
    "lapsed": _l("Đã hết hiệu lực"),
    "revoked": _l("Bị thu hồi"),
}

#: How a stage looks: good, warn, bad or plain.
LOOKS = {
    "opens_soon": "info", "window_open": "warn", "filed": "info", "late": "bad", "extended": "warn",
    "renewed": "good", "lapsed": "bad", "revoked": "bad",
}  # fmt: skip

OUTCOMES = {
    "renewed": _l("Được công nhận lại"),
    "refused": _l("Không được công nhận lại"),
    "withdrawn": _l("Chủ thể rút hồ sơ"),
}

TIMINGS = {
    "early": _l("sớm hơn cửa sổ nộp"),
    "in_window": _l("đúng cửa sổ nộp"),
    "late": _l("muộn hơn cửa sổ nộp"),
    "after_end": _l("sau ngày cuối"),
}


def step_words(step: int) -> str:
    """A step of the reminders: "còn 120 ngày"."""
    if step == END_OF_EXTENSION:
        return _("hết kéo dài")
    return _("còn %(days)d ngày", days=-step) if step else _("ngày cuối")


def days_left_words(ends_on: date, on: date) -> str:
    """How far the last day is."""
    days = (ends_on - on).days
    if days < 0:
        return _("đã hết %(days)d ngày", days=-days)
    return _("còn %(days)d ngày", days=days) if days else _("hôm nay là ngày cuối")
