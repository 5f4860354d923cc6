"""Photos of labels: judged before they are opened, read for codes, and written anew where one is kept.

A photo comes from anybody. It is a JPEG, PNG or WEBP of one picture, at most 8 MB and 24 million points, or it is
refused with its reason; what its name or its sender claims counts for nothing. Nothing of it is stored by a scan. A
report may keep one: upright, at most 1600 points wide, written anew, so that neither place nor camera remains.
"""

import io
from collections.abc import Generator
from contextlib import contextmanager

import zxingcpp
from PIL import Image

from core import pictures
from shop.proof.refusals import PhotoMoves, PhotoTooLarge, PhotoUnknown, PhotoUnreadable

#: Bytes of a photo as sent.
LARGEST = 8 * 1024 * 1024
#: Bytes of a photo as kept, and its longer side in points.
LARGEST_KEPT = 1024 * 1024
KEPT_SIDE = 1600
#: The longer sides at which codes are looked for; the larger only where nothing was found (a noisy one takes seconds).
SIDES = (1600, 2800)
#: Codes read off one photo.
MOST_CODES = 8
_F = zxingcpp.BarcodeFormat
FORMATS = zxingcpp.BarcodeFormats(
    [
        _F.QRCode, _F.MicroQRCode, _F.DataMatrix, _F.EAN13, _F.EAN8, _F.UPCA, _F.UPCE, _F.ITF14, _F.Code128,
        _F.DataBarOmni, _F.DataBarExp,
    ]
)  # fmt: skip


def read_codes(data: bytes) -> list[str]:
    """The texts of all codes in a photo, each once, in their order from the top.

    Raises PhotoTooLarge, PhotoUnknown, PhotoMoves, PhotoUnreadable.
    """
    seen = (0, 0)
    for side in SIDES:
        with _opened(data) as photo:
            photo.draft("L", (side, side))  # a JPEG is decoded small from the start
            grey = _grey(photo)
        grey.thumbnail((side, side))
        found = _codes(grey) if grey.size != seen else []
        if found:
            return found
        seen = grey.size
    return []


def to_keep(data: bytes) -> bytes:
    """The photo as a report keeps it: a JPEG of points alone, at most 1 MB. Raises as `read_codes`."""
    with _opened(data) as photo:
        photo.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
        plain = pictures.flat(photo)
        plain.thumbnail((KEPT_SIDE, KEPT_SIDE))
    for quality in (82, 65, 45, 25):
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=quality)
        if out.tell() <= LARGEST_KEPT:
            return out.getvalue()
    raise PhotoTooLarge


@contextmanager
def _opened(data: bytes) -> Generator[Image.Image]:
    """A photo that has passed every check, not yet decoded; what breaks while it is decoded is refused too."""
    try:
        with pictures.opened(data, most_bytes=LARGEST) as photo:
            yield photo
    except (pictures.TooManyBytes, pictures.TooManyPoints) as fault:
        raise PhotoTooLarge from fault
    except pictures.UnknownKind as fault:
        raise PhotoUnknown from fault
    except pictures.Moving as fault:
        raise PhotoMoves from fault
    except pictures.PictureFault as fault:
        raise PhotoUnreadable from fault


def _grey(photo: Image.Image) -> Image.Image:
    """In shades of grey; what is transparent is white paper, and 16 bits are scaled to 8."""
    if not photo.has_transparency_data:
        return pictures.eight_bits(photo).convert("L")
    layers = photo.convert("LA")
    paper = Image.new("L", layers.size, 255)
    paper.paste(layers.getchannel("L"), mask=layers.getchannel("A"))
    return paper


def _codes(grey: Image.Image) -> list[str]:
    read = zxingcpp.read_barcodes(grey, formats=FORMATS)
    ordered = sorted(read, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    texts = dict.fromkeys(code.text for code in ordered if code.text)
    return list(texts)[:MOST_CODES]
