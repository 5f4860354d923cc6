"""Gift baskets as they stand at an instant: each part judged by the gate, the sums by what lies free in the store."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from catalog.listings.models import Sku
from catalog.listings.queries import Offer, offers
from catalog.listings.why import Why, explain, refusal_of
from core.clock import local_day
from core.db import db
from shop.baskets.models import BasketPart, GiftBasket
from shop.baskets.refusals import BasketNotFound
from shop.baskets.rules import DRAFT, PUBLISHED, can_be_made, is_in_season, sums
from shop.carts.rules import line_total
from shop.inventory.queries import SkuName, available, sku_names, stocked

#: Packs offered in the place of a part that cannot be had.
INSTEAD = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One part now. ``offer`` is what the catalog offers today; None exactly when the catalog refuses."""

    position: int
    named: SkuName
    quantity: int
    cost_vnd: int
    offer: Offer | None
    #: Why the catalog refuses.
    why: Why | None
    #: Whether the store has too few for all the basket's parts of this pack together.
    is_short: bool
    #: Net weight in grams, where the label states one.
    grams: int | None
    #: Packs of the same set that this store has, nearest in price first; only for a part that cannot be had.
    instead: list[Offer] = field(default_factory=list[Offer])

    @property
    def is_fit(self) -> bool:
        """Whether it can be bought now."""
        return self.offer is not None and not self.is_short

    @property
    def reason(self) -> str:
        """Why it cannot, in the shopper's words; '' when it can."""
        if self.offer is None:
            is_closed = self.why is not None and not self.why.is_sellable
            return str(refusal_of(self.why)) if self.why and is_closed else _("Quy cách này đã ngừng bán.")
        return _("Cửa hàng tạm hết món này.") if self.is_short else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A basket now."""

    basket: GiftBasket
    parts: list[Part]
    is_in_season: bool
    #: How many the store can make up from what lies free.
    stock: int

    @property
    def goods_vnd(self) -> int:
        """The sum of its parts."""
        return sum(part.cost_vnd for part in self.parts)

    @property
    def total_vnd(self) -> int:
        """Parts and wrapping."""
        return self.goods_vnd + self.basket.wrap_vnd

    @property
    def grams(self) -> int:
        """Net weight of the parts that state one."""
        return sum(part.grams or 0 for part in self.parts)

    @property
    def is_alcohol(self) -> bool:
        """Whether a part is for adults only: then the whole basket is."""
        return any(part.offer is not None and part.offer.is_alcohol for part in self.parts)

    @property
    def closed(self) -> list[Part]:
        """Parts that the catalog refuses."""
        return [part for part in self.parts if part.offer is None]

    @property
    def first_to_end(self) -> Offer | None:
        """The part whose certificate ends first."""
        held = [part.offer for part in self.parts if part.offer is not None]
        return min(held, key=lambda offer: (offer.governing.ends_on, offer.sku_id), default=None)

    @property
    def ends_on(self) -> date | None:
        """Last day on which every part is covered and the basket in season; None while one is not."""
        first = self.first_to_end
        if first is None or self.closed:
            return None
        return min(first.governing.ends_on, self.basket.until_on or date.max)

    @property
    def is_open(self) -> bool:
        """Whether it is on sale today: published, in season, and the gate covers every part."""
        return self.basket.state == PUBLISHED and self.is_in_season and bool(self.parts) and not self.closed

    @property
    def is_buyable(self) -> bool:
        """Whether one can be bought now."""
        return self.is_open and self.stock > 0


def list_open(at: datetime, *, is_adult: bool, store_id: int | None = None) -> list[Shown]:
    """Baskets on sale now, those that can be made up first; with alcohol only for adults. Few, so all at once."""
    query = _baskets().where(GiftBasket.state == PUBLISHED)
    if store_id is not None:
        query = query.where(GiftBasket.store_id == store_id)
    found = judge(list(db.session.scalars(query)), at)
    shown = [one for one in found if one.is_open and one.basket.store.is_active and (is_adult or not one.is_alcohol)]
    return sorted(shown, key=lambda one: (one.stock == 0, -one.basket.id))


def get_shown(slug: str, at: datetime) -> Shown:
    """A basket that was published, open or not, with what stands in for parts that cannot be had.

    Raises BasketNotFound.
    """
    basket = get_basket(slug)
    if basket.state == DRAFT or not basket.store.is_active:
        raise BasketNotFound
    return with_others(judge([basket], at)[0], at)


def get_basket(slug: str) -> GiftBasket:
    """A basket in any state. Raises BasketNotFound."""
    basket = db.session.scalars(_baskets().where(GiftBasket.slug == slug)).first()
    if basket is None:
        raise BasketNotFound
    return basket


def list_of_stores(store_ids: Collection[int], page: int, per_page: int) -> tuple[Sequence[GiftBasket], int]:
    """A page of the baskets of these stores in any state, newest first; and how many."""
    query = _baskets().where(GiftBasket.store_id.in_(store_ids))
    total = db.session.scalar(select(func.count()).where(GiftBasket.store_id.in_(store_ids))) or 0
    rows = query.order_by(GiftBasket.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def judge(baskets: Sequence[GiftBasket], at: datetime) -> list[Shown]:
    """Baskets as they stand at an instant: a constant number of statements, however many."""
    on = local_day(at)
    sku_ids = list({part.sku_id for basket in baskets for part in basket.parts})
    names, offered, free = sku_names(sku_ids), offers(sku_ids, on), available(sku_ids, at)
    grams = dict(db.session.execute(select(Sku.id, Sku.net_grams).where(Sku.id.in_(sku_ids))).all())  # type: ignore[arg-type]
    refused = {names[sku].product_id for sku in sku_ids if sku not in offered}
    whys = explain(refused, on) if refused else {}
    read = _Read(names, offered, whys, grams)
    return [_shown(one, read, {s: stores.get(one.store_id, 0) for s, stores in free.items()}, on) for one in baskets]


def with_others(shown: Shown, at: datetime) -> Shown:
    """The same, with packs of this store in the place of parts that cannot be had."""
    missing = [part for part in shown.parts if not part.is_fit]
    if not missing:
        return shown
    here = stocked(shown.basket.store_id, at)
    taken = {part.named.sku_id for part in shown.parts}
    there = [one for one in offers(list(here), local_day(at)).values() if one.sku_id not in taken]
    for part in missing:
        near = [one for one in there if _stands_in(one, part, here)]
        near.sort(key=lambda one, part=part: (abs(one.price_vnd - part.named.price_vnd), one.sku_id))
        part.instead.extend(near[:INSTEAD])
    return shown


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for all baskets at once."""

    names: Mapping[int, SkuName]
    offered: Mapping[int, Offer]
    whys: Mapping[int, Why]
    grams: Mapping[int, int | None]


