"""What mandates look like in forms."""

from marshmallow import fields, validate

from catalog.mandates.rules import PARTS
from core.web.api import Schema
from core.web.fields import Choice, Day, Words


class MandateIn(Schema):
    """Whom a producer lets act for her, for what, from when to when."""

    producer = Words(most=24, required=True)
    contact = Words(most=254, required=True)
    parts = fields.List(Choice(*PARTS), required=True, validate=validate.Length(min=1))
    from_on = Day(required=True)
    until_on = Day(required=True)


class MandateEndIn(Schema):
    """Why it ends, if anybody wants to say so."""

    reason = Words(most=300)
