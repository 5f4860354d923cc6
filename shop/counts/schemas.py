"""What stocktakes take and answer."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from catalog.products.sets import GROUPS
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words
from shop.counts.rules import FEW, MANY, MOST, OLDEST_SECONDS, Missing, Mode, Part, State

_CODE = r"[A-Za-z0-9._-]+"
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class StocktakeIn(Schema):
    """Which part of the store. ``producer`` and ``group`` go with the part of that name, ``most`` with ``stale``."""

    part = Choice(*[one.value for one in Part], load_default=Part.STORE.value)
    place = Choice("shelf", "back", metadata={"description": "Only there; both without it."})
    producer = Words(most=40, pattern=_CODE)
    group = Choice(*GROUPS)
    most = Whole(least=1, most=MANY, load_default=FEW)
    note = Words(most=300)

    @validates_schema
    def part_is_named(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A producer's or a group's goods need its code, and nothing else takes one."""
        for name in ("producer", "group"):
            if data.get("part") == name and name not in data:
                raise ValidationError({name: [_("Cần chọn phần sẽ kiểm kê.")]})
            if data.get("part") != name and name in data:
                raise ValidationError({name: [_("Chỉ dùng khi kiểm kê theo mục này.")]})


class StocktakesQuery(PageQuery):
    """Only those in one state."""

    state = Choice(*[one.value for one in State])


class StocktakeOut(Schema):
    """A stocktake; ``asked`` and ``done`` are lines of the present round."""

    code = Words(required=True)
    store = Words(required=True)
    part = Words(required=True)
    place = Words(allow_none=True)
    round = Whole(required=True)
    state = Words(required=True, metadata={"enum": [one.value for one in State]})
    note = Words(allow_none=True)
    opened_by = Words(required=True)
    opened_at = Moment(required=True)
    ended_by = Words(allow_none=True)
    ended_at = Moment(allow_none=True)
    asked = Whole(required=True)
    done = Whole(required=True)
    value = DongField(allow_none=True, metadata={"description": "Worth of all differences at selling prices."})
    version = Whole(required=True)


class StocktakeLineOut(Schema):
    """A line. What was counted and what the books had are told only when the counting is closed."""

    position = Whole(required=True)
    lot = Words(required=True)
    number = Words(required=True)
    sku = Words(required=True)
    name = Words(required=True)
    label = Words(required=True)
    unit = Words(required=True)
    place = Words(required=True)
    expires_on = Day(allow_none=True)
    is_asked = fields.Boolean(required=True)
    is_done = fields.Boolean(required=True)
    counted = Whole(allow_none=True)
    expected = Whole(allow_none=True)
    difference = Whole(allow_none=True)


class CountIn(Schema):
    """What somebody counted of one lot at one place; ``age``: seconds since then, when it waited for a network."""

    uuid = Words(least=36, most=36, pattern=_UUID, required=True)
    lot = Words(most=300, required=True, metadata={"description": "Code, our QR's address, or barcode of a pack."})
    place = Choice("shelf", "back", required=True)
    quantity = Whole(least=0, most=MOST, required=True)
    mode = Choice(*[one.value for one in Mode], load_default=Mode.FIRST.value)
    age = Whole(least=0, most=OLDEST_SECONDS, load_default=0)


class CountsIn(Schema):
    """Entries, each kept or refused by itself."""

    counts = fields.List(fields.Nested(CountIn), required=True, validate=validate.Length(min=1, max=100))


class CountedOut(Schema):
    """What became of one entry: kept (again), or why not."""

    uuid = Words(required=True)
    is_kept = fields.Boolean(required=True)
    lot = Words(allow_none=True)
    code = Words(allow_none=True, metadata={"description": "Of the refusal."})
    detail = Words(allow_none=True)


class CountsOut(Schema):
    """One answer for each entry, in their order."""

    items = fields.List(fields.Nested(CountedOut), required=True)


class StocktakeClosingIn(Schema):
    """What becomes of lines that nobody counted."""

    missing = Choice(*[one.value for one in Missing], load_default=Missing.REFUSE.value)


class StocktakeRecountIn(Schema):
    """Positions of the lines to count once more."""

    lines = fields.List(Whole(least=1, most=1_000_000), required=True, validate=validate.Length(min=1, max=5000))


class StocktakeApprovalIn(Schema):
    """Positions of lines that stay as the books have them."""

    leave = fields.List(Whole(least=1, most=1_000_000), load_default=list)


class StocktakeDropIn(Schema):
    """Why it is given up."""

    reason = Words(most=300)


class StocktakeLimitIn(Schema):
    """What differences may be worth before another person must approve them."""

    limit = DongField(least=0, most=1_000_000_000, required=True)
    version = Whole(least=0, most=1_000_000, load_default=0)


StocktakeListOut = listed(StocktakeOut)
StocktakeLineListOut = listed(StocktakeLineOut)
