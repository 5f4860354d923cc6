"""What to look at beside a product, or instead of one that cannot be had: always open on the day.

An alternative is near when it is the same kind of thing (Vietnamese names begin with their kind: "nước mắm Cát Hải",
"nước mắm cốt cá cơm"), of the same set, from near by, at a like price; one sentence says which of these hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from catalog.listings.places import Place, Places
from catalog.listings.queries import Card, find_by_product, packs_on_sale
from catalog.products.models import Product
from catalog.products.sets import get_set
from catalog.search.service import Query, search
from catalog.showcase.cards import open_cards
from catalog.showcase.day import Day
from catalog.showcase.faces import Face
from catalog.showcase.kept import showcase
from core.clock import local_day
from core.text import fold
from shop.front.addresses import SET_SLUGS, area_slug, producer_slug
from shop.front.stock import shelf_at
from shop.front.views import card_view

#: Products of a row, and of the nearest alternatives.
FEW, NEAREST = 4, 4
#: Candidates that one question may bring.
_MOST = 24
#: Words that a name begins with when it speaks of everything: they tell no kind.
_EMPTY = frozenset({"san", "pham", "dac", "bo", "hop", "set", "combo"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What cannot be had: the same facts that an alternative is compared by."""

    product_id: int
    kind_words: tuple[str, ...]
    set_no: int
    producer_code: str
    locality: str | None
    province: str | None
    price_vnd: int | None


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near an alternative is. Points decide the order; the reasons are told."""

    points: int
    reasons: tuple[str, ...]


def beside(card: Card, at: datetime, *, is_adult: bool) -> list[tuple[str, str | None, list[dict[str, Any]]]]:
    """Rows of related products, each with its heading and the page of all: of the set, the producer, the place.

    No product stands in two rows; a row of fewer than two is left out.
    """
    on, seen = local_day(at), {card.listing_id}
    asked: list[tuple[str, str | None, str, str]] = [
        (_("Cùng bộ sản phẩm"), url_for("front.product_set", slug=SET_SLUGS[card.set_no]), "set", str(card.set_no)),
        (_("Cùng nhà sản xuất"), _maker_url(card), "producer", card.producer_code),
    ]
    if card.area is not None:
        asked.append((_("Cùng địa phương"), _area_url(card.area), "area", card.area.code))
    day = showcase(on)
    rows: list[tuple[str, str | None, list[Face]]] = []
    for title, url, name, value in asked:
        some = [one for one in _ask(on, is_adult, **{name: value}) if one.listing_id not in seen][:FEW]
        if len(some) > 1:
            seen.update(one.listing_id for one in some)
            rows.append((title, url, some))
    views = {one["listing_id"]: one for one in _views(day, [one for *_, some in rows for one in some], at)}
    return [
        (title, url, [views[one.listing_id] for one in some if one.listing_id in views]) for title, url, some in rows
    ]


def instead(product: Product, at: datetime, *, is_adult: bool) -> list[tuple[dict[str, Any], str]]:
    """The nearest products for sale today instead of this one, each with one sentence why; in stock first."""
    on = local_day(at)
    tree = showcase(on).tree
    wanted = _wanted(product, on, tree)
    found = [one for one in _candidates(product, wanted, on, is_adult) if one.product_id != product.id]
    shelf = shelf_at(at, showcase(on))
    judged = [(one, nearness(wanted, one)) for one in found if is_kin(wanted, one)]
    judged.sort(key=lambda pair: (not shelf.has(pair[0].listing_id), -pair[1].points, pair[0].listing_id))
    return [
        (card_view(card, in_stock=shelf.has(card.listing_id)), ", ".join(near.reasons))
        for card, near in judged[:NEAREST]
        if near.reasons
    ]


def is_kin(wanted: Wanted, card: Card) -> bool:
    """Whether it is a thing of the same group at all: nobody takes a bonsai for dried beef."""
    return card.group == get_set(wanted.set_no).group


def nearness(wanted: Wanted, card: Card) -> Nearness:
    """How near a product is to the one wanted, and in what."""
    points, reasons = 0, list[str]()
    shared = len(set(wanted.kind_words) & set(kind_words(card.name)))
    if wanted.kind_words and shared == len(wanted.kind_words):
        points, reasons = points + 8, [*reasons, _("cùng loại")]
    elif card.set_no == wanted.set_no:
        reasons.append(_("cùng bộ sản phẩm"))
    points += 6 * (card.set_no == wanted.set_no) + shared
    if card.producer_code == wanted.producer_code:
        points, reasons = points + 4, [*reasons, _("cùng nhà sản xuất")]
    place = _same_place(wanted, card)
    if place:
        points, reasons = points + place[0], [*reasons, place[1]]
    if wanted.price_vnd and abs(card.price_vnd - wanted.price_vnd) * 4 <= wanted.price_vnd:
        points, reasons = points + 2, [*reasons, _("giá gần bằng")]
    return Nearness(points, tuple(reasons))


def kind_words(name: str) -> tuple[str, ...]:
    """The folded words that say what kind of thing it is: the first two that mean something.

    >>> kind_words("Nước mắm cốt Cát Hải")
    ('nuoc', 'mam')
    """
    return tuple(word for word in fold(name).replace(",", " ").split() if word not in _EMPTY and word.isalpha())[:2]


def _maker_url(card: Card) -> str:
    return url_for("front.maker", slug=producer_slug(card.producer_code, card.producer_name))


def _area_url(province: Place) -> str:
    return url_for("front.area", slug=area_slug(province.code, province.name, is_plain=True))


def _same_place(wanted: Wanted, card: Card) -> tuple[int, str] | None:
    if wanted.locality and card.locality and card.locality.code == wanted.locality:
        return 3, _("cùng xã, phường")
    if wanted.province and card.area and card.area.code == wanted.province:
        return 1, _("cùng tỉnh, thành")
    return None


def _wanted(product: Product, on: date, tree: Places) -> Wanted:
    area_id = product.area_id or product.producer.area_id
    province, locality = tree.province(area_id), tree.locality(area_id)
    listing = find_by_product(product.id)
    packs = packs_on_sale([listing.id], on).get(listing.id) if listing else None
    return Wanted(
        product.id, kind_words(product.name), product.set_no, product.producer.code,
        locality.code if locality else None, province.code if province else None,
        packs[0][1] if packs else None,
    )  # fmt: skip


def _candidates(product: Product, wanted: Wanted, on: date, is_adult: bool) -> list[Card]:
    """Open products of the same kind, the same set and place, the same set, the same producer; else of the group."""
    set_no = str(product.set_no)
    found = _ask(on, is_adult, text=" ".join(wanted.kind_words), set=set_no)
    if wanted.province:
        found += _ask(on, is_adult, set=set_no, area=wanted.province)
    found += _ask(on, is_adult, set=set_no) + _ask(on, is_adult, producer=wanted.producer_code)
    if len({face.listing_id for face in found}) <= 1:
        found += _ask(on, is_adult, group=product.product_set.group)
    return open_cards(showcase(on), list({face.listing_id: face for face in found}.values()))


def _ask(on: date, is_adult: bool, text: str = "", **chosen: str) -> list[Face]:
    asked = Query(
        text=text, chosen={name: frozenset({value}) for name, value in chosen.items()}, is_adult=is_adult,
        sort="relevance" if text else "newest",
    )  # fmt: skip
    return search(asked, on).faces(1, _MOST)


def _views(day: Day, faces: Sequence[Face], at: datetime) -> list[dict[str, Any]]:
    """Cards as the templates show them, read all at once."""
    shelf = shelf_at(at, day)
    return [card_view(card, in_stock=shelf.has(card.listing_id)) for card in open_cards(day, faces)]
