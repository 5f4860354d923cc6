"""What a store can do with an order or one of its parcels, with who may, and what has to be said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import ValidationError, validates_schema
from werkzeug.datastructures import MultiDict

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed
from core.errors import Invalid
from core.web.access import current_actor
from core.web.fields import Choice, Schema, Words
from core.web.forms import Form
from shop.delivery.carriers.known import find_carrier
from shop.orders import parcels, service
from shop.orders.models import Order, Shipment
from shop.orders.notes import add_note
from shop.orders.parcel_rules import Act, find_step
from shop.orders.parcels import NEEDS, scope_of_parcel
from shop.orders.queries import scope_of
from shop.orders.rules import INSIDE, OFF, Action, Parcel, State
from shop.orders.schemas import ReasonIn
from shop.orders.steps import allows
from shop.orders.words import FAILURES
from shop.payments.models import Payment


class ShipForm(Schema):
    """A carrier from the list, or another by name, and its number."""

    carrier = Words(most=40)
    courier = Words(most=120)
    tracking = Words(most=60)

    @validates_schema
    def check_named(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Another carrier has a name: the buyer is told who brings it."""
        if not (data.get("carrier") or data.get("courier")):
            raise ValidationError(_("Hãy chọn đơn vị vận chuyển, hoặc ghi tên."), "courier")


class TrackForm(ShipForm):
    """The carrier's number."""

    tracking = Words(most=60, required=True)


class FailForm(Schema):
    """Why it could not be delivered."""

    reason = Choice(*FAILURES, required=True)


class BackForm(Schema):
    """How the goods came back."""

    condition = Choice("fit", "unfit", required=True)
    note = Words(most=300)

    @validates_schema
    def check_note(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Goods that cannot be sold any more need a word on why."""
        if data.get("condition") == "unfit" and not data.get("note"):
            raise ValidationError(_("Hãy ghi hàng hỏng thế nào."), "note")


class HandOverForm(Schema):
    """Who took it, when it was not the buyer."""

    to = Words(most=120)


class NoteForm(Schema):
    """A word for the staff."""

    text = Words(most=1000, required=True, lines=True)


class NothingForm(Schema):
    """No field."""


#: Fields of every form that are not the act's own.
_OURS = ("parcel", "once", "csrf_token", "back")


@dataclass(frozen=True)
class Deed:
    """An act of the desk: its form, and what it does with number, place of the parcel (or None), doer and values."""

    schema: type[Schema]
    run: Callable[[str, int | None, Actor, dict[str, Any]], object]


def do(name: str, number: str, position: int | None) -> None:
    """Read the form of an act and do it. Raises Invalid for what does not fit, and the verb's own refusals."""
    deed = DEEDS[name]
    plain = MultiDict((key, value) for key, value in request.form.items() if key not in _OURS)
    form = Form(deed.schema()).read(plain)
    if not form.ok:
        raise Invalid(form.errors)
    deed.run(number, position, current_actor(), form.data)


def fitting(order: Order, parcel: Shipment, by: Actor) -> set[str]:
    """The acts on a parcel that its state, the order's state and the caller's role allow."""
    if order.state in OFF or order.decided_at is None:
        return set()
    is_held, is_delivery = order.state == State.HELD, order.method == "delivery"
    where, here = scope_of_parcel(parcel), Parcel(parcel.state)
    fits = {
        act.value
        for act in Act
        if find_step(here, act, is_delivery, is_held=is_held) is not None and is_allowed(by, NEEDS[act], where)
    }
    if is_delivery and here in (Parcel.PACKED, Parcel.SHIPPED, Parcel.FAILED) and is_allowed(by, "orders.ship", where):
        fits.add("track")
    if is_delivery and here in INSIDE:
        fits.discard("hand_over")  # it goes by the carrier; the buyer who comes for it after all is a rare case
    if here == Parcel.WAITING and not is_delivery:
        fits.discard("hand_over")
    live = [one for one in order.shipments if one.state != Parcel.CANCELLED]
    if len(live) < 2:
        fits.discard("drop")  # the only parcel: the whole order is called off
    return fits


def fitting_order(order: Order, payment: Payment, by: Actor) -> set[str]:
    """The acts on the order as a whole."""
    where: Scope = scope_of(order)
    if not is_allowed(by, "orders.call_off", where):
        return set()
    acts = {"call_off": Action.CALL_OFF, "resume": Action.RESUME}
    return {name for name, action in acts.items() if allows(order, payment, action)}


def _ship(number: str, position: int | None, by: Actor, said: dict[str, Any]) -> None:
    known = find_carrier(said.get("carrier")) or find_carrier(said.get("courier"))
    name = known.name if known else said.get("courier")
    parcels.ship(number, by, name, said.get("tracking"), position, carrier=known.code if known else None)


def _track(number: str, position: int | None, by: Actor, said: dict[str, Any]) -> None:
    known = find_carrier(said.get("carrier")) or find_carrier(said.get("courier"))
    name = known.name if known else said.get("courier")
    parcels.track(number, by, name, said["tracking"], position, carrier=known.code if known else None)


def _take_back(number: str, position: int | None, by: Actor, said: dict[str, Any]) -> None:
    parcels.take_back(number, by, position, is_fit=said["condition"] == "fit", note=said.get("note"))


DEEDS: dict[str, Deed] = {
    "pack": Deed(NothingForm, lambda n, p, by, said: parcels.pack(n, by, p)),
    "ship": Deed(ShipForm, _ship),
    "track": Deed(TrackForm, _track),
    "hand_over": Deed(HandOverForm, lambda n, p, by, said: parcels.hand_over(n, by, p, to=said.get("to"))),
    "fail": Deed(FailForm, lambda n, p, by, said: parcels.fail(n, by, said["reason"], p)),
    "retry": Deed(NothingForm, lambda n, p, by, said: parcels.retry(n, by, p)),
    "take_back": Deed(BackForm, _take_back),
    "send_again": Deed(NothingForm, lambda n, p, by, said: parcels.send_again(n, by, p)),
    "drop": Deed(ReasonIn, lambda n, p, by, said: parcels.drop(n, by, said["reason"], p)),
    "call_off": Deed(ReasonIn, lambda n, p, by, said: service.call_off(n, by, said["reason"])),
    "resume": Deed(ReasonIn, lambda n, p, by, said: service.resume(n, by, said["reason"])),
    "note": Deed(NoteForm, lambda n, p, by, said: add_note(n, by, said["text"])),
}
