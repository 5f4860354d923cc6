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
    try:
        if key.kind == "pack":
            return {name: _plain(NEW_SKU[name], name, one) for name, one in _known(value).items()}
        return _plain(_field(key), key.name, value)
    except ValidationError as error:
        raise Invalid({str(key): error.messages}) from error


def loaded(key: Key, value: Any) -> Any:
    """A kept value as the verbs of listings take it. Raises Invalid where the rules have changed since."""
    try:
        if key.kind == "pack":
            return {name: NEW_SKU[name].deserialize(one) for name, one in _known(value).items()}
        return _field(key).deserialize(value)
    except ValidationError as error:
        raise Invalid({str(key): error.messages}) from error


def _field(key: Key) -> fields.Field[Any]:
    return (LISTING if key.kind == "listing" else SKU)[key.name]


def _known(value: Any) -> dict[str, Any]:
    facts: dict[str, Any] = dict(value)
    stray = sorted(set(facts) - set(NEW_SKU))
    if stray:
        raise ValidationError({name: [_("Mục này không có trong biểu mẫu.")] for name in stray})
    return facts


def _plain(field: fields.Field[Any], name: str, value: Any) -> Any:
    """Once through the field and back: trimmed, composed, of the right type, or refused."""
    clean = field.deserialize(field.serialize(name, {field.attribute or name: value}))
    return field.serialize(name, {field.attribute or name: clean})
