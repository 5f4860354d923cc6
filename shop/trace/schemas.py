"""What the trace answers."""

from marshmallow import fields

from core.web.api import Schema
from core.web.fields import Day, Whole, Words


class TracedNameOut(Schema):
    """Something with a public code or slug."""

    code = Words(required=True)
    name = Words(required=True)


class TracedProductOut(Schema):
    """The product; its page is /san-pham/{slug}."""

    slug = Words(required=True)
    name = Words(required=True)


class TracedMakerOut(TracedNameOut):
    """Who made it, and where."""

    address = Words(required=True)


class TracedCertificateOut(Schema):
    """The certificate under which the lot was taken in; its page is /chung-nhan/{code}."""

    code = Words(required=True)
    decision_number = Words(required=True)
    stars = Whole(required=True)
    valid_until = Day(required=True)
    status = Words(required=True, metadata={"description": "Of this certificate, today."})


class StandingOut(Schema):
    """How the product stood and stands under its certificates; null: the day is not known."""

    made = Words(allow_none=True, metadata={"description": "On the day of production."})
    received = Words(allow_none=True, metadata={"description": "On the day the lot came into the shop."})
    today = Words(required=True)
    stars = Whole(allow_none=True, metadata={"description": "Only while a certificate covers today."})


class BackOut(Schema):
    """One step back: who made it, and when and where it came in."""

    producer = fields.Nested(TracedMakerOut, required=True)
    received_on = Day(allow_none=True)
    store = fields.Nested(TracedNameOut, allow_none=True)


class ForwardOut(Schema):
    """One step forward: a store that it came to."""

    store = fields.Nested(TracedNameOut, required=True)
    since = Day(required=True)


class StepOut(Schema):
    """A public step: ``made`` by the producer, ``receipt`` or ``transfer_in`` at a store."""

    kind = Words(required=True)
    on = Day(required=True)
    store = fields.Nested(TracedNameOut, allow_none=True)


class TraceOut(Schema):
    """The story of a lot."""

    lot = Words(required=True)
    number = Words(required=True, metadata={"description": "The producer's lot number."})
    product = fields.Nested(TracedProductOut, required=True)
    picture = Words(allow_none=True, metadata={"description": "Address of its picture, while it is for sale."})
    producer = fields.Nested(TracedMakerOut, required=True)
    made_on = Day(allow_none=True)
    expires_on = Day(allow_none=True)
    state = Words(required=True, metadata={"enum": ["ok", "blocked", "recalled"]})
    reason = Words(allow_none=True, metadata={"enum": ["certificate", "expired", "quality", "recall"]})
    is_on_sale = fields.Boolean(required=True)
    certificate = fields.Nested(TracedCertificateOut, required=True)
    standing = fields.Nested(StandingOut, required=True)
    back = fields.Nested(BackOut, required=True)
    forward = fields.List(fields.Nested(ForwardOut), required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
