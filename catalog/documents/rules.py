"""What a file is, told by its content and never by its name; and a name that is safe to write anywhere.

A PDF is kept as it was sent, when nothing in it acts: no script, no program, no file inside, no password.
A picture is written anew, so that nothing but its points remains: no place, no camera, no second file behind it.
"""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass

from PIL import Image

from catalog.documents.pdf import check_pdf
from catalog.documents.refusals import (
    DocumentTooLarge,
    DocumentUnknownType,
    DocumentUnreadable,
    PictureTooLarge,
)
from core import pictures

#: Bytes of a file.
LARGEST = 10 * 1024 * 1024
_LONGEST_NAME = 100
_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
#: Not for file names anywhere: path signs, quotes, wildcards, and what steers the eye.
_UNSAFE = re.compile("[\\\\/:*?\"<>|'`;%\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)$")


@dataclass(frozen=True, slots=True)
class Sound:
    """A file that may be kept: its type, the bytes to keep, and the digests of what is kept and what was sent."""

    media_type: str
    data: bytes
    sha256: str
    sent_sha256: str


def inspect(data: bytes) -> Sound:
    """Judge a file as sent. Raises DocumentTooLarge, DocumentUnknownType, DocumentUnreadable, DocumentLocked,
    DocumentActive, PictureTooLarge.
    """
    if len(data) > LARGEST:
        raise DocumentTooLarge
    if data.startswith(b"%PDF-"):
        check_pdf(data)
        media_type, kept = "application/pdf", data
    elif data.startswith(b"\xff\xd8\xff"):
        media_type, kept = "image/jpeg", redraw(data, "JPEG")
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        media_type, kept = "image/png", redraw(data, "PNG")
    else:
        raise DocumentUnknownType
    return Sound(media_type, kept, _digest(kept), _digest(data))


def redraw(data: bytes, kind: str) -> bytes:
    """The picture's points alone, upright, written anew as JPEG or PNG."""
    try:
        with pictures.opened(data, most_bytes=LARGEST, kinds=(kind,)) as picture:
            return _written(picture, kind)
    except pictures.TooManyPoints as fault:
        raise PictureTooLarge from fault
    except pictures.PictureFault as fault:
        raise DocumentUnreadable from fault


def clean_name(name: str, media_type: str) -> str:
    """The last part of a path without signs that mean something somewhere, with the ending of its true type."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in last if sign.isprintable())
    stem = re.sub(r"(?i)\.(pdf|jpe?g|png)$", "", _UNSAFE.sub("", printable).strip())
    stem = re.sub(r"\s+", " ", stem)[:_LONGEST_NAME].strip(" .")
    return (stem if stem and not _RESERVED.match(stem) else "tai-lieu") + _ENDINGS[media_type]


def _written(picture: Image.Image, kind: str) -> bytes:
    """Text, comments, colour profile, place and camera: none of it is written again."""
    out = io.BytesIO()
    plain = pictures.flat(picture)
    if picture.mode in ("1", "L"):  # a scan in grey stays in grey: a third of the bytes
        plain = plain.convert(picture.mode)
    if kind == "JPEG":
        plain.save(out, "JPEG", quality=90)
    else:
        plain.save(out, "PNG")
    return out.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
