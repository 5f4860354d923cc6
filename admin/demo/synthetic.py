"""Synthetic products in bulk, beside the real ones: for measuring search and lists, marked wherever they appear.

Written in bulk statements, not by verbs: 100,000 in minutes. Nothing here is told to the outbox; the caller
rebuilds the index.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Executable, func, insert, select

from admin.demo.chance import dice_of
from admin.demo.goods import at
from admin.demo.labels import label_of
from admin.demo.packs import skus_of
from admin.demo.people import People
from catalog.areas.models import Area
from catalog.certificates.knowledge import first_version
from catalog.certificates.law import competent_levels
from catalog.certificates.models import Certificate, CertificateVersion
from catalog.certificates.rules import add_months
from catalog.listings.models import LIVE, Listing, Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db, transaction
from core.text import fold, slugify

MARK = "(mẫu tổng hợp)"
PREFIX = "TH"
PER_PRODUCER = 20
_CHUNK = 2_000
_KINDS = (
    ("Mật ong hoa", 4), ("Nước mắm cá cơm", 9), ("Trà hoa", 12), ("Cà phê rang", 13), ("Gạo thơm", 3), ("Bánh đa", 6),
    ("Miến dong", 6), ("Nấm hương", 1), ("Chè búp", 11), ("Mắm tép", 9), ("Cá khô", 8), ("Tinh bột nghệ", 20),
    ("Muối ớt", 10), ("Hạt sen", 7), ("Mứt dừa", 7), ("Bưởi da xanh", 1), ("Trứng vịt", 2), ("Khăn thổ cẩm", 22),
    ("Giỏ mây", 21), ("Nước ép dứa", 17), ("Rượu nếp", 14), ("Hương trầm", 21), ("Chả cá", 8), ("Tương bần", 9),
)  # fmt: skip
_PLACES = ("Sông Giá", "Đồi Thông", "Bến Nứa", "Làng Chài", "Vườn Xoan", "Cửa Lạch", "Gò Mận", "Đầm Sen", "Núi Voi",
           "Bãi Cháy", "Đồng Mít", "Suối Tre", "Hồ Súng", "Rừng Dẻ", "Ruộng Rươi", "Ngòi Tơ")  # fmt: skip
_WORDS = ("thượng hạng", "truyền thống", "sấy lạnh", "hữu cơ", "cổ truyền", "nguyên chất", "đặc biệt", "mùa sớm",
          "mùa muộn", "thủ công", "gia truyền", "nhà làm")  # fmt: skip
_ISSUERS = {
    "district": "UBND huyện Kiến Thụy",
    "province": "UBND thành phố Hải Phòng",
    "central": "Bộ Nông nghiệp và Môi trường",
}

Rows = list[dict[str, Any]]


def add_synthetic(count: int, people: People, today: date, seed: int) -> int:
    """Bring the number of synthetic products up to `count`; answers how many were added."""
    there = db.session.scalar(select(func.count()).where(Product.code.startswith(PREFIX))) or 0
    areas = db.session.scalars(
        select(Area.id).where(Area.kind == "commune", Area.valid_until.is_(None)).order_by(Area.id)
    ).all()
    numbers = iter(range(there, count))
    while chunk := list(islice(numbers, _CHUNK)):
        with transaction():
            _write(chunk, people, areas, today, seed)
    return max(0, count - there)


def _write(numbers: Sequence[int], people: People, areas: Sequence[int], today: date, seed: int) -> None:
    """One chunk: producers, products, certificates, listings and packs, each in one statement."""
    made_at = at(today - timedelta(days=400))
    makers = _ids(Producer, list(_producers(numbers, areas, made_at)))
    facts = [_facts(number, dice_of(seed, f"{PREFIX}-{number}")) for number in numbers]
    products = _ids(Product, [_product(f, makers[_maker(f["number"])], areas, made_at) for f in facts])
    _certify([_certificate(f, products[f["code"]], people, today) for f in facts])
    listings = [_listing(f, products[f["code"]], made_at) for f in facts]
    listing_of = _pairs(insert(Listing).returning(Listing.product_id, Listing.id), listings)
    packs = [
        {"listing_id": listing_of[products[f["code"]]], "is_active": True, "version": 1, "gtin": None, **pack}
        for f in facts
        for pack in skus_of(f["code"], f["set_no"], f["dice"])[:1]
    ]
    db.session.execute(insert(Sku), packs)


def _certify(rows: Rows) -> None:
    """Certificates, each with its first version: what was known from its verification on."""
    ids = _ids(Certificate, rows)
    known = set(db.session.scalars(select(CertificateVersion.certificate_id).where(
        CertificateVersion.certificate_id.in_(ids.values())
    )))  # fmt: skip
    versions = [first_version(ids[row["code"]], row) for row in rows if ids[row["code"]] not in known]
    if versions:
        db.session.execute(insert(CertificateVersion), versions)


def _ids(model: type[Producer | Product | Certificate], rows: Rows) -> dict[str, int]:
    """Insert what is not there yet; answers ids by code."""
    codes = [row["code"] for row in rows]
    known: dict[str, int] = _pairs(select(model.code, model.id).where(model.code.in_(codes)))
    fresh = [row for row in rows if row["code"] not in known]
    return known | _pairs(insert(model).returning(model.code, model.id), fresh) if fresh else known


def _pairs(statement: Executable, rows: Rows | None = None) -> dict[Any, int]:
    return {row[0]: row[1] for row in db.session.execute(statement, rows)}


def _maker(number: int) -> str:
    return f"{PREFIX}-CT{number // PER_PRODUCER:05}"


def _producers(numbers: Sequence[int], areas: Sequence[int], made_at: Any) -> Iterator[dict[str, Any]]:
    for code in dict.fromkeys(_maker(number) for number in numbers):
        serial = int(code[-5:])
        name = f"HTX {_PLACES[serial % len(_PLACES)]} {serial} {MARK}"
        yield {
            "code": code, "name": name, "name_folded": fold(name), "kind": "cooperative", "tax_code": None,
            "area_id": areas[serial % len(areas)], "address": "", "phone": None, "is_demo": True,
            "created_at": made_at, "version": 1,
        }  # fmt: skip


def _facts(number: int, dice: random.Random) -> dict[str, Any]:
    kind, set_no = dice.choice(_KINDS)
    name = f"{kind} {dice.choice(_PLACES)} {dice.choice(_WORDS)} {number} {MARK}"
    return {"number": number, "code": f"{PREFIX}-{number:06}", "name": name, "set_no": set_no, "dice": dice}


def _product(facts: dict[str, Any], producer_id: int, areas: Sequence[int], made_at: Any) -> dict[str, Any]:
    name: str = facts["name"]
    return {
        "code": facts["code"], "slug": f"{slugify(name.removesuffix(MARK))}-th", "name": name,
        "name_folded": fold(name), "producer_id": producer_id, "set_no": facts["set_no"],
        "area_id": areas[facts["number"] % len(areas)], "ocop_code": None, "note": "Sản phẩm tổng hợp để đo đạc.",
        "is_demo": True, "created_at": made_at, "version": 1,
    }  # fmt: skip


def _certificate(facts: dict[str, Any], product_id: int, people: People, today: date) -> dict[str, Any]:
    dice: random.Random = facts["dice"]
    begins = today - timedelta(days=dice.randint(60, 1000))
    stars = dice.choices((3, 4, 5), (70, 25, 5))[0]
    level = competent_levels(stars, begins)[0]
    entered, verified = begins + timedelta(days=1), begins + timedelta(days=7)
    return {
        "code": f"{PREFIX}-CN{facts['number']:06}", "product_id": product_id,
        "stars": stars, "decision_number": f"MH-{facts['number']:06} (minh hoạ)",
        "decided_on": begins, "issuer_level": level, "issuer": _ISSUERS[level], "valid_from": begins,
        "valid_until": add_months(begins, 36), "is_demo": True, "note": "tổng hợp", "version": 1,
        "entered_by": people.ids["certifier"], "entered_at": at(entered), "verified_by": people.ids["verifier"],
        "verified_at": at(verified), "verified_on": verified, "begun_recorded_at": at(verified),
    }  # fmt: skip


def _listing(facts: dict[str, Any], product_id: int, made_at: Any) -> dict[str, Any]:
    summary = f"{facts['name']}: sản phẩm tổng hợp, không có thật."
    return {
        "product_id": product_id, "state": LIVE, "summary": summary, "story": "", "is_gift": False, "sequence": 1,
        "published_at": made_at, "version": 1, "maker_address": "", **label_of(facts["set_no"]),
    }  # fmt: skip
