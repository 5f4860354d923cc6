"""The stores' orders: what to pack, what to send, what to hand over."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.stock import my_stores, staffed
from core.accounts.actor import Actor
from core.accounts.permissions import authorize, is_allowed
from core.errors import Invalid, NotFound
from core.web.access import current_actor, needs
from core.web.fields import Schema
from core.web.forms import Form
from core.web.pages import flash, render
from shop.orders import service, words
from shop.orders.models import Order
from shop.orders.queries import get_order, list_of_store, scope_of
from shop.orders.rules import State
from shop.orders.life_schemas import ShipmentIn
from shop.orders.schemas import ReasonIn
from shop.orders.view import order_out

#: What a store still has to do something about.
WAITING = (State.PLACED, State.PAID, State.PACKING, State.READY, State.SHIPPED, State.HELD)


@desk.get("/don-hang")
@needs("orders.read")
def orders() -> Response:
    """A store's orders: those that wait, or all."""
    mine = my_stores("orders.read")
    if not mine:
        raise NotFound
    store = staffed(asked_text("store", 40), "orders.read") if asked_text("store", 40) else mine[0]
    shows_all, page = asked_text("state") == "all", page_number()
    rows, total = list_of_store(store.id, () if shows_all else WAITING, page, PER_PAGE)
    return render(
        "desk/orders.html", store=store, stores=mine, rows=rows, total=total, page=page, pages=pages_of(total),
        shows_all=shows_all, states=words.STATES, providers=words.PROVIDERS,
    )  # fmt: skip


@desk.get("/don-hang/<number>")
@needs("orders.read")
def order(number: str) -> Response:
    """One order as the store sees it."""
    found = _staffed_order(number)
    return render(
        "desk/order.html", order=found, shown=order_out(found, with_token=False), words=words, can=_can(found)
    )


@desk.post("/don-hang/<number>/<act>")
@needs("orders.read")
def act_on_order(number: str, act: str) -> Response:
    """Pack, ship, hand over, call off or resume; the verb asks for its own permission."""
    _staffed_order(number)
    if act not in ACTS:
        raise NotFound
    ACTS[act](number, current_actor())
    flash(_("Đã ghi: %(what)s.", what=words.STEPS[act]))
    return go("desk.order", number=number)


def _ship(number: str, by: Actor) -> None:
    said = _said(ShipmentIn())
    service.ship(number, by, said.get("courier"), said.get("tracking"))


def _call_off(number: str, by: Actor) -> None:
    service.call_off(number, by, _said(ReasonIn())["reason"])


def _resume(number: str, by: Actor) -> None:
    service.resume(number, by, _said(ReasonIn())["reason"])


def _said(schema: Schema) -> dict[str, Any]:
    """The form's values. Raises Invalid for what does not fit."""
    form = Form(schema).read(request.form)
    if not form.ok:
        raise Invalid(form.errors)
    return form.data


ACTS: dict[str, Callable[[str, Actor], object]] = {
    "pack": service.pack,
    "ship": _ship,
    "hand_over": service.hand_over,
    "call_off": _call_off,
    "resume": _resume,
}


def _staffed_order(number: str) -> Order:
    found = get_order(number)
    authorize(current_actor(), "orders.read", scope_of(found))
    return found


def _can(found: Order) -> set[str]:
    """The acts that fit the order's state and the caller's role."""
    state, decided, delivered = State(found.state), found.decided_at is not None, found.method == "delivery"
    fits = {
        "pack": state in (State.PLACED, State.PAID) and decided,
        "ship": state == State.PACKING and delivered,
        "hand_over": (decided and state in (State.READY, State.SHIPPED)) or (state == State.PACKING and not delivered),
        "call_off": state in (State.PLACED, State.PAID, State.PACKING, State.READY, State.HELD),
        "resume": state == State.HELD,
    }
    actions = {"pack": "orders.pack", "ship": "orders.ship", "hand_over": "orders.hand_over"}
    where = scope_of(found)
    return {
        act
        for act, is_fit in fits.items()
        if is_fit and is_allowed(current_actor(), actions.get(act, "orders.call_off"), where)
    }
