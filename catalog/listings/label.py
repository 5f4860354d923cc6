"""What the label of goods must state, by product set: NĐ 43/2017/NĐ-CP and 111/2021/NĐ-CP, as data/label.csv.

The name and the responsible party's name come from the product and cannot be missing. Services have no label.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from catalog.areas.queries import present_of
from catalog.listings.models import GRAM, Listing, Sku
from catalog.listings.rules import states_quantity
from catalog.producers.models import Producer

#: What a listing says where its producer has nothing to warn of.
NOTHING: Final = "Không có"

#: Each item of a label in words.
FIELDS: Mapping[str, LazyString | str] = {
    "maker_address": _l("Địa chỉ nơi chịu trách nhiệm về hàng hóa"),
    "origin": _l("Xuất xứ"),
    "quantity": _l("Khối lượng, thể tích hoặc số lượng"),
    "dates": _l("Hạn sử dụng, cách ghi ngày sản xuất"),
    "ingredients": _l("Thành phần"),
    "warnings": _l("Thông tin cảnh báo"),
    "usage": _l("Hướng dẫn sử dụng"),
    "storage": _l("Hướng dẫn bảo quản"),
    "abv": _l("Nồng độ cồn"),
    "specs": _l("Thông số kỹ thuật (kích thước, chất liệu)"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One item that labels of some sets must bear."""

    sets: frozenset[int]
    field: str
    #: Whether goods sold loose, by weight, must bear it too.
    is_for_unwrapped: bool
    article: str


@dataclass(frozen=True, slots=True)
class Lack:
    """One item that the law asks for and the listing does not say."""

    #: Name as in `FIELDS`.
    field: str
    text: str
    #: The article that asks for it.
    article: str


def _sets(text: str) -> frozenset[int]:
    """The numbers of "1-13 16-20"."""
    ranges = [part.split("-") for part in text.split()]
    return frozenset(number for ends in ranges for number in range(int(ends[0]), int(ends[-1]) + 1))


def _read() -> tuple[Rule, ...]:
    with (Path(__file__).parent / "data" / "label.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Rule(_sets(row["sets"]), row["field"], row["unwrapped"] == "yes", row["article"])
            for row in csv.DictReader(lines)
        )


RULES: tuple[Rule, ...] = _read()


def required(set_no: int) -> Mapping[str, str]:
    """The items that a set's labels must bear, with the article of each."""
    return MappingProxyType({rule.field: rule.article for rule in RULES if set_no in rule.sets})


def missing_label(listing: Listing, set_no: int, address: str = "") -> list[Lack]:
    """What the label still lacks by law; ``address``: the producer's own, which stands in for an empty one."""
    packs = [sku for sku in listing.skus if sku.is_active]
    said = _said(listing, packs, address)
    is_loose = bool(packs) and all(sku.unit == GRAM for sku in packs)
    return [
        Lack(rule.field, str(FIELDS[rule.field]), rule.article)
        for rule in RULES
        if set_no in rule.sets and not said[rule.field] and (rule.is_for_unwrapped or not is_loose)
    ]


def address_of(producer: Producer, on: date) -> str:
    """The producer's registered address in one line: house and street, then the areas of the day, as they are called
    then (her papers may name a district that is gone); '' when none is known.
    """
    return ", ".join(part for part in (producer.address, *_areas(producer, on)) if part)


def _areas(producer: Producer, on: date) -> Iterable[str]:
    area = producer.area and (present_of(producer.area, on)[0] or producer.area)
    while area is not None:
        yield area.name
        area = area.parent


def _said(listing: Listing, packs: Sequence[Sku], address: str) -> dict[str, bool]:
    """Which items are said; of packs, only what every one of them says."""
    words = {
        name: bool(getattr(listing, name).strip()) for name in ("origin", "ingredients", "warnings", "usage", "specs")
    }
    return words | {
        "maker_address": bool(listing.maker_address.strip() or address),
        "quantity": _all(
            states_quantity(sku.label, sku.unit, sku.net_grams, sku.net_ml, sku.net_pieces) for sku in packs
        ),
        "dates": bool(listing.dates_note.strip()) or _all(sku.shelf_days is not None for sku in packs),
        "storage": _all(bool(sku.storage.strip()) for sku in packs),
        "abv": _all(sku.abv_bp is not None for sku in packs),
    }


def _all(answers: Iterable[bool]) -> bool:
    """Whether there are some and all are true."""
    found = list(answers)
    return bool(found) and all(found)
