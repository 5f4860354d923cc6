"""Listings and packs in the API of the desks."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate, validates, validates_schema

from catalog.listings.rules import clean_gtin
from catalog.listings.vat import CLASSES
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words

LARGEST_PRICE = 10**10
PRICE = {"description": "Đồng a piece, or a kilogram when the unit is gram."}
CODE = r"[A-Z0-9][A-Z0-9._-]{1,39}"


_NEVER_EMPTY = ("label", "price_vnd", "vat_bp", "storage", "is_active", "is_pickup_only", "is_fragile", "is_cold")


class SkuPatch(Schema):
    """Changed facts of a pack; what is left out stays."""

    label = Words(most=80)
    net_grams = Whole(least=1, most=1_000_000, allow_none=True)
    net_ml = Whole(least=1, most=1_000_000, allow_none=True)
    net_pieces = Whole(least=1, most=100_000, allow_none=True)
    price = DongField(
        least=1, most=LARGEST_PRICE, attribute="price_vnd", metadata={"description": "Đồng a piece, or a kilogram."}
    )
    vat_bp = Whole(most=10_000, metadata={"description": "Only where no class is given."})
    vat_class = Choice(*CLASSES, allow_none=True, metadata={"description": "The rate follows from it and the day."})
    gtin = Words(most=14, allow_none=True, metadata={"description": "EAN-8, UPC-12, EAN-13 or GTIN-14."})
    shelf_days = Whole(least=1, most=36_500, allow_none=True)
    storage = Words(least=0, most=300, metadata={"description": "How to keep it, as the label states it."})
    abv_bp = Whole(most=10_000, allow_none=True)
    is_active = fields.Boolean()
    is_pickup_only = fields.Boolean(metadata={"description": "Handed over at a store only, never delivered."})
    is_fragile = fields.Boolean(metadata={"description": "Breaks on its way: packed for it, and charged for it."})
    is_cold = fields.Boolean(metadata={"description": "Must stay cold on its way."})

    @validates("gtin")
    def _gtin(self, value: str | None, data_key: str) -> None:
        if value is not None and clean_gtin(value) is None:
            raise ValidationError(_("Mã vạch sai số kiểm tra."))

    @validates_schema
    def _not_null(self, data: dict[str, Any], **kwargs: Any) -> None:
        empty = [name for name in _NEVER_EMPTY if data.get(name, "") is None]
        if empty:
            raise ValidationError({name.removesuffix("_vnd"): [_("Không được để trống.")] for name in empty})


class SkuIn(SkuPatch):
    """A new pack."""

    code = Words(most=40, pattern=CODE)
    label = Words(most=80, required=True)
    unit = Choice("piece", "gram", load_default="piece")
    price = DongField(least=1, most=LARGEST_PRICE, attribute="price_vnd", required=True)


class SkuOut(Schema):
    """A pack as staff see it."""

    code = fields.String()
    label = fields.String()
    unit = fields.String()
    net_grams = Whole(allow_none=True)
    net_ml = Whole(allow_none=True)
    net_pieces = Whole(allow_none=True)
    price = DongField(attribute="price_vnd")
    currency = fields.Constant("VND")
    vat_bp = Whole()
    vat_class = fields.String(allow_none=True)
    gtin = fields.String(allow_none=True)
    shelf_days = Whole(allow_none=True)
    storage = fields.String()
    abv_bp = Whole(allow_none=True)
    is_active = fields.Boolean()
    is_pickup_only = fields.Boolean()
    is_fragile = fields.Boolean()
    is_cold = fields.Boolean()
    version = Whole()


class ListingPatch(Schema):
    """Changed words of a listing; what is left out stays."""

    summary = Words(least=0, most=300)
    story = Words(least=0, most=10_000, lines=True)
    ingredients = Words(least=0, most=1_000, lines=True)
    usage = Words(least=0, most=1_000, lines=True)
    maker_address = Words(least=0, most=300, metadata={"description": "On the label; empty: the producer's own."})
    origin = Words(least=0, most=120)
    warnings = Words(least=0, most=1_000, lines=True)
    dates_note = Words(least=0, most=200, metadata={"description": "How the pack shows NSX and HSD."})
    specs = Words(least=0, most=1_000, lines=True)
    is_gift = fields.Boolean()


class ListingIn(ListingPatch):
    """A new listing."""

    product = Words(most=96, required=True, metadata={"description": "The product's code or slug."})
    skus = fields.List(fields.Nested(SkuIn), load_default=list[Any], validate=validate.Length(max=50))


class ListingOut(Schema):
    """A listing as staff see it."""

    id = Whole()
    product = fields.String(attribute="product_code")
    slug = fields.String()
    state = fields.String()
    summary = fields.String()
    story = fields.String()
    ingredients = fields.String()
    usage = fields.String()
    maker_address = fields.String()
    origin = fields.String()
    warnings = fields.String()
    dates_note = fields.String()
    specs = fields.String()
    is_gift = fields.Boolean()
    sequence = Whole()
    published_at = Moment(allow_none=True)
    skus = fields.List(fields.Nested(SkuOut))
    version = Whole()


class ListingsQuery(PageQuery):
    """Which listings."""

    state = Choice("draft", "submitted", "live", "withdrawn")


class WithdrawalIn(Schema):
    """Why a listing is taken out of the shop."""

    reason = Words(most=500, required=True)


class WhyQuery(Schema):
    """Which day, and as known when."""

    on = Day(metadata={"description": "The day asked about; today when left out."})
    known_at = Moment(metadata={"description": "By what was known of certificates at that instant; now when left out."})


class StopRef(Schema):
    """The order, or the paper that ran out, that holds a product."""

    code = fields.String()
    kind = fields.String()
    number = fields.String()
    authority = fields.String()
    ground = fields.String()
    from_on = Day()
    until_on = Day(attribute="last_on", allow_none=True)


class WhyOut(Schema):
    """Why a product is or is not for sale."""

    slug = fields.String()
    on = Day()
    known_at = Moment(allow_none=True)
    is_sellable = fields.Boolean()
    rule = fields.String(metadata={"description": "open, certificate.…, product.stopped or listing.…"})
    reason = fields.String(attribute="standing.reason")
    since = Day(allow_none=True)
    until = Day(allow_none=True)
    decision_number = fields.String(allow_none=True)
    certificate = fields.String(allow_none=True)
    stop = fields.Nested(StopRef, attribute="standing.stop", allow_none=True)
    url = fields.String(allow_none=True)


ListingListOut = listed(ListingOut)
