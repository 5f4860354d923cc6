"""The signed list of a store: what may be sold at which price until which day, so that a till can go on alone.

A list is good for 72 hours (certificate case C10); its token says when it was issued, and a sale made by it keeps the
price that was printed. What it is made of is kept in memory by the feed, so that 50,000 packs cost no query each.
"""

import gzip
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from catalog.listings.models import Listing, Sku
from catalog.listings.prices import PriceChange
from catalog.listings.queries import Offer, offers
from catalog.photos.models import WIDTHS
from catalog.photos.queries import first_photos
from catalog.photos.schemas import url_of
from core.clock import day_start, local_day
from core.config import Config
from core.db import db, in_chunks
from core.feed import Kept, Position, Subjects, here, since
from shop.inventory.markdowns import lots_off
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import LotState, is_sellable
from shop.inventory.shelves import shelves
from shop.stores.models import Place, Store
from shop.stores.rules import SELLABLE_PLACES
from shop.tills.people_models import TillSetting
from shop.tills.refusals import ListWrong

#: How long a till may sell by a list, and how far its clock may be from ours.
GOOD = timedelta(hours=72)
CLOCKS_APART = timedelta(minutes=5)
#: Changes since an older list are not asked for: the whole list is sent.
DELTA = timedelta(hours=12)
#: Topics after which single packs are sent anew; any other news of them asks for the whole list.
_TOPICS = frozenset({"product", "stock"})
_SMALL = WIDTHS[0]


@dataclass(frozen=True, slots=True)
class Issued:
    """What a list's token says: the store, when it was made, and how far the feed had been read."""

    store: str
    issued_at: datetime
    mark: str

    @property
    def good_until(self) -> datetime:
        """The last instant at which a sale may be made by it."""
        return self.issued_at + GOOD


@dataclass(frozen=True, slots=True)
class _Pack:
    """A pack that may be sold on a day; ``text``: its part of the answer that is the same in every store."""

    sku_id: int
    sku_code: str
    product_id: int
    text: str


@dataclass(frozen=True, slots=True)
class _Lot:
    """A good lot that lies in a store."""

    store_id: int
    code: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class _Goods:
    """All packs as of one position of the feed, judged for one day at a time. Never changed."""

    _judged: list[tuple[date, Mapping[int, _Pack]]] = field(default_factory=list[tuple[date, Mapping[int, _Pack]]])

    def on(self, day: date) -> Mapping[int, _Pack]:
        """The packs that may be sold on a day, by SKU id."""
        if not self._judged or self._judged[0][0] != day:
            self._judged[:] = [(day, _packs(list(db.session.scalars(select(Sku.id).where(Sku.is_active))), day))]
        return self._judged[0][1]

    def renewed(self, product_ids: Collection[int]) -> "_Goods":
        """The same with other packs of some products."""
        if not self._judged:
            return self
        day, packs = self._judged[0]
        gone = set(product_ids)
        kept = {one: pack for one, pack in packs.items() if pack.product_id not in gone}
        fresh = (sku for chunk in in_chunks(product_ids) for sku in db.session.scalars(_skus_of(chunk)))
        return _Goods([(day, kept | _packs(list(fresh), day))])


def answer(store: Store, rules: TillSetting, token: str | None, at: datetime) -> Response:
    """The list, or what changed since the one with this token; 304 when the till has it already. Raises ListWrong."""
    known = read_token(token, store.code) if token else None
    position = here()
    asked = request.if_none_match.to_header().strip('"') if request.if_none_match else ""
    tag = _tag(store, rules, position.mark, at)
    changed = _changed_since(known, at) if known else None
    if asked and asked == tag:
        return Response(status=304, headers={"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"})
    body = _body(store, rules, Issued(store.code, at, position.mark), changed, at)
    return _sent(body, tag)


def read_token(token: str, store_code: str) -> Issued:
    """What a list's token says. Raises ListWrong for one that we did not sign, or another store's."""
    try:
        store, issued, mark = cast("tuple[str, int, str]", _signer().loads(token))
        found = Issued(store, datetime.fromtimestamp(issued / 1000, UTC), mark)
    except (BadData, ValueError, TypeError) as error:
        raise ListWrong from error
    if found.store != store_code:
        raise ListWrong(store=found.store)
    return found


