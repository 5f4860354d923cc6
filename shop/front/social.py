"""A product's card for social networks, which show no SVG: 1200 × 630 pixels, drawn here from what the page shows.

Its name, its stars, who makes it and where; no price, for a picture is copied and kept and a price changes.
"""

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from flask import current_app
from PIL import Image, ImageDraw, ImageFont

import core.web
from catalog.look import picture_of
from core.web.head import site_name
from shop.front.strokes import PAINTS, Paint, draw

SIZE = (1200, 630)
#: Everything is drawn larger and made small at the end: Pillow's lines have no soft edges.
_FINE = 2
_LEFT = 500
_PAPER, _INK, _SOFT, _LEAF, _GOLD, _OFF = "#fbf9f4", "#1d2a23", "#5c6b62", "#14613f", "#c8881a", "#d9d1bd"
_STAR = ((10, 1.5), (12.6, 7.1), (18.7, 7.8), (14.2, 12), (15.4, 18.1), (10, 15.1), (4.6, 18.1), (5.8, 12), (1.3, 7.8),
         (7.4, 7.1))  # fmt: skip
_FONTS = Path(core.web.__file__).parent / "static" / "vendor" / "be-vietnam-pro-5.3.0"
_MOST_LINES = 4

Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=128)
def card_png(name: str, producer: str, place: str, stars: int, set_no: int, code: str) -> bytes:
    """The card as a PNG file; the same facts give the same bytes."""
    picture = Image.new("RGB", (SIZE[0] * _FINE, SIZE[1] * _FINE), _PAPER)
    canvas = ImageDraw.Draw(picture)
    _draw_picture(canvas, set_no, name, code)
    _write(canvas, name, producer, place, stars)
    small = picture.resize(SIZE, Image.Resampling.LANCZOS).quantize(128, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_picture(canvas: ImageDraw.ImageDraw, set_no: int, name: str, code: str) -> None:
    """The left side: the drawing of its kind on its woven ground."""
    chosen = picture_of(set_no, name, code)
    paint = PAINTS[chosen.ground]
    wide, high = _LEFT * _FINE, SIZE[1] * _FINE
    canvas.rectangle((0, 0, wide, high), fill=paint.ground)
    _weave(canvas, paint, wide, high)
    canvas.rectangle((wide, 0, SIZE[0] * _FINE, high), fill=_PAPER)
    drawings = current_app.jinja_env.get_template("macros/pictures.html").module.drawings  # type: ignore[attr-defined]
    markup: str = drawings.get(chosen.kind, drawings["basket"])
    draw(canvas, markup, paint, (wide / 2, high / 2), 2.4 * _FINE)


def _weave(canvas: ImageDraw.ImageDraw, paint: Paint, wide: int, high: int) -> None:
    """Diamonds in rows, every second row shifted: the cloth of the hills."""
    step = 120 * _FINE // 2
    for row, y in enumerate(range(0, high + step, step)):
        for x in range(-step if row % 2 else 0, wide + step, step * 2):
            for reach in (step * 0.72, step * 0.26):
                corners = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
                canvas.line([*corners, corners[0], corners[1]], fill=paint.b, width=2 * _FINE)


def _write(canvas: ImageDraw.ImageDraw, name: str, producer: str, place: str, stars: int) -> None:
    """The right side: stars, name, maker, and whose card it is."""
    left, room = (_LEFT + 60) * _FINE, (SIZE[0] - _LEFT - 120) * _FINE
    for place_no in range(5):
        colour = _GOLD if place_no < stars else _OFF
        at = left + place_no * 46 * _FINE
        canvas.polygon([(at + x * 2 * _FINE, (78 + y * 2) * _FINE) for x, y in _STAR], fill=colour)
    _line(canvas, (left + 248 * _FINE, 80 * _FINE), f"{stars} sao OCOP", 28, "600", _INK)
    size = 58 if len(name) <= 48 else 46
    y = 150 * _FINE
    for words in _wrapped(name, size, "600", room):
        _line(canvas, (left, y), words, size, "600", _INK)
        y += int(size * 1.22) * _FINE
    y += 18 * _FINE
    for words in [*_wrapped(producer, 28, "400", room)[:2], place]:
        _line(canvas, (left, y), words, 28, "400", _SOFT)
        y += 40 * _FINE
    canvas.ellipse((left, 536 * _FINE, left + 44 * _FINE, 580 * _FINE), fill=_LEAF)
    canvas.polygon([(left + (4 + x * 1.8) * _FINE, (540 + y * 1.8) * _FINE) for x, y in _STAR], fill="#f3c35b")
    _line(canvas, (left + 60 * _FINE, 539 * _FINE), site_name(), 28, "600", _LEAF)


def _line(canvas: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, weight: str, colour: str) -> None:
    """One line of text; each letter from the file that has it."""
    x, y = float(at[0]), at[1]
    base = y + round(size * _FINE * 0.95)
    for run, is_latin in _runs(text):
        font = _font(weight, size, is_latin=is_latin)
        canvas.text((x, base), run, font=font, fill=colour, anchor="ls")
        x += font.getlength(run)


def _wrapped(text: str, size: int, weight: str, room: int) -> list[str]:
    """The text in lines that fit the room, in pixels; what is too long for all lines ends with an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size, weight) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        shown[-1] += " …"
    return shown


def _width(text: str, size: int, weight: str) -> float:
    return sum(_font(weight, size, is_latin=is_latin).getlength(run) for run, is_latin in _runs(text))


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut where the letters change from one file of the typeface to the other (as its CSS says)."""
    run, was_latin = "", True
    for sign in text:
        is_latin = ord(sign) < 0x100 or 0x2000 <= ord(sign) < 0x2070
        if run and is_latin != was_latin:
            yield run, was_latin
            run = ""
        run, was_latin = run + sign, is_latin
    if run:
        yield run, was_latin


@lru_cache(maxsize=32)
def _font(weight: str, size: int, *, is_latin: bool) -> Font:
    part = "latin" if is_latin else "vietnamese"
    return ImageFont.truetype(_FONTS / f"be-vietnam-pro-{part}-{weight}-normal.woff2", size * _FINE)
