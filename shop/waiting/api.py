"""Waiting over REST: asked by anybody, counted by producers and stores."""

from typing import Any

from flask import Response

from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, page_args, paged
from shop.waiting import service
from shop.waiting.queries import list_crowds
from shop.waiting.schemas import CrowdListOut, CrowdsQuery, WaitIn
from shop.waiting.sight import sight_of

blp = Blueprint("api_waiting", __name__, url_prefix="/waiting", description="Those who wait for a product")


@blp.post("")
@public
@blp.arguments(WaitIn)
@blp.response(202)
def ask(body: dict[str, Any]) -> Response:
    """Be told once when a product can be bought again. The answer is the same whether or not it was asked before."""
    del body["consent"]
    service.ask(current_actor(), **body)
    return Response(status=202)


@blp.post("/<key>/confirmation")
@public
@blp.response(204)
def confirm(key: str) -> Response:
    """The owner of the address says that it was she who asked."""
    service.confirm(key)
    return Response(status=204)


@blp.delete("/<key>")
@public
@blp.response(204)
def withdraw(key: str) -> Response:
    """Stop waiting; the contact is erased at once."""
    service.withdraw(key)
    return Response(status=204)


@blp.get("")
@needs("waiting.read")
@blp.arguments(CrowdsQuery, location="query")
@blp.response(200, CrowdListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """How many wait for what: a producer's own products, a manager's own stores. Nobody's contact."""
    page, per_page = page_args(query)
    sight = sight_of(current_actor(), "waiting.read")
    found, total = list_crowds(page, per_page, producers=sight.producers, stores=sight.stores)
    return paged(found, total, page, per_page)
