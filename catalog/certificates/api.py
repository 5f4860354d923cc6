"""/api/v1/certificates: the public's look, and the certifiers' verbs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, jsonify

from catalog.certificates.models import Certificate
from catalog.certificates.queries import count_unverified, get_certificate, get_public, list_unverified
from catalog.certificates.refusals import VerificationDiffers
from catalog.certificates.schemas import (
    CertificateDeskListOut,
    CertificateDeskOut,
    CertificateIn,
    CertificateOut,
    OnQuery,
    RevocationIn,
    SuspensionIn,
    VerificationIn,
    WaitingQuery,
)
from catalog.certificates.second_reading import note_difference
from catalog.certificates.service import discard, enter, lift, revoke, suspend, verify
from catalog.certificates.views import at_desk, in_public
from core.clock import today
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import with_version


def _noting_differences(view: Callable[..., Response]) -> Callable[..., Response]:
    """Put a reading that differed on record, once the refusal has undone the transaction of its verb."""

    @wraps(view)
    def wrapper(body: dict[str, Any], code: str) -> Response:
        try:
            return view(body, code=code)
        except VerificationDiffers as refusal:
            read = {"stars": body["stars"], "valid_until": body["valid_until"]}
            note_difference(current_actor(), code, refusal.facts["fields"], **read)
            raise

    return wrapper


blp = Blueprint("api_certificates", __name__, url_prefix="", description="Certificates of OCOP products")


@blp.get("/certificates/<code>")
@public
@blp.arguments(OnQuery, location="query")
@blp.response(200, CertificateOut)
def show(query: dict[str, Any], code: str) -> Response:
    """What a certificate is today, or was on a day, as known now. 404 until a second person has verified it."""
    # No version here: the answer changes with the day, not only with edits, so its ETag is its content's.
    return jsonify(CertificateOut().dump(in_public(get_public(code), query.get("on") or today())))


@blp.post("/certificates")
@needs("certificates.enter")
@blp.arguments(CertificateIn)
@idempotent
@blp.response(201, CertificateDeskOut)
def create(body: dict[str, Any]) -> Response:
    """Enter what a decision says of one product; worth nothing until verified."""
    return _desk(enter(current_actor(), **body), 201)


@blp.get("/desk/certificates")
@needs("certificates.read")
@blp.arguments(WaitingQuery, location="query")
@blp.response(200, CertificateDeskListOut)
def waiting(query: dict[str, Any]) -> dict[str, Any]:
    """Entries that wait for a second person, oldest first."""
    page, per_page = page_args(query)
    found = list_unverified(limit=per_page, offset=(page - 1) * per_page)
    actor = current_actor()
    return paged([at_desk(one, actor) for one in found], count_unverified(), page, per_page)


@blp.get("/desk/certificates/<code>")
@needs("certificates.read")
@blp.response(200, CertificateDeskOut)
def show_desk(code: str) -> Response:
    """An entry with its version (ETag), verified or not."""
    return _desk(get_certificate(code))


@blp.delete("/certificates/<code>")
@needs("certificates.enter")
@blp.response(204)
def remove(code: str) -> Response:
    """Take back an entry that nobody has verified."""
    discard(current_actor(), code)
    return Response(status=204)


@blp.post("/certificates/<code>/verification")
@needs("certificates.verify")
@blp.arguments(VerificationIn)
@_noting_differences
@idempotent
@blp.response(200, CertificateOut)
def verification(body: dict[str, Any], code: str) -> Response:
    """Confirm an entry by a second reading: stars and last day must equal it."""
    return _public(verify(current_actor(), code, **body))


@blp.post("/certificates/<code>/revocation")
@needs("certificates.end")
@blp.arguments(RevocationIn)
@idempotent
@blp.response(200, CertificateOut)
def revocation(body: dict[str, Any], code: str) -> Response:
    """Record a revocation; nothing of the product is sold from its day on."""
    return _public(revoke(current_actor(), code, **body))


@blp.post("/certificates/<code>/suspension")
@needs("certificates.end")
@blp.arguments(SuspensionIn)
@idempotent
@blp.response(200, CertificateOut)
def suspension(body: dict[str, Any], code: str) -> Response:
    """Stop a certificate for a time."""
    return _public(suspend(current_actor(), code, **body))


@blp.delete("/certificates/<code>/suspension")
@needs("certificates.end")
@blp.response(200, CertificateOut)
def lifting(code: str) -> Response:
    """Lift the open suspension from today on."""
    return _public(lift(current_actor(), code))


def _public(certificate: Certificate) -> Response:
    return with_version(jsonify(CertificateOut().dump(in_public(certificate, today()))), certificate)


def _desk(certificate: Certificate, status: int = 200) -> Response:
    response = jsonify(CertificateDeskOut().dump(at_desk(certificate, current_actor())))
    response.status_code = status
    return with_version(response, certificate)
