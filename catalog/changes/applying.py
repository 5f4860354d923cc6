"""What stands on sale now, and putting wanted values in its place: through the verbs of listings, never past them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from catalog.changes.fields import Key, key_of, loaded, plain
from catalog.changes.models import ChangedField
from catalog.changes.photos import find_photos, let_photos
from catalog.listings.models import Listing, Sku
from catalog.listings.service import add_sku, edit_listing, edit_sku
from core.accounts.actor import Actor
from core.db import db


@dataclass(frozen=True, slots=True)
class Standing:
    """A listing with its packs (by code) and photos (by code: what is seen of them) as they are now."""

    listing: Listing
    skus: Mapping[str, Sku]
    photos: Mapping[str, Any]

    def value(self, key: Key) -> Any:
        """What stands there now, as it is kept; None for a pack or photo that is not there (yet)."""
        if key.kind == "listing":
            return plain(key, getattr(self.listing, key.name))
        if key.kind == "photo":
            return self.photos.get(key.code)
        sku = self.skus.get(key.code)
        if key.kind == "pack":
            return None if sku is None else {"code": sku.code, "label": sku.label}
        return None if sku is None else plain(key, getattr(sku, key.name))

    def version(self, key: Key) -> int:
        """The version that a wanted value is proposed against; 0 for what is new."""
        if key.kind == "listing":
            return self.listing.version
        return self.skus[key.code].version if key.code in self.skus else 0


def standing_of(listing: Listing, keys: Collection[Key]) -> Standing:
    """The listing with what these fields are about: two statements at most."""
    packs = select(Sku).where(Sku.listing_id == listing.id).execution_options(populate_existing=True)
    skus = {one.code: one for one in db.session.scalars(packs)}
    photos = find_photos(listing.product_id) if any(key.kind == "photo" for key in keys) else {}
    return Standing(listing, skus, photos)


def apply(by: Actor, listing: Listing, fields: Sequence[ChangedField]) -> None:
    """Put the wanted values in place, all of them or, by whatever refuses, none.

    Raises what `edit_listing`, `edit_sku` and `add_sku` raise, and Invalid where a rule has changed since.
    """
    words: dict[str, Any] = {}
    packs: dict[str, dict[str, Any]] = defaultdict(dict)
    photos: list[str] = []
    for one in fields:
        key = key_of(one.field)
        if key.kind == "listing":
            words[key.name] = loaded(key, one.after)
        elif key.kind == "photo":
            photos.append(key.code)
        else:
            packs[key.code] |= loaded(key, one.after) if key.kind == "pack" else {key.name: loaded(key, one.after)}
    if words:
        edit_listing(by, listing.id, listing.version, words)
    _put_packs(by, listing, packs)
    if photos:
        let_photos(by, listing.product_id, photos)


def _put_packs(by: Actor, listing: Listing, packs: Mapping[str, dict[str, Any]]) -> None:
    known = select(Sku.code, Sku.version).where(Sku.listing_id == listing.id)
    versions: dict[str, int] = {row.code: row.version for row in db.session.execute(known)}
    # New ones before others are retired: a listing is never without a pack in between.
    for code, facts in sorted(packs.items(), key=lambda one: (one[0] in versions, one[1].get("is_active") is False)):
        if code in versions:
            edit_sku(by, code, versions[code], facts)
        else:
            add_sku(by, listing.id, **facts | {"code": code})
