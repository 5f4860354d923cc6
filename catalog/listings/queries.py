"""What is open for sale on a day, judged by dates at each reading (decision 1): offers, cards, reasons.

Open means: the listing is live, it has an active pack, and a certificate of its product covers the day. No
stored flag says so; whoever asks says on which day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Date, Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.certificates.models import SPAN, Certificate
from catalog.certificates.queries import GOVERNING, Governing, covering, governing, open_products
from catalog.listings.models import LIVE, SUBMITTED, WITHDRAWN, Listing, Sku
from catalog.listings.places import Place, Places, places
from catalog.listings.prices import price_on
from catalog.listings.refusals import ListingNotFound, SkuClosed, SkuNotFound
from catalog.listings.vat import rate_of
from catalog.listings.why import explain, refusal_of
from catalog.photos.queries import Photo, first_photos
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import ALCOHOL, SETS
from core.db import MOST_PARAMETERS, db, in_chunks, run
from core.errors import Refusal

T = TypeVar("T")
#: Parameters that one statement may carry on either engine.
_CHUNK = MOST_PARAMETERS


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that may be sold on the day asked for, and the certificate under which."""

    sku_id: int
    sku_code: str
    listing_id: int
    product_id: int
    producer_id: int
    slug: str
    name: str
    #: The pack in words: "Hũ 500 g".
    label: str
    #: piece or gram.
    unit: str
    #: Đồng for one piece, or for one kilogram when the unit is gram.
    price_vnd: int
    vat_bp: int
    set_no: int
    is_alcohol: bool
    governing: Governing
    #: What the producer told about VAT; None: nothing.
    vat_class: str | None = None
    producer_name: str = ""
    producer_tax_code: str | None = None
    product_code: str = ""
    #: Of one piece, where the label states it.
    net_grams: int | None = None
    net_ml: int | None = None
    #: What the pack asks of its way to the buyer.
    is_pickup_only: bool = False
    is_fragile: bool = False
    is_cold: bool = False


@dataclass(frozen=True, slots=True)
class OpenListing:
    """One open listing as search sees it: what filters, facets and sorting ask for."""

    listing_id: int
    slug: str
    name: str
    set_no: int
    stars: int
    producer_code: str
    producer_name: str
    #: Where the product is made, else where its producer is registered.
    area_id: int | None
    #: Lowest price of its active packs on the day.
    price_vnd: int
    published_at: datetime

    @property
    def group(self) -> str:
        """Roman number of its group."""
        return SETS[self.set_no].group

    @property
    def is_alcohol(self) -> bool:
        """Whether only adults may see it."""
        return self.set_no in ALCOHOL


@dataclass(frozen=True, slots=True)
class Card:
    """An open listing as lists and cards show it."""

    listing_id: int
    product_id: int
    #: Public code of the product.
    code: str
    slug: str
    name: str
    summary: str
    producer_code: str
    producer_name: str
    set_no: int
    group: str
    is_alcohol: bool
    is_demo: bool
    #: Province of today.
    area: Place | None
    #: Unit of today within it.
    locality: Place | None
    #: The cheapest active pack.
    sku_code: str
    sku_label: str
    unit: str
    price_vnd: int
    #: Whether packs of other prices stand beside it.
    has_more_prices: bool
    governing: Governing
    #: Its first photo that a moderator let through.
    photo: Photo | None = None

    @property
    def stars(self) -> int:
        """Stars of the governing certificate."""
        return self.governing.stars


def open_listings(on: date) -> Select[int]:
    """Ids of all listings open on the day: a subquery for any list, facet or count."""
    return (
        select(Listing.id)
        .join(SPAN, SPAN.c.product_id == Listing.product_id)
        .where(Listing.state == LIVE, covering(on), _has_pack())
    )


def list_open(on: date, listing_ids: Collection[int] | None = None) -> list[OpenListing]:
    """Every open listing, or those of `listing_ids` that are open: one statement up to 5,000 ids, else all."""
    if listing_ids is not None and not listing_ids:
        return []
    lowest = (
        select(Sku.listing_id, func.min(price_on(on)).label("price_vnd"))
        .where(Sku.is_active)
        .group_by(Sku.listing_id)
        .subquery()
    )
    query = (
        select(
            Listing.id, Product.slug, Product.name, Product.set_no, SPAN.c.stars, Producer.code,
            Producer.name, func.coalesce(Product.area_id, Producer.area_id), lowest.c.price_vnd, Listing.published_at,
        )
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .join(SPAN, SPAN.c.product_id == Product.id)
        .join(lowest, lowest.c.listing_id == Listing.id)
        .where(Listing.state == LIVE, covering(on))
        .order_by(Listing.id)
    )  # fmt: skip
    if listing_ids is not None and len(listing_ids) <= _CHUNK:
        query = query.where(Listing.id.in_(listing_ids))
    return [OpenListing(*row) for row in db.session.execute(query)]


