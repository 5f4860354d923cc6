"""Writing the certificates of a confirmed file, and what later decisions did to certificates that stand here."""

from datetime import datetime
from typing import Any

from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate, CertificateSuspension
from catalog.certificates.queries import get_certificate
from catalog.certificates.service import enter, extend, lift, revoke, suspend, verify
from catalog.registry.plan import Act, Plan
from catalog.registry.reading import Line
from core.accounts.actor import Actor
from core.clock import local_day
from core.db import db

#: Later decisions in the order in which they can be recorded: nothing follows a revocation.
_ORDER = ("extension", "suspension", "lifting", "revocation")
_ENTRY = (
    "code", "product", "decision_number", "decided_on", "issuer_level", "issuer", "stars", "score", "score_a",
    "score_b", "score_c", "valid_from", "valid_until", "exception_reason", "document", "is_demo",
)  # fmt: skip
_LATER = (
    "extended_until", "extension_receipt", "governs_until", "revoked_on", "revocation_number", "revocation_ground",
    "revocation_authority",
)  # fmt: skip


def apply(entered_by: Actor, confirmed_by: Actor, plan: Plan, entered_at: datetime, at: datetime) -> None:
    """Write it all, in the running transaction.

    What shortens or lengthens a certificate is written before it is verified, so that its governing days are those
    of the file and no certificate of the same product is cut by days that it never had.
    """
    for act in sorted(plan.acts, key=lambda one: (one.code, _ORDER.index(one.kind))):
        _do(confirmed_by, act, at)
    order = sorted(plan.certificates, key=lambda one: (one[0].values["valid_from"], one[0].code))
    for line, pauses in order:
        _enter(entered_by, line, pauses, entered_at, at)
    for line, _pauses in order:
        values = line.values
        verify(confirmed_by, line.code, stars=values["stars"], valid_until=values["valid_until"], accept_exception=True)


def _enter(by: Actor, line: Line, pauses: list[Line], entered_at: datetime, at: datetime) -> Certificate:
    values = line.values
    entry = enter(by, **{name: values[name] for name in _ENTRY}, note=values["note"] or "")
    entry.entered_at = entered_at
    for name in _LATER:
        setattr(entry, name, values[name])
    if entry.governs_until is not None:
        entry.superseded_at = at
    if entry.revoked_on is not None:
        entry.revocation_recorded_at = at
    entry.suspensions.extend(_suspension(by, pause.values, at) for pause in pauses)
    db.session.flush()
    return entry


def _suspension(by: Actor, values: dict[str, Any], at: datetime) -> CertificateSuspension:
    """A suspension as the file tells it; one that is over is closed, so that a new one can be recorded."""
    told = {name: values[name] for name in ("from_on", "until_on", "decision_number", "ground")}
    is_over = values["until_on"] is not None and values["until_on"] < local_day(at)
    begun = at if values["from_on"] <= local_day(at) or is_over else None
    return CertificateSuspension(
        **told, recorded_at=at, recorded_by=by.user_id, begun_recorded_at=begun, lifted_at=at if is_over else None
    )


def _do(by: Actor, act: Act, at: datetime) -> None:
    values = act.values
    match act.kind:
        case "extension":
            extend(by, act.code, receipt_number=values["extension_receipt"], until=values["extended_until"])
        case "revocation":
            revoke(
                by, act.code, decision_number=values["revocation_number"], ground=values["revocation_ground"],
                effective_on=values["revoked_on"], authority=values["revocation_authority"],
            )  # fmt: skip
        case "suspension":
            _suspend(by, act.code, values, at)
        case _:
            _lift(by, act.code, values, at)


def _suspend(by: Actor, code: str, values: dict[str, Any], at: datetime) -> None:
    last = values["until_on"]
    known = last if last is not None and last >= values["from_on"] else None
    suspend(
        by, code, decision_number=values["decision_number"], ground=values["ground"], from_on=values["from_on"],
        until_on=known,
    )  # fmt: skip
    if last is not None and last < local_day(at):
        _lift(by, code, values, at)


def _lift(by: Actor, code: str, values: dict[str, Any], at: datetime) -> None:
    """End the open suspension on the day that the file tells; from today on the certificate counts again."""
    last = values["until_on"]
    certificate = lift(by, code) if last < local_day(at) else get_certificate(code)
    key = values["from_on"], values["decision_number"]
    pause = next(one for one in certificate.suspensions if (one.from_on, one.decision_number) == key)
    if pause.until_on != last:
        pause.until_on = last
        remember(certificate, "lifted", by, at)
