"""Reading photos: what shoppers may see, what producers and moderators see, and the files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from catalog.photos.models import APPROVED, PENDING, REMOVED, PhotoFile, ProductPhoto
from catalog.photos.port import Showing, showing
from catalog.photos.refusals import PhotoClosed, PhotoNotFound
from catalog.photos.rules import widths_of
from catalog.producers.queries import scope_of
from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed
from core.db import db, in_chunks


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as pages and the API show it; width and height are those of its largest file."""

    code: str
    alt: str
    width: int
    height: int
    is_drawn: bool = False

    @property
    def widths(self) -> list[tuple[int, int]]:
        """(width to ask for, true width) of each file, the narrowest first."""
        return widths_of(self.width)


_SHOWN = (ProductPhoto.code, ProductPhoto.alt, ProductPhoto.width, ProductPhoto.height, ProductPhoto.is_drawn)


def first_photos(product_ids: Collection[int] | None = None) -> dict[int, Photo]:
    """The first approved photo of each of these products, or of all: one statement (for every 5,000 ids).

    Whether the product is open is not asked here: only who shows an open listing shows its photo.
    """
    lowest = (
        select(ProductPhoto.product_id, func.min(ProductPhoto.position).label("position"))
        .where(ProductPhoto.state == APPROVED)
        .group_by(ProductPhoto.product_id)
    )
    found: dict[int, Photo] = {}
    for chunk in [None] if product_ids is None else in_chunks(product_ids):
        of = lowest if chunk is None else lowest.where(ProductPhoto.product_id.in_(chunk))
        first = of.subquery()
        same = (ProductPhoto.product_id == first.c.product_id) & (ProductPhoto.position == first.c.position)
        query = select(ProductPhoto.product_id, *_SHOWN).join(first, same).where(ProductPhoto.state == APPROVED)
        found |= {row[0]: Photo(*row[1:]) for row in db.session.execute(query.order_by(ProductPhoto.id.desc()))}
    return found


def photos_of(product_id: int) -> list[Photo]:
    """The approved photos of a product in their order."""
    query = select(*_SHOWN).where(ProductPhoto.product_id == product_id, ProductPhoto.state == APPROVED)
    rows = db.session.execute(query.order_by(ProductPhoto.position, ProductPhoto.id))
    return [Photo(*row) for row in rows]


def standing_of(product_id: int) -> Sequence[ProductPhoto]:
    """Every photo of a product that was not removed, in its order: for its producer and the moderators."""
    query = select(ProductPhoto).where(ProductPhoto.product_id == product_id, ProductPhoto.state != REMOVED)
    return db.session.scalars(query.order_by(ProductPhoto.position, ProductPhoto.id)).all()


def waiting_of(product_ids: Collection[int]) -> dict[int, list[ProductPhoto]]:
    """What waits for a moderator, by product: new photos, and approved ones with new words."""
    found: dict[int, list[ProductPhoto]] = {}
    for chunk in in_chunks(product_ids):
        query = select(ProductPhoto).where(ProductPhoto.product_id.in_(chunk), _waiting())
        for photo in db.session.scalars(query.order_by(ProductPhoto.position, ProductPhoto.id)):
            found.setdefault(photo.product_id, []).append(photo)
    return found


def products_waiting(limit: int = 200) -> list[int]:
    """Products with a photo, or words of one, that wait for a moderator; the longest waiting first."""
    since = func.min(ProductPhoto.uploaded_at)
    query = select(ProductPhoto.product_id).where(_waiting()).group_by(ProductPhoto.product_id)
    return list(db.session.scalars(query.order_by(since, ProductPhoto.product_id).limit(limit)))


def find_photo(code: str) -> ProductPhoto | None:
    """A photo of that code, removed ones included."""
    return db.session.scalars(select(ProductPhoto).where(ProductPhoto.code == code)).first()


def get_own(product_id: int, code: str) -> ProductPhoto:
    """A standing photo of this product. Raises PhotoNotFound."""
    photo = find_photo(code)
    if photo is None or photo.product_id != product_id or photo.state == REMOVED:
        raise PhotoNotFound
    return photo


def check_seen(photo: ProductPhoto | None, actor: Actor, on: date) -> ProductPhoto:
    """Refuse unless this person may see the photo on the day.

    The public sees approved photos of products that are open; whoever keeps or moderates the product sees all that
    were not removed. Raises PhotoClosed for a product that is not on sale now, PhotoNotFound in every other case.
    """
    if photo is None or photo.state == REMOVED:
        raise PhotoNotFound
    if is_keeper(photo, actor):
        return photo
    seen = showing(photo.product_id, on) if photo.state == APPROVED else Showing.HIDDEN
    if seen == Showing.CLOSED:
        raise PhotoClosed
    if seen != Showing.OPEN:
        raise PhotoNotFound
    return photo


def is_keeper(photo: ProductPhoto, actor: Actor) -> bool:
    """Whether this person keeps or moderates the product of the photo."""
    return actor.is_known and is_allowed(actor, "photos.read", scope_of(photo.product.producer))


def get_file(photo: ProductPhoto, width: int) -> PhotoFile:
    """The photo in one width. Raises PhotoNotFound for a width we do not keep."""
    found = db.session.get(PhotoFile, (photo.id, width))
    if found is None:
        raise PhotoNotFound
    return found


def digest_of_file(photo: ProductPhoto, width: int) -> str | None:
    """The ETag of a file without reading its bytes."""
    query = select(PhotoFile.sha256).where(PhotoFile.photo_id == photo.id, PhotoFile.width == width)
    return db.session.scalar(query)


def _waiting():  # noqa: ANN202 a condition
    return or_(ProductPhoto.state == PENDING, (ProductPhoto.state == APPROVED) & ProductPhoto.wanted_alt.is_not(None))