def write_token(issued: Issued) -> str:
    """The token of a list."""
    return str(_signer().dumps([issued.store, int(issued.issued_at.timestamp() * 1000), issued.mark]))


def prices_at(sku_ids: Collection[int], at: datetime) -> dict[int, int]:
    """What packs cost at an instant that is past, in đồng: the last change that had begun by then.

    A pack whose price never changed since has the price that stood before its first change after the instant, or
    else the one it has now.
    """
    changes: dict[int, list[PriceChange]] = defaultdict(list)
    query = select(PriceChange).where(PriceChange.sku_id.in_(sorted(sku_ids))).order_by(PriceChange.id)
    for one in db.session.scalars(query):
        changes[one.sku_id].append(one)
    prices = db.session.execute(select(Sku.id, Sku.price_vnd).where(Sku.id.in_(sorted(sku_ids))))
    return {sku_id: _price_at(changes[sku_id], at, now_vnd) for sku_id, now_vnd in prices}


def _price_at(changes: Sequence[PriceChange], at: datetime, now_vnd: int) -> int:
    begun, later = list[tuple[datetime, int, int]](), list[tuple[datetime, int, int | None]]()
    for one in changes:
        if one.cancelled_at is not None:
            continue
        begins = max(one.noted_at, day_start(one.starts_on))
        if begins <= at:
            begun.append((begins, one.id, one.to_vnd))
        else:
            later.append((begins, one.id, one.from_vnd))
    if begun:
        return max(begun)[2]
    before = min(later, key=lambda change: change[:2])[2] if later else None
    return before or now_vnd


def _changed_since(known: Issued, at: datetime) -> Subjects | None:
    """What changed since a list, by topic; None when the whole list has to be sent."""
    if at - known.issued_at > DELTA or local_day(known.issued_at) != local_day(at):
        return None
    news = since(Position(known.mark, time.monotonic())).subjects
    if any(topic not in _TOPICS and topic not in ("mark", "synonym", "area") for topic in news):
        return None
    return None if 0 in news.get("product", ()) else news


def _body(store: Store, rules: TillSetting, issued: Issued, changed: Subjects | None, at: datetime) -> str:
    packs, lots, free = _GOODS.current().on(local_day(at)), _LOTS.current(), shelves(at).free
    favourites, off = frozenset(rules.favourites.get("skus", ())), lots_off(store.id, local_day(at))
    wanted: Iterable[int] = packs if changed is None else _touched(changed)
    items, gone = list[str](), list[int]()
    for sku_id in wanted:
        pack = packs.get(sku_id)
        if pack is None:
            gone.append(sku_id)
            continue
        here_lots = [lot for lot in lots.get(sku_id, ()) if lot.store_id == store.id]
        units = free.get(sku_id, {}).get(store.id, 0)
        own = _own(here_lots, off, units, pack.sku_code in favourites, local_day(at))
        items.append(pack.text[:-1] + "," + json.dumps(own)[1:])
    head = {
        "issued_at": _moment(issued.issued_at), "good_until": _moment(issued.good_until),
        "token": write_token(issued), "is_delta": changed is not None, "gone": _codes(gone),
    }  # fmt: skip
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "items": [{",".join(items)}]}}'


def _own(
    lots: Sequence[_Lot], off: Mapping[str, int], available: int, is_favourite: bool, on: date
) -> dict[str, Any]:  # fmt: skip
    """What a store's own part of an item says."""
    good = [lot for lot in lots if is_sellable(LotState.OK, lot.expires_on, on)]
    return {
        "lots": [lot.code for lot in good],
        "lots_until": {lot.code: lot.expires_on.isoformat() for lot in good if lot.expires_on},
        "lots_off": {lot.code: off[lot.code] for lot in good if lot.code in off},
        "available": available, "is_favourite": is_favourite,
    }  # fmt: skip


def _touched(changed: Subjects) -> set[int]:
    """SKU ids of what changed."""
    found = set(changed.get("stock", ()))
    for chunk in in_chunks(changed.get("product", ())):
        found.update(db.session.scalars(_skus_of(chunk)))
    return found


