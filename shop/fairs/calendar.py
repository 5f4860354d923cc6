"""A fair as a calendar file (RFC 5545): whole days, no clock time, readable by every telephone."""

from datetime import date, datetime, timedelta

_LINE = 75


def calendar_of(slug: str, name: str, venue: str, opens_on: date, closes_on: date, url: str, at: datetime) -> str:
    """One VEVENT over the days of the fair; ``at`` is the instant of writing, aware UTC."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//OCOP Mart//Fairs//VI", "BEGIN:VEVENT",
        f"UID:fair-{slug}@ocop-mart", f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}", f"DTSTART;VALUE=DATE:{opens_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{closes_on + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_escape(name)}",
        f"LOCATION:{_escape(venue)}", f"URL:{url}", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(_fold(line) + "\r\n" for line in lines)


def _escape(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "\\n")


def _fold(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a letter; continued ones begin with a space."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _LINE:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])
