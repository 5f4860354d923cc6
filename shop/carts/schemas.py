"""What carts take and answer."""

from typing import Any

from marshmallow import fields, validate

from core.web.api import Schema
from core.web.fields import DongField, Whole, Words
from shop.carts.rules import MOST, MOST_LINES

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


class LineIn(Schema):
    """How much is wanted: pieces, or grams of goods sold by weight."""

    quantity = Whole(least=1, most=MOST, required=True)


class NewLineIn(LineIn):
    """A line of a new cart."""

    sku = Words(most=40, required=True)


class CartIn(Schema):
    """A new cart, of a chosen store or not yet."""

    store = Words(most=40, pattern=_SLUG)
    lines = fields.List(
        fields.Nested(NewLineIn),
        load_default=list[Any],
        validate=validate.Length(max=MOST_LINES),
        metadata={"description": "What it begins with: all of it, or no cart."},
    )


class CartQuery(Schema):
    """``adult=1``: the visitor says that he or she is 18 or older; the cart remembers it."""

    adult = Whole(least=1, most=1)


class AddForm(Schema):
    """A SKU for the cart; ``next``: where the visitor was."""

    sku = Words(most=40, required=True)
    quantity = Whole(least=1, most=MOST)
    next = Words(most=500)


class ChangeForm(Schema):
    """Another quantity."""

    quantity = Whole(least=1, most=MOST, required=True)


class AsideForm(Schema):
    """Lines for the next order: codes of SKUs, a space between."""

    skus = Words(most=4000, required=True)


class StoreForm(Schema):
    """The store to buy from; nothing: undecided."""

    store = Words(most=40, pattern=_SLUG)


class ProblemOut(Schema):
    """Why a line cannot be bought now."""

    code = Words(required=True, metadata={"description": "Such as stock.short, certificate.lapsed, quantity.limit."})
    detail = Words(required=True)
    available = Whole(metadata={"description": "Units free now, with stock.short."})
    limit = Whole(metadata={"description": "Units one order takes, with quantity.limit."})


class LineOut(Schema):
    """A line; ``problem`` only where there is one."""

    sku = Words(required=True)
    slug = Words(required=True)
    name = Words(required=True)
    label = Words(required=True)
    unit = Words(required=True, metadata={"enum": ["piece", "gram"]})
    quantity = Whole(required=True)
    unit_price = DongField(required=True, metadata={"description": "Of a piece, or of a kilogram when unit is gram."})
    line_total = DongField(required=True)
    problem = fields.Nested(ProblemOut)


class CartChargeOut(Schema):
    """Something charged beside the lines, for as many of it as they make up."""

    id = Whole(required=True)
    label = Words(required=True)
    quantity = Whole(required=True, metadata={"description": "How many are asked for."})
    charged = Whole(required=True, metadata={"description": "How many the lines make up now."})
    amount = DongField(required=True, metadata={"description": "Of one."})


class CartCouponOut(Schema):
    """The coupon of a cart; ``problem`` only where it takes nothing off."""

    code = Words(required=True)
    name = Words(required=True)
    discount = DongField(required=True)
    problem = fields.Nested(ProblemOut)


class CartOut(Schema):
    """A cart as it stands now; ``total`` leaves lines with a problem out, and charges too."""

    token = Words(required=True)
    store = Words(allow_none=True)
    lines = fields.List(fields.Nested(LineOut), required=True)
    charges = fields.List(fields.Nested(CartChargeOut), required=True)
    coupon = fields.Nested(CartCouponOut, allow_none=True)
    total = DongField(required=True)
    discount_total = DongField(required=True)
    charges_total = DongField(required=True)
    currency = Words(required=True)
