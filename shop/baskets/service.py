"""Verbs of gift baskets: compose, publish, withdraw, and put into a cart, all parts or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import flag_modified

from catalog.listings.models import Sku
from catalog.listings.queries import Offer, offers
from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, dialect_name, transaction
from core.errors import Invalid
from core.ids import short_code
from core.text import slugify
from shop.baskets.models import BasketPart, GiftBasket
from shop.baskets.queries import Part, Shown, get_shown, judge
from shop.baskets.refusals import BasketClosed, BasketEmpty, BasketFull, BasketNotFound, OtherStore, TooMany
from shop.baskets.rules import DRAFT, DROP, MOST_PARTS, PUBLISHED, WITHDRAWN, short, sums
from shop.carts import service as carts
from shop.carts.models import Cart
from shop.carts.queries import quantities
from shop.carts.rules import Wrap, limit
from shop.inventory.queries import available, name_short
from shop.inventory.refusals import OutOfStock
from shop.orders.refusals import AdultsOnly
from shop.stores.models import Store
from shop.stores.queries import get_store

_ROW = cast("Table", GiftBasket.__table__)
_NEW = {
    "sqlite": sqlite.insert(_ROW).on_conflict_do_nothing(index_elements=["slug"]).returning(_ROW.c.id),
    "postgresql": postgresql.insert(_ROW).on_conflict_do_nothing(index_elements=["slug"]).returning(_ROW.c.id),
}
#: A basket has at least so many parts.
LEAST_PARTS = 2


@dataclass(frozen=True)
class Described:
    """What a store says of a basket; wrapping in đồng, season by days, None for no limit."""

    name: str
    occasion: str
    words: str = ""
    wrap_vnd: int = 0
    from_on: date | None = None
    until_on: date | None = None


def create(by: Actor, store: str, said: Described) -> GiftBasket:
    """A new draft of a store. Raises NotFound for another's store, Invalid for a season that ends before it begins."""
    place = get_store(store)
    authorize(by, "baskets.compose", Scope("store", place.code))
    _check_season(said)
    with transaction() as session:
        basket = session.get_one(GiftBasket, _insert(place.id, said))
        record("basket.created", f"basket:{basket.slug}", by, store=place.code, name=said.name)
        return basket


def describe(by: Actor, slug: str, version: int, said: Described) -> GiftBasket:
    """Say it otherwise; the address stays. Wrapping in open carts costs what it costs now.

    Raises BasketNotFound, EditConflict, Invalid.
    """
    _check_season(said)
    with transaction() as session:
        basket = _lock(by, slug, version)
        changed = {name: value for name, value in vars(said).items() if getattr(basket, name) != value}
        for name, value in changed.items():
            setattr(basket, name, value)
        if "wrap_vnd" in changed:
            carts.reprice_charges(_reference(basket), said.wrap_vnd or None)
        session.flush()
        record("basket.described", f"basket:{slug}", by, changed=sorted(changed))
        return basket


def compose(by: Actor, slug: str, version: int, parts: Sequence[tuple[str, int]]) -> GiftBasket:
    """Set its parts: (SKU code, units) in their order; a pack may come twice.

    Raises BasketNotFound, EditConflict, BasketFull, Invalid for an unknown pack.
    """
    if len(parts) > MOST_PARTS:
        raise BasketFull(limit=MOST_PARTS)
    with transaction() as session:
        basket = _lock(by, slug, version)
        known = dict(session.execute(select(Sku.code, Sku.id).where(Sku.code.in_([code for code, _n in parts]))).all())  # type: ignore[arg-type]
        if any(code not in known for code, _n in parts):
            raise Invalid({"sku": [_("Không có mặt hàng này.")]})
        if basket.state == PUBLISHED and len(parts) < LEAST_PARTS:
            raise BasketEmpty
        session.execute(delete(BasketPart).where(BasketPart.basket_id == basket.id))
        session.add_all(
            BasketPart(basket_id=basket.id, position=n, sku_id=known[code], quantity=units)
            for n, (code, units) in enumerate(parts, start=1)
        )
        _touch(basket)
        record("basket.composed", f"basket:{slug}", by, parts=[{"sku": code, "units": n} for code, n in parts])
        return basket


