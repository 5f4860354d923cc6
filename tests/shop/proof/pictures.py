"""Pictures that the tests send: labels with codes on them, and what is no photo of a label."""

import io
import struct
import zlib

from PIL import Image

from shop.proof import qr

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def label(*texts: str, kind: str = "JPEG", angle: int = 0) -> bytes:
    """A photo of a label: the codes below each other on paper, turned as a hand would hold it."""
    codes = [Image.open(io.BytesIO(qr.png(text))).convert("L") for text in texts]
    paper = Image.new("L", (700, 100 + sum(code.height + 40 for code in codes)), 235)
    top = 60
    for code in codes:
        paper.paste(code, (120, top))
        top += code.height + 40
    return written(paper.rotate(angle, expand=True, fillcolor=200), kind)


def plain(width: int, height: int, mode: str = "L", kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    return written(Image.new(mode, (width, height)), kind)


def bomb(side: int) -> bytes:
    """A sound black PNG of so many points each way: whole to its last line, and made without drawing it."""
    line = b"\0" * (1 + (side + 7) // 8)
    head = zlib.compress(b"")[:2]
    block = zlib.compressobj(wbits=-15)
    lines = block.compress(line * 100) + block.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(wbits=-15)
    end = rest.compress(line * (side % 100)) + rest.flush()
    points = head + lines * (side // 100) + end + struct.pack(">HH", len(line) * side % 65521, 1)  # Adler-32 of zeros
    size = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", size), (b"IDAT", points), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def moving(kind: str) -> bytes:
    """A picture of several frames."""
    out, frames = io.BytesIO(), [Image.new("L", (40, 40), shade) for shade in (0, 80, 160, 240)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def placed() -> bytes:
    """A JPEG whose EXIF tells where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0110] = "Camera of somebody"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (2400, 600), (180, 140, 90)).save(out, "JPEG", exif=exif, comment=b"secret place")
    return out.getvalue()


def written(picture: Image.Image, kind: str) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()
