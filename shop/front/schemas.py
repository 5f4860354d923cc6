"""What the shop front takes and answers."""

from marshmallow import fields, validate

from catalog.products.sets import GROUPS
from catalog.search.facets import FACETS
from catalog.search.service import SORTS
from catalog.search.understanding import MOST_SIGNS
from core.web.api import PageQuery, Schema, Steady, listed
from core.web.fields import Choice, Day, DongField, Whole, Words
from shop.front.fields import Several

_FEW = validate.Length(max=50)
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_CODE = r"[A-Za-z0-9][A-Za-z0-9-]*"


class ProductsQuery(Steady, PageQuery):
    """What a shopper looks for. Filters take several values, repeated or parted by commas."""

    q = Words(least=0, most=MOST_SIGNS, metadata={"description": "Words, with or without marks."})
    group = Several(Choice(*GROUPS), validate=_FEW, metadata={"description": "I to VI."})
    set = Several(Whole(least=1, most=26), validate=_FEW)
    stars = Several(Whole(least=1, most=5), validate=_FEW)
    area = Several(Words(most=5, pattern=r"\d{2,5}"), validate=_FEW, metadata={"description": "Any area code."})
    producer = Several(Words(most=24, pattern=_CODE), validate=_FEW, metadata={"description": "Producer codes."})
    store = Words(most=40, pattern=_SLUG, metadata={"description": "Only what this store has in stock."})
    price_min = DongField()
    price_max = DongField()
    adult = Whole(most=1, metadata={"description": "1: the visitor has confirmed to be 18; shows alcohol."})
    sort = Choice(*SORTS, load_default="relevance")


class SuggestQuery(Schema):
    """What has been typed so far."""

    q = Words(least=0, most=MOST_SIGNS, load_default="")
    adult = Whole(most=1)


class NamedOut(Schema):
    """Something with a code and a name."""

    code = fields.String()
    name = fields.String()


class ProductCardOut(Schema):
    """A product in a list."""

    slug = fields.String()
    name = fields.String()
    producer = fields.Nested(NamedOut)
    group = fields.String(metadata={"description": "I to VI."})
    set = Whole(attribute="set_no")
    stars = Whole()
    area = fields.Nested(NamedOut, allow_none=True, metadata={"description": "Province of today."})
    price = DongField(attribute="price_vnd", metadata={"description": "The cheapest pack: a piece, or a kilogram."})
    currency = fields.Constant("VND")
    image = fields.String()
    sellable_until = Day()
    in_stock = fields.Boolean()


class FacetValueOut(Schema):
    """One value of a facet; its own filter is left out of the count."""

    value = fields.String()
    label = fields.String()
    count = Whole()


FacetsOut = type(
    "FacetsOut", (Schema,), {name: fields.List(fields.Nested(FacetValueOut)) for name in (*FACETS, "store")}
)

ProductCardListOut = listed(
    ProductCardOut, facets=fields.Nested(FacetsOut), did_you_mean=fields.String(allow_none=True)
)


class SuggestionOut(Schema):
    """A product whose name continues what was typed."""

    text = fields.String()
    slug = fields.String()


class SuggestionsOut(Schema):
    """At most ten."""

    items = fields.List(fields.Nested(SuggestionOut))


class StockOut(Schema):
    """Units of a pack that a store can sell now."""

    store = fields.Nested(NamedOut)
    available = Whole()


class PackOut(Schema):
    """A pack of a product."""

    code = fields.String()
    label = fields.String()
    unit = fields.String()
    net_grams = Whole(allow_none=True)
    net_ml = Whole(allow_none=True)
    net_pieces = Whole(allow_none=True)
    price = DongField(attribute="price_vnd")
    currency = fields.Constant("VND")
    gtin = fields.String(allow_none=True)
    shelf_days = Whole(allow_none=True)
    storage = fields.String(metadata={"description": "How to keep it, as the label states it."})
    abv_bp = Whole(allow_none=True)
    in_stock = fields.Boolean()
    stock = fields.List(fields.Nested(StockOut))


class GoverningOut(Schema):
    """The certificate under which the product is sold today."""

    code = fields.String()
    decision_number = fields.String()
    decided_on = Day()
    issuer = fields.String()
    stars = Whole()
    starts_on = Day()
    ends_on = Day()
    url = fields.String()


class ProductOut(ProductCardOut):
    """A product for sale, whole."""

    code = fields.String()
    summary = fields.String()
    story = fields.String()
    ingredients = fields.String()
    usage = fields.String()
    maker_address = fields.String(metadata={"description": "Of who answers for the goods, as on the label."})
    origin = fields.String()
    warnings = fields.String()
    dates_note = fields.String(metadata={"description": "How the pack shows NSX and HSD."})
    specs = fields.String()
    is_gift = fields.Boolean()
    is_alcohol = fields.Boolean()
    is_demo = fields.Boolean()
    images = fields.List(fields.String(), metadata={"description": "Its photos in their order; empty: none yet."})
    locality = fields.Nested(NamedOut, allow_none=True, metadata={"description": "Unit of today in the province."})
    skus = fields.List(fields.Nested(PackOut))
    certificate = fields.Nested(GoverningOut)
    url = fields.String()