def _shown(basket: GiftBasket, read: _Read, free: Mapping[int, int], on: date) -> Shown:
    pairs = [(part.sku_id, part.quantity) for part in basket.parts]
    needed = sums(pairs)
    parts = [_part(part, read, is_short=free.get(part.sku_id, 0) < needed[part.sku_id]) for part in basket.parts]
    return Shown(basket, parts, is_in_season(basket.from_on, basket.until_on, on), can_be_made(pairs, free))


def _part(part: BasketPart, read: _Read, *, is_short: bool) -> Part:
    named = read.names[part.sku_id]
    cost = line_total(named.price_vnd, part.quantity, named.unit)
    net = read.grams.get(part.sku_id)
    grams = part.quantity if named.unit == "gram" else net * part.quantity if net else None
    why = read.whys.get(named.product_id)
    return Part(part.position, named, part.quantity, cost, read.offered.get(part.sku_id), why, is_short, grams)


def _stands_in(offer: Offer, part: Part, here: Mapping[int, int]) -> bool:
    """A pack of the same set, counted alike, of which the store has enough."""
    same = offer.set_no == part.named.set_no and offer.unit == part.named.unit
    return same and here.get(offer.sku_id, 0) >= part.quantity


def _baskets() -> Select[GiftBasket]:
    return select(GiftBasket).options(selectinload(GiftBasket.parts), selectinload(GiftBasket.store))
