"""Returns and refunds over REST: the buyer asks, the store decides, receives and gives back."""

from typing import Any

from core.accounts.permissions import authorize
from core.errors import Invalid
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint
from core.web.idempotency import idempotent
from core.web.versions import etag_of
from shop.orders import service as orders
from shop.orders.models import Order
from shop.orders.queries import get_order, get_visible, scope_of
from shop.orders.schemas import OrderOut, OrderQuery
from shop.orders.view import order_out
from shop.payments.models import Refund
from shop.returns import service
from shop.returns.models import GoodsReturn
from shop.returns.queries import get_return, list_of_order
from shop.returns.rules import Kind, Reason
from shop.returns.schemas import RefundIn, ReturnDecisionIn, ReturnIn, ReturnOut, ReturnReceiptIn
from shop.returns.service import Wanted, Wish

blp = Blueprint("api_returns", __name__, description="Returns and refunds")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.post("/orders/<number>/refunds")
@needs("orders.refund")
@blp.arguments(RefundIn)
@idempotent
@blp.response(200, OrderOut)
def refund(body: dict[str, Any], number: str) -> Answer:
    """Give money back: a sum or units of lines, with a reason; or say under which reference what was owed has gone
    in cash (a transfer goes by a payout file: 409 `refund.by_file`).

    202 when the sum waits for a second person.
    """
    actor, order = current_actor(), get_order(number)
    authorize(actor, "orders.refund", scope_of(order))
    status = 200
    if "reason" not in body:
        orders.record_refund(number, body["reference"], actor)
    else:
        wish = Wish(Kind.REFUND, Reason(body["reason"]), _wanted(order, body.get("lines", ())), body.get("words"),
                    body.get("amount"))  # fmt: skip
        status = 200 if service.give(number, wish, actor, body.get("reference")).refund_id else 202
    fresh = get_order(number)
    return order_out(fresh, with_token=False), status, {"ETag": etag_of(fresh)}


@blp.get("/orders/<number>/returns")
@public
@blp.arguments(OrderQuery, location="query")
@blp.response(200, ReturnOut(many=True))
def show(query: dict[str, Any], number: str) -> list[dict[str, Any]]:
    """What was asked for of an order, for its buyer and the staff of its store."""
    order = get_visible(number, query.get("token"), current_actor())
    return [_out(one, number) for one in list_of_order(order.id)]


@blp.post("/orders/<number>/returns")
@public
@blp.arguments(ReturnIn)
@idempotent
@blp.response(201, ReturnOut)
def ask(body: dict[str, Any], number: str) -> Answer:
    """The buyer asks, by token or account."""
    order = get_visible(number, body.get("token"), current_actor())
    wish = Wish(Kind(body["kind"]), Reason(body["reason"]), _wanted(order, body["lines"]), body.get("words"))
    return _answer(service.ask(number, body.get("token"), wish, current_actor()), 201)


@blp.post("/returns/<code>/withdrawal")
@public
@blp.arguments(OrderQuery, location="query")
@idempotent
@blp.response(200, ReturnOut)
def withdraw(query: dict[str, Any], code: str) -> Answer:
    """The buyer thinks better of it."""
    return _answer(service.withdraw(code, query.get("token"), current_actor()))


@blp.post("/returns/<code>/decision")
@needs("returns.decide")
@blp.arguments(ReturnDecisionIn)
@idempotent
@blp.response(200, ReturnOut)
def decide(body: dict[str, Any], code: str) -> Answer:
    """The store agrees, or refuses and says why."""
    if body["accepted"]:
        return _answer(service.accept(code, current_actor()))
    return _answer(service.refuse(code, body["refusal"], current_actor()))


@blp.post("/returns/<code>/receipt")
@needs("returns.receive")
@blp.arguments(ReturnReceiptIn)
@idempotent
@blp.response(200, ReturnOut)
def receive(body: dict[str, Any], code: str) -> Answer:
    """The goods are back; the refund is promised with it."""
    damaged = {one["line"]: one["quantity"] for one in body["damaged"]}
    return _answer(service.receive(code, damaged, current_actor()))


@blp.post("/returns/<code>/settlement")
@needs("returns.decide")
@idempotent
@blp.response(200, ReturnOut)
def settle(code: str) -> Answer:
    """A second person lets a large sum go."""
    return _answer(service.settle(code, current_actor()))


def _wanted(order: Order, lines: Any) -> Wanted:
    """Units by the line's position. Raises Invalid for a line that is not the order's, or is named twice."""
    places = {one.sku_code: one.position for one in order.lines} | {one.position: one.position for one in order.lines}
    wanted: dict[int, int] = {}
    for number, one in enumerate(lines):
        position = places.get(one.get("sku", one.get("line")))
        if position is None or position in wanted:
            raise Invalid({f"lines.{number}": [str(service.ReturnLinesRefused.text)]})
        wanted[position] = one["quantity"]
    return wanted


def _answer(row: GoodsReturn, status: int = 200) -> Answer:
    fresh = get_return(row.code)
    return _out(fresh, fresh.order.number), status, {"ETag": etag_of(fresh)}


def _out(row: GoodsReturn, number: str) -> dict[str, Any]:
    plain = ("code", "kind", "reason", "words", "state", "refusal", "asked_at", "version")
    return {name: getattr(row, name) for name in plain} | {
        "order": number, "lump": row.lump_vnd, "refund": _refund_out(row.refund) if row.refund else None,
        "lines": [
            {"line": one.line.position, "sku": one.line.sku_code, "quantity": one.quantity, "worth": one.worth_vnd}
            for one in row.lines
        ],
    }  # fmt: skip


def _refund_out(refund: Refund) -> dict[str, Any]:
    return {
        "code": refund.code, "amount": refund.amount_vnd, "way": refund.way, "state": refund.state,
        "promised_at": refund.promised_at,
    }  # fmt: skip
