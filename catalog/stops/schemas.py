"""What stops look like in the API."""

from typing import Any

from marshmallow import fields

from catalog.stops.models import KINDS, ProductStop
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, Moment, Words


class StopIn(Schema):
    """An authority's order. Exactly one of product and producer."""

    product = Words(most=96, metadata={"description": "The product's code or slug."})
    producer = Words(most=24, metadata={"description": "The producer's code: all its products stand still."})
    number = Words(most=60, required=True)
    authority = Words(most=160, required=True)
    ground = Words(most=300, required=True)
    from_on = Day(metadata={"description": "First day; today when left out."})
    until_on = Day(allow_none=True, metadata={"description": "Last day, inclusive; left out: until lifted."})


class LiftingIn(Schema):
    """Why the order is over."""

    reason = Words(most=300, required=True)


class StopOut(Schema):
    """A stop."""

    code = Words()
    kind = Choice(*KINDS)
    product = fields.Function(lambda stop: _code(stop.product))
    producer = fields.Function(lambda stop: _code(stop.producer))
    number = Words()
    authority = Words()
    ground = Words()
    from_on = Day()
    until_on = Day(allow_none=True)
    lifted_on = Day(allow_none=True)
    recorded_at = Moment()


class StopsQuery(PageQuery):
    """Which stops."""

    is_open = fields.Boolean(load_default=True)


StopListOut = listed(StopOut)


def _code(thing: Any) -> str | None:
    return thing.code if thing else None


def out(stop: ProductStop) -> dict[str, Any]:
    """A stop as the API says it."""
    return StopOut().dump(stop)  # type: ignore[return-value]
