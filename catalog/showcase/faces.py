"""What the showcase knows of one live listing, and whether and at which price it is for sale on a day.

Pure. The days are the same that the gate of the database judges by (view `certificate_span` less
`certificate_pause`); a test compares the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog.certificates.queries import Governing
from catalog.certificates.rules import Pause
from catalog.listings.prices import Planned
from catalog.photos.queries import Photo
from catalog.products.sets import ALCOHOL, SETS


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which one certificate governs, and those among them that suspensions and stops take away."""

    governing: Governing
    pauses: tuple[Pause, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the product may be sold under it that day (decision 1)."""
        within = self.governing.starts_on <= day <= self.governing.ends_on
        return within and not any(pause.contains(day) for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Pack:
    """An active pack with its price and the prices that are planned."""

    sku_id: int
    code: str
    label: str
    #: piece or gram.
    unit: str
    #: Đồng a piece, or a kilogram when the unit is gram.
    price_vnd: int
    planned: tuple[Planned, ...] = ()

    def price_on(self, day: date) -> int:
        """What it costs on a day: the last planned price that has begun, else its own."""
        begun = [one.price_vnd for one in self.planned if one.starts_on <= day]
        return begun[-1] if begun else self.price_vnd


@dataclass(frozen=True, slots=True)
class Face:
    """One live listing, whatever its certificates say."""

    listing_id: int
    product_id: int
    #: Public code of the product.
    code: str
    slug: str
    name: str
    summary: str
    producer_id: int
    producer_code: str
    producer_name: str
    set_no: int
    #: Where the product is made, else where its producer is registered.
    area_id: int | None
    is_demo: bool
    is_gift: bool
    published_at: datetime
    packs: tuple[Pack, ...] = ()
    spans: tuple[Span, ...] = ()
    #: Its first photo that a moderator let through.
    photo: Photo | None = None

    @property
    def group(self) -> str:
        """Roman number of its group."""
        return SETS[self.set_no].group

    @property
    def is_alcohol(self) -> bool:
        """Whether only adults may see it (decision 15)."""
        return self.set_no in ALCOHOL

    def governing(self, day: date) -> Governing | None:
        """The certificate under which it is for sale that day; None: it is not."""
        if not self.packs:
            return None
        return next((span.governing for span in self.spans if span.covers(day)), None)

    def prices(self, day: date) -> Sequence[tuple[int, Pack]]:
        """Its packs with their prices of that day, the cheapest first."""
        return sorted(((pack.price_on(day), pack) for pack in self.packs), key=lambda one: (one[0], one[1].sku_id))
