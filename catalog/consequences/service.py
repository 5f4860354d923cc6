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

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

import structlog
from sqlalchemy import Table, bindparam, update
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

_ROW = cast("Table", CertificateConsequence.__table__)
_CLAIM = {
    "sqlite": sqlite.insert(_ROW).on_conflict_do_nothing().returning(_ROW.c.id),
    "postgresql": postgresql.insert(_ROW).on_conflict_do_nothing().returning(_ROW.c.id),
}
_FINISH = update(_ROW).where(_ROW.c.id == bindparam("row_id")).values(counts=bindparam("numbers"))
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
    LATER = "later"  #: by the worker, in one transaction of its own, with its row
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


#: A consequence to draw, of which case, and the key of its occasion.
Missing = tuple[Consequence, Case, str]

_consequences: list[Consequence] = []


def consequence(
    key: str, *happenings: Happening, timing: Timing = Timing.LATER, is_ahead: bool = False
) -> Callable[[Run], Run]:
    """Register what follows for one kind of object; answers numbers for the trail, such as ``{"held": 2}``."""

    def register(run: Run) -> Run:
        _consequences.append(Consequence(key, frozenset(happenings), run, timing, is_ahead))
        return run

    return register


def consequences() -> tuple[Consequence, ...]:
    """Everything that is registered."""
    return tuple(_consequences)


def listeners() -> list[tuple[str, str, str]]:
    """Whom each event may wake, as (event, when, reaction): what docs/events.md says besides the listeners here."""
    return [
        (event.__name__, str(one.timing), f"{one.run.__module__}.{one.run.__qualname__}")  # type: ignore[attr-defined]
        for event, kinds in _WAKES.items()
        for one in _consequences
        if kinds & one.happenings
    ]


def settle_all(day: date) -> int:
    """Draw whatever is due and not done, of all certificates, with no lower bound in time; answers how many.

    Raises ExceptionGroup at the end when any failed.
    """
    changed = changed_certificates(day)
    drawn, failures = 0, list[Exception]()
    for start in range(0, len(changed), _CHUNK):
        missing = _missing(changed[start : start + _CHUNK], _consequences, day)
        end_reading()
        drawn += _draw_each(missing, failures)
    _tell(failures)
    return drawn


def draw_now(news: Any) -> None:
    """Draw at once what this event may have brought about: all of it or nothing, from one look at the certificate."""
    for one, case, key in _awaited(news, Timing.NOW):
        _draw(one, case, key)


def draw_later(news: Any) -> None:
    """What the worker draws, each consequence in a transaction of its own: one that fails holds no other.

    Raises ExceptionGroup at the end when any failed; trying again draws only what is missing.
    """
    _draw_apart(news, Timing.LATER)


def draw_outside(news: Any) -> None:
    """The same for what runs in transactions of its own."""
    _draw_apart(news, Timing.OUTSIDE)


def _draw_apart(news: Any, timing: Timing) -> None:
    awaited, failures = _awaited(news, timing), list[Exception]()
    end_reading()
    _draw_each(awaited, failures)
    _tell(failures)


for _event in _WAKES:
    on(_event)(draw_now)
    later(_event, outside=True)(draw_later)
    later(_event, outside=True)(draw_outside)


def _awaited(news: Any, timing: Timing) -> list[Missing]:
    """What this event may have brought about and nobody did yet, in the order of registration."""
    kinds = _WAKES[type(news)]
    woken = [one for one in _consequences if one.timing is timing and kinds & one.happenings]
    if not woken:
        return []
    missing = _missing([news.certificate_id], woken, today())
    return sorted(missing, key=lambda one: woken.index(one[0]))


def _missing(certificate_ids: list[int], wanted: Sequence[Consequence], day: date) -> list[Missing]:
    """What is due of these consequences and not done, certificate by certificate."""
    known = done(certificate_ids)
    return [
        (one, Case(who.certificate_id, who.product_id, who.code, what.happening, what.on, day), what.key)
        for who in told(certificate_ids, day)
        for what in who.occasions
        for one in wanted
        if one.is_due(what, day) and (who.certificate_id, one.key, what.key) not in known
    ]


def _draw_each(missing: list[Missing], failures: list[Exception]) -> int:
    drawn = 0
    for one, case, key in missing:
        try:
            drawn += _draw(one, case, key)
        except Exception as error:
            log.exception("consequence.failed", consequence=one.key, certificate=case.code)
            failures.append(error)
    return drawn


def _tell(failures: list[Exception]) -> None:
    if failures:
        raise ExceptionGroup("consequences failed", failures)


def _draw(one: Consequence, case: Case, occasion: str) -> bool:
    """Do it and write the row, unless it stands there. Answers whether it was done now."""
    if one.timing is Timing.OUTSIDE:
        if is_done(case.certificate_id, one.key, occasion):
            return False
        end_reading()
        counts = one.run(case)
        with transaction():
            if _claim(one, case, occasion, counts) is None:
                return False
            _trail(one, case, occasion, counts)
            return True
    with transaction():
        row_id = _claim(one, case, occasion, {})
        if row_id is None:
            return False
        counts = one.run(case)
        db.session.execute(_FINISH, {"row_id": row_id, "numbers": counts})
        _trail(one, case, occasion, counts)
        return True


def _claim(one: Consequence, case: Case, occasion: str, counts: dict[str, int]) -> int | None:
    """Write the row and answer its id, unless it is there: its unique key decides between two that come at once."""
    row = {
        "certificate_id": case.certificate_id, "consequence": one.key, "occasion": occasion,
        "happening": str(case.happening), "happened_on": case.on, "done_at": now(), "counts": counts,
    }  # fmt: skip
    return db.session.scalar(_CLAIM[dialect_name()], row)


def _trail(one: Consequence, case: Case, occasion: str, counts: dict[str, int]) -> None:
    record(
        "consequence.done", f"certificate:{case.code}", SYSTEM, consequence=one.key, happening=str(case.happening),
        occasion=occasion, on=case.on, **counts,
    )  # fmt: skip
