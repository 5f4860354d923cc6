"""What a report may be asked, checked once for the API and the pages."""

from datetime import date

from flask_babel import gettext as _

from admin.exports import FORMATS
from admin.reports.registry import Asked
from core.errors import Invalid
from core.web.api import Schema
from core.web.fields import Choice, Day


class ReportQuery(Schema):
    """A period, the day of the books, and the form of the answer."""

    since = Day(data_key="from", metadata={"description": "First day; the first of this year when left out."})
    until = Day(data_key="to", metadata={"description": "Last day; today when left out."})
    as_of = Day(metadata={"description": "The books as known at the end of this day; today when left out."})
    format = Choice("json", *FORMATS, load_default="json")


def asked_of(today: date, since: date | None, until: date | None, as_of: date | None) -> Asked:
    """Fill in what was left out. Raises Invalid for days out of order, and for books of days to come."""
    asked = Asked(since or today.replace(month=1, day=1), until or today, as_of or today)
    errors: dict[str, list[str]] = {}
    if asked.until < asked.since:
        errors["to"] = [_("Không thể trước ngày bắt đầu.")]
    if asked.as_of > today:
        errors["as_of"] = [_("Sổ chỉ có đến hôm nay.")]
    if errors:
        raise Invalid(errors)
    return asked
