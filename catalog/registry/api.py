"""/api/v1/registry: out for auditors and certifiers, in for certifiers, confirmed by a second one."""

from typing import Any

from flask import Response, jsonify, request

from catalog.registry.export import collect
from catalog.registry.files import ENDINGS, MEDIA, write
from catalog.registry.models import RegistryImport
from catalog.registry.queries import get_import, list_imports
from catalog.registry.schemas import (
    ExportQuery,
    ImportQuery,
    OutcomeOut,
    RegistryConfirmationIn,
    RegistryImportListOut,
    RegistryImportOut,
    RegistryImportsQuery,
)
from catalog.registry.service import confirm, import_registry, reject
from core.clock import today
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent

blp = Blueprint("api_registry", __name__, url_prefix="/registry", description="The registry as a file, and back")


@blp.get("")
@needs("registry.read")
@blp.arguments(ExportQuery, location="query")
@blp.response(200, content_type="application/json")
def export(query: dict[str, Any]) -> Response:
    """Everything that is confirmed, as JSON, as a zip of CSV tables, or as XLSX (docs/registry.md)."""
    return as_file(query["format"])


@blp.get("/imports")
@needs("registry.read")
@blp.arguments(RegistryImportsQuery, location="query")
@blp.response(200, RegistryImportListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Files that were brought in, newest first."""
    page, per_page = page_args(query)
    found, total = list_imports(page, per_page)
    return paged(found, total, page, per_page)


@blp.post("/imports")
@needs("registry.import")
@blp.arguments(ImportQuery, location="query")
@idempotent
@blp.response(200, OutcomeOut)
def bring_in(query: dict[str, Any]) -> Response:
    """Bring in a file: the body is the file itself, in any of the three forms. All or nothing."""
    name, is_trial = query["file_name"], bool(query["dry_run"])
    outcome = import_registry(current_actor(), request.get_data(cache=True), name, dry_run=is_trial)
    return jsonify(OutcomeOut().dump(outcome))


@blp.get("/imports/<code>")
@needs("registry.read")
@blp.response(200, RegistryImportOut)
def show(code: str) -> Response:
    """One file."""
    return _answer(get_import(code))


@blp.post("/imports/<code>/confirmation")
@needs("registry.confirm")
@blp.arguments(RegistryConfirmationIn)
@idempotent
@blp.response(200, RegistryImportOut)
def confirmation(body: dict[str, Any], code: str) -> Response:
    """Confirm it as the second person: its certificates count from now on."""
    return _answer(confirm(current_actor(), code, **body))


@blp.delete("/imports/<code>")
@needs("registry.import")
@blp.response(200, RegistryImportOut)
def taking_back(code: str) -> Response:
    """Take back a file that waits."""
    return _answer(reject(current_actor(), code))


def as_file(form: str) -> Response:
    """The registry as a file to keep, named by the day."""
    response = Response(write(collect(), form), content_type=MEDIA[form])
    name = f"so-dang-ky-ocop-{today().isoformat()}{ENDINGS[form]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _answer(batch: RegistryImport) -> Response:
    return jsonify(RegistryImportOut().dump(batch))
