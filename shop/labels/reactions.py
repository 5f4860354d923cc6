"""Labels look again when a star, a price or a name on sale changes; and every night, in case the news got lost."""

from datetime import date

from catalog.listings.events import ListingChanged, ListingOpened, ListingWithdrawn
from core.clock import now
from core.events import later
from core.schedule import nightly
from shop.labels.service import judge


@later(ListingChanged)
def look_again_when_changed(event: ListingChanged) -> None:
    """A price, a star or a certificate changed."""
    judge([event.product_id], now())


@later(ListingOpened)
def look_again_when_opened(event: ListingOpened) -> None:
    """A product is for sale again."""
    judge([event.product_id], now())


@later(ListingWithdrawn)
def look_again_when_withdrawn(event: ListingWithdrawn) -> None:
    """A product is not for sale any more: its stars must come off the shelves."""
    judge([event.product_id], now())


@nightly
def judge_labels(today: date) -> int:
    """What lapsed, began or changed its price with the day."""
    return judge(None, now())
