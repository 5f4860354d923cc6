"""What returns take and answer."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

from core.web.api import Schema
from core.web.fields import Choice, DongField, Moment, Whole, Words
from shop.orders.schemas import Flag
from shop.returns.rules import BUYERS, Kind, Reason, State

MOST_UNITS = 10_000_000


class ReturnLineIn(Schema):
    """So many units of one line: by its SKU's code, or by its place in the order (1, 2, 3 …)."""

    sku = Words(most=40)
    line = Whole(least=1, most=1000)
    quantity = Whole(least=1, most=MOST_UNITS, required=True)

    @validates_schema
    def check_named(self, data: dict[str, Any], **kwargs: Any) -> None:
        """One of the two names the line."""
        if ("sku" in data) == ("line" in data):
            raise ValidationError(_("Nêu đúng một: sku hoặc line."), "line")


class RefundIn(Schema):
    """Money to give back: a sum, or units of lines; with `reference` it has gone already.

    `reference` alone: the whole sum owed of an order that was called off went back under it, in cash.
    """

    amount = DongField(least=1)
    lines = fields.List(fields.Nested(ReturnLineIn), metadata={"description": "Goods that were short or broken."})
    reason = Choice(*(one.value for one in Reason), metadata={"description": "Required with a sum or lines."})
    words = Words(most=500, lines=True)
    reference = Words(most=80)

    @validates_schema
    def check_whole(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A sum or lines, not both, and why; or a reference alone."""
        if "amount" in data and "lines" in data:
            raise ValidationError(_("Nêu số tiền hoặc các dòng hàng, không cả hai."), "amount")
        if not {"amount", "lines", "reference"} & data.keys() or data.get("lines") == []:
            raise ValidationError(_("Nêu số tiền, các dòng hàng, hoặc mã giao dịch."), "amount")
        if {"amount", "lines"} & data.keys() and "reason" not in data:
            raise ValidationError(_("Cần điền mục này."), "reason")


class ReturnIn(Schema):
    """A buyer's wish."""

    kind = Choice(*(one.value for one in Kind), required=True)
    reason = Choice(*(one.value for one in BUYERS), required=True)
    lines = fields.List(fields.Nested(ReturnLineIn), required=True)
    words = Words(most=500, lines=True)
    token = Words(most=64)

    @validates_schema
    def check_lines(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Something is asked for; and whoever keeps the goods has not merely changed her mind."""
        if data.get("lines") == []:
            raise ValidationError(_("Chọn ít nhất một mặt hàng."), "lines")
        if data.get("kind") == Kind.REFUND and data.get("reason") == Reason.CHANGED_MIND:
            raise ValidationError(_("Đổi ý thì hàng phải về cửa hàng."), "kind")


class ReturnForm(Schema):
    """A buyer's wish as a form sends it; units stand in fields of their own (`units-1`)."""

    kind = Choice(*(one.value for one in Kind), required=True)
    reason = Choice(*(one.value for one in BUYERS), required=True)
    words = Words(most=500, lines=True)
    token = Words(most=64)

    @validates_schema
    def check_kept(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Whoever keeps the goods has not merely changed her mind."""
        if data.get("kind") == Kind.REFUND and data.get("reason") == Reason.CHANGED_MIND:
            raise ValidationError(_("Đổi ý thì hàng phải về cửa hàng."), "kind")


class ReturnDecisionIn(Schema):
    """The store's answer; why, when it refuses."""

    accepted = Flag(required=True)
    refusal = Words(most=500, lines=True)

    @validates_schema
    def check_why(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A refusal says why."""
        if data.get("accepted") is False and "refusal" not in data:
            raise ValidationError(_("Cần điền mục này."), "refusal")


class DamagedIn(Schema):
    """Units of a line that cannot be sold again."""

    line = Whole(least=1, most=1000, required=True)
    quantity = Whole(least=1, most=MOST_UNITS, required=True)


class ReturnReceiptIn(Schema):
    """Goods that are back."""

    damaged = fields.List(fields.Nested(DamagedIn), load_default=list[dict[str, int]])


class RefundOut(Schema):
    """Money that goes back."""

    code = Words(required=True)
    amount = DongField(required=True)
    way = Words(required=True, metadata={"enum": ["card", "bank", "cash"]})
    state = Words(required=True, metadata={"enum": ["promised", "sent", "done", "failed"]})
    promised_at = Moment(required=True)


class ReturnLineOut(Schema):
    """Units of a line."""

    line = Whole(required=True)
    sku = Words(required=True)
    quantity = Whole(required=True)
    worth = DongField(allow_none=True)


class ReturnOut(Schema):
    """A return."""

    code = Words(required=True)
    order = Words(required=True)
    kind = Words(required=True)
    reason = Words(required=True)
    words = Words(most=500, allow_none=True)
    state = Words(required=True, metadata={"enum": [one.value for one in State]})
    refusal = Words(most=500, allow_none=True)
    lump = DongField(allow_none=True)
    asked_at = Moment(required=True)
    lines = fields.List(fields.Nested(ReturnLineOut), required=True)
    refund = fields.Nested(RefundOut, allow_none=True)
    version = Whole(required=True)


class RefundForm(Schema):
    """The desk's own refund: a sum of goodwill; units stand in fields of their own."""

    reason = Choice(*(one.value for one in Reason), required=True)
    amount = DongField(least=1)
    words = Words(most=500, lines=True)


class RefusalForm(Schema):
    """Why the store does not agree, in words for the buyer."""

    refusal = Words(least=5, most=500, lines=True, required=True)
