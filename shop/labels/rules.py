"""Pure rules of labels: sizes, what one shelf says, the price to compare, whether a label is still true."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

#: What a sheet of labels for one click may hold.
MOST_LABELS: Final = 600
MOST_COPIES: Final = 200
#: Packs below this are compared by 100 g or 100 ml, as shops do; others by the kilogram or litre.
_SMALL: Final = 250


@dataclass(frozen=True)
class Size:
    """A sheet of labels, or a roll (one label a page), in millimetres."""

    key: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    gap: float = 0.0

    @property
    def is_sheet(self) -> bool:
        """Whether it is an A4 sheet."""
        return self.columns * self.rows > 1

    @property
    def page(self) -> tuple[float, float]:
        """The page's width and height."""
        return (210.0, 297.0) if self.is_sheet else (self.width, self.height)

    def place(self, number: int) -> tuple[float, float]:
        """The upper left corner of the n-th label (from nought) of a page."""
        row, column = divmod(number % (self.columns * self.rows), self.columns)
        return self.left + column * (self.width + self.gap), self.top + row * self.height


#: 3 × 8 and 2 × 7 are the common sticker sheets; the others what label printers at a counter take.
SIZES: Final[Mapping[str, Size]] = {
    one.key: one
    for one in (
        Size("a4-3x8", 70.0, 37.0, 3, 8, 0.0, 0.5),
        Size("a4-2x7", 99.1, 38.1, 2, 7, 4.65, 15.15, 2.5),
        Size("40x30", 40.0, 30.0),
        Size("50x30", 50.0, 30.0),
        Size("58x40", 58.0, 40.0),
    )
}


@dataclass(frozen=True)
class Said:
    """What a label on a shelf says, or what it should say: None where it says nothing of it."""

    price_vnd: int | None
    stars: int | None
    certificate_id: int | None


def compare_price(price_vnd: int, unit: str, net_grams: int | None, net_ml: int | None) -> tuple[int, str] | None:
    """The price to compare packs by: đồng, and for what (``kg``, ``100 g``, ``lít``, ``100 ml``).

    Goods sold by weight are priced by the kilogram already; a pack without net weight or volume has none. Half a đồng
    is rounded up.

    >>> compare_price(125000, "piece", 500, None), compare_price(30000, "piece", 80, None)
    ((250000, 'kg'), (37500, '100 g'))
    """
    if unit == "gram":
        return price_vnd, "kg"
    net, whole, small = (net_grams, "kg", "100 g") if net_grams else (net_ml, "lít", "100 ml")
    if not net:
        return None
    base, name = (100, small) if net < _SMALL else (1000, whole)
    return (2 * price_vnd * base + net) // (2 * net), name


def task_for(label: Said, truth: Said | None) -> str | None:
    """What must be done about a label: ``star_off``, ``star``, ``price``, or nothing while it says what is true.

    ``truth`` None: the product may not be sold today. Only a label with a star must go then: what bears none says
    nothing false, and the lot is blocked anyhow. A label printed without a price has no price to be wrong.
    """
    if truth is None or truth.certificate_id is None:
        return "star_off" if label.stars is not None else None
    if (label.stars, label.certificate_id) != (truth.stars, truth.certificate_id):
        return "star"
    return "price" if label.price_vnd is not None and label.price_vnd != truth.price_vnd else None


@dataclass(frozen=True)
class ShelfTag:
    """A shelf label as it is drawn. ``stars`` and what belongs to them only of a certificate that governs today."""

    name: str
    pack: str
    producer: str
    price_vnd: int | None
    unit: str
    compared: tuple[int, str] | None
    #: 13 or 8 digits of a GTIN, or the SKU's code where it has none (drawn as Code 128).
    barcode: str
    stars: int
    decision: str
    ends_on: date
    #: The address of the certificate.
    address: str


@dataclass(frozen=True)
class LotTag:
    """A lot label as it is drawn; ``address`` is the trace page."""

    name: str
    pack: str
    producer: str
    code: str
    number: str
    made_on: date | None
    expires_on: date | None
    address: str