def publish(by: Actor, slug: str, version: int) -> GiftBasket:
    """Offer it. Raises BasketNotFound, EditConflict, BasketEmpty, BasketClosed when a part may not be sold today."""
    with transaction() as session:
        basket = _lock(by, slug, version)
        if len(basket.parts) < LEAST_PARTS:
            raise BasketEmpty
        shown = judge([basket], now())[0]
        if shown.closed:
            raise BasketClosed(parts=_named(shown.closed), reason="parts")
        basket.state, basket.published_at = PUBLISHED, basket.published_at or now()
        session.flush()
        record("basket.published", f"basket:{slug}", by)
        return basket


def withdraw(by: Actor, slug: str, version: int) -> GiftBasket:
    """Offer it no more; goods in open carts stay, its wrapping does not. Raises BasketNotFound, EditConflict."""
    with transaction() as session:
        basket = _lock(by, slug, version)
        basket.state = WITHDRAWN
        carts.reprice_charges(_reference(basket), None)
        session.flush()
        record("basket.withdrawn", f"basket:{slug}", by)
        return basket


def put_into_cart(
    token: str, slug: str, *, times: int = 1, changes: Mapping[int, str] | None = None, switch: bool = False
) -> Cart:
    """Put the parts of so many baskets into a cart as ordinary lines, with the wrapping: all of it or nothing.

    `changes`: by a part's position another pack (its code) or DROP, only for parts that cannot be had now. `switch`:
    let the cart buy at the basket's store. Raises BasketNotFound, BasketClosed, OtherStore, AdultsOnly, TooMany,
    OutOfStock, Invalid, and what carts refuse.
    """
    with transaction():
        cart, at = carts.lock_cart(token), now()
        shown = get_shown(slug, at)
        chosen = _chosen(shown, changes or {}, at)
        _check_store(cart, shown.basket, switch=switch)
        _check_adult(cart, [offer for offer, _n in chosen])
        needed = sums([(offer.sku_id, units) for offer, units in chosen], times)
        offered = {offer.sku_id: offer for offer, _n in chosen}
        _check_units(cart, shown.basket.store_id, needed, offered, at)
        for sku_id, units in needed.items():
            carts.add_line(token, offered[sku_id].sku_code, units)
        if shown.basket.wrap_vnd:
            carts.add_charge(token, _wrap(shown.basket, sums([(o.sku_id, n) for o, n in chosen]), times))
        return cart


def _chosen(shown: Shown, changes: Mapping[int, str], at: datetime) -> list[tuple[Offer, int]]:
    """The parts that go into the cart, with the buyer's changes. Raises BasketClosed, Invalid."""
    if shown.basket.state != PUBLISHED or not shown.is_in_season or not shown.parts:
        raise BasketClosed(parts=[], reason="season" if shown.basket.state == PUBLISHED else "withdrawn")
    unknown = set(changes) - {part.position for part in shown.parts if not part.is_fit}
    if unknown:
        raise Invalid({"changes": [_("Chỉ đổi được món đang không mua được.")]})
    missing = [part for part in shown.parts if part.offer is None and part.position not in changes]
    if missing:
        raise BasketClosed(parts=_named(missing), reason="parts")
    found = [one for part in shown.parts if (one := _taken(part, changes.get(part.position), at))]
    if not found:
        raise BasketEmpty
    return found


