"""What a sold lot is: so many units of one lot that went to a buyer, or came back from one.

A row that takes back counts negative, units and money, so that sums are plain sums.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Where a row comes from; with the id of its row there it is known for ever."""

    ORDER = "order"  #: left the store in an order's parcel, or over its counter
    ORDER_BACK = "order_back"  #: and came back undelivered
    ORDER_RETURN = "order_return"  #: given back by the buyer, the refund promised
    TILL = "till"
    TILL_RETURN = "till_return"


#: These take back.
RETURNS = frozenset({Source.ORDER_BACK, Source.ORDER_RETURN, Source.TILL_RETURN})


class By(StrEnum):
    """What sums can be made by."""

    DAY = "day"
    PRODUCT = "product"
    PRODUCER = "producer"
    #: Where it is made: the product's area, else the producer's; 0 when neither is known.
    AREA = "area"
    STARS = "stars"
    SKU = "sku"
    LOT = "lot"
    STORE = "store"
    SELLER = "seller"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Only:
    """Which rows: days (both included) and ids; None does not ask. Of several, all must hold."""

    first: date | None = None
    last: date | None = None
    stores: Collection[int] | None = None
    sellers: Collection[int] | None = None
    producers: Collection[int] | None = None
    products: Collection[int] | None = None
    skus: Collection[int] | None = None
    lots: Collection[int] | None = None
    #: True: consigned goods; False: goods that the seller had bought.
    is_consigned: bool | None = None
    #: True: what is not on its way any more (see `Sold.is_final`).
    is_final: bool | None = None


@dataclass(frozen=True, slots=True)
class Sold:
    """Units of one lot in one line of one sale, or of one return."""

    source: Source
    #: Id of the row it was read from (parcel's lot, return's lot, till line's lot): unique with the source.
    row_id: int
    #: The order's number, or the till sale's code (a till return: its own).
    source_ref: str
    #: The order's or the till's line.
    line_id: int
    lot_id: int
    lot_code: str
    sku_id: int
    product_id: int
    producer_id: int
    store_id: int
    seller_id: int
    #: When the goods went, or came back; a return of an order: when its refund was promised.
    at: datetime
    #: The local day of it.
    day: date
    #: Pieces or grams (`unit`); negative when they came back.
    quantity: int
    unit: str
    #: As printed then: per piece, or per kilogram.
    unit_price_vnd: int
    #: What the buyer paid for these units, discounts taken off, VAT included; negative when they came back.
    revenue_vnd: int
    vat_bp: int
    vat_kind: str | None
    stars: int
    #: As printed then.
    product_name: str
    label: str
    is_consigned: bool
    commission_bp: int
    unit_cost_vnd: int
    #: The buyer has it, or it is back: False while a carrier has it.
    is_final: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """Sales less returns of one key."""

    #: One value for each `By` that was asked for: a day, an id, stars, a source.
    key: tuple[Any, ...]
    revenue_vnd: int
    pieces: int
    #: Of goods sold by weight.
    grams: int
    #: Rows that were added up.
    rows: int


def due(revenue_vnd: int, commission_bp: int) -> int:
    """What consigned goods leave their producer of what the buyer paid for them, in whole đồng.

    The one rule of rounding: a fraction of a đồng stays with the seller, row by row; what comes back (negative) is
    taken back by the same rule, so a row that comes back whole leaves nothing at all. The commission is the rest.
    """
    part = abs(revenue_vnd) * (10_000 - commission_bp) // 10_000
    return part if revenue_vnd >= 0 else -part
