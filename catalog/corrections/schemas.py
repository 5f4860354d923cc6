"""What corrections look like in the API."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema

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

    reason = Words(most=500, required=True)
    changes = fields.Nested(ChangesIn, required=True)

    @validates_schema(skip_on_field_errors=True)
    def _says_why(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if len(data["reason"]) < SHORTEST_REASON:
            text = _("Hãy nói rõ vì sao (ít nhất %(n)d chữ cái).", n=SHORTEST_REASON)
            raise ValidationError(text, field_name="reason")


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
