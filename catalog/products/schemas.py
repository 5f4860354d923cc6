"""What products look like in the API of the desks; the shop's own view is another."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates

from catalog.producers.schemas import AreaOut
from catalog.products.codes import canonical, faults_of
from core.clock import today
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Moment, Whole, Words


class OcopCodeField(Words):
    """The programme's own code in either form, kept in its one writing."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        wrong = faults_of(text, today())
        if wrong:
            raise ValidationError([str(fault) for fault in wrong])
        return canonical(text) or text


class ProductIn(Schema):
    """A new product."""

    name = Words(most=200, required=True)
    producer = Words(most=24, required=True, metadata={"description": "The producer's code."})
    set = Whole(least=1, most=26, required=True, attribute="set_no", metadata={"description": "Product set."})
    area = Words(most=5, pattern=r"\d{2,5}", allow_none=True, metadata={"description": "Area code of today."})
    ocop_code = OcopCodeField(most=40, allow_none=True)
    note = Words(least=0, most=2000, lines=True)


class ProductPatch(Schema):
    """Changed facts of a product; what is left out stays."""

    name = Words(most=200)
    set = Whole(least=1, most=26, attribute="set_no")
    area = Words(most=5, pattern=r"\d{2,5}", allow_none=True)
    ocop_code = OcopCodeField(most=40, allow_none=True)
    note = Words(least=0, most=2000, lines=True)

    @validates("name", "set", "note")
    def _not_null(self, value: object, data_key: str) -> None:
        if value is None:
            raise ValidationError(_("Không được để trống."))


class ProducerRef(Schema):
    """Who makes it."""

    code = fields.String()
    name = fields.String()


class ProductDeskOut(Schema):
    """A product as staff see it."""

    code = fields.String()
    slug = fields.String()
    name = fields.String()
    producer = fields.Nested(ProducerRef)
    set = Whole(attribute="set_no")
    group = fields.String(attribute="product_set.group")
    area = fields.Nested(AreaOut, allow_none=True)
    ocop_code = fields.String(allow_none=True)
    note = fields.String()
    is_demo = fields.Boolean()
    created_at = Moment()
    version = Whole()


class CandidatesQuery(PageQuery):
    """Which products."""

    q = Words(most=100)
    producer = Words(most=24)


ProductDeskListOut = listed(ProductDeskOut)
