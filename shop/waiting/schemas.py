"""What waiting takes and answers."""

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Whole, Words

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


class WaitIn(Schema):
    """Be told once when a product can be bought again."""

    product = Words(most=96, required=True, metadata={"description": "The product's slug or code."})
    contact = Words(most=254, metadata={"description": "Phone or e-mail; the caller's own account without it."})
    sku = Words(most=40, metadata={"description": "One pack of it; any without."})
    store = Words(most=40, pattern=_SLUG, metadata={"description": "One store; any without."})
    consent = fields.Boolean(
        required=True, metadata={"description": "Agreed: kept for this one message, 180 days at most."}
    )

    @validates("consent")
    def check_consent(self, value: bool, **_more: object) -> None:
        """No consent, no contact is kept (Law 91/2025)."""
        if not value:
            raise ValidationError(_("Cần bạn đồng ý thì chúng tôi mới được giữ liên lạc."))


class CrowdsQuery(PageQuery):
    """Which page."""


class CrowdOut(Schema):
    """How many wait for what."""

    product = Words(attribute="product.slug")
    name = Words(attribute="product.name")
    sku = Words(attribute="sku.code", allow_none=True)
    store = Words(attribute="store.code", allow_none=True)
    count = Whole()


CrowdListOut = listed(CrowdOut)
