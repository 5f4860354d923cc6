"""What a producer may ask to change of a live listing: read from the API's own schemas, so that a new column of a
listing or a pack is one line there and nothing here. Names, makers, sets, stars, dates and states are no fields.

A field is named ``story``, ``sku:CODE:label``, ``sku:CODE`` (a new pack as a whole) or ``photo:CODE``.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields

from catalog.listings.rules import LISTING_FIELDS, SKU_FIELDS, SKU_IDENTITY
from catalog.listings.schemas import ListingPatch, SkuIn, SkuPatch
from core.errors import Invalid

#: Not staged: prices act at once or on their day (catalog/changes/prices.py).
_PRICE: Final = "price_vnd"


def _of(schema: Schema, wanted: frozenset[str]) -> dict[str, fields.Field[Any]]:
    named = {one.attribute or name: one for name, one in schema.fields.items()}
    return {name: one for name, one in named.items() if name in wanted}


#: Fields of a listing, of a pack that stands, and of a new pack, by the name of their column.
LISTING: Final[Mapping[str, fields.Field[Any]]] = _of(ListingPatch(), LISTING_FIELDS)
SKU: Final[Mapping[str, fields.Field[Any]]] = _of(SkuPatch(), SKU_FIELDS - {_PRICE})
NEW_SKU: Final[Mapping[str, fields.Field[Any]]] = _of(SkuIn(), SKU_FIELDS | SKU_IDENTITY)
#: What JSON writes as it is.
_JSON: Final = (str, int, float, bool, list, dict, type(None))


class Key(NamedTuple):
    """A field's name taken apart: ``kind`` listing, sku, pack (a new one) or photo."""

    kind: str
    code: str
    name: str

    def __str__(self) -> str:
        if self.kind == "listing":
            return self.name
        if self.kind == "sku":
            return f"sku:{self.code}:{self.name}"
        return f"{'sku' if self.kind == 'pack' else 'photo'}:{self.code}"


def key_of(text: str) -> Key:
    """A field's name as a key. Raises Invalid, naming it, for whatever is no field of a request."""
    head, _colon, rest = text.partition(":")
    code, _colon, name = rest.partition(":")
    if not rest and head in LISTING:
        return Key("listing", "", head)
    if head == "sku" and code and (name in SKU or not name):
        return Key("sku" if name else "pack", code, name)
    if head == "photo" and code and not name:
        return Key("photo", code, "")
    raise Invalid({text: [_("Mục này không có trong biểu mẫu.")]})


def plain(key: Key, value: Any) -> Any:
    """A value as it is kept: what JSON carries. Raises Invalid, naming the field, for what it cannot be."""
    if key.kind == "photo":
        return value
    if key.kind == "pack":
        return _kept(NEW_SKU, _load(key, SkuIn(), NEW_SKU, dict(value)))
    known = LISTING if key.kind == "listing" else SKU
    schema = ListingPatch() if key.kind == "listing" else SkuPatch()
    return _kept(known, _load(key, schema, known, {key.name: value}))[key.name]


def loaded(key: Key, value: Any) -> Any:
    """A kept value as the verbs of listings take it. Raises Invalid where the rules have changed since."""
    if key.kind == "pack":
        return _load(key, SkuIn(), NEW_SKU, dict(value))
    known = LISTING if key.kind == "listing" else SKU
    schema = ListingPatch() if key.kind == "listing" else SkuPatch()
    return _load(key, schema, known, {key.name: value})[key.name]


def _load(key: Key, schema: Schema, known: Mapping[str, fields.Field[Any]], values: dict[str, Any]) -> dict[str, Any]:
    """Read values, by the names of their columns, as strictly as the API does."""
    named = {one.attribute or name: name for name, one in schema.fields.items()}
    raw = {
        named.get(name, name): value if isinstance(value, _JSON) else known[name].serialize(name, {name: value})
        for name, value in values.items()
    }
    try:
        return schema.load(raw)  # type: ignore[return-value]
    except ValidationError as error:
        raise Invalid({str(key): error.messages}) from error


def _kept(known: Mapping[str, fields.Field[Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known[name].serialize(name, {name: value}) for name, value in values.items()}
