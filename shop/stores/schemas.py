"""What stores answer."""

from marshmallow import fields

from core.web.api import Schema, listed
from core.web.fields import Words


class StoreAreaOut(Schema):
    """An administrative unit."""

    code = Words(required=True)
    name = Words(required=True)


class StoreOut(Schema):
    """A store with its address and hours (``HH:MM`` of Việt Nam, by weekday)."""

    code = Words(required=True)
    name = Words(required=True)
    kind = Words(required=True, metadata={"enum": ["mart", "centre", "stall"]})
    seller = Words(required=True, metadata={"description": "The legal seller of everything sold here."})
    area = fields.Nested(StoreAreaOut, required=True)
    serves = fields.Nested(StoreAreaOut, allow_none=True, metadata={"description": "The former district it serves."})
    address = Words(required=True)
    phone = Words(allow_none=True)
    hours = fields.Dict(required=True)
    is_open_now = fields.Boolean(required=True)
    lat = fields.Float(allow_none=True)
    lng = fields.Float(allow_none=True)
    has_pickup = fields.Boolean(required=True)
    has_delivery = fields.Boolean(required=True)


StoreListOut = listed(StoreOut)
