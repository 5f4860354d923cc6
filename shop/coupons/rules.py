"""What a coupon takes off: pure rules over codes, days, limits and lines. Whole đồng."""

import re
import secrets
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.ids import ALPHABET, digest
from core.money import allocate, share_bp
from core.text import fold

#: Signs of a code: short ones are guessed, long ones never typed.
SHORTEST, LONGEST = 4, 40
#: Signs of a code that we make: 50 random bits.
RANDOM_SIGNS = 10
#: What an order must still cost: no sale is for nothing.
LEAST_PAID_VND = 1_000


class Trouble(StrEnum):
    """Why a coupon takes nothing off an order."""

    UNKNOWN = "coupon.unknown"
    NOT_YET = "coupon.not_yet"
    ENDED = "coupon.ended"
    USED_UP = "coupon.used_up"
    OTHER_GOODS = "coupon.other_goods"
    MINIMUM = "coupon.minimum"


@dataclass(frozen=True, slots=True)
class Terms:
    """A coupon as the rules see it; without targets it is for everything."""

    starts_on: date
    ends_on: date
    #: Percent of the goods it is for, or a sum; one of the two.
    percent: int | None = None
    amount_vnd: int | None = None
    most_vnd: int | None = None
    minimum_vnd: int = 0
    #: Uses that are left.
    left: int = 1
    is_stopped: bool = False
    products: Collection[int] = field(default_factory=frozenset[int])
    producers: Collection[int] = field(default_factory=frozenset[int])
    groups: Collection[str] = field(default_factory=frozenset[str])


@dataclass(frozen=True, slots=True)
class Item:
    """A line of goods: whose it is, and what it costs."""

    product_id: int
    producer_id: int
    group: str
    total_vnd: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a coupon does to lines: each line's share in their order, or why it does nothing."""

    shares: tuple[int, ...]
    trouble: Trouble | None = None
    #: What the goods it is for come to; with MINIMUM this falls short.
    goods_vnd: int = 0

    @property
    def total_vnd(self) -> int:
        """All shares."""
        return sum(self.shares)


def normalise(text: str) -> str | None:
    """A code as it is stored, or None where none is meant: capitals and digits, without marks, spaces, hyphens.

    >>> normalise("tết-2027 ")
    'TET2027'
    """
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    code = re.sub(r"[\s\-_.]", "", fold(shown)).upper()
    return code if re.fullmatch(rf"[A-Z0-9]{{{SHORTEST},{LONGEST}}}", code) else None


def new_code(prefix: str = "") -> str:
    """A code that nobody guesses: ten random signs behind an optional beginning."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SIGNS))


def customer_of(phone: str) -> str:
    """How uses know a customer (E.164) without keeping her number."""
    return digest(f"coupon:{phone}")


def is_meant(terms: Terms, item: Item) -> bool:
    """Whether a coupon is for this line."""
    if not (terms.products or terms.producers or terms.groups):
        return True
    return item.product_id in terms.products or item.producer_id in terms.producers or item.group in terms.groups


def judge(terms: Terms, items: Sequence[Item], on: date) -> Found:
    """What a coupon takes off each line on a day: all shares together are the discount, to the đồng (P16).

    A percentage is rounded half up and capped; a sum is never more than the goods it is for; at least
    ``LEAST_PAID_VND`` of all goods stay to be paid. Shares by largest remainder over the lines it is for.
    """
    weights = [item.total_vnd if is_meant(terms, item) else 0 for item in items]
    goods = sum(weights)
    trouble = _trouble(terms, goods, on)
    discount = 0 if trouble else _discount(terms, goods, sum(item.total_vnd for item in items))
    if trouble is None and discount <= 0:
        trouble = Trouble.OTHER_GOODS
    if trouble is not None:
        return Found((0,) * len(items), trouble, goods)
    return Found(tuple(allocate(discount, weights)), None, goods)


def _trouble(terms: Terms, goods_vnd: int, on: date) -> Trouble | None:
    if terms.is_stopped:
        return Trouble.ENDED
    if on < terms.starts_on:
        return Trouble.NOT_YET
    if on > terms.ends_on:
        return Trouble.ENDED
    if terms.left <= 0:
        return Trouble.USED_UP
    if goods_vnd <= 0:
        return Trouble.OTHER_GOODS
    return Trouble.MINIMUM if goods_vnd < terms.minimum_vnd else None


def _discount(terms: Terms, goods_vnd: int, all_vnd: int) -> int:
    if terms.percent is not None:
        wished = share_bp(goods_vnd, terms.percent * 100)
        wished = wished if terms.most_vnd is None else min(wished, terms.most_vnd)
    else:
        wished = terms.amount_vnd or 0
    return min(wished, goods_vnd, all_vnd - LEAST_PAID_VND)
