"""Random registries: producers, products, and certificates of every kind of life, made by the verbs in the past."""

import random
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from types import ModuleType

from sqlalchemy import select

from catalog.areas.models import Area
from catalog.certificates.models import Certificate
from catalog.certificates.rules import add_months
from catalog.certificates.service import enter, extend, lift, revoke, suspend, verify
from catalog.producers.models import KINDS, Producer
from catalog.producers.service import create_producer
from catalog.products.models import Product
from catalog.products.service import create_product
from core.accounts.actor import SYSTEM, Actor
from core.clock import travel
from core.db import db, transaction

WORDS = [
    "Mật ong", "Chả mực", "Nước mắm", "Bưởi", "Trà Shan", "Tương Bần", "Đường thốt nốt", "Giò", "Nem chua",
    ", cay", ' "đặc biệt"', "; loại 1", " '90", "\t2 lần", "=1+1", "+84", "-5", "@home", "＝tổng", "'chua", "0012",
    "1e5",
]  # fmt: skip
#: Kept only where the entry contradicts the law of its day: three stars by a province in 2024.
REASON = "Quyết định giấy ghi như vậy, đã đối chiếu (minh hoạ)."
DAY = timedelta(days=1)
_numbers = count(1)


def epochs() -> None:
    """A commune whose code was used again, and a province with a zero before it."""
    with transaction() as session:
        if session.scalar(select(Area.id).where(Area.code == "00004")) is None:
            first, second = date(1900, 1, 1), date(2025, 7, 1)
            one = {"kind": "commune", "name_folded": "x", "sort_key": "x", "code": "00004"}
            session.add(Area(**one, name="Phường Cũ", valid_from=first, valid_until=second - DAY))
            session.add(Area(**one, name="Phường Mới", valid_from=second))


def fill(make: ModuleType, dice: random.Random, products: int = 6) -> None:
    """A small registry of today; run again with the same dice, other codes."""
    epochs()
    first, second = make.actor("certifier"), make.actor("certifier")
    areas = [*db.session.scalars(select(Area).where(Area.code == "00004")), None]
    makers = [_producer(dice, dice.choice(areas)) for _ in range(max(1, products // 2))]
    for _ in range(products):
        _life(_product(dice, dice.choice(makers), dice.choice(areas)), dice, first, second)


def _producer(dice: random.Random, area: Area | None) -> Producer:
    one = create_producer(
        SYSTEM, name=_name(dice), kind=dice.choice(KINDS), tax_code=dice.choice([None, "0100233488", "0314409058-002"]),
        address=dice.choice(["", "Số 1, ngõ 2", "-3/4 đường Lê Lợi"]), phone=dice.choice([None, "+84912345678"]),
        is_demo=dice.random() < 0.3,
    )  # fmt: skip
    with transaction():
        db.session.merge(one).area_id = area.id if area else None
    return one


def _product(dice: random.Random, maker: Producer, area: Area | None) -> Product:
    one = create_product(
        SYSTEM, name=_name(dice), producer=maker.code, set_no=dice.choice([1, 2, 3, 9, 12]),
        ocop_code=dice.choice([None, "01-00004-03-2024", "83-829-28780-3-2022"]), is_demo=dice.random() < 0.3,
    )  # fmt: skip
    with transaction():
        db.session.merge(one).area_id = area.id if area else None
    return one


def _name(dice: random.Random) -> str:
    """Up to four words of the kind that break tables, composed or not."""
    text = "".join(dice.sample(WORDS, dice.randint(1, 4))).strip()
    return unicodedata.normalize(dice.choice(["NFC", "NFD"]), text)


def _life(product: Product, dice: random.Random, first: Actor, second: Actor) -> None:
    """None to three certificates after each other, each with what may happen to one."""
    begins = date(dice.choice([2020, 2023]), dice.randint(3, 12), dice.randint(1, 28))
    for _ in range(dice.randint(0, 3)):
        one = _certify(product, dice, first, second, begins)
        _happen(one, dice, first, begins)
        begins += timedelta(days=dice.choice([400, 800, 1096, 1300]))
        if begins > date(2026, 6, 1):
            break


def _certify(product: Product, dice: random.Random, first: Actor, second: Actor, begins: date) -> Certificate:
    stars, score = dice.choice([(3, 6925), (4, 7000), (4, None), (3, None)])
    with travel(_at(begins)):
        one = enter(
            first, product=product.code, decision_number=f"{next(_numbers):04}/QĐ-UBND", decided_on=begins,
            issuer_level="province", issuer="UBND thành phố Hải Phòng", stars=stars, score=score, valid_from=begins,
            valid_until=add_months(begins, 36), is_demo=dice.random() < 0.3, document=dice.choice([None, "=qd.pdf"]),
            exception_reason=REASON, note=dice.choice(["", "dòng một\ndòng hai, \"hết\"", "'1"]),
        )  # fmt: skip
    with travel(_at(begins + dice.randint(0, 40) * DAY)):
        return verify(second, one.code, stars=stars, valid_until=one.valid_until, accept_exception=True)


def _happen(one: Certificate, dice: random.Random, by: Actor, begins: date) -> None:
    """A suspension, lifted or not, an extension, a revocation: any of them, in this order."""
    day = begins + dice.randint(50, 200) * DAY
    if dice.random() < 0.5:
        with travel(_at(day)):
            suspend(by, one.code, decision_number="5/QĐ", ground="nhãn, mác\u00a0sai", until_on=None)
        if dice.random() < 0.6:
            with travel(_at(day + dice.randint(0, 40) * DAY)):
                lift(by, one.code)
    with travel(_at(day + 60 * DAY)):
        if dice.random() < 0.3:
            extend(by, one.code, receipt_number="0007", until=one.valid_until + dice.randint(1, 180) * DAY)
        if dice.random() < 0.3:
            revoke(by, one.code, decision_number="=6/QĐ", ground="breach")


def _at(day: date) -> datetime:
    return datetime.combine(day, time(3), tzinfo=UTC)
