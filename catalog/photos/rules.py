"""What may become a photo of a product, in which sizes it is kept, and in which order photos stand: plain values."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.photos.models import WIDTHS
from catalog.photos.refusals import (
    PhotoFromPhone,
    PhotoMoves,
    PhotoTooLarge,
    PhotoTooSmall,
    PhotoUnknown,
    PhotoUnreadable,
)
from core import pictures

#: Photos of a product that stand (pending and rejected ones count).
MOST = 8
#: Bytes of a photo as sent.
LARGEST = 15 * 1024 * 1024
#: Bytes of a form that sends several at once.
LARGEST_FORM = 64 * 1024 * 1024
#: Points of the shorter side, and how often it may fit into the longer one.
LEAST_SIDE = 300
LONGEST_SHAPE = 3
#: Signs of the alternative text.
LONGEST_ALT = 200


@dataclass(frozen=True, slots=True)
class Sound:
    """A photo that may be kept: one file for each width, and the size of the largest in points."""

    files: dict[int, bytes]
    width: int
    height: int
    sent_sha256: str

    @property
    def sha256(self) -> str:
        """Of the largest file, in hex."""
        return digest_of(self.files[max(self.files)])


def inspect(data: bytes) -> Sound:
    """Judge a photo as sent and write it anew in every width: points alone, upright, on white, never upscaled.

    Raises PhotoTooLarge, PhotoUnknown (PhotoFromPhone for HEIC), PhotoMoves, PhotoUnreadable, PhotoTooSmall.
    """
    try:
        with pictures.opened(data, most_bytes=LARGEST) as photo:
            _check_shape(photo.width, photo.height)
            photo.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # a large JPEG is decoded smaller from the start
            plain = pictures.flat(photo)
    except (pictures.TooManyBytes, pictures.TooManyPoints) as fault:
        raise PhotoTooLarge from fault
    except pictures.PhoneKind as fault:
        raise PhotoFromPhone from fault
    except pictures.UnknownKind as fault:
        raise PhotoUnknown from fault
    except pictures.Moving as fault:
        raise PhotoMoves from fault
    except pictures.PictureFault as fault:
        raise PhotoUnreadable from fault
    files: dict[int, bytes] = {}
    largest = plain = pictures.narrowed(plain, WIDTHS[-1])
    for width in sorted(WIDTHS, reverse=True):
        plain = pictures.narrowed(plain, width)
        files[width] = pictures.as_webp(plain)
    return Sound(files, largest.width, largest.height, digest_of(data))


def digest_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def moved(codes: Sequence[str], code: str, position: int) -> list[str]:
    """The photos in their new order, with one of them at this place (from 1; beyond the last is the last)."""
    rest = [one for one in codes if one != code]
    at = min(max(1, position), len(codes)) - 1
    return [*rest[:at], code, *rest[at:]]


def widths_of(width: int) -> list[tuple[int, int]]:
    """(width asked for, true width) of each file that differs, the narrowest first: what `srcset` lists."""
    found: dict[int, int] = {}
    for asked in WIDTHS:
        found.setdefault(min(asked, width), asked)
    return [(asked, true) for true, asked in found.items()]


def _check_shape(width: int, height: int) -> None:
    short, long = sorted((width, height))
    if short < LEAST_SIDE or long > LONGEST_SHAPE * short:
        raise PhotoTooSmall
