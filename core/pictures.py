"""Pictures from outside: judged by their first bytes before anything is decoded, and read as points alone.

What its name or its sender claims counts for nothing. A JPEG, PNG or WEBP of one picture passes; the size that its
head states is looked at before a decoder sees the file, so that a bomb costs nothing. Each feature says no in its own
words: it catches the faults below.
"""

import io
import struct
import zlib
from collections.abc import Collection, Generator
from contextlib import contextmanager
from typing import NamedTuple

from PIL import Image

KINDS = ("JPEG", "PNG", "WEBP")
#: Points of a picture. The decoder of WEBP holds four copies of what it reads: it gets less.
MOST_PIXELS = 24_000_000
MOST_WEBP_PIXELS = 10_000_000
#: Passes over the points of a progressive JPEG; cameras make ten, and each one costs a whole decoding.
MOST_SCANS = 40
#: Pillow's own fuse, should a file state one size to us and another one to Pillow.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"avif")
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError, AttributeError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
#: What turns a picture upright, by its EXIF orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_ORIENTATION = 0x0112
#: An animated WEBP says so in one bit of its extended header.
_MOVING_WEBP = 0b10


class PictureFault(Exception):
    """The file is no picture that we read."""


class TooManyBytes(PictureFault):
    """The file is larger than the feature takes."""


class TooManyPoints(PictureFault):
    """More points than `MOST_PIXELS` (WEBP: `MOST_WEBP_PIXELS`)."""


class UnknownKind(PictureFault):
    """Neither JPEG nor PNG nor WEBP."""


class PhoneKind(UnknownKind):
    """HEIC or AVIF, as some telephones store their photos: the person can be told what to do."""


class Moving(PictureFault):
    """Several frames."""


class Broken(PictureFault):
    """It begins like one of ours and then breaks off, or its inside does not fit its head."""


class Head(NamedTuple):
    """What a file states of itself in its first bytes; no size (0, 0) where only a decoder can tell it cheaply."""

    kind: str
    width: int = 0
    height: int = 0
    is_moving: bool = False


def head_of(data: bytes) -> Head:
    """What the file is, by its content. Raises UnknownKind, PhoneKind, Broken."""
    if data.startswith(b"\xff\xd8\xff"):
        return Head("JPEG")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        if data[12:16] != b"IHDR" or len(data) < 24:
            raise Broken
        return Head("PNG", *struct.unpack(">II", data[16:24]))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _head_of_webp(data)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise PhoneKind
    raise UnknownKind


@contextmanager
def opened(data: bytes, *, most_bytes: int, kinds: Collection[str] = KINDS) -> Generator[Image.Image]:
    """A picture that has passed every check, not yet decoded; what breaks while it is decoded is Broken too.

    A photo to which a telephone has added others (a depth map, a second exposure) is its first picture.
    Raises TooManyBytes, UnknownKind, TooManyPoints, Moving, Broken.
    """
    if len(data) > most_bytes:
        raise TooManyBytes
    head = head_of(data)
    if head.kind not in kinds:
        raise UnknownKind
    _check_size(head.kind, head.width, head.height)
    if head.is_moving:
        raise Moving
    if head.kind == "JPEG" and data.count(b"\xff\xda") > MOST_SCANS:
        raise Broken
    try:
        with Image.open(io.BytesIO(data), formats=[head.kind]) as seen:
            _check_size(head.kind, seen.width, seen.height)
            if getattr(seen, "is_animated", False) and seen.format != "MPO":
                raise Moving
            seen.verify()
        with Image.open(io.BytesIO(data), formats=[head.kind]) as picture:
            yield picture
    except Image.DecompressionBombError as error:
        raise TooManyPoints from error
    except _BROKEN as error:
        raise Broken from error


def flat(picture: Image.Image) -> Image.Image:
    """A new picture in RGB with nothing but points: upright, 16 bits as 8, what is transparent on white paper."""
    turn = _TURNS.get(_orientation(picture))
    picture = eight_bits(picture)
    if picture.has_transparency_data:
        layers = picture if picture.mode == "RGBA" else picture.convert("RGBA")  # a copy would be 96 MB
        plain = Image.new("RGB", layers.size, "white")
        plain.paste(layers, mask=layers)
    else:
        plain = picture.convert("RGB")
    upright = plain.transpose(turn) if turn is not None else plain
    upright.info.clear()
    return upright


def eight_bits(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 bits in 8: Pillow itself would cut off at 255 instead of scaling."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda grey: grey / 256).convert("L")


def narrowed(picture: Image.Image, width: int) -> Image.Image:
    """The picture at most this wide, in its own proportion; a narrower one stays as it is."""
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def as_webp(picture: Image.Image, quality: int = 80) -> bytes:
    """The points as WEBP and nothing else: no EXIF, no place, no colour profile, no comment."""
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()


def _check_size(kind: str, width: int, height: int) -> None:
    if width * height > (MOST_WEBP_PIXELS if kind == "WEBP" else MOST_PIXELS):
        raise TooManyPoints


def _head_of_webp(data: bytes) -> Head:
    """The canvas of an extended, a lossless or a lossy WEBP: its decoder would reserve all of it at once."""
    if len(data) < 30:
        raise Broken
    match data[12:16]:
        case b"VP8X":
            width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
            return Head("WEBP", width, height, bool(data[20] & _MOVING_WEBP))
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return Head("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        case b"VP8 ":
            width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
            return Head("WEBP", width, height)
        case _:
            raise Broken


def _orientation(picture: Image.Image) -> int:
    """How the camera was held; EXIF that cannot be read says nothing."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1
