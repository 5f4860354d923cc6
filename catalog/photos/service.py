"""Verbs on photos: add, change, move, remove; approve, reject. Each is one transaction.

What shoppers see of a live listing changes only by a moderator's approval, or by taking away. Adding to it and writing
other words wait; moving and removing act at once.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from catalog.photos.events import PhotosChanged, PhotosWaiting
from catalog.photos.models import APPROVED, PENDING, REJECTED, REMOVED, PhotoFile, ProductPhoto
from catalog.photos.queries import get_own, standing_of
from catalog.photos.refusals import PhotoDecided, TooManyPhotos
from catalog.photos.rules import MOST, Sound, digest_of, inspect, moved
from catalog.photos.words import propose_alt
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from catalog.products.queries import get_product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.events import publish
from core.ids import short_code

#: Letters after AH-: enough that nobody finds a photo by trying.
_CODE_LENGTH = 10


class Added(NamedTuple):
    """The photo, and whether this call made it: the same file for the same product again is one photo."""

    photo: ProductPhoto
    is_new: bool


def add_photo(
    by: Actor, product: str, data: bytes, *, shows: str = "product", alt: str | None = None, is_drawn: bool = False
) -> Added:
    """Keep a photo of a product (by code or slug), last in its order, waiting for approval.

    Without words of its own it gets the proposed ones. The file is judged before anything is written.
    Raises ProductNotFound (also for another's), TooManyPhotos, and what `rules.inspect` raises.
    """
    own_product(by, product)
    return add_sound(by, product, inspect(data), shows=shows, alt=alt, is_drawn=is_drawn)


def add_sound(
    by: Actor, product: str, sound: Sound, *, shows: str = "product", alt: str | None = None, is_drawn: bool = False
) -> Added:
    """The same for a file that was judged before, so that nobody waits for it inside a transaction."""
    with transaction() as session:
        own = _locked_product(by, product)
        standing = standing_of(own.id)
        same = next((one for one in standing if one.sent_sha256 == sound.sent_sha256), None)
        if same is not None:
            return Added(same, is_new=False)
        if len(standing) >= MOST:
            raise TooManyPhotos(most=MOST)
        photo = ProductPhoto(
            code=short_code("AH", _CODE_LENGTH), product_id=own.id, position=len(standing) + 1, shows=shows,
            alt=alt or propose_alt(own.name, shows), state=PENDING, is_drawn=is_drawn, width=sound.width,
            height=sound.height, sha256=sound.sha256, sent_sha256=sound.sent_sha256, uploaded_by=by.user_id,
            uploaded_at=now(),
        )  # fmt: skip
        session.add(photo)
        session.flush()
        for width, content in sound.files.items():
            session.add(PhotoFile(photo_id=photo.id, width=width, sha256=digest_of(content), data=content))
        session.flush()
        record("photo.added", f"photo:{photo.code}", by, product=own.code, shows=shows, sha256=photo.sha256)
        publish(PhotosWaiting(own.id))
    return Added(photo, is_new=True)


def edit_photo(by: Actor, product: str, code: str, version: int, changes: dict[str, Any]) -> ProductPhoto:
    """Change `alt`, `shows` or `position` (from 1). New words of an approved photo wait for a moderator.

    Raises ProductNotFound, PhotoNotFound, EditConflict when `version` is stale.
    """
    with transaction() as session:
        own = _locked_product(by, product)
        photo = get_own(own.id, code)
        check_version(photo, version)
        before = {name: getattr(photo, name) for name in changes}
        if "shows" in changes:
            _say(photo, own, changes["shows"])
        if "alt" in changes:
            _reword(photo, changes["alt"])
        if "position" in changes:
            photo.position = _move(own.id, code, changes["position"])
        session.flush()
        record("photo.edited", f"photo:{code}", by, product=own.code, before=before, after=changes)
        if photo.state == APPROVED:
            publish(PhotosWaiting(own.id) if photo.wanted_alt else PhotosChanged(own.id))
    return photo


def remove_photo(by: Actor, product: str, code: str, version: int | None = None) -> None:
    """Take a photo away, at once; its files are gone. Raises ProductNotFound, PhotoNotFound, EditConflict."""
    with transaction() as session:
        own = _locked_product(by, product)
        photo = get_own(own.id, code)
        if version is not None:
            check_version(photo, version)
        was_shown = photo.state == APPROVED
        photo.state, photo.wanted_alt = REMOVED, None
        session.flush()
        session.execute(delete(PhotoFile).where(PhotoFile.photo_id == photo.id))
        _number([one.code for one in standing_of(own.id)])
        record("photo.removed", f"photo:{code}", by, product=own.code)
        if was_shown:
            publish(PhotosChanged(own.id))


def approve(by: Actor, product_id: int | None = None, photo_ids: Collection[int] | None = None) -> list[ProductPhoto]:
    """Let shoppers see what waits: of a product, or these photos; answers those that changed.

    Called by a moderator's decision and by the publication of a listing.
    """
    authorize(by, "photos.moderate")
    with transaction() as session:
        waiting = _waiting(product_id, photo_ids)
        for photo in waiting:
            photo.state, photo.decided_by, photo.decided_at, photo.reason = APPROVED, by.user_id, now(), None
            photo.alt, photo.wanted_alt = photo.wanted_alt or photo.alt, None
            record("photo.approved", f"photo:{photo.code}", by, alt=photo.alt)
        session.flush()
        for one in sorted({photo.product_id for photo in waiting}):
            publish(PhotosChanged(one))
    return waiting


def reject(by: Actor, photo_ids: Collection[int], reason: str) -> list[ProductPhoto]:
    """Refuse what waits of these photos, with the reason that their producer reads. Raises PhotoDecided for none."""
    authorize(by, "photos.moderate")
    with transaction() as session:
        waiting = _waiting(None, photo_ids)
        if not waiting:
            raise PhotoDecided
        for photo in waiting:
            if photo.state == PENDING:
                photo.state = REJECTED
            photo.wanted_alt = None  # an approved photo keeps its place and its old words
            photo.decided_by, photo.decided_at, photo.reason = by.user_id, now(), reason
            record("photo.rejected", f"photo:{photo.code}", by, reason=reason)
        session.flush()
    return waiting


def own_product(by: Actor, key: str) -> Product:
    """The product, for somebody who may change its photos. Raises ProductNotFound, NotFound for another's."""
    product = get_product(key)
    authorize(by, "photos.edit", scope_of(product.producer))
    return product


def _locked_product(by: Actor, key: str) -> Product:
    """The product, locked: two uploads at once count one after the other."""
    product = own_product(by, key)
    db.session.execute(select(Product.id).where(Product.id == product.id).with_for_update())
    return product


def _say(photo: ProductPhoto, product: Product, shows: str) -> None:
    """Another thing is shown: words that were only proposed are proposed anew."""
    if (photo.wanted_alt or photo.alt) == propose_alt(product.name, photo.shows):
        _reword(photo, propose_alt(product.name, shows))
    photo.shows = shows


def _reword(photo: ProductPhoto, alt: str) -> None:
    if photo.state == APPROVED:
        photo.wanted_alt = alt if alt != photo.alt else None
    else:
        photo.alt = alt


def _move(product_id: int, code: str, position: int) -> int:
    order = moved([one.code for one in standing_of(product_id)], code, position)
    _number([one for one in order if one != code], besides=order.index(code) + 1)
    return order.index(code) + 1


def _number(codes: Sequence[str], besides: int = 0) -> None:
    """Give photos their places, leaving one out; their versions stay, for nobody edited them."""
    places = (place for place in range(1, len(codes) + 2) if place != besides)
    for place, code in zip(places, codes, strict=False):
        same = ProductPhoto.code == code, ProductPhoto.position != place
        db.session.execute(update(ProductPhoto).where(*same).values(position=place))


def _waiting(product_id: int | None, photo_ids: Collection[int] | None) -> list[ProductPhoto]:
    query = select(ProductPhoto).where(
        (ProductPhoto.state == PENDING)
        | ((ProductPhoto.state == APPROVED) & ProductPhoto.wanted_alt.is_not(None))
    )  # fmt: skip
    if product_id is not None:
        query = query.where(ProductPhoto.product_id == product_id)
    if photo_ids is not None:
        query = query.where(ProductPhoto.id.in_(photo_ids))
    return list(db.session.scalars(query.order_by(ProductPhoto.id).with_for_update()))
