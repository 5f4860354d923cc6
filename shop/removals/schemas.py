"""What removals take and answer."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, DongField, Moment, Whole, Words
from shop.inventory.rules import BY_HAND
from shop.removals.rules import MOST_LIMIT_VND, MOST_LINES, RETURN_REASONS, WRITE_OFF_REASONS, Kind, State

_CODE = r"[A-Za-z0-9._-]+"
#: Units in one movement: 10 tonnes in grams.
_MOST = 10_000_000


class AdjustmentIn(Schema):
    """What a person found or did; ``quantity`` is signed: -2 broken jars, +1 found again."""

    lot = Words(most=20, required=True)
    place = Choice("shelf", "back", load_default="shelf")
    quantity = Whole(least=-_MOST, most=_MOST, required=True)
    reason = Choice(*[reason.value for reason in BY_HAND], required=True)
    note = Words(most=300)


class AdjustmentOut(Schema):
    """The paper of an adjustment."""

    code = Words(required=True)
    lot = Words(required=True)
    quantity = Whole(required=True)
    reason = Words(required=True)


class RemovalsQuery(PageQuery):
    """Papers in one state, of one kind."""

    state = Choice(*[state.value for state in State])
    kind = Choice(*[kind.value for kind in Kind])


class TakingIn(Schema):
    """So much of a lot; quantities in pieces, or in grams of goods sold by weight."""

    lot = Words(most=20, required=True)
    place = Choice("shelf", "back", load_default="shelf")
    quantity = Whole(least=1, most=_MOST, required=True)


class RemovalIn(Schema):
    """Goods written off, or with ``producer`` given back to it."""

    kind = Choice(*[kind.value for kind in Kind], load_default=Kind.WRITE_OFF.value)
    reason = Choice(*[reason.value for reason in (*WRITE_OFF_REASONS, *RETURN_REASONS)], required=True)
    producer = Words(most=40, pattern=_CODE)
    note = Words(most=300)
    lines = fields.List(fields.Nested(TakingIn), required=True, validate=validate.Length(min=1, max=MOST_LINES))

    @validates_schema
    def names_its_producer(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A producer exactly when goods go back to one."""
        if (data.get("kind") == Kind.PRODUCER_RETURN) != ("producer" in data):
            raise ValidationError({"producer": [_("Nêu chủ thể khi trả hàng, và chỉ khi trả hàng.")]})


class RefusalIn(Schema):
    """Why not."""

    words = Words(most=300, required=True)


class HandoverIn(Schema):
    """Who took the goods for the producer."""

    handed_to = Words(most=120, required=True)


class LimitIn(Schema):
    """What one person may write off alone on one day."""

    limit = DongField(least=0, most=MOST_LIMIT_VND, required=True)
    version = Whole(least=0)


class RemovalLineOut(Schema):
    """A line of a paper."""

    lot = Words(required=True)
    place = Words(required=True)
    sku = Words(required=True)
    name = Words(required=True)
    unit = Words(required=True)
    quantity = Whole(required=True)
    value = DongField(required=True)


class RemovalRowOut(Schema):
    """A paper in a list."""

    id = Words(required=True, attribute="code")
    kind = Words(required=True, metadata={"enum": [kind.value for kind in Kind]})
    store = Words(required=True)
    producer = Words(allow_none=True)
    reason = Words(required=True)
    state = Words(required=True, metadata={"enum": [state.value for state in State]})
    note = Words(allow_none=True)
    value = DongField(required=True, attribute="value_vnd")
    needs_second = fields.Boolean(required=True)
    made_at = Moment(required=True)
    made_by = Words(required=True)
    decided_at = Moment(allow_none=True)
    decided_by = Words(allow_none=True)
    decision_note = Words(allow_none=True)
    handed_to = Words(allow_none=True)
    version = Whole(required=True)


class RemovalOut(RemovalRowOut):
    """A paper with its lines."""

    lines = fields.List(fields.Nested(RemovalLineOut), required=True)


RemovalListOut = listed(RemovalRowOut)
