"""Orders over REST: checkout for whoever holds a cart's token, the order for its buyer, its steps for the store."""

from typing import Any

from flask import request
from flask_babel import get_locale
from marshmallow import ValidationError

from core.errors import Invalid
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, Schema, read_json
from core.web.idempotency import idempotent
from core.web.problems import flatten
from core.web.versions import etag_of
from shop.orders import checkout, service
from shop.orders.asked import Checkout, Contact, Fulfilment, InvoiceWish
from shop.orders.asking import CheckoutIn, QuoteOut, QuoteQuery
from shop.orders.models import Order
from shop.orders.queries import get_order, get_visible, is_buyer
from shop.orders.routing import Part
from shop.orders.schemas import (
    BankLineIn,
    CancellationIn,
    OrderOut,
    OrderQuery,
    ReasonIn,
)
from shop.orders.view import order_out
from shop.payments.service import BankLine

blp = Blueprint("api_orders", __name__, description="Orders")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.get("/carts/<token>/quote")
@public
@blp.arguments(QuoteQuery, location="query")
@blp.response(200, QuoteOut)
def quote(query: dict[str, Any], token: str) -> dict[str, Any]:
    """What the cart would cost now, charges included: the total to confirm at checkout."""
    wanted = Fulfilment(query["method"], query.get("store"), None, query.get("area"))
    basket, route = checkout.quote(token, wanted)
    return {
        "store": route.store.code,
        "parcels": [_part_out(part) for part in route.parts],
        "lines_total": basket.lines_total_vnd,
        "coupon": basket.discount.code if basket.discount else None,
        "discount_total": basket.discount_total_vnd,
        "charges": [{"kind": one.kind, "amount": one.amount_vnd} for one in basket.charges],
        "total": basket.total_vnd,
        "currency": "VND",
    }


@blp.post("/carts/<token>/checkout")
@public
@blp.arguments(CheckoutIn)
@idempotent
@blp.response(201, OrderOut)
def check_out(body: dict[str, Any], token: str) -> Answer:
    """Turn the cart into an order. The same cart again answers the same order."""
    bought = checkout.buy(asked(token, body), current_actor())
    shown = order_out(bought.order, with_token=True, payment=bought.payment)
    return shown, 201, {"ETag": etag_of(bought.order)}


@blp.get("/orders/<number>")
@public
@blp.arguments(OrderQuery, location="query")
@blp.response(200, OrderOut)
def show(query: dict[str, Any], number: str) -> Answer:
    """An order, for its buyer (token or account) and the staff of its store."""
    order = get_visible(number, query.get("token"), current_actor())
    return answer(order, 200, with_token=is_buyer(order, query.get("token"), current_actor()))


@blp.post("/orders/<number>/cancellation")
@public
@blp.arguments(OrderQuery, location="query")
@idempotent
@blp.response(200, OrderOut)
def cancel(query: dict[str, Any], number: str) -> Answer:
    """Call the order off, before it is packed: for its buyer, by token or account."""
    body = optional(CancellationIn())
    token = query.get("token") or body.get("token")
    return answer(service.cancel(number, token, current_actor(), body.get("reason")), 200, with_token=True)


@blp.post("/orders/<number>/payment")
@needs("payments.confirm")
@blp.arguments(BankLineIn)
@idempotent
@blp.response(200, OrderOut)
def confirm_transfer(body: dict[str, Any], number: str) -> Answer:
    """A transfer for this order was seen at the bank; its booking time decides the sale."""
    line = BankLine(body["amount"], body["reference"], body["booked_at"])
    return answer(service.confirm_transfer(number, line, current_actor()))


@blp.post("/orders/<number>/calling-off")
@needs("orders.call_off")
@blp.arguments(ReasonIn)
@idempotent
@blp.response(200, OrderOut)
def call_off(body: dict[str, Any], number: str) -> Answer:
    """The store calls the order off."""
    return answer(service.call_off(number, current_actor(), body["reason"]))


@blp.post("/orders/<number>/resumption")
@needs("orders.call_off")
@blp.arguments(ReasonIn)
@idempotent
@blp.response(200, OrderOut)
def resume(body: dict[str, Any], number: str) -> Answer:
    """The store lets an order go on that a revocation had stopped."""
    return answer(service.resume(number, current_actor(), body["reason"]))


def asked(token: str, body: dict[str, Any]) -> Checkout:
    """A loaded `CheckoutIn` as the verb takes it."""
    contact, wanted = body["contact"], body["fulfilment"]
    address = wanted.get("address", {})
    return Checkout(
        cart=token,
        contact=Contact(contact["name"], contact["phone"], contact.get("email")),
        fulfilment=Fulfilment(
            wanted["method"], wanted.get("store"), address.get("line"), address.get("area"), wanted.get("note")
        ),
        provider=body["payment"]["provider"],
        expected_total=body["expected_total"],
        is_adult=body["adult"],
        locale=str(get_locale()),
        consents=tuple(dict.fromkeys(body["consents"])),
        invoice=InvoiceWish(**body["invoice"]) if "invoice" in body else None,
    )


def _part_out(part: Part) -> dict[str, Any]:
    load = {"zone": part.zone, "grams": part.load.grams} if part.load else {}
    return {"store": part.store.code, "items": len(part.wants), **load}


def optional(schema: Schema) -> dict[str, Any]:
    """The body, which may be left out altogether; what is sent is read as strictly as anywhere."""
    raw = request.get_data(cache=True)
    if not raw.strip():
        return {}
    try:
        loaded: Any = schema.load(read_json(raw))
    except ValidationError as error:
        raise Invalid(flatten(error.messages)) from error
    return loaded


def answer(order: Order, status: int = 200, *, with_token: bool = False) -> Answer:
    fresh = get_order(order.number)
    return order_out(fresh, with_token=with_token), status, {"ETag": etag_of(fresh)}
