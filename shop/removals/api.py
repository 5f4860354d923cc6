"""Goods that leave unsold, over REST: adjustments, write-offs with a second person, and goods given back."""

from typing import Any

from catalog.producers.queries import find_producer
from core.accounts.permissions import Scope, authorize, is_allowed
from core.errors import Invalid
from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import etag_of
from shop.inventory.api import staffed
from shop.inventory.rules import Reason
from shop.removals import service
from shop.removals.models import Removal
from shop.removals.queries import get_removal, list_removals, shown_lines
from shop.removals.refusals import RemovalNotFound
from shop.removals.rules import Kind
from shop.removals.schemas import (
    AdjustmentIn,
    AdjustmentOut,
    HandoverIn,
    RefusalIn,
    RemovalIn,
    RemovalListOut,
    RemovalOut,
    RemovalsQuery,
)  # fmt: skip
from shop.removals.service import Taking

blp = Blueprint("api_removals", __name__, description="Goods that leave a store unsold")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.post("/stores/<code>/adjustments")
@needs("stock.adjust")
@blp.arguments(AdjustmentIn)
@idempotent
@blp.response(201, AdjustmentOut)
def adjust(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Book a count difference, damage, a tasting, goods past their day, or a return to the producer.

    Refused when it takes more than one person may take alone on one day: then a removal waits for a second person.
    """
    store = staffed(code, "stock.adjust")
    lot, place, quantity = body["lot"], body["place"], body["quantity"]
    reason = Reason(body["reason"])
    paper = service.adjust(store, lot, place, quantity, reason, current_actor(), body.get("note"))
    return {"code": paper, "lot": lot, "quantity": quantity, "reason": reason.value}


@blp.get("/stores/<code>/removals")
@needs("removals.read")
@blp.arguments(RemovalsQuery, location="query")
@blp.response(200, RemovalListOut)
def index(query: dict[str, Any], code: str) -> dict[str, Any]:
    """A store's papers of goods that left unsold, newest first."""
    store = staffed(code, "removals.read")
    page, per_page = page_args(query)
    states, kinds = ([query[name]] if name in query else [] for name in ("state", "kind"))
    rows, total = list_removals([store.id], states, kinds, page, per_page)
    return paged([_row(one) for one in rows], total, page, per_page)


@blp.post("/stores/<code>/removals")
@needs("removals.make")
@blp.arguments(RemovalIn)
@idempotent
@blp.response(201, RemovalOut)
def create(body: dict[str, Any], code: str) -> Answer:
    """Write goods off, or note what goes back to a producer.

    202 when it waits: for a second person, or for the producer's hand.
    """
    store, actor = staffed(code, "removals.make"), current_actor()
    lines, reason, note = [Taking(**line) for line in body["lines"]], Reason(body["reason"]), body.get("note")
    if body["kind"] == Kind.WRITE_OFF:
        paper = service.write_off(store, lines, reason, actor, note)
    else:
        producer = find_producer(body["producer"])
        if producer is None:
            raise Invalid({"producer": [str(Invalid.text)]})
        paper = service.give_back(store, producer, lines, actor, note, reason)
    return _answer(paper, 202 if paper.state == "waiting" else 201)


@blp.get("/removals/<code>")
@needs("removals.read")
@blp.response(200, RemovalOut)
def show(code: str) -> Answer:
    """One paper."""
    return _answer(get_visible(code))


@blp.post("/removals/<code>/approval")
@needs("removals.approve")
@idempotent
@blp.response(200, RemovalOut)
def approve(code: str) -> Answer:
    """A second person agrees: the goods leave."""
    return _answer(service.approve(code, current_actor()))


@blp.post("/removals/<code>/refusal")
@needs("removals.approve")
@blp.arguments(RefusalIn)
@idempotent
@blp.response(200, RemovalOut)
def refuse(body: dict[str, Any], code: str) -> Answer:
    """A second person does not: the goods are free again."""
    return _answer(service.refuse(code, body["words"], current_actor()))


@blp.post("/removals/<code>/handover")
@needs("removals.make")
@blp.arguments(HandoverIn)
@idempotent
@blp.response(200, RemovalOut)
def hand_over(body: dict[str, Any], code: str) -> Answer:
    """The producer's person took the goods."""
    return _answer(service.hand_over(code, body["handed_to"], current_actor()))


@blp.post("/removals/<code>/cancellation")
@needs("removals.make")
@blp.arguments(RefusalIn)
@idempotent
@blp.response(200, RemovalOut)
def cancel(body: dict[str, Any], code: str) -> Answer:
    """Give a paper up that waits."""
    return _answer(service.cancel(code, body["words"], current_actor()))


def get_visible(code: str) -> Removal:
    """A paper for whoever may read those of its store. Raises RemovalNotFound."""
    paper = get_removal(code)
    if not is_allowed(current_actor(), "removals.read", Scope("store", paper.store.code)):
        raise RemovalNotFound
    return paper


def may_decide(paper: Removal) -> bool:
    """Whether the caller is a second person for it."""
    actor = current_actor()
    authorize(actor, "removals.read", Scope("store", paper.store.code))
    return is_allowed(actor, "removals.approve", Scope("store", paper.store.code)) and actor.user_id != paper.made_by_id


def _row(paper: Removal) -> dict[str, Any]:
    names = (
        "code", "kind", "reason", "state", "note", "value_vnd", "needs_second", "made_at", "made_by", "decided_at",
        "decided_by", "decision_note", "handed_to", "version",
    )  # fmt: skip
    plain = {name: getattr(paper, name) for name in names}
    return plain | {"store": paper.store.code, "producer": paper.producer.code if paper.producer else None}


def _answer(paper: Removal, status: int = 200) -> Answer:
    fresh = get_removal(paper.code)
    lines = [
        {
            "lot": one.lot.code, "place": one.place, "sku": one.sku, "name": one.name, "unit": one.unit,
            "quantity": one.line.quantity, "value": one.line.value_vnd,
        }
        for one in shown_lines(fresh.id)
    ]  # fmt: skip
    return _row(fresh) | {"lines": lines}, status, {"ETag": etag_of(fresh)}
