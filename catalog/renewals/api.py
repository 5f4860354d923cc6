"""/api/v1: dossiers for re-evaluation, for certifiers and, for their own, producers; extensions on a receipt."""

from typing import Any

from flask import Response, jsonify

from catalog.certificates.schemas import CertificateOut
from catalog.certificates.views import in_public
from catalog.renewals.models import RenewalDossier
from catalog.renewals.queries import get_readable
from catalog.renewals.schemas import (
    ConfirmationIn,
    DossierIn,
    DossierOut,
    ExtensionOnReceiptIn,
    OutcomeIn,
    RenewalOut,
)
from catalog.renewals.service import close, confirm, extend, file_dossier, take_back
from catalog.renewals.views import dossier_line, in_full
from core.clock import today
from core.web.access import current_actor, needs
from core.web.api import Blueprint
from core.web.idempotency import idempotent
from core.web.versions import with_version

blp = Blueprint("api_renewals", __name__, url_prefix="", description="Re-evaluation of certified products")


@blp.get("/certificates/<code>/renewals")
@needs("renewals.read")
@blp.response(200, RenewalOut)
def show(code: str) -> dict[str, Any]:
    """Where the renewal stands today, with its dossiers and the reminders that were sent."""
    return in_full(get_readable(current_actor(), code), today())


@blp.post("/certificates/<code>/renewals")
@needs("renewals.file")
@blp.arguments(DossierIn)
@idempotent
@blp.response(201, DossierOut)
def file(body: dict[str, Any], code: str) -> Response:
    """Record a receipt. A producer's waits for a certifier's confirmation."""
    return _answer(file_dossier(current_actor(), code, **body), 201)


@blp.post("/renewals/<dossier>/confirmation")
@needs("renewals.confirm")
@blp.arguments(ConfirmationIn)
@idempotent
@blp.response(200, DossierOut)
def confirmation(body: dict[str, Any], dossier: str) -> Response:
    """Hold a producer's receipt for true, or say when the dossier became complete."""
    return _answer(confirm(current_actor(), dossier, **body))


@blp.post("/renewals/<dossier>/outcome")
@needs("renewals.confirm")
@blp.arguments(OutcomeIn)
@idempotent
@blp.response(200, DossierOut)
def outcome(body: dict[str, Any], dossier: str) -> Response:
    """Record the result of a dossier; one that fails ends the extension that rested on it."""
    return _answer(close(current_actor(), dossier, **body))


@blp.delete("/renewals/<dossier>")
@needs("renewals.file")
@blp.response(204)
def remove(dossier: str) -> Response:
    """Take back a receipt that nobody has confirmed."""
    take_back(current_actor(), dossier)
    return Response(status=204)


@blp.post("/certificates/<code>/extension")
@needs("certificates.end")
@blp.arguments(ExtensionOnReceiptIn)
@idempotent
@blp.response(200, CertificateOut)
def extension(body: dict[str, Any], code: str) -> Response:
    """Carry it over its last day on the receipt of a recorded dossier (Article 12.3)."""
    certificate = extend(current_actor(), code, **body)
    return with_version(jsonify(CertificateOut().dump(in_public(certificate, today()))), certificate)


def _answer(dossier: RenewalDossier, status: int = 200) -> Response:
    response = jsonify(DossierOut().dump(dossier_line(dossier)))
    response.status_code = status
    return with_version(response, dossier)
