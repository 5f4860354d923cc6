"""What may be sold: areas, producers, products, certificates, listings with one pack each."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import select

from catalog.areas.models import Area
from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate
from catalog.listings.models import Listing, Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.clock import day_start, now, today
from core.db import db, transaction
from core.ids import short_code
from core.text import fold, slugify
from tests.makers.people import user

_numbers = count(1)
#: How packs are kept.
KEPT = "Nơi khô ráo"


def area(name: str = "Xã Thử Nghiệm", *, code: str | None = None) -> Area:
    """A commune of today, in a province of today."""
    with transaction() as session:
        begins = date(2025, 7, 1)
        province = session.scalar(select(Area).where(Area.code == "31", Area.valid_until.is_(None)))
        if province is None:
            province = Area(
                code="31", valid_from=date(1900, 1, 1), kind="province", name="Thành phố Hải Phòng",
                name_folded="hai phong", sort_key="hai phong",
            )  # fmt: skip
            session.add(province)
            session.flush()
        one = Area(
            code=code or f"9{next(_numbers):04}", valid_from=begins, kind="commune", name=name,
            name_folded=fold(name.split(" ", 1)[1]), sort_key=fold(name), parent_id=province.id,
        )  # fmt: skip
        session.add(one)
    return one


def producer(name: str = "Hợp tác xã Thử Nghiệm", *, kind: str = "cooperative", area: Area | None = None) -> Producer:
    """A producer."""
    with transaction() as session:
        one = Producer(
            code=short_code("CT"), name=name, name_folded=fold(name), kind=kind, created_at=now(),
            area_id=area.id if area else None,
        )  # fmt: skip
        session.add(one)
    return one


def product(
    name: str = "Mật ong thử", *, set_no: int = 3, producer: Producer | None = None, area: Area | None = None
) -> Product:
    """A product: a candidate until it gets a certificate."""
    made_by = producer or _new_producer()
    with transaction() as session:
        one = Product(
            code=short_code("SP"), slug=f"{slugify(name)}-{next(_numbers)}", name=name, name_folded=fold(name),
            set_no=set_no, producer_id=made_by.id, created_at=now(), area_id=area.id if area else None,
        )  # fmt: skip
        session.add(one)
    return one


def certificate(
    product: Product | None = None,
    *,
    stars: int = 4,
    valid_from: date | None = None,
    valid_until: date | None = None,
    verified: bool = True,
) -> Certificate:
    """A certificate that began a year ago and runs for two more, entered and verified by two persons then."""
    one_of = product or _new_product()
    begins = valid_from or today() - timedelta(days=365)
    entered_by, verified_by = user(), user()
    with transaction() as session:
        one = Certificate(
            code=short_code("CN"), product_id=one_of.id, stars=stars, decision_number=f"{next(_numbers)}/QĐ-UBND",
            decided_on=begins, issuer_level="province", issuer="UBND thành phố Hải Phòng", valid_from=begins,
            valid_until=valid_until or begins + timedelta(days=3 * 365),
            entered_by=entered_by.id, entered_at=day_start(begins),
        )  # fmt: skip
        if verified:
            one.verified_by, one.verified_at, one.verified_on = verified_by.id, day_start(begins), begins
        session.add(one)
        if verified:
            remember(one, "verified", SYSTEM, day_start(begins))
    return one


def certified_product(name: str = "Mật ong thử", *, stars: int = 4) -> Product:
    """A product of a producer of its own, certified today."""
    one = _new_product(name)
    certificate(one, stars=stars)
    return one


def listing(
    product: Product | None = None,
    *,
    stars: int | None = 4,
    price_vnd: int = 120_000,
    unit: str = "piece",
    valid_until: date | None = None,
    name: str = "Mật ong thử",
    set_no: int = 3,
) -> Listing:
    """A live listing with one pack; ``stars=None`` leaves its product without a certificate."""
    one_of = product or _new_product(name, set_no=set_no)
    if stars is not None and product is None:
        certificate(one_of, stars=stars, valid_until=valid_until)
    with transaction() as session:
        one = Listing(product_id=one_of.id, state="live", published_at=now(), sequence=1, **label())
        session.add(one)
        session.flush()
        pack = {"code": f"SKU-{one.id}", "label": "Hũ 500 g", "unit": unit, "storage": KEPT}
        session.add(Sku(listing_id=one.id, price_vnd=price_vnd, vat_bp=800, **pack))
    return one


def label() -> dict[str, str]:
    """What the law asks of any listing's label; packs add how they are kept (`KEPT`)."""
    return {
        "maker_address": "Thôn Một, xã Thử Nghiệm", "origin": "Sản xuất tại Việt Nam", "ingredients": "Nguyên chất",
        "usage": "Dùng ngay", "warnings": "Không có", "dates_note": "In trên nắp", "specs": "Như ảnh",
    }  # fmt: skip


def sku(**wishes: object) -> Sku:
    """The pack of a new listing; takes what ``listing`` takes."""
    return pack_of(listing(**wishes))  # type: ignore[arg-type]


def pack_of(listing: Listing) -> Sku:
    """The first pack of a listing."""
    return db.session.scalars(select(Sku).where(Sku.listing_id == listing.id).order_by(Sku.id)).first()  # type: ignore[return-value]


# A parameter may be called like the builder that fills it.
_new_producer, _new_product = producer, product
