"""What stores take and answer."""

import re
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields

from core.web.api import Schema, listed
from core.web.fields import Choice, Day, Moment, Phone, Whole, Words, is_text_accepted
from shop.stores.rules import STORE_KINDS

_HOURS = {"description": "By weekday (mon … sun): intervals [opens, closes] of HH:MM; a missing day is closed."}
_SPECIAL = {
    "description": "Days with hours of their own, by their first day: {until, hours: [[opens, closes]], note}; "
    "no hours: closed."
}


class Degrees(fields.Field[float]):
    """A finite number of degrees between -most and most; in JSON never a text or a bool."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.metadata = {"type": "number", "minimum": -most, "maximum": most, **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if is_text_accepted() and isinstance(value, str) and re.fullmatch(r"-?\d{1,3}([.,]\d{1,12})?", value.strip()):
            value = float(value.strip().replace(",", "."))
        if isinstance(value, bool) or not isinstance(value, int | float) or not -self.most <= value <= self.most:
            raise ValidationError(_("Phải là số độ từ -%(most)s đến %(most)s.", most=self.most))
        return float(value)


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
    hours = fields.Dict(required=True, metadata=_HOURS)
    special = fields.Dict(required=True, metadata=_SPECIAL)
    opens_on = Day(allow_none=True, metadata={"description": "First day of a temporary store."})
    ends_on = Day(allow_none=True, metadata={"description": "Last day of a temporary store."})
    is_open_now = fields.Boolean(required=True)
    lat = fields.Float(allow_none=True)
    lng = fields.Float(allow_none=True)
    has_pickup = fields.Boolean(required=True)
    has_delivery = fields.Boolean(required=True)


StoreListOut = listed(StoreOut)


class SettingsOut(StoreOut):
    """A store as its staff read it, with its version (ETag)."""

    seller_code = Words(required=True)
    fair = Words(allow_none=True)
    pickup_hours = Whole(required=True)
    delivery_hours = Whole(required=True)
    cash_rounding = Whole(required=True)
    is_active = fields.Boolean(required=True)
    closed_at = Moment(allow_none=True)


class SettingsPatch(Schema):
    """What may be changed of a store; a manager only of her own, and only its hours, telephone, position and terms."""

    name = Words(most=200)
    address = Words(most=300)
    area = Words(most=40, metadata={"description": "Code of the present commune in which it stands."})
    serves = Words(most=40, allow_none=True, metadata={"description": "Code of the former district that it serves."})
    seller = Words(most=40, metadata={"description": "Code of the legal seller."})
    fair = Words(most=80, allow_none=True)
    opens_on = Day(allow_none=True)
    ends_on = Day(allow_none=True)
    phone = Phone(allow_none=True)
    hours = fields.Dict(metadata=_HOURS)
    special = fields.Dict(metadata=_SPECIAL)
    lat = Degrees(90, allow_none=True)
    lng = Degrees(180, allow_none=True)
    has_pickup = fields.Boolean(truthy={True}, falsy={False})
    has_delivery = fields.Boolean(truthy={True}, falsy={False})
    pickup_hours = Whole(most=48)
    delivery_hours = Whole(most=96)
    cash_rounding = Whole(most=1000, metadata={"enum": [0, 500, 1000]})


class StoreIn(SettingsPatch):
    """A new store."""

    code = Words(required=True, most=40, pattern=r"[a-z0-9]+(-[a-z0-9]+)*")
    kind = Choice(*STORE_KINDS, required=True)
    name = Words(most=200, required=True)
    address = Words(most=300, required=True)
    area = Words(most=40, required=True, metadata={"description": "Code of a present commune."})
    seller = Words(most=40, required=True, metadata={"description": "Code of the legal seller."})
    hours = fields.Dict(required=True, metadata=_HOURS)
