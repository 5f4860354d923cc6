"""Renewals as they are shown: one shape for the API and the pages."""

from datetime import date
from typing import Any

from catalog.certificates.models import Certificate
from catalog.renewals.models import RenewalDossier, RenewalReminder
from catalog.renewals.queries import list_reminders, renewal_of
from catalog.renewals.rules import evaluation_due, timing_of


def in_full(certificate: Certificate, on: date) -> dict[str, Any]:
    """The renewal of a certificate with its dossiers and reminders."""
    renewal = renewal_of(certificate, on)
    return {
        "certificate": certificate.code,
        "stage": renewal.stage,
        "valid_until": certificate.valid_until,
        "ends_on": renewal.term.ends_on,
        "days_left": (renewal.term.ends_on - on).days,
        "window": renewal.window,
        "successor_stars": renewal.successor.stars if renewal.successor else None,
        "dossiers": [dossier_line(one) for one in renewal.dossiers],
        "reminders": [reminder_line(one) for one in list_reminders(certificate.id)],
    }


def dossier_line(one: RenewalDossier) -> dict[str, Any]:
    """A dossier with what the rules say of it."""
    return {
        "code": one.code,
        "receipt_number": one.receipt_number,
        "received_on": one.received_on,
        "authority": one.authority,
        "timing": timing_of(one.received_on, one.certificate.valid_until),
        "is_confirmed": one.confirmed_at is not None,
        "complete_on": one.complete_on,
        "evaluation_due": evaluation_due(one.complete_on),
        "outcome": one.outcome,
        "decided_on": one.decided_on,
        "successor": one.successor.code if one.successor else None,
        "extends_until": one.extends_until,
        "filed_at": one.filed_at,
        "note": one.note,
    }


def reminder_line(one: RenewalReminder) -> dict[str, Any]:
    """A reminder with the person."""
    return {
        "step": one.step, "place": one.place, "to": one.user.name, "ends_on": one.ends_on, "state": one.state,
        "made_at": one.made_at, "mailed_at": one.mailed_at,
    }  # fmt: skip
