"""Which pack of ours a line of another system's file means: by our code, the code she used before, GTIN, or name.

A name alone proves nothing (there is more honey than certified honey): it counts when the maker is named too and is the
producer, or when the keeper says that names may be trusted. Nothing here makes anything sellable.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from admin.switching.models import ForeignSku
from catalog.listings.models import Listing, Sku
from catalog.listings.rules import clean_gtin
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db, in_chunks
from core.text import fold

#: What tells packs of one product apart at the end of a name: "500 g", "hũ 1kg", "700ml".
_MEASURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(kg|g|gr|gam|gram|ml|l|lit|vien|cai|tui|qua)\b")
_TAIL = re.compile(
    r"[\s,(–-]*(?:hu|chai|tui|goi|hop|lo|can|bo|loai)?\s*\d+(?:[.,]\d+)?\s*(?:kg|gr?|gam|gram|ml|l|lit|vien|cai|tui|qua)\)?$"
)
_UNITS = {"gr": "g", "gam": "g", "gram": "g", "lit": "l"}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack of ours with what it is told by."""

    sku: Sku
    product: Product
    producer: Producer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line says of itself; '' for what it does not say."""

    code: str
    barcode: str
    name: str
    variant: str
    maker: str


@dataclass(frozen=True, slots=True)
class Match:
    """The pack, and by what it was found: code, before, gtin, name; or why there is none: unclear, unknown."""

    pack: Pack | None
    how: str


class Matcher:
    """All packs that the lines of one file could mean, read in a few statements."""

    def __init__(self, seller_id: int, asked: Sequence[Asked], *, trusts_names: bool) -> None:
        self.trusts_names = trusts_names
        codes = {one.code for one in asked if one.code}
        gtins = {gtin for one in asked for gtin in (clean_gtin(one.barcode), clean_gtin(one.code)) if gtin}
        names = {name for one in asked for name in _names_of(one)}
        self._before = _codes_before(seller_id, codes)
        packs = [
            *_packs(func.upper(Sku.code), codes), *_packs(Sku.gtin, gtins), *_packs(Product.name_folded, names),
            *_packs(Sku.id, self._before.values()),
        ]  # fmt: skip
        self._by_id = {pack.sku.id: pack for pack in packs}
        self._by_code = {pack.sku.code.upper(): pack for pack in packs}
        self._by_gtin = {pack.sku.gtin: pack for pack in packs if pack.sku.gtin}
        self._by_name: dict[str, list[Pack]] = {}
        for pack in self._by_id.values():
            self._by_name.setdefault(pack.product.name_folded, []).append(pack)

    def match(self, asked: Asked) -> Match:
        """The pack that a line means."""
        gtin = clean_gtin(asked.barcode) or clean_gtin(asked.code)
        if asked.code and (pack := self._by_code.get(asked.code)):
            return Match(pack, "code")
        if asked.code and (pack := self._by_id.get(self._before.get(asked.code, 0))):
            return Match(pack, "before")
        if gtin and (pack := self._by_gtin.get(gtin)):
            return Match(pack, "gtin")
        return self._by_words(asked)

    def _by_words(self, asked: Asked) -> Match:
        found = {pack.sku.id: pack for name in _names_of(asked) for pack in self._by_name.get(name, ())}
        if not found:
            return Match(None, "unknown")
        hers = [pack for pack in found.values() if _is_maker(asked.maker, pack.producer)]
        if not hers and not (self.trusts_names and not asked.maker):
            return Match(None, "unclear" if not asked.maker else "unknown")
        fit = _by_measure(asked, hers or list(found.values()))
        return Match(fit[0], "name") if len(fit) == 1 else Match(None, "unclear")


def _names_of(asked: Asked) -> list[str]:
    """A name folded, whole and without the measure of the pack at its end."""
    name = fold(asked.name)
    short = _TAIL.sub("", name).strip(" ,-–(")
    return list(dict.fromkeys(one for one in (name, short) if one))


def _is_maker(said: str, producer: Producer) -> bool:
    """Whether a maker as written is the producer: one name holds the other, in whole words."""
    given, known = fold(said), producer.name_folded
    return len(given) >= 4 and (f" {given} " in f" {known} " or f" {known} " in f" {given} ")


def _by_measure(asked: Asked, packs: list[Pack]) -> list[Pack]:
    """Of several packs the one whose measure the line names; a single pack when the line names none, or its own."""
    said = _measures(f"{asked.name} {asked.variant}")
    if not said:
        return packs
    fit = [pack for pack in packs if said & _measures(pack.sku.label)]
    return fit or [pack for pack in packs if not _measures(pack.sku.label)]


def _measures(text: str) -> set[str]:
    found: set[str] = set()
    for number, unit in _MEASURE.findall(fold(text)):
        value, unit = float(number.replace(",", ".")), _UNITS.get(unit, unit)
        value, unit = (value * 1000, {"kg": "g", "l": "ml"}[unit]) if unit in ("kg", "l") else (value, unit)
        found.add(f"{value:g}{unit}")
    return found


def _codes_before(seller_id: int, codes: Collection[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for chunk in in_chunks(sorted(codes)):
        query = select(ForeignSku.code, ForeignSku.sku_id).where(ForeignSku.seller_id == seller_id)
        found |= {row[0]: row[1] for row in db.session.execute(query.where(ForeignSku.code.in_(chunk)))}
    return found


def _packs(column: ColumnElement[str] | object, among: Iterable[object]) -> list[Pack]:
    query = (
        select(Sku, Product, Producer)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Sku.is_active)
    )
    return [
        Pack(row[0], row[1], row[2])
        for chunk in in_chunks(sorted(set(among), key=str))
        for row in db.session.execute(query.where(column.in_(chunk)))  # type: ignore[union-attr]
    ]
