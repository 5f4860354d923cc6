"""What corrections look like in the API."""

from marshmallow import fields

from catalog.certificates.models import LEVELS
from catalog.certificates.schemas import Score
from catalog.corrections.rules import SHORTEST_REASON
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, Moment, Whole, Words


class ChangesIn(Schema):
    """What the paper really says; only the fields that differ."""

    stars = Whole(least=3, most=5)
    score = Score(allow_none=True, attribute="score_hundredths")
    decision_number = Words(most=60)
    decided_on = Day()
    issuer_level = Choice(*LEVELS)
    issuer = Words(most=160)
    valid_from = Day()
    valid_until = Day()


class CorrectionIn(Schema):
    """A correction to be agreed to by a second person."""

    reason = Words(least=SHORTEST_REASON, most=500, required=True)
    changes = fields.Nested(ChangesIn, required=True)


class CorrectionOut(Schema):
    """A correction: what stood there, what the paper says, why, and where it stands."""

    code = fields.String()
    certificate = fields.String(attribute="certificate.code")
    changes = fields.Dict(metadata={"description": "By field: {from, to}; days as text."})
    reason = fields.String()
    proposed_at = Moment()
    confirmed_at = Moment(allow_none=True)
    settled_at = Moment(allow_none=True)


class WaitingCorrectionsQuery(PageQuery):
    """Which page of the corrections that wait."""


CorrectionListOut = listed(CorrectionOut)
