"""What photos look like in forms and in the API."""

from typing import Any

from marshmallow import fields
from marshmallow.fields import Raw

from catalog.photos.models import SHOWS, WIDTHS, ProductPhoto
from catalog.photos.queries import Photo
from catalog.photos.rules import LONGEST_ALT, MOST
from core.web.api import Schema, listed
from core.web.fields import Choice, Moment, Whole, Words
from core.web.links import address_of


class PhotoForm(Schema):
    """What stands beside a photo that is sent."""

    shows = Choice(*SHOWS, load_default="product", metadata={"description": "What the photo shows."})
    alt = Words(least=3, most=LONGEST_ALT, metadata={"description": "For those who do not see it; proposed if absent."})


class PhotoFileIn(Schema):
    """The photo itself: JPEG, PNG or WEBP, at most 15 MB and 24 million points."""

    photo = Raw(required=True, metadata={"type": "string", "format": "binary"})


class PhotoPatch(Schema):
    """What may be changed; new words of an approved photo wait for a moderator."""

    alt = Words(least=3, most=LONGEST_ALT)
    shows = Choice(*SHOWS)
    position = Whole(least=1, most=MOST)


class PhotoFileOut(Schema):
    """A photo in one width."""

    width = Whole()
    url = fields.String()


class PhotoOut(Schema):
    """A photo, for its producer and the moderators."""

    code = Words()
    position = Whole()
    shows = Choice(*SHOWS)
    alt = Words()
    wanted_alt = Words(allow_none=True, metadata={"description": "Words that wait for a moderator."})
    state = Words(metadata={"description": "pending, approved, rejected or removed."})
    reason = Words(allow_none=True)
    width = Whole()
    height = Whole()
    uploaded_at = Moment()
    files = fields.List(fields.Nested(PhotoFileOut))
    version = Whole()


PhotoListOut = listed(PhotoOut)


def out(photo: ProductPhoto) -> dict[str, Any]:
    """A photo with the addresses of its files."""
    names = ("code", "position", "shows", "alt", "wanted_alt", "state", "reason", "width", "height", "version")
    files = [{"width": width, "url": url_of(photo, width)} for width in WIDTHS]
    facts: dict[str, Any] = {name: getattr(photo, name) for name in names}
    return facts | {"uploaded_at": photo.uploaded_at, "files": files}


def url_of(photo: Photo | ProductPhoto, width: int = WIDTHS[-1]) -> str:
    """The whole address of a photo in one width, for other programs: the API's `image`, JSON-LD, Open Graph."""
    return address_of("photos.show", code=photo.code, width=width)
