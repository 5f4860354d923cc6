"""What a clue leads to, how a product stands today, and where its goods can be had. Reads only.

What is not public stays so: candidates, entries that wait for a second person and lots of nobody are not found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from catalog.certificates.models import Certificate
from catalog.certificates.queries import find_public, status_on
from catalog.certificates.rules import Status
from catalog.listings.models import Listing, Sku
from catalog.listings.why import Why, explain
from catalog.products.codes import parse
from catalog.products.models import Product
from catalog.products.queries import find_moved
from catalog.products.sets import ALCOHOL
from core.clock import local_day
from core.db import db
from core.errors import NotFound
from core.text import sort_key
from shop.inventory.models import Lot
from shop.inventory.queries import lots_on_sale
from shop.inventory.rules import LotState, is_sellable
from shop.proof.models import LabelReport
from shop.proof.rules import Clue, Kind, gtin_forms
from shop.stores.models import Store
from shop.stores.queries import stores_by_id

#: Matches shown for one question; a decision can name hundreds of products.
MOST_MATCHES = 20


@dataclass(slots=True)
class _Hit:
    """What a clue leads to before anything is judged."""

    product_id: int
    certificate: Certificate | None = None
    lot: Lot | None = None


@dataclass(frozen=True, slots=True)
class OnSale:
    """A lot that can be bought now, and the stores that have some. How much is nobody's business."""

    lot: Lot
    stores: tuple[Store, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One answer: a product as it stands today, the certificate behind that, and the lot asked about."""

    product: Product
    why: Why
    #: The certificate that the answer speaks of; the seal is drawn only when it governs.
    certificate: Certificate
    #: The certificate asked about, where it is another one, and its status today.
    asked: Certificate | None = None
    asked_status: Status | None = None
    lot: Lot | None = None
    #: Whether goods of that lot may be sold today.
    lot_is_open: bool = False
    stores: tuple[Store, ...] = field(default=())

    @property
    def status(self) -> Status:
        """How the product stands today."""
        return self.why.standing.status

    @property
    def is_governed(self) -> bool:
        """Whether a certificate covers today: only then is a star drawn."""
        return self.why.standing.governing is not None


def look_up(clues: Iterable[Clue], at: datetime, *, is_adult: bool = False) -> list[Match]:
    """The public matches of these clues as of an instant, in the order of the clues."""
    found: dict[tuple[int, int | None], _Hit] = {}
    for clue in clues:
        for hit in _hits(clue):
            found.setdefault((hit.product_id, hit.lot.id if hit.lot else None), hit)
    return _judge(list(found.values())[:MOST_MATCHES], at, is_adult)


def on_sale(product_ids: Collection[int], at: datetime) -> dict[int, list[OnSale]]:
    """Lots that stores have of products which may be sold today, by product id. The caller has asked the gate."""
    if not product_ids:
        return {}
    rows = lots_on_sale(product_ids, at)
    stores = stores_by_id() if rows else {}
    at_stores: dict[int, list[Store]] = defaultdict(list)
    lots: dict[int, Lot] = {}
    for lot, store_id in rows:
        if store_id in stores:
            lots[lot.id] = lot
            at_stores[lot.id].append(stores[store_id])
    found: dict[int, list[OnSale]] = defaultdict(list)
    for lot_id, lot in lots.items():
        named = sorted(at_stores[lot_id], key=lambda store: sort_key(store.name))
        found[lot.product_id].append(OnSale(lot, tuple(named)))
    return found


def get_report(code: str) -> LabelReport:
    """A report by its code, without its photo until that is asked for. Raises NotFound."""
    one = db.session.scalars(select(LabelReport).where(LabelReport.code == code.upper())).first()
    if one is None:
        raise NotFound
    return one


def count_new() -> int:
    """How many reports nobody has read."""
    return db.session.scalar(select(func.count()).select_from(LabelReport).where(LabelReport.state == "new")) or 0


def is_for_adults(product: Product) -> bool:
    """Whether where to buy it is told only to visitors of 18 and older (decision 15)."""
    return product.set_no in ALCOHOL


def _hits(clue: Clue) -> list[_Hit]:
    match clue.kind:
        case Kind.CODE:
            return _by_code(clue.value)
        case Kind.SLUG:
            return _by_slug(clue.value)
        case Kind.GTIN:
            return _by_gtin(clue.value, clue.lot)
        case Kind.OCOP:
            return _by_ocop(clue.value)
        case _:
            return [_Hit(one.product_id, one) for one in find_public(clue.value, MOST_MATCHES)]


def _by_code(code: str) -> list[_Hit]:
    """A certificate, a lot, a product or a pack of this code; else the lots whose label bears it."""
    verified = select(Certificate).where(Certificate.code == code, Certificate.verified_at.is_not(None))
    certificate = db.session.scalars(verified).first()
    if certificate is not None:
        return [_Hit(certificate.product_id, certificate)]
    lot = db.session.scalars(select(Lot).where(Lot.code == code)).first()
    if lot is not None:
        return [_Hit(lot.product_id, lot=lot)]
    of_pack = select(Listing.product_id).join(Sku, Sku.listing_id == Listing.id).where(Sku.code == code)
    query = select(Product.id).where(or_(Product.code == code, Product.id.in_(of_pack)))
    return [_Hit(product_id) for product_id in db.session.scalars(query)] or _by_lot_number(code)


def _by_lot_number(number: str) -> list[_Hit]:
    """Lots that bear this number of their producer's, as the label shows it: the newest of each product."""
    query = select(Lot).where(func.upper(Lot.number) == number).order_by(Lot.id.desc()).limit(MOST_MATCHES)
    newest: dict[int, Lot] = {}
    for lot in db.session.scalars(query):
        newest.setdefault(lot.product_id, lot)
    return [_Hit(lot.product_id, lot=lot) for lot in newest.values()]


def _by_slug(slug: str) -> list[_Hit]:
    product = db.session.scalars(select(Product).where(Product.slug == slug)).first() or find_moved(slug)
    return [_Hit(product.id)] if product else []


def _by_ocop(text: str) -> list[_Hit]:
    """The product of the programme's own code; zeros before its serial number change nothing."""
    code = parse(text)
    if code is None:
        return []
    serials = {str(int(code.serial)).zfill(length) for length in range(1, 5)} | {code.serial}
    forms = [str(replace(code, serial=serial)) for serial in serials]
    return [
        _Hit(product_id) for product_id in db.session.scalars(select(Product.id).where(Product.ocop_code.in_(forms)))
    ]


def _by_gtin(gtin: str, lot: str | None) -> list[_Hit]:
    """The product of a trade item, with its lot by our code or by the producer's own number."""
    query = select(Sku.id, Listing.product_id).join(Listing, Listing.id == Sku.listing_id)
    row = db.session.execute(query.where(Sku.gtin.in_(gtin_forms(gtin)))).first()
    if row is None:
        return []
    found = find_lot(row[0], lot) if lot else None
    return [_Hit(row[1], lot=found)]


def find_lot(sku_id: int, key: str) -> Lot | None:
    """A pack's lot by our code or the producer's number; the newest, where a number came twice."""
    named = or_(Lot.code == key.upper(), Lot.number == key)
    return db.session.scalars(select(Lot).where(Lot.sku_id == sku_id, named).order_by(Lot.id.desc())).first()


def find_gtin(gtin: str) -> tuple[int, str] | None:
    """Id of the pack and slug of the product of a trade item."""
    query = select(Sku.id, Product.slug).join(Listing, Listing.id == Sku.listing_id)
    query = query.join(Product, Product.id == Listing.product_id).where(Sku.gtin.in_(gtin_forms(gtin)))
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def _judge(hits: list[_Hit], at: datetime, is_adult: bool) -> list[Match]:
    """The hits that the public may see, each with its standing today; a fixed number of statements for all."""
    on = local_day(at)
    ids = {hit.product_id for hit in hits}
    reasons = explain(ids, on) if ids else {}
    with_maker = select(Product).where(Product.id.in_(ids)).options(joinedload(Product.producer))
    products = {one.id: one for one in db.session.scalars(with_maker)} if ids else {}
    spoken_of = {reasons[one].certificate for one in ids}
    query = select(Certificate).where(Certificate.code.in_(spoken_of - {None}))
    certificates = {one.code: one for one in db.session.scalars(query)} if ids else {}
    told = {one for one in ids if reasons[one].is_sellable and (is_adult or not is_for_adults(products[one]))}
    shelves = on_sale(told, at)
    matches: list[Match] = []
    for hit in hits:
        why = reasons[hit.product_id]
        certificate = certificates.get(why.certificate or "")
        if certificate is None or certificate.verified_at is None:
            continue
        other = hit.certificate if hit.certificate and hit.certificate.id != certificate.id else None
        matches.append(
            Match(
                products[hit.product_id], why, certificate, other, status_on(other, on) if other else None, hit.lot,
                _is_open(hit.lot, why, on), _stores(shelves, hit),
            )
        )  # fmt: skip
    return matches


def _is_open(lot: Lot | None, why: Why, on: date) -> bool:
    return lot is not None and why.is_sellable and is_sellable(lot.state, lot.expires_on, on)


def _stores(shelves: Mapping[int, list[OnSale]], hit: _Hit) -> tuple[Store, ...]:
    """Stores that have goods of the product now, of any lot, by name; none beside a recalled lot."""
    if hit.lot is not None and hit.lot.state == LotState.RECALLED:
        return ()
    stores = {store.id: store for one in shelves.get(hit.product_id, ()) for store in one.stores}
    return tuple(sorted(stores.values(), key=lambda store: sort_key(store.name)))
