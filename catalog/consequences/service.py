"""Doing what follows from a change of a certificate: once for each (certificate, consequence, occasion).

A feature says what it does:

    @consequence("lot", Happening.LAPSE, Happening.REVOCATION)
    def block_lots(case: Case) -> dict[str, int]:
        return {"lots": settle_stars([case.product_id], case.today)}

It is called when the change is told and, should the telling get lost, by the nightly round; the row of
``certificate_consequence`` makes both together do it once, and the audit trail says when and in which numbers.
What is due is read from the certificate itself, never from what was told. A consequence judges by the state it
finds, so news may come late and in any order. No door waits for any of this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import wraps
from typing import Any

import structlog
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from catalog.certificates.events import (
    CertificateCorrected,
    CertificateEnded,
    CertificateResumed,
    CertificateRevoked,
    CertificateVerified,
)
from catalog.consequences.models import CertificateConsequence
from catalog.consequences.queries import changed_certificates, done, is_done, told
from catalog.consequences.rules import ENDINGS, Happening, Occasion
from core.accounts.actor import SYSTEM
from core.audit import record
from core.clock import now, today
from core.db import db, dialect_name, end_reading, transaction
from core.events import later, on

log = structlog.get_logger()

_BLIND = {"synchronize_session": False}
#: Certificates looked at together by the nightly round.
_CHUNK = 500
_OPENINGS = frozenset({Happening.RENEWAL, Happening.DOWNRATING})
#: What each event may have brought about.
_WAKES: dict[type, frozenset[Happening]] = {
    CertificateEnded: ENDINGS,
    CertificateRevoked: frozenset({Happening.REVOCATION}),
    CertificateResumed: _OPENINGS,
    CertificateVerified: _OPENINGS,
    CertificateCorrected: ENDINGS | _OPENINGS,
}


class Timing(StrEnum):
    """When a consequence is drawn."""

    NOW = "now"  #: in the transaction of the change
    LATER = "later"  #: by the worker, in one transaction with its row
    OUTSIDE = "outside"  #: by the worker, in transactions of its own: many objects, each locked alone


@dataclass(frozen=True)
class Case:
    """One change of one certificate, as a consequence is told of it. ``today`` was read once."""

    certificate_id: int
    product_id: int
    code: str
    happening: Happening
    #: Its first day; it may lie long before today.
    on: date
    today: date


Run = Callable[[Case], dict[str, int]]


@dataclass(frozen=True)
class Consequence:
    """What one feature does about some happenings. ``is_ahead``: as soon as it is recorded, not on its day."""

    key: str
    happenings: frozenset[Happening]
    run: Run
    timing: Timing
    is_ahead: bool

    def is_due(self, occasion: Occasion, day: date) -> bool:
        """Whether it is to be drawn for this occasion by that day."""
        is_told = self.is_ahead and occasion.happening is not Happening.LAPSE
        return occasion.happening in self.happenings and (is_told or occasion.on <= day)


_consequences: list[Consequence] = []


def consequence(
    key: str, *happenings: Happening, timing: Timing = Timing.LATER, is_ahead: bool = False
) -> Callable[[Run], Run]:
    """Register what follows for one kind of object; answers numbers for the trail, such as ``{"held": 2}``."""

    def register(run: Run) -> Run:
        one = Consequence(key, frozenset(happenings), run, timing, is_ahead)
        _consequences.append(one)
        for event, kinds in _WAKES.items():
            if kinds & one.happenings:
                _listen(one, event)
        return run

    return register


def consequences() -> tuple[Consequence, ...]:
    """Everything that is registered."""
    return tuple(_consequences)


def settle(certificate_id: int, one: Consequence, day: date) -> int:
    """Draw one consequence for every occasion of a certificate that is due and not done; answers how many."""
    found = told([certificate_id], day)
    known = done([certificate_id])
    return sum(
        _draw(one, Case(who.certificate_id, who.product_id, who.code, what.happening, what.on, day), what.key)
        for who in found
        for what in who.occasions
        if one.is_due(what, day) and (who.certificate_id, one.key, what.key) not in known
    )


def settle_all(day: date) -> int:
    """Draw whatever is due and not done, of all certificates, with no lower bound in time; answers how many.

    Raises ExceptionGroup at the end when any failed.
    """
    changed = changed_certificates(day)
    drawn, failures = 0, list[Exception]()
    for start in range(0, len(changed), _CHUNK):
        missing = _missing(changed[start : start + _CHUNK], day)
        end_reading()
        for one, case, key in missing:
            try:
                drawn += _draw(one, case, key)
            except Exception as error:
                log.exception("consequence.failed", consequence=one.key, certificate=case.code)
                failures.append(error)
    if failures:
        raise ExceptionGroup("consequences failed", failures)
    return drawn


def _missing(certificate_ids: list[int], day: date) -> list[tuple[Consequence, Case, str]]:
    known = done(certificate_ids)
    return [
        (one, Case(who.certificate_id, who.product_id, who.code, what.happening, what.on, day), what.key)
        for who in told(certificate_ids, day)
        for what in who.occasions
        for one in _consequences
        if one.is_due(what, day) and (who.certificate_id, one.key, what.key) not in known
    ]


def _listen(one: Consequence, event: type[Any]) -> None:
    """Look again at the certificate whenever this event is told."""

    @wraps(one.run)
    def look(told_of: Any) -> None:
        settle(told_of.certificate_id, one, today())

    if one.timing is Timing.NOW:
        on(event)(look)
    else:
        later(event, outside=one.timing is Timing.OUTSIDE)(look)


def _draw(one: Consequence, case: Case, occasion: str) -> bool:
    """Do it and write the row, unless it stands there. Answers whether it was done now."""
    if one.timing is Timing.OUTSIDE:
        if is_done(case.certificate_id, one.key, occasion):
            return False
        end_reading()
        counts = one.run(case)
        with transaction():
            return _write(one, case, occasion, counts)
    with transaction():
        if not _claim(one, case, occasion, {}):
            return False
        _finish(one, case, occasion, one.run(case))
        return True


def _write(one: Consequence, case: Case, occasion: str, counts: dict[str, int]) -> bool:
    is_first = _claim(one, case, occasion, counts)
    if is_first:
        _trail(one, case, occasion, counts)
    return is_first


def _finish(one: Consequence, case: Case, occasion: str, counts: dict[str, int]) -> None:
    row = CertificateConsequence
    key = row.certificate_id == case.certificate_id, row.consequence == one.key, row.occasion == occasion
    db.session.execute(update(row).where(*key).values(counts=counts), execution_options=_BLIND)
    _trail(one, case, occasion, counts)


def _claim(one: Consequence, case: Case, occasion: str, counts: dict[str, int]) -> bool:
    """Write the row unless it is there: its unique key decides between two that come at once."""
    dialect = postgresql if dialect_name() == "postgresql" else sqlite
    row = dialect.insert(CertificateConsequence).values(
        certificate_id=case.certificate_id, consequence=one.key, occasion=occasion, happening=str(case.happening),
        happened_on=case.on, done_at=now(), counts=counts,
    )  # fmt: skip
    return db.session.scalar(row.on_conflict_do_nothing().returning(CertificateConsequence.id)) is not None


def _trail(one: Consequence, case: Case, occasion: str, counts: dict[str, int]) -> None:
    record(
        "consequence.done", f"certificate:{case.code}", SYSTEM, consequence=one.key, happening=str(case.happening),
        occasion=occasion, on=case.on, **counts,
    )  # fmt: skip
