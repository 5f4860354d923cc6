"""The shop's own line drawings as pixels: as much of SVG as catalog/templates/macros/pictures.html is written in.

Paths (M L H V C S A Z, large and small), circles, ellipses and rectangles, moved, turned and scaled. Only our own
drawings come here, never a file from outside.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from PIL import ImageDraw

Point = tuple[float, float]
#: Turns a point of the drawing into one of the picture.
Place = Callable[[Point], Point]

_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_NUMBERS = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_TRANSFORM = re.compile(r"(rotate|translate|scale)\(([^)]*)\)")
#: Numbers that each command takes.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "A": 7, "Z": 0}
#: Pieces that a curve is cut into.
_PIECES = 14
_THICK, _THIN = 3.6, 2.4


class Paint(NamedTuple):
    """The colours of a drawing by the letters of its classes: ground, dark, middle, pale, white."""

    ground: str
    a: str
    b: str
    c: str
    w: str = "#ffffff"


class Line(NamedTuple):
    """A run of points."""

    points: list[Point]
    is_closed: bool


def draw(canvas: ImageDraw.ImageDraw, markup: str, paint: Paint, middle: Point, scale: float) -> None:
    """Draw a drawing's markup around a point of the canvas; scale: pixels for one unit of the drawing."""

    def place(point: Point) -> Point:
        return middle[0] + point[0] * scale, middle[1] + point[1] * scale

    for element in fromstring(f"<g>{markup}</g>"):
        _draw(canvas, element, paint, place, scale)


def _draw(canvas: ImageDraw.ImageDraw, element: Element, paint: Paint, place: Place, scale: float) -> None:
    inside = _moved(element.get("transform", ""), place)
    if element.tag == "g":
        for child in element:
            _draw(canvas, child, paint, inside, scale)
        return
    classes = (element.get("class") or "").split()
    fill = next((getattr(paint, one) for one in classes if one in ("a", "b", "c", "w")), None)
    width = round((_THIN if "t" in classes else _THICK) * scale)
    for line in shape(element):
        points = [inside(point) for point in line.points]
        if fill and len(points) > 2:
            canvas.polygon(points, fill=fill)
        if "x" not in classes:
            _ink(canvas, points + points[:1] if line.is_closed else points, paint.a, width)


