"""X and Z reports over REST. Money is whole đồng, instants RFC 3339."""

from marshmallow import fields

from core.web.api import Schema
from core.web.fields import DongField, Moment, Whole, Words
from shop.tills.schemas import CashOut, TillNameOut, TillStoreOut


class WayOut(Schema):
    """What one way of paying brought in and gave back; null for cash in a blind report."""

    way = Words(required=True)
    taken = DongField(required=True, allow_none=True)
    given_back = DongField(required=True, allow_none=True)
    count = Whole(required=True)


class VatOut(Schema):
    """What was sold under one rate, less what came back: gross, and the VAT within it."""

    vat_bp = Whole(required=True)
    vat_kind = Words(allow_none=True)
    gross = Whole(least=-(10**15), required=True)
    vat = Whole(least=-(10**15), required=True)


class UnreconciledOut(Schema):
    """A transfer that the cashier confirmed and the bank has not told of."""

    sale = Words(required=True)
    amount = DongField(required=True)
    memo = Words(required=True)
    confirmed_by = Words(allow_none=True)
    at = Moment(required=True)


class ShiftExceptionOut(Schema):
    """A sale of the shift that waits for a decision or had one."""

    code = Words(required=True)
    kind = Words(required=True)
    total = DongField(required=True, allow_none=True)
    cash = DongField(required=True, allow_none=True)


class ShiftReportOut(Schema):
    """X report while the shift is open, Z report once it is closed: then it never changes.

    Who will count the drawer reads X blind: what says how much cash should be there is null, `vat` empty.
    """

    code = Words(required=True)
    number = Whole(required=True)
    is_closed = fields.Boolean(required=True)
    is_blind = fields.Boolean(
        required=True, metadata={"description": "Whether what the drawer should hold is kept back until its count."}
    )
    till = fields.Nested(TillNameOut, required=True)
    store = fields.Nested(TillStoreOut, required=True)
    opened_at = Moment(required=True)
    opened_by = Words(required=True)
    closed_at = Moment(allow_none=True)
    closed_by = Words(allow_none=True)
    made_at = Moment(required=True)
    float = DongField(required=True)
    sales_count = Whole(required=True)
    sales_total = DongField(required=True, allow_none=True)
    returns_count = Whole(required=True)
    returns_total = DongField(required=True, allow_none=True)
    discount_total = DongField(required=True)
    rounding_total = Whole(least=-(10**15), required=True)
    ways = fields.List(fields.Nested(WayOut), required=True)
    vat = fields.List(fields.Nested(VatOut), required=True)
    pay_in = DongField(required=True)
    pay_out = DongField(required=True)
    cash_entries = fields.List(fields.Nested(CashOut), required=True)
    exceptions = fields.List(fields.Nested(ShiftExceptionOut), required=True)
    exceptions_cash = DongField(required=True, allow_none=True)
    unreconciled = fields.List(fields.Nested(UnreconciledOut), required=True)
    expected = Whole(
        least=-(10**15), required=True, allow_none=True, metadata={"description": "Cash that should be in the drawer."}
    )
    counted = DongField(allow_none=True)
    difference = Whole(least=-(10**15), allow_none=True, metadata={"description": "Counted less expected."})
    denominations = fields.Dict(required=True)
    note = Words(allow_none=True)
