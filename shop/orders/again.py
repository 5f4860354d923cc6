"""Buying again what an old order had, in one tap: what can be bought goes into the cart, the rest is named."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.listings.queries import Offer, offers
from core.clock import today
from core.web.access import current_actor, public
from core.web.pages import flash
from shop.carts import service as carts
from shop.carts.mine import open_mine
from shop.carts.queries import quantities
from shop.carts.rules import MOST_LINES, limit
from shop.orders.models import Order, OrderLine
from shop.orders.pages import pages
from shop.orders.panels import Viewer, panel
from shop.orders.queries import get_order, is_buyer
from shop.orders.refusals import OrderNotFound
from shop.orders.rules import GONE, OFF
from shop.payments.models import Payment


@pages.post("/don-hang/<number>/mua-lai")
@public
def buy_again(number: str) -> Response:
    """Put what the order had into the buyer's cart, as much as one order takes; what cannot be bought is named."""
    order = get_order(number)
    if not is_buyer(order, request.form.get("token"), current_actor()):
        raise OrderNotFound
    found = offers([line.sku_id for line in order.lines], today())
    cart = open_mine()
    wants, missing = share(order.lines, found, quantities(cart.id))
    for sku, units in wants.items():
        carts.set_line(cart.token, sku, units)
    if wants:
        flash(_("Đã thêm %(n)s món của đơn %(number)s vào giỏ, theo giá hôm nay.", n=len(wants), number=number))
    if missing:
        flash(_("Hôm nay chưa mua lại được: %(names)s.", names=", ".join(missing)), "notice")
    return redirect(url_for("carts.show"), 303)  # type: ignore[return-value]


def share(
    lines: list[OrderLine], found: Mapping[int, Offer], held: Mapping[int, int]
) -> tuple[dict[str, int], list[str]]:
    """Units by SKU code for the cart, and the names of what cannot be bought.

    held: what the cart has already, by SKU id; the larger quantity stands, within what one order takes.
    """
    wants, missing, room = dict[str, int](), list[str](), MOST_LINES - len(held)
    for line in lines:
        offer = found.get(line.sku_id)
        room -= offer is not None and line.sku_id not in held
        if offer is None or room < 0:
            missing.append(line.product_name)
        else:
            units = max(line.quantity, held.get(line.sku_id, 0), wants.get(offer.sku_code, 0))
            wants[offer.sku_code] = min(units, limit(offer.unit))
    return wants, missing


def _panel(order: Order, payment: Payment, viewer: Viewer) -> dict[str, Any] | None:
    """For the buyer, once the order is on its way or over."""
    return {"token": viewer.token} if viewer.is_buyer and order.state in GONE | OFF else None


panel(90, "again", _panel, "orders/_again.html")
