"""What candidates look like in the API."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates

from catalog.candidates.models import STATES
from catalog.certificates.schemas import ProductRef, Score
from catalog.producers.models import KINDS
from catalog.producers.schemas import AreaOut, TaxCode
from catalog.products.schemas import ProducerRef
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Moment, Phone, Whole, Words


class CandidatePatch(Schema):
    """Changed facts of a proposal; what is left out stays."""

    name = Words(most=200)
    set = Whole(least=1, most=26, attribute="set_no", metadata={"description": "Product set; the group follows."})
    producer = Words(most=24, allow_none=True, metadata={"description": "Code of a known producer."})
    producer_name = Words(most=200, allow_none=True)
    producer_kind = Choice(*KINDS, allow_none=True)
    producer_tax_code = TaxCode(most=20, allow_none=True)
    producer_address = Words(most=200, allow_none=True)
    producer_phone = Phone(most=24, allow_none=True)
    story = Words(most=4000, lines=True, allow_none=True)
    score_a = Score(allow_none=True)
    score_b = Score(allow_none=True)
    score_c = Score(allow_none=True)
    contact = Words(most=200, allow_none=True)

    @validates("name", "set")
    def _not_null(self, value: object, data_key: str) -> None:
        if value is None:
            raise ValidationError(_("Không được để trống."))


class CandidateIn(CandidatePatch):
    """A product that a commune proposes."""

    name = Words(most=200, required=True)
    set = Whole(least=1, most=26, required=True, attribute="set_no")
    area = Words(most=5, pattern=r"\d{2,5}", metadata={"description": "Code of the commune; one's own when left out."})


class AcceptanceIn(Schema):
    """What the desk makes of it: a new product, or with `product` one that is known already."""

    product = Words(most=96, metadata={"description": "Code or slug of the product that it is."})
    producer = Words(most=24, metadata={"description": "Code of the producer that the desk recognised."})
    is_new = fields.Boolean(load_default=False, metadata={"description": "What is similar was looked at."})
    note = Words(most=500)


class DeclineIn(Schema):
    """Why not; the commune reads it."""

    reason = Words(most=500, required=True)


class SimilarOut(Schema):
    """Something known that may be the same."""

    kind = fields.String()
    code = fields.String()
    name = fields.String()
    of = fields.String()
    why = fields.String()


class CandidateOut(Schema):
    """A candidate as desks and reporters see it."""

    code = fields.String()
    state = Choice(*STATES)
    area = fields.Nested(AreaOut)
    name = fields.String()
    set = Whole(attribute="set_no")
    group = fields.String(attribute="product_set.group")
    producer = fields.Nested(ProducerRef, allow_none=True)
    producer_name = fields.String()
    producer_kind = fields.String(allow_none=True)
    producer_tax_code = fields.String(allow_none=True)
    producer_address = fields.String()
    producer_phone = fields.String(allow_none=True)
    story = fields.String()
    score_a = Score(allow_none=True)
    score_b = Score(allow_none=True)
    score_c = Score(allow_none=True)
    contact = fields.String()
    proposed_at = Moment()
    product = fields.Nested(ProductRef, allow_none=True)
    reason = fields.String()
    decided_at = Moment(allow_none=True)
    version = Whole()
    similar = fields.List(fields.Nested(SimilarOut), metadata={"description": "For the deciding desk, while it waits."})


class CandidatesAsked(PageQuery):
    """Which candidates."""

    q = Words(most=100)
    state = Choice(*STATES)
    area = Words(most=5, pattern=r"\d{2,5}")


CandidateListOut = listed(CandidateOut)


def fill(data: dict[str, Any]) -> dict[str, Any]:
    """Loaded values with what a form or a line left out said to be empty."""
    names = [field.attribute or name for name, field in CandidatePatch().fields.items()]
    return dict.fromkeys(names) | data
