"""What producers look like in the API."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates

from catalog.producers.models import KINDS
from catalog.producers.rules import clean_tax_code
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Moment, Phone, Whole, Words


class TaxCode(Words):
    """A Vietnamese tax code with a right check digit, in its one writing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = clean_tax_code(super()._deserialize(value, attr, data, **kwargs))
        if code is None:
            raise ValidationError(_("Mã số thuế không hợp lệ."))
        return code


class ProducerIn(Schema):
    """A new producer."""

    name = Words(most=200, required=True)
    kind = Choice(*KINDS, required=True)
    tax_code = TaxCode(most=20, allow_none=True)
    area = Words(most=5, pattern=r"\d{2,5}", allow_none=True, metadata={"description": "Area code of today."})
    address = Words(least=0, most=200)
    phone = Phone(most=24, allow_none=True)


class ProducerPatch(Schema):
    """Changed facts of a producer; what is left out stays."""

    name = Words(most=200)
    kind = Choice(*KINDS)
    tax_code = TaxCode(most=20, allow_none=True)
    area = Words(most=5, pattern=r"\d{2,5}", allow_none=True)
    address = Words(least=0, most=200)
    phone = Phone(most=24, allow_none=True)

    @validates("name", "kind")
    def _not_null(self, value: object, data_key: str) -> None:
        if value is None:
            raise ValidationError(_("Không được để trống."))


class AreaOut(Schema):
    """An administrative unit."""

    code = fields.String()
    name = fields.String()


class ProducerOut(Schema):
    """A producer as staff see it."""

    code = fields.String()
    name = fields.String()
    kind = fields.String()
    tax_code = fields.String(allow_none=True)
    area = fields.Nested(AreaOut, allow_none=True)
    address = fields.String()
    phone = fields.String(allow_none=True)
    is_demo = fields.Boolean()
    created_at = Moment()
    version = Whole()
    warnings = fields.List(fields.String(), metadata={"description": "What a person should look at."})


class ProducersQuery(PageQuery):
    """Which producers."""

    q = Words(most=100)


ProducerListOut = listed(ProducerOut)
