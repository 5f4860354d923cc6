"""/api/v1/search/synonyms: the wordbook, for administrators."""

from typing import Any, cast

from flask import Response, jsonify

from catalog.search.wordbook.queries import Entry, get_entry, list_entries
from catalog.search.wordbook.schemas import (
    SynonymIn,
    SynonymListOut,
    SynonymOut,
    SynonymPatch,
    SynonymsQuery,
    TrialIn,
    TrialOut,
)
from catalog.search.wordbook.service import add_synonyms, edit_synonyms, remove_synonyms, switch_synonyms
from catalog.search.wordbook.trial import try_out
from core.clock import today
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version

blp = Blueprint("api_synonyms", __name__, url_prefix="/search/synonyms", description="Words that mean the same")


@blp.get("")
@needs("synonyms.read")
@blp.arguments(SynonymsQuery, location="query")
@blp.response(200, SynonymListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """All groups, the desk's own first; those that come with the shop after them."""
    page, per_page = page_args(query)
    found = list_entries(query.get("q", ""), origin=query.get("origin", ""), state=query.get("state", ""))
    return paged(found[(page - 1) * per_page : page * per_page], len(found), page, per_page)


@blp.post("")
@needs("synonyms.edit")
@blp.arguments(SynonymIn)
@idempotent
@blp.response(201, SynonymOut)
def create(body: dict[str, Any]) -> Response:
    """Add a group; holds at once, everywhere. 409 synonym.doubtful until one has looked at the doubts."""
    return _answer(add_synonyms(current_actor(), **body), 201)


@blp.get("/<code>")
@needs("synonyms.read")
@blp.response(200, SynonymOut)
def show(code: str) -> Response:
    """A group with its version (ETag); 0 for a base group that nobody has switched."""
    return _answer(get_entry(code))


@blp.patch("/<code>")
@needs("synonyms.edit")
@blp.arguments(SynonymPatch)
@blp.response(200, SynonymOut)
def edit(body: dict[str, Any], code: str) -> Response:
    """Change a group, or switch it off and on (If-Match)."""
    confirm = body.pop("confirm")
    if set(body) == {"is_active"}:
        return _answer(switch_synonyms(current_actor(), code, expected_version(), is_active=body["is_active"]))
    return _answer(edit_synonyms(current_actor(), code, expected_version(), body, confirm=confirm))


@blp.delete("/<code>")
@needs("synonyms.edit")
@blp.response(204)
def remove(code: str) -> Response:
    """Remove a group of the desk's own (If-Match)."""
    remove_synonyms(current_actor(), code, expected_version())
    return Response(status=204)


@blp.post("/trial")
@needs("synonyms.read")
@blp.arguments(TrialIn)
@blp.response(200, TrialOut)
def trial(body: dict[str, Any]) -> Any:
    """What a query finds now, and would find with a group as it is sent; nothing is written."""
    return try_out(current_actor(), [body.pop("q")], today(), **body)[0]


def _answer(entry: Entry, status: int = 200) -> Response:
    response = jsonify(cast("dict[str, Any]", SynonymOut().dump(entry)))
    response.status_code = status
    response.headers["ETag"] = f'"{entry.version}"'
    return response
