"""What orders take and answer."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields

from core.web.api import Schema
from core.web.fields import Day, DongField, Moment, Phone, Whole, Words
from shop.orders.rules import Parcel, State


class Flag(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(_("Phải là đúng hoặc sai."))
        return value


class OrderQuery(Schema):
    """A guest's key to her order."""

    token = Words(most=64)


class CancellationIn(Schema):
    """Why, in the buyer's words; and her key, when it is not in the address."""

    reason = Words(most=300)
    token = Words(most=64)


class ReasonIn(Schema):
    """Why, in the store's words."""

    reason = Words(most=300, required=True)


class NothingIn(Schema):
    """No field."""


class BankLineIn(Schema):
    """A transfer seen at the bank: its sum in đồng, the bank's reference, and its booking time."""

    amount = DongField(least=1, required=True)
    reference = Words(most=80, required=True)
    booked_at = Moment(required=True)


class ChargeOut(Schema):
    """Something paid besides products."""

    kind = Words(required=True)
    amount = DongField(required=True)


class LineCertificateOut(Schema):
    """The certificate under which a line was sold, as printed."""

    code = Words(required=True)
    number = Words(required=True)


class LotOut(Schema):
    """A lot that a line was served from."""

    lot = Words(required=True)
    quantity = Whole(required=True)


class OrderLineOut(Schema):
    """A line as printed."""

    sku = Words(required=True)
    slug = Words(required=True)
    name = Words(required=True)
    producer = Words(required=True)
    label = Words(required=True)
    unit = Words(required=True)
    quantity = Whole(required=True)
    unit_price = DongField(required=True)
    line_total = DongField(required=True)
    discount = DongField(required=True)
    stars = Whole(required=True)
    certificate = fields.Nested(LineCertificateOut, required=True)
    lots = fields.List(fields.Nested(LotOut), required=True)


class OrderPaymentOut(Schema):
    """The order's payment, and how to go on with it."""

    provider = Words(required=True)
    status = Words(required=True)
    amount = DongField(required=True)
    captured = DongField(required=True)
    refunded = DongField(required=True)
    redirect_url = Words(allow_none=True, most=500)
    qr_text = Words(allow_none=True, most=500)
    expires_at = Moment(allow_none=True)


class ParcelLineOut(Schema):
    """So many units of a line in a parcel."""

    sku = Words(required=True)
    quantity = Whole(required=True)


class ShipmentOut(Schema):
    """A parcel: `at` is when it left; `link` is the carrier's page for it."""

    code = Words(required=True)
    position = Whole(required=True)
    state = Words(required=True, metadata={"enum": [state.value for state in Parcel]})
    store = fields.Nested("PartyOut", required=True)
    carrier = Words(allow_none=True)
    courier = Words(allow_none=True)
    tracking = Words(allow_none=True)
    link = Words(allow_none=True, most=500)
    lines = fields.List(fields.Nested(ParcelLineOut), required=True)
    at = Moment(allow_none=True)
    packed_at = Moment(allow_none=True)
    shipped_at = Moment(allow_none=True)
    delivered_at = Moment(allow_none=True)


class OrderStepOut(Schema):
    """One step of the timeline."""

    at = Moment(required=True)
    action = Words(required=True)
    state = Words(required=True)


class PartyOut(Schema):
    """Something by code and name."""

    code = Words(required=True)
    name = Words(required=True)


class ContactOut(Schema):
    """Who bought."""

    name = Words(required=True)
    phone = Words(required=True)
    email = Words(allow_none=True)


class FulfilmentOut(Schema):
    """Where the goods go."""

    method = Words(required=True)
    address = Words(allow_none=True)
    area = Words(allow_none=True)
    collect_by = Day(allow_none=True)
    promised_at = Moment(allow_none=True)


class OrderOut(Schema):
    """An order; `token` only for those who buy."""

    number = Words(required=True)
    token = Words(most=64)
    state = Words(required=True, metadata={"enum": [state.value for state in State]})
    ended_because = Words(allow_none=True)
    seller = fields.Nested(PartyOut, required=True)
    store = fields.Nested(PartyOut, required=True)
    contact = fields.Nested(ContactOut, required=True)
    fulfilment = fields.Nested(FulfilmentOut, required=True)
    lines = fields.List(fields.Nested(OrderLineOut), required=True)
    charges = fields.List(fields.Nested(ChargeOut), required=True)
    lines_total = DongField(required=True)
    coupon = Words(allow_none=True)
    discount_total = DongField(required=True)
    charges_total = DongField(required=True)
    total = DongField(required=True)
    currency = Words(required=True)
    placed_at = Moment(required=True)
    decided_at = Moment(allow_none=True)
    payment = fields.Nested(OrderPaymentOut, required=True)
    payments = fields.List(fields.Nested(OrderPaymentOut), required=True)
    shipments = fields.List(fields.Nested(ShipmentOut), required=True)
    timeline = fields.List(fields.Nested(OrderStepOut), required=True)
    version = Whole(required=True)


class LookupForm(Schema):
    """An order's number and the telephone number that placed it."""

    number = Words(most=20, required=True)
    phone = Phone(most=30, required=True)


class CancelForm(Schema):
    """A guest's key, and why in her words."""

    token = Words(most=64)
    reason = Words(most=300)
