"""Photos of labels: read when they are photos, refused when they are not (B5)."""

import io

import pytest
from PIL import Image

from core.errors import Refusal
from shop.proof import photos, qr
from shop.proof.refusals import PhotoMoves, PhotoTooLarge, PhotoUnknown, PhotoUnreadable
from tests.shop.proof import pictures

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

ADDRESS = "https://ocop.example.vn/chung-nhan/CN-7K3M9QXT"


def test_our_own_codes_are_read_back() -> None:
    assert photos.read_codes(qr.png(ADDRESS)) == [ADDRESS]
    assert photos.read_codes(qr.png(ADDRESS, 4)) == [ADDRESS]
    assert b"<svg" in qr.svg(ADDRESS)


def test_a_printed_code_is_large_enough() -> None:
    with Image.open(io.BytesIO(qr.png(ADDRESS))) as picture:
        dots = round(picture.info["dpi"][0])
        quiet = 2 * qr.QUIET / (33 + 2 * qr.QUIET)
        assert dots == 300
        assert picture.width * (1 - quiet) / dots * 25.4 >= 20


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_code_of_a_photo_is_read_once_from_the_top(kind: str) -> None:
    seen = pictures.label(ADDRESS, "LO-7K3M9QXT", ADDRESS, kind=kind)
    assert photos.read_codes(seen) == [ADDRESS, "LO-7K3M9QXT"]


def test_a_label_held_askew_and_a_transparent_one() -> None:
    assert photos.read_codes(pictures.label(ADDRESS, angle=17)) == [ADDRESS]
    code = Image.open(io.BytesIO(qr.png(ADDRESS))).convert("L")
    black = Image.new("L", code.size, 0)
    glass = Image.merge("RGBA", (black, black, black, code.point(lambda shade: 255 - shade)))
    assert photos.read_codes(pictures.written(glass, "PNG")) == [ADDRESS]


def test_a_photo_without_a_code() -> None:
    assert photos.read_codes(pictures.plain(300, 300)) == []
    assert photos.read_codes(pictures.plain(64, 64, "CMYK", "JPEG")) == []
    assert photos.read_codes(pictures.plain(64, 64, "I;16", "PNG")) == []


WHOLE = pictures.label(ADDRESS, kind="PNG")
REFUSED: list[tuple[str, bytes, type[Refusal]]] = [
    ("nothing", b"", PhotoUnknown),
    ("svg", pictures.SVG, PhotoUnknown),
    ("gif", pictures.plain(9, 9, kind="GIF"), PhotoUnknown),
    ("gif and script", b"GIF89a/*" + b"\0" * 40 + b"*/=alert(1)", PhotoUnknown),
    ("bmp", pictures.plain(9, 9, kind="BMP"), PhotoUnknown),
    ("tiff", pictures.plain(9, 9, kind="TIFF"), PhotoUnknown),
    ("pdf", b"%PDF-1.7\n", PhotoUnknown),
    ("fits", b"SIMPLE  =                    T" + b" " * 2850, PhotoUnknown),
    ("moving webp", pictures.moving("WEBP"), PhotoMoves),
    ("moving png", pictures.moving("PNG"), PhotoMoves),
    ("half a png", WHOLE[: len(WHOLE) // 2], PhotoUnreadable),
    ("half a jpeg", pictures.label(ADDRESS)[:4000], PhotoUnreadable),
    ("a png with a wrong sum", WHOLE[:60] + bytes([WHOLE[60] ^ 255]) + WHOLE[61:], PhotoUnreadable),
    ("too many points", pictures.plain(6001, 4000, "1"), PhotoTooLarge),
    ("a bomb", pictures.bomb(50_000), PhotoTooLarge),
    ("too many bytes", b"\xff\xd8\xff" + b"\0" * photos.LARGEST, PhotoTooLarge),
]


@pytest.mark.parametrize("what, data, refusal", REFUSED, ids=[what for what, _data, _refusal in REFUSED])
def test_what_is_no_photo_is_refused(what: str, data: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        photos.read_codes(data)
    with pytest.raises(refusal):
        photos.to_keep(data)


def test_what_is_kept_is_points_alone() -> None:
    sent = pictures.placed()
    assert b"Camera of somebody" in sent
    kept = photos.to_keep(sent)
    assert b"Camera" not in kept
    assert b"secret" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (photos.KEPT_SIDE, 400), {})
    assert len(photos.to_keep(pictures.written(Image.effect_noise((1700, 1700), 90), "JPEG"))) <= photos.LARGEST_KEPT
