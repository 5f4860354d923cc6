"""What checkout and its page take and answer."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

from catalog.producers.rules import clean_tax_code
from core.web.api import Schema
from core.web.fields import Choice, DongField, EmailAddress, Phone, Whole, Words
from shop.orders.rules import CONSENTS
from shop.orders.schemas import ChargeOut, Flag

PROVIDERS = ("stripe", "vietqr", "cod", "at_store")
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_AREA = r"[0-9]{2}([0-9]{3})?"


def read_tax_code(text: str) -> str | None:
    """A company's tax code with its check digit verified, or a person's twelve digits; None when it is neither."""
    digits = re.sub(r"[\s.]", "", text)
    return digits if re.fullmatch(r"0[0-9]{11}", digits) else clean_tax_code(digits)


class TaxCode(Words):
    """A Vietnamese tax code with its check digit, or the twelve digits of a person; answered without spaces."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = read_tax_code(super()._deserialize(value, attr, data, **kwargs))
        if code is None:
            raise ValidationError(_("Mã số thuế không đúng. Hãy xem lại từng chữ số."))
        return code


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


class InvoiceIn(Schema):
    """What the electronic invoice is to say: a company with its tax code, or a person's name without one."""

    company = Words(most=200, required=True)
    tax_code = TaxCode(most=20)
    address = Words(most=300, required=True)
    email = EmailAddress(most=254, required=True)


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
    invoice = fields.Nested(InvoiceIn, metadata={"description": "For buyers who want an electronic invoice."})


class QuoteQuery(Schema):
    """How the goods would reach the buyer."""

    method = Choice("pickup", "delivery", load_default="pickup")
    store = Words(most=40, pattern=_SLUG)
    area = Words(most=5, pattern=_AREA)


class QuotePartOut(Schema):
    """What one store would give."""

    store = Words(required=True)
    items = Whole(required=True, metadata={"description": "Lines, whole or in part."})
    grams = Whole(metadata={"description": "For delivery: what the parcel is taken to weigh."})
    zone = Words(metadata={"enum": ["local", "province", "near", "far"]})


class QuoteOut(Schema):
    """What a cart would cost now, and which stores would serve it."""

    store = Words(required=True)
    parcels = fields.List(fields.Nested(QuotePartOut), required=True)
    lines_total = DongField(required=True)
    coupon = Words(allow_none=True)
    discount_total = DongField(required=True)
    charges = fields.List(fields.Nested(ChargeOut), required=True)
    total = DongField(required=True)
    currency = Words(required=True)


class CheckoutForm(Schema):
    """The one page of checkout, flat as a form is."""

    cart = Words(most=64, required=True)
    name = Words(most=120, required=True)
    phone = Phone(most=30, required=True)
    email = EmailAddress(most=254)
    method = Choice("pickup", "delivery", required=True)
    store = Words(most=40, pattern=_SLUG)
    province = Words(most=2, pattern=r"[0-9]{2}")
    place = Words(most=80)
    area = Words(most=5, pattern=_AREA)
    address = Words(most=300)
    note = Words(most=500, lines=True)
    provider = Choice(*PROVIDERS, required=True)
    marketing = Choice("true")
    adult = Choice("true")
    invoice = Choice("true")
    company = Words(most=200)
    tax_code = TaxCode(most=20)
    invoice_address = Words(most=300)
    invoice_email = EmailAddress(most=254)
    expected_total = DongField(required=True)

    @validates_schema(skip_on_field_errors=False)
    def check_way(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A store to come to, or an address to go to; a whole invoice, or none."""
        needed = {"pickup": ("store",), "delivery": ("area", "address")}.get(data.get("method", ""), ())
        if data.get("invoice"):
            needed = (*needed, "company", "invoice_address", "invoice_email")
        missing = {name: [_("Cần điền mục này.")] for name in needed if not data.get(name)}
        if missing:
            raise ValidationError(missing)


class QuoteForm(Schema):
    """What the sum at the side depends on; `place`: any name, of today or of old, to find the commune by; `sought`:
    province and name by which the communes on the page were found.
    """

    place = Words(most=80)
    sought = Words(most=90)

    method = Choice("pickup", "delivery", load_default="pickup")
    store = Words(most=40, pattern=_SLUG)
    province = Words(most=2, pattern=r"[0-9]{2}")
    area = Words(most=5, pattern=_AREA)
