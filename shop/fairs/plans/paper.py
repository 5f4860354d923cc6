"""The floor plan on paper: a sheet for each hall on A4 or A3, black on white, then the booths in a list.

What a booth is for is told by lines, never by a colour: free ones are empty, let ones are ruled, blocked ones crossed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from fpdf.enums import XPos, YPos
from fpdf.fpdf import FPDF

from core.paper import FONT, INK, Paper, moment_words
from shop.fairs.plans.geometry import Ring, bounds, centre
from shop.fairs.plans.plan import BoothPlan, Feature, Hall, Plan

Size = Literal["A4", "A3"]
_TOP, _FOOT, _SIDE = 30.0, 20.0, 15.0
_RULES_MM = 1.6
_POINT_MM = 0.3528


def plan_pdf(
    name: str, plan: Plan, exhibitors: Mapping[str, str], uses: Mapping[str, str], made_at: datetime, size: Size = "A4"
) -> bytes:
    """The plan as PDF. ``exhibitors``: by number, who shows there; ``uses``: the word of each use but exhibitors'."""
    wide = [hall.width >= hall.height for hall in plan.halls]
    paper = Paper(name, f"{name} · {moment_words(made_at)}", made_at, size=size, is_wide=wide[0] if wide else False)
    paper.set_auto_page_break(False)
    for number, hall in enumerate(plan.halls):
        if number:
            paper.add_page("landscape" if wide[number] else "portrait")
        booths = [one for one in plan.booths if one.hall == hall.code]
        _Sheet(paper, hall).draw(name, booths, exhibitors, uses)
    _lists(paper, plan, exhibitors, uses)
    return bytes(paper.output())


