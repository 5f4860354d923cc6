"""How far a producer has come: what she has answered or passed over, and what has no column yet.

Nothing here is seen by a shopper or decides anything; losing it loses a place in a book, not a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from catalog.listings.models import Listing, ListingProgress
from core.clock import now
from core.db import db, transaction


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noted of a listing in the making."""

    #: Questions answered or passed over.
    done: frozenset[str] = frozenset()
    #: The pack that is being described: column to value.
    pack: Mapping[str, Any] = field(default_factory=dict[str, Any])
    #: Answers from which the story is put together.
    story: Mapping[str, str] = field(default_factory=dict[str, str])


def read_notes(listing_id: int) -> Notes:
    """The notes of a listing; empty ones where there are none."""
    found = db.session.get(ListingProgress, listing_id)
    return _notes(found.notes) if found else Notes()


def notes_of(listing_ids: Iterable[int]) -> dict[int, Notes]:
    """The notes of these listings: one statement."""
    query = select(ListingProgress).where(ListingProgress.listing_id.in_(list(listing_ids)))
    return {one.listing_id: _notes(one.notes) for one in db.session.scalars(query)}


def take_note(
    listing_id: int,
    *,
    done: Iterable[str] = (),
    undone: Iterable[str] = (),
    pack: Mapping[str, Any] | None = None,
    story: Mapping[str, str] | None = None,
) -> Notes:
    """Add to the notes; ``pack`` and ``story``, where given, stand in place of what was noted.

    The listing's row is locked, so that two windows never lose each other's notes. Whoever calls has asked whether
    the listing is hers.
    """
    with transaction() as session:
        session.execute(select(Listing.id).where(Listing.id == listing_id).with_for_update())
        query = select(ListingProgress).where(ListingProgress.listing_id == listing_id)
        found = session.scalars(query.execution_options(populate_existing=True)).first()
        before = _notes(found.notes) if found else Notes()
        after = Notes(
            (before.done | set(done)) - set(undone),
            before.pack if pack is None else pack,
            before.story if story is None else story,
        )
        if found is None:
            found = ListingProgress(listing_id=listing_id)
            session.add(found)
        found.notes = {"done": sorted(after.done), "pack": dict(after.pack), "story": dict(after.story)}
        found.touched_at = now()
        session.flush()
    return after


def _notes(kept: Mapping[str, Any]) -> Notes:
    return Notes(frozenset(kept.get("done", ())), dict(kept.get("pack", {})), dict(kept.get("story", {})))
