"""The fields of a delivery's form."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

from core.clock import today
from core.web.api import Schema
from core.web.fields import Day, Words
from shop.inventory.schemas import DeliveredIn


class PercentField(fields.Field[int]):
    """``15``, ``12,5`` or ``12.5``: a share from 0 to 100 per cent, at most two decimals, loaded as basis points."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?", value.strip()) if isinstance(value, str) else None
        share = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found and found[0].isascii() else None
        if share is None or share > 10_000:
            raise ValidationError(_("Phải từ 0 đến 100, nhiều nhất hai chữ số thập phân."))
        return share


def percent_words(share_bp: int) -> str:
    """``15`` or ``12,5``: basis points as the form and its reader write a percentage."""
    return f"{share_bp / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")


class DeliveryIn(Schema):
    """The head: the producer's own paper, who brought it, and the keeper's words."""

    delivery_note = Words(most=60)
    delivered_on = Day()
    deliverer = Words(most=120)
    note = Words(most=1000, lines=True)

    @validates_schema
    def not_of_tomorrow(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A delivery note is not younger than the delivery."""
        if data.get("delivered_on") and data["delivered_on"] > today():
            raise ValidationError({"delivered_on": [_("Ngày này chưa đến.")]})


class LineIn(DeliveredIn):
    """One lot of it, with the seller's share in per cent: leave ``commission_bp`` out."""

    percent = PercentField(load_default=0)

    @validates_schema
    def fresh(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Neither past its day nor made tomorrow."""
        if data.get("expires_on") and data["expires_on"] < today():
            raise ValidationError({"expires_on": [_("Hàng đã quá hạn sử dụng, không nhận.")]})
        if data.get("made_on") and data["made_on"] > today():
            raise ValidationError({"made_on": [_("Ngày này chưa đến.")]})