#: Built once, for it is asked for every line of a cart and of a delivery: the pack, and what covers its product.
_OFFERED = (
    select(
        Sku.id, Sku.code, Sku.listing_id, Product.id.label("product_id"), Product.producer_id, Product.slug,
        Product.name,
        Sku.label.label("pack"), Sku.unit, price_on(bindparam("on", type_=Date)).label("price_vnd"), Sku.vat_bp,
        Product.set_no, Sku.vat_class, Producer.name.label("producer_name"), Producer.tax_code,
        Product.code.label("product_code"), Sku.net_grams, Sku.net_ml,
        Sku.is_pickup_only, Sku.is_fragile, Sku.is_cold,
        *(column.label(f"governing_{at}") for at, column in enumerate(GOVERNING)),
    )
    .join(Listing, Listing.id == Sku.listing_id)
    .join(Product, Product.id == Listing.product_id)
    .join(Producer, Producer.id == Product.producer_id)
    .join(SPAN, SPAN.c.product_id == Product.id)
    .join(Certificate, Certificate.id == SPAN.c.certificate_id)
    .where(Sku.is_active, Listing.state == LIVE, covering(bindparam("on", type_=Date)))
)  # fmt: skip
_OFFERED_BY_ID = _OFFERED.where(Sku.id.in_(bindparam("among", expanding=True)))
_OFFERED_BY_CODE = _OFFERED.where(Sku.code.in_(bindparam("among", expanding=True)))


def offers(sku_ids: Collection[int], on: date) -> dict[int, Offer]:
    """The packs among these that may be sold on the day. A pack that is missing here may not."""
    return {one.sku_id: one for one in _offers(_OFFERED_BY_ID, sku_ids, on)}


def offers_by_code(sku_codes: Collection[str], on: date) -> dict[str, Offer]:
    """As `offers`, by the packs' codes."""
    return {one.sku_code: one for one in _offers(_OFFERED_BY_CODE, sku_codes, on)}


def _offers(query: Any, among: Collection[Any], on: date) -> list[Offer]:
    rows = [row for chunk in in_chunks(among) for row in run(query, {"among": chunk, "on": on})]
    return [_offer(row, Governing(*row[-len(GOVERNING) :]), on) for row in rows]


def get_offer(sku_code: str, on: date) -> Offer:
    """A pack by its code, to be sold on the day.

    Raises SkuNotFound; SkuClosed; ListingNotFound when its product never was listed; ListingClosed; and when
    the product is not covered that day CertificateLapsed, CertificateRevoked, CertificateSuspended or NotCertified.
    """
    found = offers_by_code([sku_code], on).get(sku_code)
    if found is not None:
        return found
    sku = db.session.scalars(select(Sku).where(Sku.code == sku_code)).first()
    raise _why_not(sku, on) if sku else SkuNotFound


def get_listing(listing_id: int) -> Listing:
    """A listing in any state, for its desk. Raises ListingNotFound."""
    listing = db.session.scalars(select(Listing).where(Listing.id == listing_id)).first()
    if listing is None:
        raise ListingNotFound
    return listing


def find_by_product(product_id: int) -> Listing | None:
    """The listing of a product, in any state."""
    return db.session.scalars(select(Listing).where(Listing.product_id == product_id)).first()


