"""What happened to a certificate, in order: each with the day it takes effect and the instant we recorded it.

The two times differ: a decision of revocation may reach us days after its day. Both are shown, so that nobody
has to guess what was known when.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from catalog.certificates.models import Certificate, CertificateVersion
from core.clock import local_day

#: decided, verified: how it began; extended, suspended, lifted, revoked, superseded, corrected: what decisions did;
#: lapsed or ends: its last day, past or to come.
Act = Literal[
    "decided", "verified", "extended", "suspended", "lifted", "revoked", "superseded", "corrected", "lapsed", "ends",
]  # fmt: skip
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history."""

    act: Act
    #: The day it takes effect (for ``ends``: the last day that counts).
    on: date
    #: When we recorded it; None where it needs no recording or nobody noted it.
    recorded_at: datetime | None = None
    #: Number of the paper behind it.
    number: str | None = None
    #: Ground of a revocation (a code) or of a suspension (the authority's words).
    ground: str | None = None
    authority: str | None = None
    #: Last day of a suspension or an extension.
    until: date | None = None
    #: Code of the certificate that took over.
    successor: str | None = None


def history_of(
    one: Certificate, ends_on: date, successor: str | None, versions: Sequence[CertificateVersion], on: date
) -> list[Happening]:
    """Everything that happened to a verified certificate, the earliest effect first.

    ends_on: last day it governs; versions: what was known of it when; on: the day of reading.
    """
    known = {version.act: version.recorded_at for version in versions}
    found = [Happening("decided", one.decided_on, None, one.decision_number, authority=one.issuer)]
    if one.verified_on is not None:
        found.append(Happening("verified", max(one.valid_from, one.verified_on), one.verified_at))
    found += _extension(one, known.get("extended"))
    found += [line for pause in _pauses(one) for line in pause]
    found += _corrections(versions)
    found += _end(one, ends_on, successor, on)
    return sorted(found, key=lambda line: (line.on, _ORDER.index(line.act)))


_ORDER: tuple[Act, ...] = (
    "decided", "verified", "corrected", "extended", "suspended", "lifted", "ends", "superseded", "revoked", "lapsed",
)  # fmt: skip


def _extension(one: Certificate, recorded_at: datetime | None) -> Iterator[Happening]:
    if one.extended_until is not None:
        first = one.valid_until + _ONE_DAY
        yield Happening("extended", first, recorded_at, one.extension_receipt, until=one.extended_until)


def _pauses(one: Certificate) -> Iterator[list[Happening]]:
    for pause in one.suspensions:
        lines = [
            Happening(
                "suspended", pause.from_on, pause.recorded_at, pause.decision_number, pause.ground, until=pause.until_on
            )
        ]
        if pause.lifted_at is not None and pause.until_on is not None:
            lines.append(Happening("lifted", pause.until_on + _ONE_DAY, pause.lifted_at))
        yield lines


def _corrections(versions: Sequence[CertificateVersion]) -> Iterator[Happening]:
    for version in versions:
        if version.act == "corrected":
            yield Happening("corrected", local_day(version.recorded_at), version.recorded_at)


def _end(one: Certificate, ends_on: date, successor: str | None, on: date) -> Iterator[Happening]:
    """How it ended or will end: by revocation, by a successor, or by its last day."""
    if one.governs_until is not None and one.governs_until == ends_on:
        yield Happening("superseded", ends_on + _ONE_DAY, one.superseded_at, successor=successor)
    if one.revoked_on is not None:
        yield Happening(
            "revoked", one.revoked_on, one.revocation_recorded_at, one.revocation_number, one.revocation_ground,
            one.revocation_authority,
        )  # fmt: skip
        return
    if one.governs_until is None:
        yield Happening("lapsed", ends_on + _ONE_DAY) if ends_on < on else Happening("ends", ends_on)
