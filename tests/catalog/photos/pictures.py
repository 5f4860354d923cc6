"""Pictures that the tests send: sound ones, and all that is none."""

import io
import struct
import zlib

from PIL import Image

#: Files of attack B5, by the number of the promise; made by hand, so that no encoder's manners soften them.
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="//evil.example/x"/></svg>'
PHP = b"<?php system($_GET['c']); ?>"
GIF_AND_SCRIPT = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(document.cookie)//"
FITS = b"SIMPLE  =                    T" + b" " * 2850
PSD = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 30_000, 30_000, 8, 3) + b"\0" * 64
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(%pipe%id) (w) file\n"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", *, shade: int = 120, **more: object
) -> bytes:
    """A sound photo with something on it."""
    picture = Image.linear_gradient("L").resize(size).point(lambda grey: (grey + shade) % 256)
    return written(picture.convert(mode), kind, **more)


def placed(orientation: int = 6) -> bytes:
    """A telephone's photo: lying on its side, with camera, place and words in it, and a second file behind it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x0110], exif[0x010E] = orientation, "Camera of somebody", "Nhà bà Sáu"
    exif.get_ifd(0x8825).update({1: "N", 2: (20.0, 43.0, 11.0), 3: "E", 4: (107.0, 2.0, 44.0)})
    sent = photo(size=(640, 480), exif=exif, comment=b"secret place")
    return sent + b"PK\x03\x04 a second file behind the photo"


def png_of_size(width: int, height: int, *, idat: bytes = b"") -> bytes:
    """A small file that states any size: a bomb costs its sender nothing."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = idat or zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def webp_of_size(width: int, height: int, *, frames: int = 0) -> bytes:
    """An extended WEBP of any canvas; with frames, one that claims to move (each frame a few bytes)."""
    flags = 0b10 if frames else 0
    head = bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = _riff(b"VP8X", head)
    if frames:
        still = written(Image.new("RGB", (1, 1)), "WEBP")[12:]
        frame = b"\0" * 12 + b"\x0a\0\0" + b"\0" + still
        body += _riff(b"ANIM", b"\0" * 6) + _riff(b"ANMF", frame) * frames
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def moving(kind: str) -> bytes:
    """A true picture of several frames."""
    frames = [Image.new("L", (400, 400), shade) for shade in (0, 80, 160, 240)]
    return written(frames[0], kind, save_all=True, append_images=frames[1:])


def many_scans(scans: int = 400) -> bytes:
    """A progressive JPEG whose passes over the points go on and on."""
    whole = photo(progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * scans + whole[-2:]


def two_in_one() -> bytes:
    """A telephone's photo that carries a second one (a depth map, another exposure): MPO."""
    first, second = (Image.new("RGB", (640, 480), shade) for shade in ("#a33", "#3a3"))
    return written(first, "MPO", save_all=True, append_images=[second])


def written(picture: Image.Image, kind: str, **more: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _riff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
