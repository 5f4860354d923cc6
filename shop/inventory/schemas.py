"""What stock takes and answers."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words
from shop.inventory.rules import Reason

_CODE = r"[A-Za-z0-9._-]+"
#: Units in one movement: 10 tonnes in grams.
_MOST = 10_000_000


class StockQuery(PageQuery):
    """``adult=1``: the visitor is 18 or older, so wine and spirits are shown."""

    adult = Whole(least=1, most=1)


class LedgerFilter(Schema):
    """Only one lot, one SKU, one reason, or the days from the first to the last, both included."""

    lot = Words(most=20, pattern=_CODE)
    sku = Words(most=40, pattern=_CODE)
    reason = Choice(*[reason.value for reason in Reason])
    first = Day(data_key="from")
    last = Day(data_key="to")


class LedgerQuery(LedgerFilter, PageQuery):
    """One page of it."""


class ReceiptsQuery(PageQuery):
    """``q``: the beginning of a receipt's or a delivery note's number."""

    q = Words(most=60)


class DeliveredIn(Schema):
    """One line of a delivery; quantities in pieces, or in grams of goods sold by weight."""

    sku = Words(most=40, required=True)
    number = Words(most=60, required=True, metadata={"description": "The producer's lot number."})
    quantity = Whole(least=1, most=_MOST, required=True)
    made_on = Day(allow_none=True, load_default=None)
    expires_on = Day(allow_none=True, load_default=None)
    is_consigned = fields.Boolean(load_default=True, truthy={True, "1", "true", "on"}, falsy={False, "0", "false"})
    unit_cost = DongField(least=0, load_default=0, metadata={"description": "Of a piece, or of a kilogram."})
    commission_bp = Whole(least=0, most=10_000, load_default=0)
    place = Choice("shelf", "back", load_default="shelf")
    origin_number = Words(
        most=80, metadata={"description": "Number of the certificate of origin, or of the paper in its place."}
    )

    @validates_schema
    def made_before_it_expires(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """NSX is not after HSD."""
        if data.get("made_on") and data.get("expires_on") and data["made_on"] > data["expires_on"]:
            raise ValidationError({"expires_on": [_("Hạn sử dụng phải sau ngày sản xuất.")]})


class ReceiptIn(Schema):
    """A delivery."""

    delivery_note = Words(most=60)
    delivered_on = Day(metadata={"description": "Day of the delivery note."})
    deliverer = Words(most=120, metadata={"description": "Who brought the goods."})
    note = Words(most=1000, lines=True)
    lines = fields.List(fields.Nested(DeliveredIn), required=True, validate=validate.Length(min=1, max=200))


class TakenInOut(Schema):
    """A lot that the delivery made; ``warnings``: certificate.ends_soon, shelf_life.short."""

    lot = Words(required=True)
    sku = Words(required=True)
    name = Words(required=True)
    quantity = Whole(required=True)
    warnings = fields.List(Words(), required=True)


class ReceiptOut(Schema):
    """The paper of a delivery."""

    code = Words(required=True)
    store = Words(required=True)
    delivery_note = Words(allow_none=True)
    received_at = Moment(required=True)
    lines = fields.List(fields.Nested(TakenInOut), required=True)


class ReceivedLineOut(Schema):
    """A lot of a delivery; ``value`` is what the seller paid for it, 0 of consigned goods."""

    lot = Words(required=True)
    number = Words(required=True)
    sku = Words(required=True)
    name = Words(required=True)
    producer = Words(required=True)
    quantity = Whole(required=True)
    unit = Words(required=True)
    made_on = Day(allow_none=True)
    expires_on = Day(allow_none=True)
    place = Words(required=True)
    is_consigned = fields.Boolean(required=True)
    unit_cost = DongField(required=True, attribute="unit_cost_vnd")
    commission_bp = Whole(required=True)
    value = DongField(required=True, attribute="value_vnd")
    origin_number = Words(allow_none=True)
    certificate = Words(required=True)


class ReceiptRowOut(Schema):
    """A delivery in a list."""

    code = Words(required=True)
    received_at = Moment(required=True)
    delivery_note = Words(allow_none=True)
    delivered_on = Day(allow_none=True)
    deliverer = Words(allow_none=True)
    actor = Words(required=True)
    lots = Whole(required=True)


class ReceiptShownOut(ReceiptRowOut):
    """A delivery with its lots."""

    store = Words(required=True)
    note = Words(allow_none=True)
    lines = fields.List(fields.Nested(ReceivedLineOut), required=True)


class MovedOut(Schema):
    """One line of the ledger."""

    id = Whole(required=True)
    at = Moment(required=True)
    sku = Words(required=True)
    lot = Words(required=True)
    place = Words(required=True)
    delta = Whole(required=True)
    reason = Words(required=True)
    document = Words(required=True)
    actor = Words(required=True)
    note = Words(allow_none=True)


class StockItemOut(Schema):
    """What a shopper can have of one SKU at a store now: on hand less what is promised to others."""

    sku = Words(required=True)
    slug = Words(required=True)
    name = Words(required=True)
    label = Words(required=True)
    unit = Words(required=True, metadata={"enum": ["piece", "gram"]})
    available = Whole(required=True)


LedgerOut = listed(MovedOut)
ReceiptListOut = listed(ReceiptRowOut)
StockListOut = listed(StockItemOut)