def _taken(part: Part, change: str | None, at: datetime) -> tuple[Offer, int] | None:
    if change == DROP:
        return None
    if change is None and part.offer is not None:
        return part.offer, part.quantity
    sku_id = db.session.scalar(select(Sku.id).where(Sku.code == change))
    other = offers([sku_id], local_day(at)).get(sku_id) if sku_id else None
    if other is None or other.unit != part.named.unit:
        raise Invalid({"changes": [_("Không thay được bằng mặt hàng này.")]})
    return other, part.quantity


def _check_store(cart: Cart, basket: GiftBasket, *, switch: bool) -> None:
    if cart.store_id is not None and cart.store_id != basket.store_id and not switch:
        elsewhere = db.session.get_one(Store, cart.store_id)
        raise OtherStore(store=basket.store.code, cart_store=elsewhere.code)
    if cart.store_id != basket.store_id:
        carts.choose_store(cart.token, basket.store)


def _check_adult(cart: Cart, chosen: Sequence[Offer]) -> None:
    strong = [offer for offer in chosen if offer.is_alcohol]
    if strong and not cart.is_adult:
        raise AdultsOnly(lines=[{"sku": offer.sku_code, "name": offer.name} for offer in strong])


def _check_units(
    cart: Cart, store_id: int, needed: Mapping[int, int], offered: Mapping[int, Offer], at: datetime
) -> None:
    """What the cart holds already counts: two baskets with one jar between them are one too many."""
    held = quantities(cart.id)
    wants = {sku_id: units + held.get(sku_id, 0) for sku_id, units in needed.items()}
    over = [sku_id for sku_id, units in wants.items() if units > limit(offered[sku_id].unit)]
    if over:
        raise TooMany(lines=[{"sku": offered[s].sku_code, "name": offered[s].name} for s in over])
    free = {sku: stores.get(store_id, 0) for sku, stores in available(list(wants), at, store_id).items()}
    missing = short(wants, free)
    if missing:
        raise OutOfStock(lines=name_short({s: wants[s] for s in missing}, missing))


def _wrap(basket: GiftBasket, parts: Mapping[int, int], times: int) -> Wrap:
    return Wrap(0, basket.name, _reference(basket), basket.store_id, basket.wrap_vnd, times, parts)


def _reference(basket: GiftBasket) -> str:
    return f"basket:{basket.id}"


def _lock(by: Actor, slug: str, version: int) -> GiftBasket:
    """A basket of a store of one's own, locked. Raises BasketNotFound alike for unknown and for foreign ones."""
    query = select(GiftBasket).where(GiftBasket.slug == slug).with_for_update(of=GiftBasket)
    basket = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if basket is None:
        raise BasketNotFound
    authorize(by, "baskets.compose", Scope("store", basket.store.code))
    check_version(basket, version)
    return basket


def _touch(basket: GiftBasket) -> None:
    """Raise its version though only its parts changed, and read them anew."""
    flag_modified(basket, "state")
    db.session.flush()
    db.session.expire(basket)


def _check_season(said: Described) -> None:
    if said.from_on and said.until_on and said.until_on < said.from_on:
        raise Invalid({"until_on": [_("Ngày cuối phải sau ngày đầu.")]})


def _insert(store_id: int, said: Described) -> int:
    """A draft under an address made from its name, with some signs more where that is taken; answers its id."""
    plain = slugify(said.name, 70) or "gio-qua"
    values = {**vars(said), "store_id": store_id, "state": DRAFT, "created_at": now(), "version": 1}
    while True:  # the unique key decides between two that come at once
        slug = plain if _is_free(plain) else f"{plain}-{short_code('x', 5)[2:].lower()}"
        basket_id = db.session.scalar(_NEW[dialect_name()].values(**values, slug=slug))
        if basket_id is not None:
            return int(basket_id)


def _is_free(slug: str) -> bool:
    return db.session.scalar(select(GiftBasket.id).where(GiftBasket.slug == slug)) is None


def _named(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [
        {"sku": p.named.code, "name": p.named.name, "slug": p.named.slug, "code": p.why.rule if p.why else "sku.closed"}
        for p in parts
    ]
