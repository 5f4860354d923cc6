"""What coupons take."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields

from core.web.api import Schema
from shop.coupons.rules import normalise

#: What somebody may type at all; a code is shorter.
_MOST_TYPED = 200


class CouponCode(fields.Field[str]):
    """A coupon's code as people type it: any case, with marks, spaces or hyphens; loaded as it is stored."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = normalise(value) if isinstance(value, str) and len(value) <= _MOST_TYPED else None
        if code is None:
            raise ValidationError(_("Mã giảm giá gồm 4 đến 40 chữ cái và chữ số."))
        return code


class CouponIn(Schema):
    """The coupon of a cart."""

    code = CouponCode(required=True, metadata={"type": "string", "maxLength": _MOST_TYPED})
