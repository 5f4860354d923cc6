"""Certificates as they are shown: one shape for the API and the pages."""

from datetime import date
from typing import Any

from flask import url_for

from catalog.certificates.judging import doubts_of
from catalog.certificates.models import Certificate
from catalog.certificates.queries import history, term_of
from catalog.certificates.rules import since, status_of
from core.accounts.actor import SYSTEM, Actor
from core.accounts.models import UserAccount
from core.db import db


def in_line(certificate: Certificate, on: date) -> dict[str, Any]:
    """One certificate in one line of a history, with its status on that day."""
    return {
        "code": certificate.code,
        "status": status_of(term_of(certificate), on),
        "stars": certificate.stars,
        "decision": _decision(certificate),
        "valid_from": certificate.valid_from,
        "valid_until": certificate.valid_until,
    }


def in_public(certificate: Certificate, on: date) -> dict[str, Any]:
    """A verified certificate whole, with its status on that day and its product's history."""
    term = term_of(certificate)
    product = certificate.product
    return {
        **in_line(certificate, on),
        "since": since(term, on),
        "starts_on": term.starts_on,
        "ends_on": term.ends_on,
        "extended_until": certificate.extended_until,
        "score": certificate.score_hundredths,
        "issuer": certificate.issuer,
        "issuer_level": certificate.issuer_level,
        "document": certificate.document,
        "product": product,
        "producer": product.producer,
        "suspensions": certificate.suspensions,
        "revocation": _revocation(certificate),
        "history": [in_line(one, on) for one in history(certificate.product_id)],
        "is_demo": certificate.is_demo,
        "url": url_for("certificates.show", code=certificate.code, _external=False),
    }


def at_desk(certificate: Certificate, actor: Actor) -> dict[str, Any]:
    """An entry for certifiers. What a second person must read for himself is hidden from him until then."""
    is_open_book = certificate.verified_at is not None or (
        actor.user_id is not None and certificate.entered_by == actor.user_id
    )
    return {
        "code": certificate.code,
        "state": "verified" if certificate.verified_at else "entered",
        "product": certificate.product,
        "decision": _decision(certificate),
        "issuer": certificate.issuer,
        "issuer_level": certificate.issuer_level,
        "stars": certificate.stars if is_open_book else None,
        "score": certificate.score_hundredths if is_open_book else None,
        "valid_from": certificate.valid_from,
        "valid_until": certificate.valid_until if is_open_book else None,
        "exception": _exception(certificate) if is_open_book else None,
        "doubts": doubts_of(certificate) if is_open_book else [],
        "document": certificate.document,
        "entered_by": _name(certificate.entered_by),
        "entered_at": certificate.entered_at,
        "is_demo": certificate.is_demo,
        "version": certificate.version,
    }


def _exception(certificate: Certificate) -> dict[str, Any] | None:
    """What it contradicts and why it stands; None when it contradicts nothing."""
    if certificate.exception_faults is None:
        return None
    return {
        "reason": certificate.exception_reason,
        "faults": certificate.exception_faults,
        "is_accepted": certificate.is_exception_accepted,
    }


def _decision(certificate: Certificate) -> dict[str, Any]:
    return {"number": certificate.decision_number, "decided_on": certificate.decided_on}


def _revocation(certificate: Certificate) -> dict[str, Any] | None:
    if certificate.revoked_on is None:
        return None
    return {
        "decision_number": certificate.revocation_number,
        "ground": certificate.revocation_ground,
        "authority": certificate.revocation_authority,
        "effective_on": certificate.revoked_on,
    }


def _name(user_id: int | None) -> str:
    """Who entered it, as people call them; the command line is the system."""
    user = db.session.get(UserAccount, user_id) if user_id is not None else None
    return user.name if user else SYSTEM.label