def list_listings(
    *, state: str | None, producers: Collection[str] | None, page: int, per_page: int
) -> tuple[Sequence[Listing], int]:
    """A page of listings for the desks, newest first, and how many; `producers`: of these codes only."""
    query = select(Listing).join(Product, Product.id == Listing.product_id)
    if state:
        query = query.where(Listing.state == state)
    if producers is not None:
        query = query.join(Producer, Producer.id == Product.producer_id).where(Producer.code.in_(producers))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page_of = query.order_by(Listing.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(page_of.options(selectinload(Listing.skus))).all(), total


def list_reopenable(
    on: date, product_ids: Collection[int] | None = None, limit: int = 500
) -> list[tuple[Listing, Product, Governing]]:
    """Listings that a revocation withdrew and whose products are recognised again, oldest first: a person decides.

    product_ids: only of these products.
    """
    query = (
        select(Listing, Product)
        .join(Product, Product.id == Listing.product_id)
        .where(
            Listing.revoked_certificate_id.is_not(None),
            Listing.state.in_((WITHDRAWN, SUBMITTED)),
            Listing.product_id.in_(open_products(on)),
        )
        .options(joinedload(Product.producer))
        .order_by(Listing.id)
    )
    if product_ids is not None:
        query = query.where(Listing.product_id.in_(list(product_ids)[:_CHUNK]))
    rows = [(row[0], row[1]) for row in db.session.execute(query.limit(limit))]
    found = governing([product.id for _, product in rows], on)
    return [(listing, product, found[product.id]) for listing, product in rows if product.id in found]


def count_reopenable(on: date) -> int:
    """How many listings wait for a person to open them again."""
    query = select(func.count()).where(
        Listing.revoked_certificate_id.is_not(None),
        Listing.state.in_((WITHDRAWN, SUBMITTED)),
        Listing.product_id.in_(open_products(on)),
    )
    return db.session.scalar(query) or 0


def cards(listing_ids: Sequence[int], on: date) -> list[Card]:
    """The open ones of these listings as cards, in the given order."""
    if not listing_ids:
        return []
    query = (
        select(Listing, Product, Producer)
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Listing.id.in_(listing_ids), Listing.state == LIVE)
    )
    rows = {row[0].id: (row[0], row[1], row[2]) for row in db.session.execute(query)}
    packs = packs_on_sale(list(rows), on)
    found = governing({product.id for _, product, _ in rows.values()}, on)
    tree, photos = places(), first_photos(found)
    made = (_card(*rows[one], packs.get(one, []), found, tree, photos) for one in listing_ids if one in rows)
    return [card for card in made if card]


def packs_on_sale(listing_ids: Sequence[int], on: date) -> dict[int, list[tuple[Sku, int]]]:
    """Active packs by listing with what each costs on the day, the cheapest first."""
    price = price_on(on)
    query = select(Sku, price).where(Sku.listing_id.in_(listing_ids), Sku.is_active).order_by(price, Sku.id)
    found: dict[int, list[tuple[Sku, int]]] = {}
    for sku, vnd in db.session.execute(query):
        found.setdefault(sku.listing_id, []).append((sku, vnd))
    return found


def _has_pack() -> Any:
    return select(Sku.id).where(Sku.listing_id == Listing.id, Sku.is_active).exists()


def _offer(row: Any, certificate: Governing, on: date) -> Offer:
    """A row of `_OFFERED` with the certificate that covers its product."""
    return Offer(
        sku_id=row.id, sku_code=row.code, listing_id=row.listing_id, product_id=row.product_id,
        producer_id=row.producer_id, slug=row.slug, name=row.name, label=row.pack, unit=row.unit,
        price_vnd=row.price_vnd, vat_bp=rate_of(row.vat_class, row.vat_bp, on), set_no=row.set_no,
        is_alcohol=row.set_no in ALCOHOL, governing=certificate, vat_class=row.vat_class,
        producer_name=row.producer_name, producer_tax_code=row.tax_code, product_code=row.product_code,
        net_grams=row.net_grams, net_ml=row.net_ml,
        is_pickup_only=row.is_pickup_only, is_fragile=row.is_fragile, is_cold=row.is_cold,
    )  # fmt: skip


def _why_not(sku: Sku, on: date) -> Refusal:
    listing = get_listing(sku.listing_id)
    if listing.published_at is None:
        return ListingNotFound()
    why = explain([listing.product_id], on)[listing.product_id]
    return SkuClosed(sku=sku.code) if why.is_sellable else refusal_of(why, sku=sku.code)


def _card(
    listing: Listing,
    product: Product,
    producer: Producer,
    packs: list[tuple[Sku, int]],
    found: dict[int, Governing],
    tree: Places,
    photos: dict[int, Photo],
) -> Card | None:
    if product.id not in found or not packs:
        return None
    (first, price_vnd), area_id = packs[0], product.area_id or producer.area_id
    return Card(
        listing_id=listing.id, product_id=product.id, code=product.code, slug=product.slug, name=product.name,
        summary=listing.summary, producer_code=producer.code, producer_name=producer.name, set_no=product.set_no,
        group=SETS[product.set_no].group, is_alcohol=product.set_no in ALCOHOL,
        is_demo=product.is_demo or found[product.id].is_demo,
        area=tree.province(area_id), locality=tree.locality(area_id), sku_code=first.code,
        sku_label=first.label, unit=first.unit, price_vnd=price_vnd,
        has_more_prices=any(vnd != price_vnd for _, vnd in packs), governing=found[product.id],
        photo=photos.get(product.id),
    )  # fmt: skip
