"""Vouchers over REST, for the staff of the store that sold them and of the producer who serves."""

from typing import Any

from core.web.access import current_actor, needs
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import etag_of
from shop.orders.models import OrderLine
from shop.vouchers import service
from shop.vouchers.models import Voucher
from shop.vouchers.queries import get_visible, line_of, lines_of, list_vouchers
from shop.vouchers.schemas import GiveBackIn, VoucherListOut, VoucherOut, VoucherQuery

blp = Blueprint("api_vouchers", __name__, url_prefix="/vouchers", description="Vouchers for services")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@blp.get("")
@needs("vouchers.read")
@blp.arguments(VoucherQuery, location="query")
@blp.response(200, VoucherListOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The vouchers of my stores and producers, the newest first, without their codes."""
    page, per_page = page_args(query)
    found, total = list_vouchers(current_actor(), query.get("state"), page, per_page)
    lines = lines_of(found)
    shown = [voucher_out(one, lines[one.order_line_id]) | {"code": None} for one in found]
    return paged(shown, total, page, per_page)


@blp.get("/<code>")
@needs("vouchers.read")
@blp.response(200, VoucherOut)
def show(code: str) -> Answer:
    """A voucher by the code that its holder shows."""
    return _answer(get_visible(code, current_actor()))


@blp.post("/<code>/redemption")
@needs("vouchers.redeem")
@idempotent
@blp.response(200, VoucherOut)
def redeem(code: str) -> Answer:
    """Take it, once: 409 ``voucher.used`` says when and by whom it was taken before."""
    return _answer(service.redeem(code, current_actor()))


@blp.post("/<code>/return")
@needs("vouchers.give_back")
@blp.arguments(GiveBackIn)
@idempotent
@blp.response(200, VoucherOut)
def give_back(body: dict[str, Any], code: str) -> Answer:
    """Take an unused voucher back; its money goes back."""
    return _answer(service.give_back(code, current_actor(), body["reason"]))


def voucher_out(one: Voucher, line: OrderLine) -> dict[str, Any]:
    """A voucher as the API answers it."""
    plain = ("code", "state", "sold_on", "valid_from", "valid_until", "redeemed_at", "redeemed_by", "version")
    return {name: getattr(one, name) for name in plain} | {
        "order": one.order.number, "service": f"{line.product_name}, {line.label}", "producer": one.producer.name,
        "store": one.store.name, "price": one.price_vnd, "currency": "VND",
    }  # fmt: skip


def _answer(one: Voucher) -> Answer:
    return voucher_out(one, line_of(one)), 200, {"ETag": etag_of(one)}
