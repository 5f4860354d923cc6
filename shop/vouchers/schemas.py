"""What the API of vouchers takes and answers."""

from marshmallow import fields

from core.web.api import PageQuery, Schema
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words
from shop.vouchers.rules import State


class VoucherQuery(PageQuery):
    """Which vouchers."""

    state = Choice(*[str(state) for state in State])


class GiveBackIn(Schema):
    """Why the store takes it back."""

    reason = Words(most=300, required=True)


class VoucherOut(Schema):
    """A voucher for staff. In lists its code is left out: whoever reads a list needs no secret."""

    code = fields.String(allow_none=True)
    order = Words(required=True)
    service = Words(required=True)
    producer = Words(required=True)
    store = Words(required=True)
    state = Words(required=True)
    price = DongField(required=True)
    currency = Words(required=True)
    sold_on = Day(required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)
    redeemed_at = Moment(allow_none=True)
    redeemed_by = fields.String(allow_none=True)
    version = Whole(required=True)


class VoucherListOut(Schema):
    """A page of vouchers."""

    items = fields.List(fields.Nested(VoucherOut), required=True)
    total = Whole(required=True)
    page = Whole(required=True)
    per_page = Whole(required=True)
