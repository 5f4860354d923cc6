"""The drawings as pixels: every one can be drawn, and what is drawn is where it should be."""

import io
import math

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from shop.front.social import SIZE, card_png
from shop.front.strokes import PAINTS, commands, draw, trace

#: On SQLite only: no database is asked.
pytestmark = pytest.mark.on("sqlite")


def test_commands_may_share_a_letter() -> None:
    assert [letter for letter, _ in commands("M0 0 5 5h3-2v.5z")] == ["M", "L", "h", "h", "v", "z"]
    assert [numbers for _, numbers in commands("a10 10 0 0 1-10 8")] == [[10, 10, 0, 0, 1, -10, 8]]


def test_a_path_of_two_parts_is_two_lines() -> None:
    first, second = trace("M0 0h10v10z m20 0h5")
    assert (first.points, first.is_closed) == ([(0, 0), (10, 0), (10, 10)], True)
    assert (second.points, second.is_closed) == ([(20, 0), (25, 0)], False)


def test_an_arc_keeps_to_its_circle() -> None:
    (line,) = trace("M10 0A10 10 0 0 1 0 10")
    assert all(math.isclose(math.hypot(*point), 10, abs_tol=1e-6) for point in line.points)
    assert all(x >= -1e-6 and y >= -1e-6 for x, y in line.points), "the short way round"
    (small,) = trace("M0 0a1 1 0 0 1 10 0")
    assert small.points[-1] == pytest.approx((10, 0)), "radii too small are grown"


def test_every_drawing_can_be_drawn(app: Flask) -> None:
    drawings: dict[str, str] = app.jinja_env.get_template("macros/pictures.html").module.drawings  # type: ignore[attr-defined]
    for name, markup in drawings.items():
        picture = Image.new("RGB", (320, 240), PAINTS[0].ground)
        draw(ImageDraw.Draw(picture), markup, PAINTS[0], (160, 124), 1.0)
        painted = [colour for _count, colour in picture.getcolors(76_800) or []]
        assert len(painted) > 2, name
        assert picture.getpixel((2, 2)) == picture.getpixel((318, 2)), f"{name} stays within its frame"


@pytest.mark.long
def test_a_card_is_a_png_of_the_right_size_and_repeatable(app: Flask) -> None:
    facts = ("Mật ong hoa rừng Cát Bà", "HTX Ưu Điềm", "Hải Phòng", 4, 4, "SP-1")
    data = card_png(*facts)
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size) == ("PNG", SIZE)
    assert len(data) < 200_000
    card_png.cache_clear()
    assert card_png(*facts) == data
    long = card_png("Tên rất dài " * 40, "x" * 300, "", 5, 26, "SP-2")
    assert Image.open(io.BytesIO(long)).size == SIZE