class _Sheet:
    """One hall on the present page; lengths of the hall in centimetres become millimetres of paper."""

    def __init__(self, paper: Paper, hall: Hall) -> None:
        self.paper, self.hall = paper, hall
        across, down = paper.w - 2 * _SIDE, paper.h - _TOP - _FOOT
        self.scale = min(across / hall.width, down / hall.height)
        self.left = (paper.w - hall.width * self.scale) / 2
        self.top = _TOP

    def draw(
        self, name: str, booths: Sequence[BoothPlan], exhibitors: Mapping[str, str], uses: Mapping[str, str]
    ) -> None:
        """Everything of the hall."""
        paper, hall = self.paper, self.hall
        paper.set_y(10)
        paper.words(f"{name} · {hall.name}", 13, bold=True)
        paper.words(f"{hall.width / 100:g} × {hall.height / 100:g} m · 1:{round(10 / self.scale)}", 8.5)
        paper.set_draw_color(*INK)
        paper.set_line_width(0.6)
        paper.rect(self.left, self.top, hall.width * self.scale, hall.height * self.scale)
        for feature in hall.features:
            self._outline(feature.polygon, 0.15)
            self._named(feature)
        for booth in booths:
            self._booth(booth, exhibitors.get(booth.code, uses.get(booth.use, "")), booth.code in exhibitors)

    def _named(self, feature: Feature) -> None:
        """The words of a feature, upright in one that is narrow, as exits in a side wall are."""
        left, top, right, bottom = self._box(feature.polygon)
        if right - left >= bottom - top or right - left > 12:
            self._words(feature.polygon, feature.label, 7)
            return
        x, y = self._at(centre(feature.polygon))
        self.paper.set_font(FONT, "", 5)
        with self.paper.rotation(90, x, y):
            self.paper.set_xy(x - 30, y - 1.2)
            self.paper.cell(60, 2.4, _cut(self.paper, feature.label, max(bottom - top, 16)), align="C")

    def _booth(self, booth: BoothPlan, words: str, is_let: bool) -> None:
        self._outline(booth.polygon, 0.25)
        if is_let:
            self._ruled(booth.polygon)
        if booth.use == "blocked":
            self._crossed(booth.polygon)
        self._numbered(booth, words)
        self.paper.set_line_width(0.9)
        for side in range(len(booth.polygon)):
            if booth.open_sides and side not in booth.open_sides:
                a, b = booth.polygon[side], booth.polygon[(side + 1) % len(booth.polygon)]
                self.paper.line(*self._at(a), *self._at(b))

    def _outline(self, ring: Ring, width: float) -> None:
        self.paper.set_line_width(width)
        self.paper.polygon([self._at(point) for point in ring])

    def _ruled(self, ring: Ring) -> None:
        """Thin lines along the foot of the booth, where no words stand."""
        left, _top, right, bottom = self._box(ring)
        self.paper.set_line_width(0.1)
        for step in range(1, 4):
            y = bottom - step * _RULES_MM * 0.4
            self.paper.line(left + 0.6, y, right - 0.6, y)

    def _crossed(self, ring: Ring) -> None:
        left, top, right, bottom = self._box(ring)
        self.paper.set_line_width(0.1)
        self.paper.line(left, top, right, bottom)
        self.paper.line(left, bottom, right, top)

    def _numbered(self, booth: BoothPlan, words: str) -> None:
        left, top, right, bottom = self._box(booth.polygon)
        room = min(right - left, bottom - top)
        size = max(4.0, min(11.0, room / _POINT_MM * 0.3))
        self._words(booth.polygon, booth.code, size, bold=True, up=room * 0.24 if words else 0.0)
        if words and room > 7:
            self._words(booth.polygon, words, max(3.2, size * 0.48), up=room * 0.02, lines=2)

    def _words(
        self, ring: Ring, text: str, size: float, *, bold: bool = False, up: float = 0.0, lines: int = 1
    ) -> None:
        """Words in the middle of a shape, cut off where it ends."""
        left, _top, right, _bottom = self._box(ring)
        x, y = self._at(centre(ring))
        self.paper.set_font(FONT, "B" if bold else "", size)
        high = size * _POINT_MM * 1.15
        told = _wrapped(self.paper, text, max(right - left - 1, 4), lines)
        for number, line in enumerate(told):
            self.paper.set_xy(x - 60, y - up - high / 2 + number * high)
            self.paper.cell(120, high, line, align="C")

    def _at(self, point: tuple[int, int]) -> tuple[float, float]:
        return self.left + point[0] * self.scale, self.top + point[1] * self.scale

    def _box(self, ring: Ring) -> tuple[float, float, float, float]:
        left, top, right, bottom = bounds(ring)
        return *self._at((left, top)), *self._at((right, bottom))


def _wrapped(paper: FPDF, text: str, room: float, most: int) -> list[str]:
    """At most so many lines of words that fit, the last one cut off with an ellipsis."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and paper.get_string_width(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] += "…"
    return [_cut(paper, line, room) for line in kept]


def _cut(paper: FPDF, line: str, room: float) -> str:
    while len(line) > 2 and paper.get_string_width(line) > room:
        line = line[:-2].rstrip() + "…"
    return line


def _lists(paper: Paper, plan: Plan, exhibitors: Mapping[str, str], uses: Mapping[str, str]) -> None:
    """Every booth in words: number, size, who shows there, the fee."""
    paper.set_auto_page_break(True, margin=20)
    for hall in plan.halls:
        booths = sorted((one for one in plan.booths if one.hall == hall.code), key=lambda one: one.code)
        if not booths:
            continue
        paper.add_page("portrait")
        paper.words(hall.name, 13, bold=True)
        paper.ln(2)
        for booth in booths:
            _line(paper, booth, exhibitors.get(booth.code, uses.get(booth.use, "")))


def _line(paper: Paper, booth: BoothPlan, words: str) -> None:
    left, top, right, bottom = bounds(booth.polygon)
    size = f"{(right - left) / 100:g} × {(bottom - top) / 100:g} m".replace(".", ",")
    paper.set_font(FONT, "B", 9)
    paper.cell(22, 5.4, booth.code, border="B")
    paper.set_font(FONT, "", 9)
    paper.cell(30, 5.4, size, border="B")
    room = paper.epw - 52
    paper.cell(room, 5.4, _cut(paper, words, room - 2), border="B", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
