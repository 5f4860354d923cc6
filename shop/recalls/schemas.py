"""What recalls take and answer."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, Moment, Whole, Words
from shop.recalls.rules import Basis, Source, State, Told

_CODE = r"[A-Za-z0-9._-]+"


class RecallIn(Schema):
    """One lot by its code, or a product's lots made (or received) between two days."""

    basis = Choice(*[one.value for one in Basis], load_default=Basis.LOT.value)
    lot = Words(most=20, pattern=_CODE)
    product = Words(most=200, pattern=_CODE, metadata={"description": "Code or slug."})
    first = Day(metadata={"description": "First day, included."})
    last = Day(metadata={"description": "Last day, included."})
    reason = Words(least=5, most=300, required=True, metadata={"description": "Buyers read it."})
    advice = Words(most=300, metadata={"description": "What buyers are to do; without it: bring it back."})

    @validates_schema
    def meant_by_one_of_both(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A lot, or a product with its days."""
        wanted = ("lot",) if data.get("basis") == Basis.LOT else ("product", "first", "last")
        missing = {name: [_("Cần điền mục này.")] for name in wanted if name not in data}
        strange = {name for name in ("lot", "product", "first", "last") if name in data and name not in wanted}
        if missing or strange:
            raise ValidationError(missing | {name: [_("Không dùng với cách thu hồi này.")] for name in strange})
        if data.get("first") and data["first"] > data["last"]:
            raise ValidationError({"last": [_("Ngày cuối phải sau ngày đầu.")]})


class RecallsQuery(PageQuery):
    """Only those in one state."""

    state = Choice(*[one.value for one in State])


class RecallTaskOut(Schema):
    """What one store does; ``left``: units still in its books, ``promised``: of these to orders."""

    store = Words(required=True)
    confirmed_at = Moment(allow_none=True)
    confirmed_by = Words(allow_none=True)
    left = Whole(required=True)
    promised = Whole(required=True)
    taken_off = Whole(required=True)


class RecallOut(Schema):
    """A recall; ``orders`` had been promised its goods, ``is_stuck`` ones need a person."""

    code = Words(required=True)
    product = Words(required=True)
    name = Words(required=True)
    basis = Words(required=True)
    lot_number = Words(allow_none=True)
    first = Day(allow_none=True)
    last = Day(allow_none=True)
    reason = Words(required=True)
    advice = Words(allow_none=True)
    state = Words(required=True)
    opened_by = Words(required=True)
    opened_at = Moment(required=True)
    closed_at = Moment(allow_none=True)
    lots = fields.List(Words(), required=True)
    stores = fields.List(fields.Nested(RecallTaskOut), required=True)
    orders = fields.List(fields.Dict(), required=True)


class RecallShortOut(Schema):
    """A recall in a list."""

    code = Words(required=True)
    product = Words(required=True)
    name = Words(required=True)
    reason = Words(required=True)
    state = Words(required=True)
    opened_at = Moment(required=True)


class TakenLineIn(Schema):
    """So many units of a lot at a place, as they were found."""

    lot = Words(most=20, pattern=_CODE, required=True)
    place = Choice("shelf", "back", required=True)
    quantity = Whole(least=0, most=10_000_000, required=True)


class TakeOffIn(Schema):
    """What a store took off its shelves; without lines: all that is there and not promised to orders."""

    lines = fields.List(fields.Nested(TakenLineIn), validate=validate.Length(min=1, max=500))
    note = Words(most=300)


class RecallGoodsOut(Schema):
    """Goods that a buyer bought, and what came back of them."""

    lot = Words(required=True)
    number = Words(required=True)
    name = Words(required=True)
    label = Words(required=True)
    unit = Words(required=True)
    bought = Whole(required=True)
    back = Whole(required=True)


class RecallBuyerOut(Schema):
    """One sale of recalled goods. The contact is told to whoever may speak with buyers of its store."""

    source = Words(required=True, metadata={"enum": [one.value for one in Source]})
    ref = Words(required=True)
    store = Words(required=True)
    sold_at = Moment(allow_none=True)
    name = Words(required=True)
    phone = Words(allow_none=True)
    email = Words(allow_none=True)
    told = Words(required=True, metadata={"enum": [one.value for one in Told]})
    goods = fields.List(fields.Nested(RecallGoodsOut), required=True)


class CallIn(Schema):
    """What a buyer said."""

    note = Words(most=300)


RecallListOut = listed(RecallShortOut)
RecallBuyerListOut = listed(RecallBuyerOut)
