"""What a change of certificates would do to listings."""

from collections.abc import Iterable

from sqlalchemy import func, select

from catalog.consequences.port import foresees
from catalog.consequences.rules import ENDINGS, Change, Effect, Happening
from catalog.listings.models import LIVE, Listing
from catalog.listings.queries import open_listings
from core.db import db


@foresees("listing")
def listings(change: Change) -> Iterable[Effect]:
    """Open ones that close, closed ones that open, or those that show another star."""
    live = Listing.product_id.in_(change.product_ids), Listing.state == LIVE
    is_open = Listing.id.in_(open_listings(change.judged_on))
    if change.happening in ENDINGS:
        yield Effect("listing", "unlisted", _count(*live, is_open))
    elif change.happening is Happening.RENEWAL:
        yield Effect("listing", "relisted", _count(*live, ~is_open))
    elif change.happening is Happening.DOWNRATING:
        yield Effect("listing", "restarred", _count(*live, is_open))


def _count(*conditions: object) -> int:
    query = select(func.count()).select_from(Listing).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(query) or 0
