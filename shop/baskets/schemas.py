"""What gift baskets take and answer."""

from marshmallow import fields

from core.web.api import Schema
from core.web.fields import Choice, Day, DongField, Whole, Words
from shop.baskets.rules import MOST_BASKETS, OCCASIONS

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
#: ``3:drop``, or ``3:SKU-12``: what stands in for the part at a position.
_CHANGE = r"[0-9]{1,3}:[A-Za-z0-9][A-Za-z0-9._-]{0,39}"


class BasketsQuery(Schema):
    """Which baskets."""

    store = Words(most=40, pattern=_SLUG)
    adult = Whole(least=1, most=1)


class TakeIn(Schema):
    """How many baskets, and what stands in for parts that cannot be had now."""

    quantity = Whole(least=1, most=MOST_BASKETS, load_default=1)
    changes = fields.List(
        Words(most=44, pattern=_CHANGE), load_default=list[str],
        metadata={"description": "Such as 3:drop, or 3:SKU-12 for another pack of the same set."},
    )  # fmt: skip
    switch = fields.Boolean(
        load_default=False, metadata={"description": "Let the cart buy at the basket's store from now on."}
    )


class BasketIn(Schema):
    """What a store says of a basket."""

    name = Words(least=3, most=120, required=True)
    occasion = Choice(*OCCASIONS, required=True)
    words = Words(most=2000, lines=True, load_default="")
    wrap_vnd = DongField(most=5_000_000, load_default=0)
    from_on = Day(load_default=None, allow_none=True)
    until_on = Day(load_default=None, allow_none=True)


class NewBasketForm(BasketIn):
    """A new basket of a store."""

    store = Words(most=40, pattern=_SLUG, required=True)


class BasketForm(BasketIn):
    """The same, of a version."""

    version = Whole(required=True)


class PartForm(Schema):
    """One more part."""

    sku = Words(most=40, required=True)
    quantity = Whole(least=1, most=100_000, load_default=1)
    version = Whole(required=True)


class AmountForm(Schema):
    """Another quantity of a part; 0 takes it out."""

    quantity = Whole(least=0, most=100_000, required=True)
    version = Whole(required=True)


class StepForm(Schema):
    """Publish, or withdraw."""

    version = Whole(required=True)


class BasketStoreOut(Schema):
    """A code and a name."""

    code = Words()
    name = Words()


class BasketPartOut(Schema):
    """A part; ``problem`` only where it cannot be had now."""

    position = Whole()
    sku = Words()
    slug = Words()
    name = Words()
    label = Words()
    unit = Words()
    quantity = Whole()
    cost = DongField()
    stars = Whole(allow_none=True)
    ends_on = Day(allow_none=True)
    problem = Words()


class BasketOut(Schema):
    """A basket now. The price is the sum of its parts and the wrapping."""

    slug = Words()
    name = Words()
    occasion = Choice(*OCCASIONS)
    words = Words(lines=True)
    store = fields.Nested(BasketStoreOut)
    parts = fields.List(fields.Nested(BasketPartOut))
    goods = DongField()
    wrapping = DongField()
    total = DongField()
    currency = Words()
    grams = Whole()
    adult = fields.Boolean(metadata={"description": "Whether a part is for adults only."})
    is_open = fields.Boolean(metadata={"description": "Whether every part may be sold today and it is in season."})
    in_stock = Whole(metadata={"description": "How many the store can make up now."})
    sellable_until = Day(allow_none=True)
    url = Words()


class BasketListOut(Schema):
    """Every basket on sale now."""

    items = fields.List(fields.Nested(BasketOut))
    total = Whole()
