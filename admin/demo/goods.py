"""Producers, products, certificates and listings of the sample, entered by the verbs on the days they belong to."""

import random
from datetime import UTC, date, datetime, time, timedelta

from admin.demo.labels import UNKNOWN_ADDRESS, label_of
from admin.demo.packs import skus_of
from admin.demo.people import People
from admin.demo.plan import DAY, Planned, certificates_of
from admin.demo.sample import Row, find_area, rows
from catalog.areas.models import Area
from catalog.areas.queries import province_of
from catalog.areas.rules import bare_name
from catalog.certificates.service import enter, revoke, verify
from catalog.listings.label import address_of
from catalog.listings.models import Listing
from catalog.listings.service import open_listing, publish_listing
from catalog.producers.models import Producer
from catalog.producers.rules import kind_of
from catalog.producers.service import create_producer
from catalog.products.models import Product
from catalog.products.service import create_product
from core.accounts.actor import SYSTEM
from core.clock import ZONE, today, travel
from core.db import db
from core.text import fold

#: Sets whose demonstration goods are offered as presents: honey, tea, coffee, spirits, tonics, crafts.
GIFTS = frozenset({4, 11, 12, 13, 14, 15, 18, 21})
UNKNOWN = "Chủ thể chưa rõ tên (minh hoạ)"
#: Products that the plan of Cẩm Phả (139/KH-UBND, 2015) names: no stars there, so candidates.
CAM_PHA = (
    ("Dược liệu Cẩm Phả", 20),
    ("Ngan đen Cộng Hòa", 2),
    ("Thịt trâu Dương Huy", 2),
    ("Trứng gà Ai Cập", 2),
    ("Trà nhúng Diệp Hạ Châu", 12),
    ("Than hoạt tính", 20),
)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of a day in Việt Nam."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE).astimezone(UTC)


def stock_the_catalog(people: People, today: date, dice: random.Random, *, all_certified: bool) -> dict[str, Product]:
    """Every row of the sample and the candidates of Cẩm Phả; answers products by the row's id."""
    makers: dict[str, Producer] = {}
    products: dict[str, Product] = {}
    for row in rows():
        planned = certificates_of(row, today, dice, all_certified=all_certified)
        entered = min([one.decided_on for one in planned], default=today - 90 * DAY)
        with travel(at(entered, 8)):
            product = _product(row, makers, today, is_candidate=not planned)
        products[row.id] = product
        for one in planned:
            certify(people, product, one)
        if planned:
            _list(row, product, planned, dice)
    with travel(at(today - 80 * DAY)):
        _candidates()
    return products


def _product(row: Row, makers: dict[str, Producer], today: date, *, is_candidate: bool) -> Product:
    area = find_area(row, today)
    name = row.producer or UNKNOWN
    if name not in makers:
        kind = kind_of(fold(f"{row.producer_type} {name}"))
        makers[name] = create_producer(SYSTEM, name=name, kind=kind, is_demo=not row.producer)
        makers[name].area_id = area.id if area and row.producer else None
    note = f"Nguồn: {row.source}." + (" Ứng viên: chưa có quyết định công nhận." if is_candidate else "")
    product = create_product(
        SYSTEM, name=row.name, producer=makers[name].code, set_no=row.set_no, note=note, is_demo=row.source == "none"
    )
    product.area_id = area.id if area else None
    db.session.flush()
    return product


def certify(people: People, product: Product, one: Planned) -> None:
    """Entered by one certifier on the day after the decision, verified by the other a week later."""
    first, second = people.acting("certifier", "certifier"), people.acting("verifier", "certifier")
    with travel(at(one.decided_on + DAY)):
        entry = enter(
            first,
            product=product.code,
            decision_number=one.decision_number,
            decided_on=one.decided_on,
            issuer_level=one.issuer_level,
            issuer=one.issuer,
            stars=one.stars,
            score=one.score,
            valid_from=one.decided_on,
            valid_until=one.valid_until,
            is_demo=one.is_demo,
            note=one.note,
            exception_reason=one.exception_reason,
        )
    with travel(at(one.verified_on)):
        accepted = one.exception_reason is not None
        verify(second, entry.code, stars=one.stars, valid_until=one.valid_until, accept_exception=accepted)
    if one.revoked_on is not None:
        with travel(at(one.revoked_on)):
            number = "MH/QĐ-UBND (minh hoạ)"
            revoke(first, entry.code, decision_number=number, ground="criteria", effective_on=one.revoked_on)


def _list(row: Row, product: Product, planned: list[Planned], dice: random.Random) -> Listing:
    """The shop face, live from two days after the first verification."""
    area = db.session.get(Area, product.area_id) if product.area_id else None
    with travel(at(planned[0].verified_on + timedelta(days=2))):
        listing = open_listing(
            SYSTEM,
            product=product.code,
            skus=skus_of(row.id, row.set_no, dice),
            summary=_summary(product, row, area),
            story=_story(product, row, area),
            is_gift=row.set_no in GIFTS,
            maker_address="" if address_of(product.producer, today()) else UNKNOWN_ADDRESS,
            **label_of(row.set_no),
        )
        return publish_listing(SYSTEM, listing.id)


def _summary(product: Product, row: Row, area: Area | None) -> str:
    kind = product.product_set.name_vi.lower()
    maker = f" của {row.producer}" if row.producer else ""
    return f"{product.name}{maker}{_from(area)}. Nhóm {kind}."[:300]


def _story(product: Product, row: Row, area: Area | None) -> str:
    maker = row.producer or "chủ thể mà nguồn không nêu tên"
    return (
        f"{product.name} do {maker} làm ra{_from(area)}.\n\n"
        "Giá, quy cách và lời giới thiệu trên trang này được đặt ra để minh hoạ; "
        "tên sản phẩm và chủ thể lấy từ nguồn công khai."
    )


def _from(area: Area | None) -> str:
    if area is None:
        return ""
    province = bare_name(province_of(area).name)
    return f", {province}" if area.kind == "province" else f", {area.name}, {province}"


def _candidates() -> None:
    """What Cẩm Phả's plan names, with its city as the maker."""
    maker = create_producer(
        SYSTEM, name="Ban điều hành OCOP thành phố Cẩm Phả (đầu mối đề xuất)", kind="association", is_demo=True
    )
    note = "Ứng viên: Kế hoạch 139/KH-UBND năm 2015 nêu tên, không nêu sao."
    for name, set_no in CAM_PHA:
        create_product(SYSTEM, name=name, producer=maker.code, set_no=set_no, note=note)
