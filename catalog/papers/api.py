"""/api/v1/papers: food-safety declarations and makers' certificates."""

from collections.abc import Collection
from typing import Any

from flask import Response, jsonify

from catalog.papers.models import Paper
from catalog.papers.queries import get_paper, list_papers, row_of, scope_of_paper
from catalog.papers.schemas import BlockingIn, PaperIn, PaperListOut, PaperOut, PapersQuery, PaperWithdrawalIn, out
from catalog.papers.service import confirm_paper, record_paper, set_blocking, withdraw_paper
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.clock import today
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent

blp = Blueprint("api_papers", __name__, url_prefix="/papers", description="Food-safety papers of products and makers")


def own_producers(actor: Actor) -> Collection[str] | None:
    """The producers whose papers this person may list; None: all."""
    return actor.scopes_of("producer") if actor.roles <= {"producer", "shopper"} else None


@blp.get("")
@needs("papers.read")
@blp.arguments(PapersQuery, location="query")
@blp.response(200, PaperListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Papers, the first to run out first; a producer's people see their own."""
    page, per_page = page_args(query)
    producers = own_producers(current_actor())
    found, total = list_papers(today(), state=query.get("state", ""), producers=producers, page=page, per_page=per_page)
    return paged(found, total, page, per_page)


@blp.post("")
@needs("papers.record")
@blp.arguments(PaperIn)
@idempotent
@blp.response(201, PaperOut)
def create(body: dict[str, Any]) -> Response:
    """Enter a paper; a producer's entry waits for a certifier."""
    return _answer(record_paper(current_actor(), **body), 201)


@blp.get("/<code>")
@needs("papers.read")
@blp.response(200, PaperOut)
def show(code: str) -> Response:
    """One paper."""
    paper = get_paper(code)
    authorize(current_actor(), "papers.read", scope_of_paper(paper))
    return _answer(paper)


@blp.post("/<code>/confirmation")
@needs("papers.confirm")
@idempotent
@blp.response(200, PaperOut)
def confirmation(code: str) -> Response:
    """A certifier has seen it."""
    return _answer(confirm_paper(current_actor(), code))


@blp.put("/<code>/blocking")
@needs("papers.confirm")
@blp.arguments(BlockingIn)
@blp.response(200, PaperOut)
def blocking(body: dict[str, Any], code: str) -> Response:
    """Make it a condition of sale, or no longer."""
    return _answer(set_blocking(current_actor(), code, **body))


@blp.post("/<code>/withdrawal")
@needs("papers.record")
@blp.arguments(PaperWithdrawalIn)
@blp.response(200, PaperOut)
def withdrawal(body: dict[str, Any], code: str) -> Response:
    """Take back a wrong entry."""
    return _answer(withdraw_paper(current_actor(), code, **body))


def _answer(paper: Paper, status: int = 200) -> Response:
    response = jsonify(out(row_of(paper, today())))
    response.status_code = status
    return response
