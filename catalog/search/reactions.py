"""The index follows the listings: outbox rows, run by the worker, which alone writes the index."""

from datetime import date, datetime

from catalog.listings.events import ListingChanged, ListingOpened, ListingWithdrawn
from catalog.producers.events import SubjectChanged
from catalog.search.document import listings_of_producer
from catalog.search.engine import follow, mend, rebuild, sync
from core.events import later
from core.schedule import minutely, nightly


@later(ListingOpened, outside=True)
def index_opened(event: ListingOpened) -> None:
    """Put it into the index."""
    sync(event.listing_id)


@later(ListingChanged, outside=True)
def index_changed(event: ListingChanged) -> None:
    """Put its present words into the index."""
    sync(event.listing_id)


@later(ListingWithdrawn, outside=True)
def index_withdrawn(event: ListingWithdrawn) -> None:
    """Take it out, unless it is live again (or only its certificate ended: the gate hides it then)."""
    sync(event.listing_id)


@later(SubjectChanged, outside=True)
def index_producer(event: SubjectChanged) -> None:
    """Its name stands in all its listings, whose sequences do not tell."""
    follow(listings_of_producer(event.producer_id))


@minutely
def mend_index(at: datetime) -> int:
    """Bring the index in step when it is gone, damaged or different from the database."""
    return mend()


@nightly
def renew_index(today: date) -> int:
    """Build it anew: for names of places, which no message tells of, and to leave deleted documents behind."""
    return rebuild()
