"""What the life of an order takes and answers: parcels, hand-over, lists."""

from marshmallow import fields

from core.web.api import PageQuery, Schema
from core.web.fields import Choice, Day, DongField, Moment, Phone, Whole, Words
from shop.orders.rules import State
from shop.orders.schemas import Flag, PartyOut
from shop.orders.words import FAILURES

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


class ParcelIn(Schema):
    """Which parcel is meant; the only or the next fitting one when left out."""

    parcel = Whole(least=1, most=99)


class ShipmentIn(ParcelIn):
    """Who carries it, and under which number."""

    courier = Words(most=120)
    tracking = Words(most=60)


class TrackingIn(ParcelIn):
    """The carrier's number of a parcel."""

    courier = Words(most=120)
    tracking = Words(most=60, required=True)


class HandOverIn(ParcelIn):
    """Who took it, when it was not the buyer."""

    to = Words(most=120)


class FailureIn(ParcelIn):
    """Why the carrier could not deliver it."""

    reason = Choice(*FAILURES, required=True)


class TakenBackIn(ParcelIn):
    """In which condition the goods came back."""

    fit = Flag(load_default=True)
    note = Words(most=300)


class DropIn(ParcelIn):
    """Why one parcel is called off, in the store's words."""

    reason = Words(most=300, required=True)


class CollectorForm(Schema):
    """A guest's key, and who comes for the goods; no name: she comes herself."""

    token = Words(most=64)
    name = Words(most=120)
    phone = Phone(most=30)


class OrdersQuery(PageQuery):
    """Whose orders: the caller's own, or those of a store."""

    store = Words(most=40, pattern=_SLUG, metadata={"description": "For its staff; the caller's own orders without."})
    state = Choice(*(state.value for state in State))
    q = Words(most=60, metadata={"description": "Number, telephone number or name (staff)."})


class ParcelStateOut(Schema):
    """A parcel in a list of orders."""

    code = Words(required=True)
    state = Words(required=True)


class BuyerOut(Schema):
    """Who bought, in a list."""

    name = Words(required=True)


class OrderBriefOut(Schema):
    """An order in a list."""

    number = Words(required=True)
    state = Words(required=True)
    placed_at = Moment(required=True)
    promised_at = Moment(allow_none=True)
    collect_by = Day(allow_none=True)
    method = Words(required=True)
    total = DongField(required=True)
    currency = Words(required=True)
    store = fields.Nested(PartyOut, required=True)
    contact = fields.Nested(BuyerOut, required=True)
    parcels = fields.List(fields.Nested(ParcelStateOut), required=True)
