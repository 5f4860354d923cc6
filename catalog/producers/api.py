"""/api/v1/producers: for staff, and for producers their own."""

from typing import Any, cast

from flask import Response, jsonify
from flask_babel import gettext as _

from catalog.producers.models import Producer
from catalog.producers.queries import get_producer, list_producers, list_same_tax_code, scope_of
from catalog.producers.schemas import ProducerIn, ProducerListOut, ProducerOut, ProducerPatch, ProducersQuery
from catalog.producers.service import create_producer, edit_producer
from core.accounts.permissions import authorize
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version

blp = Blueprint("api_producers", __name__, url_prefix="/producers", description="Producers (chủ thể)")


@blp.get("")
@needs("producers.list")
@blp.arguments(ProducersQuery, location="query")
@blp.response(200, ProducerListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List producers by name."""
    page, per_page = page_args(query)
    found, total = list_producers(query.get("q"), page, per_page)
    return paged([_out(producer) for producer in found], total, page, per_page)


@blp.post("")
@needs("producers.create")
@blp.arguments(ProducerIn)
@idempotent
@blp.response(201, ProducerOut)
def create(body: dict[str, Any]) -> Response:
    """Enter a producer; a tax code that somebody else has is told in `warnings`, not refused."""
    return _answer(create_producer(current_actor(), **body), 201)


@blp.get("/<code>")
@needs("producers.read")
@blp.response(200, ProducerOut)
def show(code: str) -> Response:
    """A producer with its version (ETag)."""
    producer = get_producer(code)
    authorize(current_actor(), "producers.read", scope_of(producer))
    return _answer(producer)


@blp.patch("/<code>")
@needs("producers.edit")
@blp.arguments(ProducerPatch)
@blp.response(200, ProducerOut)
def edit(body: dict[str, Any], code: str) -> Response:
    """Change a producer (If-Match)."""
    return _answer(edit_producer(current_actor(), code, expected_version(), body))


def _answer(producer: Producer, status: int = 200) -> Response:
    response = jsonify(_out(producer))
    response.status_code = status
    return with_version(response, producer)


def _out(producer: Producer) -> dict[str, Any]:
    body = cast("dict[str, Any]", ProducerOut().dump(producer))
    return {**body, "warnings": _warnings(producer)}


def _warnings(producer: Producer) -> list[str]:
    """What a person should look at: another producer with the same tax code."""
    if producer.tax_code is None:
        return []
    twins = list_same_tax_code(producer.tax_code, besides=producer.id)
    return [_("Trùng mã số thuế với %(name)s (%(code)s).", name=t.name, code=t.code) for t in twins]
