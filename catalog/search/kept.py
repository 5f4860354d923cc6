"""The listings themselves, for the time without an index: kept in memory, exact to the last commit (core/feed.py)."""

from sqlalchemy import select

from catalog.listings.models import Listing
from catalog.search.document import documents
from catalog.search.port import Document
from catalog.search.scan import DatabaseScan
from catalog.showcase.reading import products_of
from core.db import db, in_chunks
from core.feed import Kept, Subjects


def scan() -> DatabaseScan:
    """Search by reading every live listing."""
    return _KEPT.current()


def _read() -> DatabaseScan:
    return DatabaseScan(documents())


def _renewed(old: DatabaseScan, subjects: Subjects) -> DatabaseScan:
    """Only what changed is read again; a renamed place may stand in any listing."""
    if subjects.get("area"):
        return _read()
    products = set(subjects.get("product", ())) | products_of(subjects.get("producer", ()))
    changed = [one for some in in_chunks(products) for one in _listings_of(some)]
    found: list[Document] = [one for some in in_chunks(changed) for one in documents(some)]
    return old.renewed(changed, found)


def _listings_of(products: list[int]) -> list[int]:
    return list(db.session.scalars(select(Listing.id).where(Listing.product_id.in_(products))))


_KEPT = Kept(["product", "producer", "area"], _read, _renewed)
