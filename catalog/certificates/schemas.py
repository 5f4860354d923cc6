"""What certificates look like in the API."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields

from catalog.certificates.models import GROUNDS, LEVELS
from catalog.certificates.rules import Status
from catalog.products.schemas import ProducerRef
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, Moment, Whole, Words

STATUSES = [status.value for status in Status if status not in (Status.MISSING, Status.STOPPED)]


class Score(fields.Field[int]):
    """Points from 0 to 100 with at most two decimals; kept as whole hundredths."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"type": "number", "minimum": 0, "maximum": 100, **(kwargs.pop("metadata", None) or {})}
        super().__init__(metadata=described, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> float | None:
        return None if value is None else value / 100

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        hundredths = read_score(value)
        if hundredths is None:
            raise ValidationError(_("Điểm phải từ 0 đến 100, nhiều nhất hai số lẻ."))
        return hundredths


def read_score(value: object) -> int | None:
    """Whole hundredths of a score given as a number or text ("69.25", "69,25"); None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        points = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not points.is_finite() or not 0 <= points <= 100 or points != points.quantize(Decimal("0.01")):
        return None
    return int(points * 100)


class CertificateIn(Schema):
    """One product in one decision."""

    product = Words(most=96, required=True, metadata={"description": "The product's code or slug."})
    decision_number = Words(most=60, required=True)
    decided_on = Day(required=True)
    issuer_level = Choice(*LEVELS, required=True)
    issuer = Words(most=160, required=True)
    score = Score(allow_none=True)
    score_a = Score(allow_none=True, metadata={"description": "Points of section A; all three sections or none."})
    score_b = Score(allow_none=True, metadata={"description": "Points of section B."})
    score_c = Score(allow_none=True, metadata={"description": "Points of section C."})
    stars = Whole(least=1, most=5, required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True, metadata={"description": "Last day, inclusive, as the decision says."})
    document = Words(most=300, allow_none=True)
    exception_reason = Words(
        least=0, most=1000, lines=True, allow_none=True,
        metadata={"description": "Why it stands although it contradicts the rules of its day; 20 letters or more."},
    )  # fmt: skip


class VerificationIn(Schema):
    """The second reading of the decision."""

    stars = Whole(least=3, most=5, required=True)
    valid_until = Day(required=True)
    accept_exception = fields.Boolean(
        metadata={"description": "Accept that it contradicts the rules of its day, for the reason given."}
    )


class RevocationIn(Schema):
    """A decision of revocation."""

    decision_number = Words(most=60, required=True)
    ground = Choice(*GROUNDS, required=True)
    effective_on = Day(metadata={"description": "First day without; today when left out."})
    authority = Words(most=160, metadata={"description": "Who revoked it; the issuer when left out."})


class SuspensionIn(Schema):
    """A decision of suspension."""

    decision_number = Words(most=60, required=True)
    ground = Words(most=300, required=True)
    from_on = Day(metadata={"description": "First day; today when left out."})
    until_on = Day(allow_none=True, metadata={"description": "Last day; open until lifted when left out."})


class ExtensionIn(Schema):
    """A receipt for a late re-evaluation's dossier (Article 12.3)."""

    receipt_number = Words(most=60, required=True)
    until = Day(required=True, metadata={"description": "Last day, at most 180 days after valid_until."})


class DecisionOut(Schema):
    """The decision on paper."""

    number = fields.String()
    decided_on = Day()


class ProductRef(Schema):
    """The product that the decision names."""

    code = fields.String()
    slug = fields.String()
    name = fields.String()


class SuspensionOut(Schema):
    """Days without."""

    from_on = Day()
    until_on = Day(allow_none=True)
    decision_number = fields.String()
    ground = fields.String()


class RevocationOut(Schema):
    """How it ended."""

    decision_number = fields.String()
    ground = fields.String()
    authority = fields.String()
    effective_on = Day()


class HistoryOut(Schema):
    """Another certificate of the same product, or this one, in a line."""

    code = fields.String()
    status = Choice(*STATUSES)
    stars = Whole()
    decision = fields.Nested(DecisionOut)
    valid_from = Day()
    valid_until = Day()


class CertificateOut(HistoryOut):
    """A certificate as anybody may see it, with its status today."""

    since = Day(allow_none=True, metadata={"description": "First day of this status."})
    starts_on = Day(metadata={"description": "First day it governs: not before its verification."})
    ends_on = Day(metadata={"description": "Last day it governs, as known now."})
    extended_until = Day(allow_none=True)
    score = Score(allow_none=True)
    issuer = fields.String()
    issuer_level = Choice(*LEVELS)
    document = fields.String(allow_none=True)
    product = fields.Nested(ProductRef)
    producer = fields.Nested(ProducerRef)
    suspensions = fields.List(fields.Nested(SuspensionOut))
    revocation = fields.Nested(RevocationOut, allow_none=True)
    history = fields.List(fields.Nested(HistoryOut))
    is_demo = fields.Boolean(metadata={"description": "Carries values invented for the demonstration."})
    url = fields.String()


class FaultOut(Schema):
    """What in a certificate the rules of its day do not carry."""

    field = fields.String()
    code = fields.String(metadata={"description": "law.level, law.score, law.term, …"})
    article = fields.String()
    text = fields.String()


class ExceptionOut(Schema):
    """Why a certificate stands although it contradicts the rules of its day."""

    reason = fields.String()
    faults = fields.List(fields.Nested(FaultOut))
    is_accepted = fields.Boolean()


class CertificateDeskOut(Schema):
    """An entry as certifiers see it; stars and last day are hidden until it is verified or one's own."""

    code = fields.String()
    state = Choice("entered", "verified")
    product = fields.Nested(ProductRef)
    decision = fields.Nested(DecisionOut)
    issuer = fields.String()
    issuer_level = fields.String()
    stars = Whole(allow_none=True)
    score = Score(allow_none=True)
    valid_from = Day()
    valid_until = Day(allow_none=True)
    exception = fields.Nested(
        ExceptionOut, allow_none=True, metadata={"description": "Hidden, like the stars, from the second reader."}
    )
    doubts = fields.List(
        fields.Nested(FaultOut), metadata={"description": "What the rules leave open; hidden from the second reader."}
    )
    document = fields.String(allow_none=True)
    entered_by = fields.String()
    entered_at = Moment()
    is_demo = fields.Boolean()
    version = Whole()


class OnQuery(Schema):
    """Which day is asked about."""

    on = Day(metadata={"description": "The day; today when left out."})


class WaitingQuery(PageQuery):
    """Which page of the entries that wait."""


CertificateDeskListOut = listed(CertificateDeskOut)
