"""The days of a renewal as a calendar file (RFC 5545): the window opens, it closes, the last day."""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event

from catalog.certificates.models import Certificate
from catalog.renewals.queries import Renewal


def calendar_of(certificate: Certificate, renewal: Renewal, at: datetime, url: str, host: str) -> bytes:
    """Whole-day events with a reminder a week before; the same UIDs each time, so a new file replaces the old."""
    calendar = Calendar()
    calendar.add("prodid", "-//OCOP Mart//renewal//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = certificate.product.name
    calendar.add("x-wr-calname", _("Gia hạn OCOP: %(product)s", product=name))
    days = [
        ("opens", renewal.window.opens_on, _("Bắt đầu nộp được hồ sơ đánh giá lại: %(product)s", product=name)),
        ("closes", renewal.window.closes_on, _("Hạn nộp hồ sơ đánh giá lại: %(product)s", product=name)),
        ("last", renewal.term.ends_on, _("Ngày cuối của công nhận OCOP: %(product)s", product=name)),
    ]
    for key, day, title in days:
        event = _event(day, title, at, url)
        event.add("uid", f"{certificate.code}-{key}@{host}")
        calendar.add_component(event)
    return calendar.to_ical()


def _event(day: date, title: str, at: datetime, url: str) -> Event:
    event = Event()
    event.add("summary", title)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("dtstamp", at)
    event.add("transp", "TRANSPARENT")
    event.add("url", url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-7))
    event.add_component(alarm)
    return event