def _packs(sku_ids: Sequence[int], on: date) -> dict[int, _Pack]:
    found = offers(sku_ids, on)
    photos = first_photos({offer.product_id for offer in found.values()}) if found else {}
    gtins = {
        sku_id: gtin
        for chunk in in_chunks(found)
        for sku_id, gtin in db.session.execute(select(Sku.id, Sku.gtin).where(Sku.id.in_(chunk)))
    }
    images = {product: url_of(photo, _SMALL) for product, photo in photos.items()}
    return {
        one: _Pack(one, offer.sku_code, offer.product_id, _text(offer, gtins[one], images.get(offer.product_id)))
        for one, offer in sorted(found.items(), key=lambda pair: pair[1].name)
    }


def _text(offer: Offer, gtin: str | None, image: str | None) -> str:
    shared = {
        "sku": offer.sku_code, "name": offer.name, "label": offer.label, "unit": offer.unit, "price": offer.price_vnd,
        "vat_bp": offer.vat_bp, "barcodes": barcodes_of(offer.sku_id, offer.unit, gtin),
        "sellable_until": offer.governing.ends_on.isoformat(), "stars": offer.governing.stars,
        "is_alcohol": offer.is_alcohol, "image": image,
    }  # fmt: skip
    return json.dumps(shared, ensure_ascii=False)


def barcodes_of(sku_id: int, unit: str, gtin: str | None) -> list[str]:
    """What a scanner may read for a pack: its GTIN, and for goods by weight the head of a scale's EAN-13 (2 + number).

    A scale prints 2, six digits of the pack's number, five of grams, and the check digit.
    """
    return ([gtin] if gtin else []) + ([f"2{sku_id:06d}"] if unit == "gram" and sku_id < 1_000_000 else [])


def _read_lots(sku_ids: Collection[int] | None) -> dict[int, tuple[_Lot, ...]]:
    query = (
        select(Lot.sku_id, Place.store_id, Lot.code, Lot.expires_on)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Lot.state == LotState.OK, Place.code.in_(SELLABLE_PLACES), StockLevel.on_hand > 0)
        .distinct()
    )
    asked = [query] if sku_ids is None else [query.where(Lot.sku_id.in_(chunk)) for chunk in in_chunks(sku_ids)]
    found: dict[int, list[_Lot]] = defaultdict(list)
    for statement in asked:
        for sku_id, store_id, code, expires_on in db.session.execute(statement):
            found[sku_id].append(_Lot(store_id, code, expires_on))
    return {
        one: tuple(sorted(some, key=lambda lot: (lot.expires_on or date.max, lot.code))) for one, some in found.items()
    }


def _lots_renewed(old: dict[int, tuple[_Lot, ...]], subjects: Subjects) -> dict[int, tuple[_Lot, ...]]:
    if subjects.get("store"):
        return _read_lots(None)
    changed = set(subjects["stock"])
    return {**old, **dict.fromkeys(changed, ()), **_read_lots(changed)}


def _goods_renewed(old: _Goods, subjects: Subjects) -> _Goods:
    changed = subjects.get("product", ())
    return _Goods() if subjects.get("producer") or 0 in changed else old.renewed(list(changed))


def _skus_of(product_ids: Collection[int]) -> Any:
    return select(Sku.id).join(Listing, Listing.id == Sku.listing_id).where(Listing.product_id.in_(product_ids))


def _codes(sku_ids: Sequence[int]) -> list[str]:
    chunks = in_chunks(sku_ids)
    return sorted(one for chunk in chunks for one in db.session.scalars(select(Sku.code).where(Sku.id.in_(chunk))))


def _tag(store: Store, rules: TillSetting, mark: str, at: datetime) -> str:
    """Names a list: its store, its day, the place in the feed and the picture keys."""
    said = json.dumps([store.code, mark, local_day(at).isoformat(), rules.favourites], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _sent(body: str, tag: str) -> Response:
    response = Response(body, content_type="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(body) > 2_000:
        response.set_data(gzip.compress(body.encode(), compresslevel=2, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _signer() -> URLSafeSerializer:
    config: Config = current_app.extensions["config"]
    return URLSafeSerializer(config.secret_key, salt="till list")


_GOODS = Kept(["product", "producer"], _Goods, _goods_renewed)
_LOTS = Kept(["stock", "store"], lambda: _read_lots(None), _lots_renewed)
