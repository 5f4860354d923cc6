"""/api/v1: papers of certificates, products and producers."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from catalog.documents.models import Document
from catalog.documents.queries import of_subject
from catalog.documents.rules import LARGEST
from catalog.documents.schemas import DocumentFile, DocumentForm, DocumentListOut, DocumentOut, DocumentWithdrawalIn
from catalog.documents.service import keep, set_public, withdraw
from catalog.documents.subjects import owner_of
from core.accounts.actor import Scope
from core.accounts.permissions import authorize
from core.errors import Invalid
from core.web.access import current_actor, needs
from core.web.api import Blueprint, paged

blp = Blueprint("api_documents", __name__, url_prefix="", description="Scans and papers")


@blp.get("/certificates/<code>/documents")
@needs("documents.read")
@blp.response(200, DocumentListOut)
def of_certificate(code: str) -> dict[str, Any]:
    """The papers of a certificate, newest first; withdrawn ones say so."""
    return _listed(f"certificate:{code}")


@blp.post("/certificates/<code>/documents")
@needs("documents.keep")
@blp.arguments(DocumentForm, location="form")
@blp.arguments(DocumentFile, location="files")
@blp.response(201, DocumentOut)
def keep_of_certificate(form: dict[str, Any], files: dict[str, Any], code: str) -> Response:
    """Keep a scan (PDF, JPEG or PNG, at most 10 MB). The same file twice is one document."""
    return _keep(f"certificate:{code}", form, files)


@blp.get("/products/<code>/documents")
@needs("documents.read")
@blp.response(200, DocumentListOut)
def of_product(code: str) -> dict[str, Any]:
    """The papers of a product, by its code."""
    return _listed(f"product:{code}")


@blp.post("/products/<code>/documents")
@needs("documents.keep")
@blp.arguments(DocumentForm, location="form")
@blp.arguments(DocumentFile, location="files")
@blp.response(201, DocumentOut)
def keep_of_product(form: dict[str, Any], files: dict[str, Any], code: str) -> Response:
    """Keep a paper of a product."""
    return _keep(f"product:{code}", form, files)


@blp.post("/documents/<code>/withdrawal")
@needs("documents.withdraw")
@blp.arguments(DocumentWithdrawalIn)
@blp.response(200, DocumentOut)
def withdrawal(body: dict[str, Any], code: str) -> Response:
    """Withdraw a wrong document; nothing is deleted."""
    return _answer(withdraw(current_actor(), code, **body))


@blp.post("/documents/<code>/publication")
@needs("documents.publish")
@blp.response(200, DocumentOut)
def publication(code: str) -> Response:
    """Show the scan of a verified certificate to anybody."""
    return _answer(set_public(current_actor(), code, is_public=True))


@blp.delete("/documents/<code>/publication")
@needs("documents.publish")
@blp.response(200, DocumentOut)
def hiding(code: str) -> Response:
    """Show it to the desks only."""
    return _answer(set_public(current_actor(), code, is_public=False))


def read_upload(sent: FileStorage | None) -> tuple[bytes, str]:
    """The bytes and the name of a file sent in a form; never more bytes than needed to refuse. Raises Invalid."""
    if sent is None or not sent.filename:
        raise Invalid({"file": [_("Hãy chọn một tệp PDF, JPEG hoặc PNG.")]})
    return sent.read(LARGEST + 1), sent.filename


def _listed(subject: str) -> dict[str, Any]:
    owner = owner_of(subject)
    authorize(current_actor(), "documents.read", Scope("producer", owner.producer or ""))
    found: Sequence[Document] = of_subject(subject, with_withdrawn=True)
    return paged(found, len(found), 1, max(1, len(found)))


def _keep(subject: str, form: dict[str, Any], files: dict[str, Any]) -> Response:
    data, name = read_upload(files["file"])
    return _answer(keep(current_actor(), data, name, subject, form["kind"]), 201)


def _answer(document: Document, status: int = 200) -> Response:
    response = jsonify(DocumentOut().dump(document))
    response.status_code = status
    return response
