"""Floor plans as the API and files hold them: the same as ``plan.schema.json`` says."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from core.web.api import Schema
from core.web.fields import Choice, DongField, Moment, Whole, Words
from shop.fairs.plans.plan import (
    AISLE_CM,
    FEATURES,
    KINDS,
    MAX_BOOTHS,
    MAX_CORNERS,
    MAX_SIDE_CM,
    SERVICES,
    STANDARD_SIDE_CM,
    USES,
)

CODE = r"[A-Z0-9]([A-Z0-9-]{0,18}[A-Z0-9])?"
UID = r"[A-Za-z0-9][A-Za-z0-9-]{0,15}"
ZONE = r"[A-Za-z0-9][A-Za-z0-9-]{0,19}"


class Corner(fields.Field[list[int]]):
    """One corner of a polygon: ``[x, y]`` in whole centimetres."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[int]:
        numbers: list[Any] = value if isinstance(value, list) else []
        whole = [one for one in numbers if type(one) is int and 0 <= one <= MAX_SIDE_CM]
        if len(numbers) != 2 or len(whole) != 2:
            raise ValidationError(str(_l("Mỗi góc là [x, y], số nguyên xăng-ti-mét.")))
        return whole

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


def polygon(**kwargs: Any) -> fields.List[Any]:
    """A list of corners."""
    about = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
    return fields.List(Corner(metadata=about), validate=validate.Length(3, MAX_CORNERS), **kwargs)


class FeatureSchema(Schema):
    """What stands in the way."""

    kind = Choice(*FEATURES, required=True)
    label = Words(most=80, required=True)
    polygon = polygon(required=True)


class HallSchema(Schema):
    """A hall: sizes in centimetres; ``aisle``: narrower ways are pointed out."""

    code = Words(most=20, required=True)
    name = Words(most=120, required=True)
    width = Whole(least=1, most=MAX_SIDE_CM, required=True)
    height = Whole(least=1, most=MAX_SIDE_CM, required=True)
    aisle = Whole(least=0, most=2_000, load_default=AISLE_CM)
    features = fields.List(fields.Nested(FeatureSchema), validate=validate.Length(0, 200))


class BoothIn(Schema):
    """A booth as drawn; ``price`` in đồng for all days; without ``uid`` it is the one that has its number now."""

    code = Words(most=20, pattern=CODE, required=True)
    hall = Words(most=20, required=True)
    polygon = polygon(required=True)
    kind = Choice(*KINDS, load_default="standard")
    services = fields.List(Choice(*SERVICES), load_default=list, validate=validate.Length(0, len(SERVICES)))
    price = DongField(most=1_000_000_000, required=True)
    uid = Words(most=16, pattern=UID)
    use = Choice(*USES, load_default="exhibitor")
    zone = Words(most=20, pattern=ZONE)
    open_sides = fields.List(
        Whole(least=0, most=MAX_CORNERS - 1), load_default=list, validate=validate.Length(0, MAX_CORNERS)
    )


class PlanIn(Schema):
    """The whole plan, as ``plan.schema.json`` says."""

    halls = fields.List(fields.Nested(HallSchema), required=True, validate=validate.Length(1, 50))
    booths = fields.List(fields.Nested(BoothIn), required=True, validate=validate.Length(0, MAX_BOOTHS))


class GridIn(Schema):
    """What the generator asks for, in centimetres; ``x`` and ``y``: where the first row begins in the hall."""

    hall = Words(most=20, required=True)
    rows = Whole(least=1, most=26, required=True)
    columns = Whole(least=1, most=99, required=True)
    aisle = Whole(least=0, most=5_000, load_default=STANDARD_SIDE_CM)
    booth_width = Whole(least=50, most=5_000, load_default=STANDARD_SIDE_CM)
    booth_depth = Whole(least=50, most=5_000, load_default=STANDARD_SIDE_CM)
    prefix = Words(most=8, pattern=r"[A-Z0-9-]+", load_default="")
    price = DongField(most=1_000_000_000, load_default=0)
    services = fields.List(Choice(*SERVICES), load_default=lambda: ["power"])
    zone = Words(most=20, pattern=ZONE)


class GridOut(Schema):
    """The booths of a grid, and the smallest hall that holds them."""

    width = Whole()
    height = Whole()
    booths = fields.List(fields.Nested(BoothIn))


class PlanFaultOut(Schema):
    """What is wrong, or may be: a stable word, the halls or booths concerned, and a sentence."""

    kind = Words()
    codes = fields.List(Words())
    text = Words()


class PlanChangeOut(Schema):
    """One booth that changes: ``added``, ``removed`` or ``changed``, which parts, and who holds it."""

    kind = Words()
    code = Words()
    to = Words(allow_none=True)
    parts = fields.List(Words())
    holders = fields.List(Words())


class PromisedOut(Schema):
    """A booth that is promised and changes: ``delegated`` (a delegation's block) or ``pinned``, and for whom."""

    booth = Words()
    reason = Words()
    whom = Words()


class JudgementOut(Schema):
    """What saving a plan would do; nothing was written. ``drops``, ``unlets`` and ``breaks`` stand in its way."""

    sound = fields.Boolean()
    faults = fields.List(fields.Nested(PlanFaultOut))
    warnings = fields.List(fields.Nested(PlanFaultOut))
    drops = fields.List(Words())
    unlets = fields.List(Words())
    breaks = fields.List(Words())
    promised = fields.List(fields.Nested(PromisedOut))
    changes = fields.List(fields.Nested(PlanChangeOut))


class PlanVersionOut(Schema):
    """One saved plan."""

    number = Whole()
    booths = Whole()
    note = Words(allow_none=True)
    saved_at = Moment()
    saved_by = Words()


class PlanVersionsOut(Schema):
    """The saved plans, the latest first."""

    items = fields.List(fields.Nested(PlanVersionOut))
