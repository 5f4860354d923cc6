"""What the API of invoices takes and answers."""

from marshmallow import fields

from core.web.api import PageQuery, Schema
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words
from shop.invoices.rules import Kind, State


class InvoiceQuery(PageQuery):
    """Which invoices."""

    seller = Words(most=40)
    state = Choice(*[str(state) for state in State])
    kind = Choice(*[str(kind) for kind in Kind])
    since = Day(data_key="from")
    until = Day(data_key="to")
    q = Words(most=60)


class InvoicePartyOut(Schema):
    """Seller or buyer as printed."""

    name = fields.String(allow_none=True)
    tax_code = fields.String(allow_none=True)
    address = fields.String(allow_none=True)


class InvoiceLineOut(Schema):
    """A line as printed."""

    name = Words(required=True)
    unit = Words(required=True)
    quantity = fields.Integer(required=True)
    unit_price = DongField(required=True)
    discount = DongField(required=True)
    net = fields.Integer(required=True)
    vat_bp = Whole(required=True)
    vat_kind = fields.String(allow_none=True)
    tax = fields.Integer(required=True)
    gross = fields.Integer(required=True)


class InvoiceOut(Schema):
    """An invoice; amounts are negative where an adjustment takes back."""

    code = Words(required=True)
    order = fields.String(allow_none=True, metadata={"description": "Number of the order, where it is of one."})
    receipt = fields.String(allow_none=True, metadata={"description": "The till's receipt, where it is of one."})
    kind = Words(required=True)
    state = Words(required=True)
    series = fields.String(allow_none=True)
    number = fields.Integer(allow_none=True)
    issued_at = Moment(allow_none=True)
    issued_on = Day(allow_none=True)
    refers_to = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    seller = fields.Nested(InvoicePartyOut, required=True)
    buyer_kind = Words(required=True)
    buyer = fields.Nested(InvoicePartyOut, required=True)
    lines = fields.List(fields.Nested(InvoiceLineOut), required=True)
    net = fields.Integer(required=True)
    tax = fields.Integer(required=True)
    gross = fields.Integer(required=True)
    cash_rounding = fields.Integer(
        required=True, metadata={"description": "What rounding of cash at a till added; in no price and not in gross."}
    )
    received = fields.Integer(required=True, metadata={"description": "What was handed over: gross and cash_rounding."})
    currency = Words(required=True)
    total_words = fields.String(allow_none=True)
    authority_code = fields.String(allow_none=True)
    lookup_code = fields.String(allow_none=True)
    version = Whole(required=True)


class InvoiceListOut(Schema):
    """A page of invoices."""

    items = fields.List(fields.Nested(InvoiceOut), required=True)
    total = Whole(required=True)
    page = Whole(required=True)
    per_page = Whole(required=True)
