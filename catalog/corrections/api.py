"""/api/v1/…/corrections: putting a wrong entry right, by two persons."""

from typing import Any

from flask import Response, jsonify, make_response

from catalog.certificates.schemas import CertificateOut
from catalog.certificates.views import in_public
from catalog.corrections.queries import get_correction, list_waiting
from catalog.corrections.schemas import CorrectionIn, CorrectionListOut, CorrectionOut, WaitingCorrectionsQuery
from catalog.corrections.service import confirm_correction, decline_correction, propose_correction
from core.clock import today
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent

blp = Blueprint("api_corrections", __name__, url_prefix="", description="Corrections of certificates")


@blp.post("/certificates/<code>/corrections")
@needs("certificates.enter")
@blp.arguments(CorrectionIn)
@idempotent
@blp.response(201, CorrectionOut)
def propose(body: dict[str, Any], code: str) -> Response:
    """Say what the paper really says; nothing changes until a second person agrees."""
    found = propose_correction(current_actor(), code, **body)
    return make_response(jsonify(CorrectionOut().dump(found)), 201)


@blp.get("/corrections")
@needs("certificates.read")
@blp.arguments(WaitingCorrectionsQuery, location="query")
@blp.response(200, CorrectionListOut)
def waiting(query: dict[str, Any]) -> dict[str, Any]:
    """Corrections that wait for a second person, oldest first."""
    page, per_page = page_args(query)
    found, total = list_waiting(page, per_page)
    return paged(found, total, page, per_page)


@blp.get("/corrections/<code>")
@needs("certificates.read")
@blp.response(200, CorrectionOut)
def show(code: str) -> Response:
    """One correction."""
    return jsonify(CorrectionOut().dump(get_correction(code)))


@blp.post("/corrections/<code>/confirmation")
@needs("certificates.verify")
@idempotent
@blp.response(200, CertificateOut)
def confirm(code: str) -> Response:
    """Agree, having read the paper."""
    certificate = confirm_correction(current_actor(), code)
    return jsonify(CertificateOut().dump(in_public(certificate, today())))


@blp.delete("/corrections/<code>")
@needs("certificates.enter")
@blp.response(204)
def decline(code: str) -> Response:
    """Leave the entry as it is."""
    decline_correction(current_actor(), code)
    return Response(status=204)
