"""What the desk of coupons takes."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

from core.web.fields import Choice, Day, DongField, Schema, Whole, Words
from shop.coupons.schemas import CouponCode

#: No coupon takes off more than this; a sum above it is a slip of the hand.
MOST_VND = 100_000_000
_CODES = r"[A-Za-z0-9._-]+( +[A-Za-z0-9._-]+)*"


class CouponForm(Schema):
    """A coupon: percent or a sum, its goods, days and limits."""

    code = CouponCode(required=True)
    name = Words(most=120, required=True)
    kind = Choice("percent", "amount", required=True)
    percent = Whole(least=1, most=100)
    amount_vnd = DongField(least=1, most=MOST_VND)
    most_vnd = DongField(least=1, most=MOST_VND)
    minimum_vnd = DongField(most=MOST_VND)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    max_uses = Whole(least=1, most=1_000_000, required=True)
    max_per_customer = Whole(least=1, most=1_000, required=True)
    products = Words(most=2_000, pattern=_CODES)
    producers = Words(most=2_000, pattern=_CODES)
    groups = fields.List(Choice("I", "II", "III", "IV", "V", "VI"))
    version = Whole(least=1)

    @validates_schema(skip_on_field_errors=False)
    def check_whole(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A percentage or a sum, by its kind; days in their order."""
        wrong: dict[str, list[str]] = {}
        needed = {"percent": "percent", "amount": "amount_vnd"}.get(data.get("kind", ""))
        if needed and data.get(needed) is None:
            wrong[needed] = [_("Cần điền mục này.")]
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            wrong["ends_on"] = [_("Ngày cuối không thể trước ngày đầu.")]
        if wrong:
            raise ValidationError(wrong)


class StopForm(Schema):
    """Stop (1) or go on (0)."""

    stopped = Choice("0", "1", required=True)
