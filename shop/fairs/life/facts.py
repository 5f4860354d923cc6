"""What is said of a fair, judged as a whole: days in order, deadlines before the opening, hours of a day. Pure.

Facts are a mapping from the columns of `Fair` to their values.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from core.errors import Invalid

#: The longest fair.
MAX_DAYS = 60
#: What an organizer says of a fair in words, days and rules, by column.
FACTS = (
    "name", "venue", "opens_on", "closes_on", "registration_number", "registered_on", "applications_from",
    "applications_until", "hours_from", "hours_until", "about", "contact_phone", "contact_email", "decide_by",
    "pay_by", "renew_by", "rules",
)  # fmt: skip
Faults = dict[str, list[str]]


def refuse_faults(facts: Mapping[str, Any], on: date, *, has_begun: bool = False) -> None:
    """Raise Invalid with every fault at its field."""
    errors = faults_of(facts, on, has_begun=has_begun)
    if errors:
        raise Invalid(errors)


def faults_of(facts: Mapping[str, Any], on: date, *, has_begun: bool = False) -> Faults:
    """What is wrong, by column; a fair that ``has_begun`` may have opened already."""
    errors: Faults = {}
    opens_on = facts["opens_on"]
    if opens_on <= on and not has_begun:
        errors["opens_on"] = [_("Ngày khai mạc phải sau hôm nay.")]
    if not 0 <= (facts["closes_on"] - opens_on).days < MAX_DAYS:
        errors["closes_on"] = [_("Ngày bế mạc phải từ ngày khai mạc, nhiều nhất %(days)d ngày.", days=MAX_DAYS)]
    return errors | _window_faults(facts) | _deadline_faults(facts) | _hour_faults(facts) | _paper_faults(facts, on)


def _window_faults(facts: Mapping[str, Any]) -> Faults:
    if facts["applications_until"] < facts["applications_from"]:
        return {"applications_until": [_("Ngày cuối nhận hồ sơ phải từ ngày đầu trở đi.")]}
    if facts["applications_until"] >= facts["opens_on"]:
        return {"applications_until": [_("Phải thôi nhận hồ sơ trước ngày khai mạc.")]}
    return {}


def _deadline_faults(facts: Mapping[str, Any]) -> Faults:
    """Who decides, who pays and who renews must have a day to do it, and be done before the opening."""
    errors: Faults = {}
    for name in ("decide_by", "pay_by", "renew_by"):
        day = facts.get(name)
        if day is not None and day >= facts["opens_on"]:
            errors[name] = [_("Hạn này phải trước ngày khai mạc.")]
        elif day is not None and day < facts["applications_from"]:
            errors[name] = [_("Hạn này không thể trước ngày bắt đầu nhận hồ sơ.")]
    decide_by, pay_by = facts.get("decide_by"), facts.get("pay_by")
    if decide_by is not None and pay_by is not None and pay_by < decide_by and "pay_by" not in errors:
        errors["pay_by"] = [_("Hạn nộp phí không thể trước hạn xét hồ sơ.")]
    return errors


def _hour_faults(facts: Mapping[str, Any]) -> Faults:
    begin, end = facts.get("hours_from"), facts.get("hours_until")
    if (begin is None) != (end is None):
        return {"hours_until" if end is None else "hours_from": [_("Cần điền cả giờ mở cửa và giờ đóng cửa.")]}
    if begin is not None and end is not None and end <= begin:
        return {"hours_until": [_("Giờ đóng cửa phải sau giờ mở cửa.")]}
    return {}


def _paper_faults(facts: Mapping[str, Any], on: date) -> Faults:
    registered_on = facts.get("registered_on")
    if registered_on is not None and registered_on > on:
        return {"registered_on": [_("Ngày đăng ký không thể sau hôm nay.")]}
    if registered_on is not None and not facts.get("registration_number"):
        return {"registration_number": [_("Có ngày đăng ký thì cần số đăng ký.")]}
    return {}
