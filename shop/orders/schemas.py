"""What orders take and answer."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

from core.web.api import Schema
from core.web.fields import Choice, Day, DongField, EmailAddress, Moment, Phone, Whole, Words
from shop.orders.rules import CONSENTS, State

PROVIDERS = ("stripe", "vietqr", "cod", "at_store")
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_AREA = r"[0-9]{2}([0-9]{3})?"


class Flag(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(_("Phải là đúng hoặc sai."))
        return value


class ContactIn(Schema):
    """Who buys. The telephone number in any Vietnamese writing; e-mail only for those who want a confirmation."""

    name = Words(most=120, required=True)
    phone = Phone(most=30, required=True)
    email = EmailAddress(most=254)


class AddressIn(Schema):
    """Where to deliver: street and number, and the code of a commune of today.

    Outside Hải Phòng, where we do not know every commune, the province's code will do; the line names the commune.
    """

    line = Words(most=300, required=True)
    area = Words(most=5, pattern=_AREA, required=True)


class FulfilmentIn(Schema):
    """How the goods reach the buyer."""

    method = Choice("pickup", "delivery", required=True)
    store = Words(most=40, pattern=_SLUG, metadata={"description": "Where to fetch it; the cart's store otherwise."})
    address = fields.Nested(AddressIn, metadata={"description": "Required for delivery."})
    note = Words(most=500, lines=True)

    @validates_schema
    def check_address(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Delivery needs an address; somebody who comes for the goods gives none."""
        if data.get("method") == "delivery" and "address" not in data:
            raise ValidationError(_("Cần địa chỉ để giao hàng."), "address")


class CheckoutPaymentIn(Schema):
    """How to pay."""

    provider = Choice(*PROVIDERS, required=True)


class CheckoutIn(Schema):
    """A cart to turn into an order."""

    contact = fields.Nested(ContactIn, required=True)
    fulfilment = fields.Nested(FulfilmentIn, required=True)
    payment = fields.Nested(CheckoutPaymentIn, required=True)
    expected_total = DongField(
        required=True,
        metadata={"description": "The sum in đồng that the buyer has seen, charges included (see the quote)."},
    )
    adult = Flag(load_default=False, metadata={"description": "The buyer says that she is 18 or older."})
    consents = fields.List(Choice(*CONSENTS), load_default=list[str])


class QuoteQuery(Schema):
    """How the goods would reach the buyer."""

    method = Choice("pickup", "delivery", load_default="pickup")
    store = Words(most=40, pattern=_SLUG)
    area = Words(most=5, pattern=_AREA)


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


class ShipmentIn(Schema):
    """Who carries it, and under which number."""

    courier = Words(most=120)
    tracking = Words(most=60)


class BankLineIn(Schema):
    """A transfer seen at the bank: its sum in đồng, the bank's reference, and its booking time."""

    amount = DongField(least=1, required=True)
    reference = Words(most=80, required=True)
    booked_at = Moment(required=True)


class RefundIn(Schema):
    """The bank's or the till's reference of money given back."""

    reference = Words(most=80, required=True)


class ChargeOut(Schema):
    """Something paid besides products."""

    kind = Words(required=True)
    amount = DongField(required=True)


class QuoteOut(Schema):
    """What a cart would cost now."""

    store = Words(required=True)
    lines_total = DongField(required=True)
    charges = fields.List(fields.Nested(ChargeOut), required=True)
    total = DongField(required=True)
    currency = Words(required=True)


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


class ShipmentOut(Schema):
    """A parcel."""

    courier = Words(allow_none=True)
    tracking = Words(allow_none=True)
    at = Moment(required=True)


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


class CheckoutForm(Schema):
    """The one page of checkout, flat as a form is."""

    cart = Words(most=64, required=True)
    name = Words(most=120, required=True)
    phone = Phone(most=30, required=True)
    email = EmailAddress(most=254)
    method = Choice("pickup", "delivery", required=True)
    store = Words(most=40, pattern=_SLUG)
    province = Words(most=2, pattern=r"[0-9]{2}")
    area = Words(most=5, pattern=_AREA)
    address = Words(most=300)
    note = Words(most=500, lines=True)
    provider = Choice(*PROVIDERS, required=True)
    marketing = Choice("true")
    expected_total = DongField(required=True)

    @validates_schema(skip_on_field_errors=False)
    def check_way(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A store to come to, or an address to go to."""
        needed = {"pickup": ("store",), "delivery": ("area", "address")}.get(data.get("method", ""), ())
        missing = {name: [_("Cần điền mục này.")] for name in needed if not data.get(name)}
        if missing:
            raise ValidationError(missing)


class QuoteForm(Schema):
    """What the sum at the side depends on."""

    method = Choice("pickup", "delivery", load_default="pickup")
    store = Words(most=40, pattern=_SLUG)
    province = Words(most=2, pattern=r"[0-9]{2}")
    area = Words(most=5, pattern=_AREA)


class LookupForm(Schema):
    """An order's number and the telephone number that placed it."""

    number = Words(most=20, required=True)
    phone = Phone(most=30, required=True)


class CancelForm(Schema):
    """A guest's key, and why in her words."""

    token = Words(most=64)
    reason = Words(most=300)