def _ink(canvas: ImageDraw.ImageDraw, points: Sequence[Point], colour: str, width: int) -> None:
    """A line with round joints and ends."""
    canvas.line(points, fill=colour, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        canvas.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def shape(element: Element) -> list[Line]:
    """The runs of points of one element."""
    number: Callable[[str], float] = lambda name: float(element.get(name, "0"))  # noqa: E731 read four times below
    match element.tag:
        case "path":
            return list(trace(element.get("d", "")))
        case "circle" | "ellipse":
            rx, ry = (number("r"), number("r")) if element.tag == "circle" else (number("rx"), number("ry"))
            around = [2 * math.pi * step / 48 for step in range(48)]
            points = [(number("cx") + rx * math.cos(one), number("cy") + ry * math.sin(one)) for one in around]
            return [Line(points, is_closed=True)]
        case "rect":
            x, y, w, h = number("x"), number("y"), number("width"), number("height")
            return [Line(_rounded(x, y, w, h, min(number("rx"), w / 2, h / 2)), is_closed=True)]
        case _:
            return []


def trace(path: str) -> Iterator[Line]:
    """The runs of a path's data, curves cut into straight pieces."""
    points: list[Point] = []
    at: Point = (0.0, 0.0)
    handle: Point | None = None
    for command, given in commands(path):
        letter, origin = command.upper(), at if command.islower() else (0.0, 0.0)
        if letter in "MZ" and points:
            yield Line(points, is_closed=letter == "Z")
            at, points = (points[0], []) if letter == "Z" else (at, [])
        if letter == "Z":
            continue
        if not points and letter != "M":
            points = [at]
        made, handle = _made(letter, given, at, origin if letter != "M" or command.islower() else (0.0, 0.0), handle)
        points += made
        at = points[-1]
    if points:
        yield Line(points, is_closed=False)


def commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with its numbers; a letter may stand for several, a second M is an L."""
    parts = _TOKEN.findall(path)
    letter, numbers = "", list[float]()
    for part in [*parts, ""]:
        if part and not part.isalpha():
            numbers.append(float(part))
            if len(numbers) == _TAKES[letter.upper()]:
                yield letter, numbers
                numbers = []
                letter = {"M": "L", "m": "l"}.get(letter, letter)
        elif part:
            letter = part
            if part in "Zz":
                yield part, []


def _made(
    letter: str, given: list[float], at: Point, origin: Point, handle: Point | None
) -> tuple[list[Point], Point | None]:
    """The points that a command adds, and the handle that a smooth curve after it mirrors."""
    ox, oy = origin
    pairs = [(given[n] + ox, given[n + 1] + oy) for n in range(0, len(given) - 1, 2)]
    match letter:
        case "H":
            return [(given[0] + ox, at[1])], None
        case "V":
            return [(at[0], given[0] + oy)], None
        case "C" | "S":
            mirrored = (2 * at[0] - handle[0], 2 * at[1] - handle[1]) if handle else at
            first, second, end = pairs if letter == "C" else [mirrored, *pairs]
            return [_bezier(at, first, second, end, step / _PIECES) for step in range(1, _PIECES + 1)], second
        case "A":
            end = (given[5] + ox, given[6] + oy)
            return _arc(at, end, given[0], given[1], is_large=given[3] > 0, is_clockwise=given[4] > 0), None
        case _:
            return pairs, None


def _bezier(p: Point, q: Point, r: Point, s: Point, t: float) -> Point:
    u = 1 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    return (
        sum(w * one[0] for w, one in zip(weights, (p, q, r, s), strict=True)),
        sum(w * one[1] for w, one in zip(weights, (p, q, r, s), strict=True)),
    )


def _arc(start: Point, end: Point, rx: float, ry: float, *, is_large: bool, is_clockwise: bool) -> list[Point]:
    """An elliptic arc without rotation, from its ends to its middle (SVG 1.1, F.6.5)."""
    dx, dy = (start[0] - end[0]) / 2 / rx, (start[1] - end[1]) / 2 / ry
    half = math.hypot(dx, dy)
    if half == 0:
        return [end]
    grow = max(1.0, half)
    rx, ry, dx, dy, half = rx * grow, ry * grow, dx / grow, dy / grow, half / grow
    far = math.sqrt(max(0.0, 1 / half**2 - 1)) * (1 if is_large == is_clockwise else -1)
    mx, my = -far * dy, far * dx  # the middle in units of the radii, seen from halfway between the ends
    cx, cy = (start[0] + end[0]) / 2 + mx * rx, (start[1] + end[1]) / 2 + my * ry
    begin = math.atan2((start[1] - cy) / ry, (start[0] - cx) / rx)
    sweep = math.atan2((end[1] - cy) / ry, (end[0] - cx) / rx) - begin
    if is_clockwise and sweep < 0:
        sweep += 2 * math.pi
    if not is_clockwise and sweep > 0:
        sweep -= 2 * math.pi
    angles = (begin + sweep * step / _PIECES for step in range(1, _PIECES + 1))
    return [(cx + rx * math.cos(one), cy + ry * math.sin(one)) for one in angles]


def _rounded(x: float, y: float, w: float, h: float, r: float) -> list[Point]:
    if not r:
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    corners = ((x + w - r, y + r, -90), (x + w - r, y + h - r, 0), (x + r, y + h - r, 90), (x + r, y + r, 180))
    turns = [(cx, cy, math.radians(start + step * 15)) for cx, cy, start in corners for step in range(7)]
    return [(cx + r * math.cos(angle), cy + r * math.sin(angle)) for cx, cy, angle in turns]


def _moved(transform: str, place: Place) -> Place:
    """The place of a point behind an element's transforms; the last written is done first."""
    for name, given in _TRANSFORM.findall(transform):
        place = _step(name, [float(one) for one in _NUMBERS.findall(given)], place)
    return place


def _step(name: str, numbers: Sequence[float], place: Place) -> Place:
    if name == "translate":
        return lambda point: place((point[0] + numbers[0], point[1] + numbers[1]))
    if name == "scale":
        return lambda point: place((point[0] * numbers[0], point[1] * numbers[0]))
    turn = math.radians(numbers[0])
    cos, sin = math.cos(turn), math.sin(turn)
    x, y = numbers[1:] if len(numbers) == 3 else (0.0, 0.0)
    return lambda point: place(
        (x + (point[0] - x) * cos - (point[1] - y) * sin, y + (point[0] - x) * sin + (point[1] - y) * cos)
    )


PAINTS: Mapping[int, Paint] = {
    0: Paint("#e9f1e4", "#4f7f43", "#c3dab3", "#dcead2"),
    1: Paint("#fbe9d9", "#b5651f", "#f3c99c", "#f9e0c6"),
    2: Paint("#e3eef1", "#356f7f", "#aed1da", "#cfe4ea"),
    3: Paint("#f8e4e0", "#9f3d2b", "#eab4a8", "#f3d1c9"),
    4: Paint("#f6efd6", "#8f6f14", "#e6cf86", "#efe1b2"),
    5: Paint("#ede7f3", "#68538b", "#cab9de", "#ded2eb"),
}
