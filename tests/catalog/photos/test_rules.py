"""What becomes of a photo: its points alone, upright, on white, in three widths."""

import io

import pytest
from PIL import Image

from catalog.photos.refusals import PhotoTooSmall
from catalog.photos.rules import digest_of, inspect, moved, widths_of
from catalog.photos.words import SHOWS, propose_alt
from tests.catalog.photos import pictures


def opened(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


def test_three_widths_never_wider_than_what_was_sent() -> None:
    large, small = inspect(pictures.photo(size=(2000, 1000))), inspect(pictures.photo(size=(600, 450)))
    assert {w: opened(d).size for w, d in large.files.items()} == {320: (320, 160), 800: (800, 400), 1600: (1600, 800)}
    assert {w: opened(d).size for w, d in small.files.items()} == {320: (320, 240), 800: (600, 450), 1600: (600, 450)}
    assert (large.width, large.height, small.width, small.height) == (1600, 800, 600, 450)
    assert {opened(data).format for data in large.files.values()} == {"WEBP"}
    assert large.sha256 == digest_of(large.files[1600]) != large.sent_sha256
    assert widths_of(1600) == [(320, 320), (800, 800), (1600, 1600)]
    assert widths_of(600) == [(320, 320), (800, 600)]
    assert widths_of(310) == [(320, 310)]


@pytest.mark.parametrize("orientation, corner", [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))])
def test_a_photo_stands_as_the_camera_was_held(orientation: int, corner: tuple[int, int]) -> None:
    lying = Image.new("RGB", (600, 400), "white")
    lying.paste("black", (0, 0, 150, 100))
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = opened(inspect(pictures.written(lying, "JPEG", exif=exif, quality=95)).files[1600])
    assert upright.size == ((400, 600) if orientation in (6, 8) else (600, 400))
    at = (corner[0] * (upright.width - 1), corner[1] * (upright.height - 1))
    assert max(upright.convert("RGB").getpixel(at)) < 60  # type: ignore[type-var]


def test_what_is_transparent_is_white_and_16_bits_are_scaled() -> None:
    glass = Image.new("RGBA", (400, 400), (200, 0, 0, 0))
    assert min(opened(inspect(pictures.written(glass, "PNG")).files[320]).getpixel((9, 9))) >= 250  # type: ignore[type-var]
    grey = Image.new("I;16", (400, 400), 0x8000)
    level = opened(inspect(pictures.written(grey, "PNG")).files[320]).getpixel((9, 9))
    assert all(abs(value - 128) < 4 for value in level)  # type: ignore[union-attr]
    palette = Image.new("P", (400, 400), 0)
    palette.putpalette([10, 200, 30] * 256)
    first = opened(inspect(pictures.written(palette, "PNG", transparency=0)).files[320]).getpixel((9, 9))
    assert min(first) >= 250  # type: ignore[type-var]


def test_a_photo_has_a_shape() -> None:
    for size in ((299, 400), (400, 299), (1000, 320), (320, 1000)):
        with pytest.raises(PhotoTooSmall):
            inspect(pictures.photo(size=size))
    assert inspect(pictures.photo(size=(900, 300))).width == 900


def test_photos_keep_their_order() -> None:
    assert moved(["a", "b", "c"], "c", 1) == ["c", "a", "b"]
    assert moved(["a", "b", "c"], "a", 2) == ["b", "a", "c"]
    assert moved(["a", "b", "c"], "b", 99) == ["a", "c", "b"]
    assert moved(["a"], "a", 1) == ["a"]


def test_words_are_proposed_for_whatever_a_photo_shows() -> None:
    assert propose_alt("Mật ong Cát Bà", "label") == "Mật ong Cát Bà: nhãn sản phẩm"
    assert all(len(propose_alt("x" * 200, shows)) <= 200 for shows in SHOWS)
