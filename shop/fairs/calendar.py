"""Calendar files (RFC 5545) that every telephone reads: days without clock time, and appointments to the minute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``starts`` and ``ends``: days, both included, or aware instants.

    ``sequence`` rises when it changes, so that a calendar that has it takes the newer one; ``uid`` never changes.
    """

    uid: str
    title: str
    place: str
    starts: date | datetime
    ends: date | datetime
    url: str
    words: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def calendar_file(entries: Iterable[Entry], at: datetime) -> str:
    """The file; ``at`` is the instant of writing, aware UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//OCOP Mart//Fairs//VI", "METHOD:PUBLISH"]
    for entry in entries:
        lines += _event(entry, at)
    return "".join(_fold(line) + "\r\n" for line in [*lines, "END:VCALENDAR"])


def calendar_of(slug: str, name: str, venue: str, opens_on: date, closes_on: date, url: str, at: datetime) -> str:
    """One entry over the days of a fair."""
    return calendar_file([Entry(f"fair-{slug}@ocop-mart", name, venue, opens_on, closes_on, url)], at)


def _event(entry: Entry, at: datetime) -> Sequence[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{entry.uid}", f"DTSTAMP:{_instant(at)}", *_times(entry.starts, entry.ends),
        f"SUMMARY:{_escape(entry.title)}", f"LOCATION:{_escape(entry.place)}", f"URL:{entry.url}",
        f"SEQUENCE:{entry.sequence}", f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
    ]  # fmt: skip
    if entry.words:
        lines.append(f"DESCRIPTION:{_escape(entry.words)}")
    return [*lines, "END:VEVENT"]


def _times(starts: date | datetime, ends: date | datetime) -> tuple[str, str]:
    if isinstance(starts, datetime) and isinstance(ends, datetime):
        return f"DTSTART:{_instant(starts)}", f"DTEND:{_instant(ends)}"
    return f"DTSTART;VALUE=DATE:{starts:%Y%m%d}", f"DTEND;VALUE=DATE:{ends + timedelta(days=1):%Y%m%d}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\r", "").replace("\n", "\\n")


def _fold(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a letter; continued ones begin with a space."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _LINE:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])
